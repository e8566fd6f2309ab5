// npm run pictures: takes every picture of docs/images anew, from a real n8n in a real browser.
// npm run pictures -- film review: only those that these files of test/browser take.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './lib/paths.mjs';

const files = process.argv.slice(2).map((name) => join('test', 'browser', `${name}.test.mts`));
const args = [
	join(root, 'scripts', 'test.mjs'),
	'browser',
	...(files.length > 0 ? ['--runTestsByPath', ...files] : []),
];
const child = spawn(process.execPath, args, {
	cwd: root,
	env: { ...process.env, UPDATE_SCREENSHOTS: '1' },
	stdio: 'inherit',
});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('close', (code) => (process.exitCode = code ?? 1));
