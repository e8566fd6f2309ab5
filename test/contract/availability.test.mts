import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../simulator/index.mts';
import { closeAll, generate, send, simulate } from './support.mts';

afterEach(closeAll);

async function listed(simulator: Simulator): Promise<string[]> {
	return ((await send(simulator, '/models')).body.data as { id: string }[]).map(({ id }) => id);
}

test('a model can be taken away in mid-run, with its aliases and from the list, and brought back', async () => {
	const simulator = await simulate();
	const bringBack = simulator.removeModel('gpt-image-2');
	const gone = await generate(simulator);
	expect([gone.status, gone.error.code, gone.error.message]).toEqual([
		400,
		'model_not_found',
		"The model 'gpt-image-2' does not exist.",
	]);
	expect((await generate(simulator, { model: 'gpt-image-2-2026-04-21' })).status).toBe(400);
	expect(await listed(simulator)).not.toContain('gpt-image-2');
	expect((await send(simulator, '/models/gpt-image-2')).status).toBe(404);
	expect((await generate(simulator, { model: 'gpt-image-2.5-flare' })).status).toBe(200);
	bringBack();
	expect((await generate(simulator)).status).toBe(200);
	expect(await listed(simulator)).toContain('gpt-image-2');
});

test('in an outage a model does not exist while the list shows it', async () => {
	const simulator = await simulate();
	const end = simulator.outage('gpt-image-2');
	expect((await generate(simulator)).error).toMatchObject({
		code: 'model_not_found',
		message: "The model 'gpt-image-2' does not exist.",
	});
	expect(await listed(simulator)).toContain('gpt-image-2');
	end();
	expect((await generate(simulator)).status).toBe(200);
	simulator.outage('gpt-image-2', 2_000);
	expect((await generate(simulator)).status).toBe(400);
	while ((await generate(simulator)).status !== 200) await sleep(100);
});

test('a model that the project may not use is listed and refused', async () => {
	const simulator = await simulate();
	const allow = simulator.denyModel('gpt-image-2');
	const denied = await generate(simulator);
	expect(denied.status).toBe(403);
	expect(denied.error).toEqual({
		message: 'Project `proj_simulator` does not have access to model `gpt-image-2`',
		type: 'invalid_request_error',
		param: null,
		code: 'model_not_found',
	});
	expect(await listed(simulator)).toContain('gpt-image-2');
	allow();
	expect((await generate(simulator)).status).toBe(200);
	simulator.denyModel('gpt-image-2');
	simulator.reset();
	expect((await generate(simulator)).status).toBe(200);
});
