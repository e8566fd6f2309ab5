import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

test('by itself it prints its address, serves, and ends on SIGTERM', async () => {
	const main = fileURLToPath(new URL('../simulator/main.mts', import.meta.url));
	const child = spawn(process.execPath, [main, '--port', '0', '--api-key', 'sk-own'], {
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	try {
		const errors: string[] = [];
		child.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
		const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
		expect(line).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
		expect(
			(await fetch(`${line}/models`, { headers: { authorization: 'Bearer sk-own' } })).status,
		).toBe(200);
		child.kill('SIGTERM');
		const [code] = (await once(child, 'exit')) as [number | null];
		expect({ code, errors }).toEqual({ code: 0, errors: [] });
	} finally {
		child.kill('SIGKILL');
	}
});
