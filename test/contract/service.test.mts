import { closeAll, createGate, generate, send, simulate, start, until } from './support.mts';

afterEach(closeAll);

describe('every answer', () => {
	test('carries its request id and processing time, and both are recorded', async () => {
		const simulator = await simulate();
		for (const answer of [
			await generate(simulator),
			await send(simulator, '/nothing'),
			await send(simulator, '/models', { headers: { authorization: 'x' } }),
		]) {
			expect(answer.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
			expect(answer.headers.get('openai-processing-ms')).toMatch(/^\d+$/);
			expect(answer.headers.get('openai-organization')).toBe('org-simulator');
		}
		expect(simulator.requests.map(({ status }) => status)).toEqual([200, 404]);
		expect(simulator.modelLists.map(({ status }) => status)).toEqual([401]);
		expect(simulator.billed[0]?.requestId).toBe(simulator.requests[0]?.requestId);
		expect(
			simulator.requests.every(
				({ startedAt, endedAt }) => endedAt !== null && endedAt >= startedAt,
			),
		).toBe(true);
	});

	test('leaves a record of headers: idempotency key, organization, project', async () => {
		const simulator = await simulate();
		const headers = {
			'Idempotency-Key': 'k-1',
			'OpenAI-Organization': 'org-1',
			'OpenAI-Project': 'proj-1',
		};
		await generate(simulator, {}, headers);
		await generate(simulator, {}, headers);
		expect(simulator.requests[0]?.headers).toMatchObject({
			'idempotency-key': 'k-1',
			'openai-organization': 'org-1',
			'openai-project': 'proj-1',
		});
		// No guarantee is documented: the same key pays twice.
		expect(simulator.billed).toHaveLength(2);
	});
});

describe('time', () => {
	test('requests overlap: latency is waited for together, and in flight is counted', async () => {
		const asked: unknown[] = [];
		const model = createGate();
		const latencyMs = async (question: unknown): Promise<number> => {
			asked.push(question);
			await model.opened;
			return 0;
		};
		const simulator = await simulate({ latencyMs });
		const answers = Promise.all(
			[1, 2, 3].map((n) => generate(simulator, { n, size: '1024x1024' })),
		);
		await until(() => simulator.inFlight === 3);
		expect((await send(simulator, '/models')).status).toBe(200);
		expect(simulator.inFlight).toBe(3);
		model.open();
		expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200]);
		expect([simulator.inFlight, simulator.maxInFlight]).toEqual([0, 3]);
		expect(asked).toContainEqual({ model: 'gpt-image-2', n: 2, quality: 'low', size: '1024x1024' });
	});

	test('a client that leaves early is recorded as aborted, and pays', async () => {
		const model = createGate();
		const asked = createGate();
		const latencyMs = async (): Promise<number> => {
			asked.open();
			await model.opened;
			return 0;
		};
		const simulator = await simulate({ latencyMs });
		const abort = new AbortController();
		const lost = fetch(`${simulator.baseUrl}/images/generations`, {
			method: 'POST',
			signal: abort.signal,
			body: '{"model":"gpt-image-2","prompt":"x"}',
			headers: { authorization: 'Bearer sk-simulator' },
		});
		await asked.opened;
		abort.abort();
		await expect(lost).rejects.toThrow();
		await until(() => simulator.inFlight === 0);
		model.open();
		await until(() => simulator.billed.length > 0);
		expect(simulator.requests).toMatchObject([{ aborted: true, status: null }]);
	});

	test('closing does not wait for slow requests', async () => {
		const simulator = await start({ latencyMs: 600_000 });
		const lost = generate(simulator);
		await until(() => simulator.inFlight > 0);
		await Promise.all([expect(lost).rejects.toThrow(), simulator.close()]);
		await expect(send(simulator, '/models')).rejects.toThrow();
	});
});

test('reset forgets what happened and keeps the options', async () => {
	const simulator = await simulate({ usage: 'missing' });
	const { requests } = simulator;
	await generate(simulator);
	simulator.failNext('serverError');
	simulator.reset();
	expect([
		requests.length,
		simulator.billed.length,
		simulator.maxInFlight,
		simulator.billedPicodollars(),
	]).toEqual([0, 0, 0, 0n]);
	expect((await generate(simulator)).body).not.toHaveProperty('usage');
	expect(requests).toHaveLength(1);
});
