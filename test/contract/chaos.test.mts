import { PROVIDERS } from '../../nodes/core/providers/find';
import type { Simulator } from '../simulator/index.mts';
import { closeAll, postJson, simulate } from './support.mts';

afterEach(closeAll);

/** A client without retries that waits for a second; how many images it got from each request. */
async function soak(simulator: Simulator, requests: number): Promise<number[]> {
	const got: number[] = [];
	for (let number = 0; number < requests; number += 1) {
		const answer = await postJson(
			simulator,
			'/images/generations',
			{ model: 'gpt-image-2', prompt: `p${number}`, quality: 'low', n: 2 },
			{},
			1000,
		).catch(() => null);
		const data = answer?.status === 200 ? answer.body.data : null;
		got.push(Array.isArray(data) ? data.length : 0);
	}
	return got;
}

test('the same seed brings the same troubles, and the ledger knows what was billed and what arrived', async () => {
	const faults: (string | null)[][] = [];
	for (const seed of ['a', 'a', 'b']) {
		const simulator = await simulate({ imageBytes: 2000 });
		simulator.chaos({ seed, slowMs: 3000 });
		const got = await soak(simulator, 45);
		const ledger = simulator.ledger();
		faults.push(ledger.map(({ fault }) => fault));
		expect(ledger.map(({ images, delivered }) => (delivered ? images : 0))).toEqual(got);
		expect(ledger.reduce((sum, { billed }) => sum + billed, 0n)).toBe(
			simulator.billedPicodollars(),
		);
		expect(ledger.map(({ requestNumber }) => requestNumber)).toEqual(
			ledger.map((_, index) => index + 1),
		);
		const paidForNothing = new Set(
			ledger.filter(({ billed, delivered }) => billed > 0n && !delivered).map(({ fault }) => fault),
		);
		const expected = [
			'badGatewayBilled',
			'gatewayTimeoutBilled',
			'timeout524Billed',
			'dropBeforeAnswer',
			'slow',
			'malformedJson',
		];
		expect(expected).toEqual(expect.arrayContaining([...paidForNothing]));
	}
	expect(faults[0]).toEqual(faults[1]);
	expect(faults[0]).not.toEqual(faults[2]);
	expect(new Set(faults.flat()).size).toBeGreaterThan(12);
}, 60_000);

test('weights say what happens, and chaos ends', async () => {
	const simulator = await simulate({ imageBytes: 2000 });
	simulator.chaos({ seed: 'x', weights: { moderation: 1 } });
	await soak(simulator, 3);
	expect(simulator.ledger().map(({ fault, status }) => [fault, status])).toEqual(
		Array(3).fill(['moderation', 400]),
	);
	simulator.chaos({ seed: 'x', weights: { modelRemoved: 1 } });
	expect(await soak(simulator, 2)).toEqual([0, 0]);
	simulator.chaos(null);
	simulator.reset();
	expect(await soak(simulator, 1)).toEqual([2]);
});

const AT = [
	['openai', '/v1/images/generations', 'gpt-image-2', { authorization: 'Bearer sk-simulator' }],
	['azure', '/openai/v1/images/generations', 'mine', { 'api-key': 'sk-simulator' }],
	[
		'vercel',
		'/v1/images/generations',
		'openai/gpt-image-2',
		{ authorization: 'Bearer sk-simulator' },
	],
	[
		'lumenfall',
		'/openai/v1/images/generations',
		'gpt-image-2',
		{ authorization: 'Bearer sk-simulator' },
	],
	['openrouter', '/api/v1/images', 'openai/gpt-image-2', { authorization: 'Bearer sk-simulator' }],
	['fal', '/fal-ai/gpt-image-1-mini', undefined, { authorization: 'Key sk-simulator' }],
] as const;

test('every provider is in the table, but a compatible server, which is as OpenAI', () => {
	const ids = PROVIDERS.map(({ id }) => id).filter((id) => id !== 'compatible');

	expect(AT.map(([provider]) => provider).sort()).toEqual(ids.sort());
});

test.each(AT)('the provider %s stands it', async (provider, path, model, headers) => {
	const simulator = await simulate({
		provider,
		imageBytes: 2000,
		deployments: { mine: 'gpt-image-2' },
	});
	simulator.chaos({
		seed: 'providers',
		slowMs: 1,
		weights: {
			zeroUsage: 1,
			fewerImages: 1,
			malformedJson: 1,
			errorIn200: 1,
			moderation: 1,
			timeout524Billed: 1,
			ok: 1,
		},
	});
	simulator.failNext('emptyData');
	simulator.failNext({ bare: true, usage: 'missing' });
	for (let number = 0; number < 20; number += 1) {
		const answer = await fetch(new URL(path, simulator.baseUrl), {
			method: 'POST',
			headers: { ...headers, 'content-type': 'application/json' },
			body: JSON.stringify({ model, prompt: 'x', quality: 'low' }),
		});
		expect(await answer.text()).not.toContain('simulator_failed');
	}
	const ledger = simulator.ledger();
	expect(ledger).toHaveLength(20);
	expect(new Set(ledger.map(({ fault }) => fault)).size).toBeGreaterThan(5);
	expect(ledger.filter(({ delivered, images }) => delivered && images === 0)).toEqual([]);
});
