import { closeAll, generate, send, simulate } from './support.mts';

afterEach(closeAll);

describe('faults', () => {
	test('strike so often as asked, then no more, and only where asked', async () => {
		const simulator = await simulate();
		simulator.failNext('serverError', 2);
		expect((await send(simulator, '/models')).status).toBe(200);
		expect([
			(await generate(simulator)).status,
			(await generate(simulator)).status,
			(await generate(simulator)).status,
		]).toEqual([500, 500, 200]);
		simulator.failNext('overloaded', 1, '/v1/models');
		expect((await generate(simulator)).status).toBe(200);
		expect((await send(simulator, '/models/gpt-image-2')).status).toBe(503);
	});

	test('malformed JSON, no data and HTML come from work that was billed or not', async () => {
		const simulator = await simulate();
		simulator.failNext('malformedJson');
		const malformed = await generate(simulator);
		expect(malformed.status).toBe(200);
		expect(() => JSON.parse(malformed.text) as unknown).toThrow(SyntaxError);
		simulator.failNext('emptyData');
		expect((await generate(simulator)).body).toMatchObject({
			data: [],
			usage: { output_tokens: 196 },
		});
		expect(simulator.billed).toHaveLength(2);
		simulator.failNext('htmlError');
		const html = await generate(simulator);
		expect([html.status, html.headers.get('content-type'), simulator.billed.length]).toEqual([
			502,
			'text/html',
			2,
		]);
	});

	test('a body can be cut, or come to a halt, half-way: what it was for is billed', async () => {
		const simulator = await simulate();
		simulator.configure({ imageBytes: 500_000 });
		simulator.failNext('cutInBody');
		await expect(generate(simulator)).rejects.toThrow();
		simulator.failNext('stallInBody');
		const leaving = new AbortController();
		const { body, status } = await fetch(`${simulator.baseUrl}/images/generations`, {
			method: 'POST',
			body: '{"model":"gpt-image-2","prompt":"x"}',
			headers: { authorization: 'Bearer sk-simulator', 'content-type': 'application/json' },
			signal: leaving.signal,
		});
		let received = 0;
		const read = (async () => {
			for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
				if ((received += chunk.length) > 300_000) leaving.abort();
		})();
		await expect(read).rejects.toThrow();

		expect([status, received < 500_000, simulator.billed.length]).toEqual([200, true, 2]);
		expect(simulator.ledger().map(({ fault, delivered }) => [fault, delivered])).toEqual([
			['cutInBody', false],
			['stallInBody', false],
		]);
	});

	test('a redirect points to a host that never answers', async () => {
		const simulator = await simulate();
		simulator.failNext('redirect');
		const answer = await fetch(`${simulator.baseUrl}/images/generations`, {
			method: 'POST',
			redirect: 'manual',
			body: '{"model":"gpt-image-2","prompt":"x"}',
			headers: { authorization: 'Bearer sk-simulator' },
		});
		expect([answer.status, answer.headers.get('location')]).toEqual([
			302,
			'https://elsewhere.invalid/v1/images/generations',
		]);
	});
});
