import { LLMock } from '@copilotkit/aimock';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { PROVIDERS } from '../../nodes/core/providers/find';
import { startSimulator, type Simulator, type SimulatorOptions } from '../simulator/index.mts';
import { nodeOutput, withCredential, type Execution } from './harness/index.mts';
import { exampleFor } from './exampleFor.mts';
import { openFalPeer } from './falPeer.mts';
import { openWorkshop, pngs, type Workshop } from './workshop.mts';

const KEY = 'sk-provider-7f2e91c4';
const picodollars = (usd: number): bigint => BigInt(Math.round(usd * 1e12));
const origin = (simulator: Simulator): string => simulator.baseUrl.replace(/\/v1$/, '');

interface Case {
	title: string;
	server: SimulatorOptions;
	credential(simulator: Simulator): Record<string, string>;
	/** What the request is called there. */
	path: string;
	model: string;
	basis: string;
	header: [name: string, value: string];
	/** No tokens come, so there is nothing to compute a cost from. */
	noUsage?: boolean;
	noMask?: boolean;
}

const DEPLOYMENTS = { 'my-drafts': 'gpt-image-1-mini', 'my-finals': 'gpt-image-2' };
const deployments = Object.entries(DEPLOYMENTS)
	.map(([name, model]) => `${name} = ${model}`)
	.join('\n');

const CASES: Case[] = [
	{
		title: 'OpenAI',
		server: {},
		credential: ({ baseUrl }) => ({ provider: 'openai', baseUrl }),
		path: '/v1/images/generations',
		model: 'gpt-image-1-mini',
		basis: 'usage',
		header: ['authorization', `Bearer ${KEY}`],
	},
	{
		title: 'an OpenAI-compatible address',
		server: {},
		credential: ({ baseUrl }) => ({ provider: 'compatible', baseUrl }),
		path: '/v1/images/generations',
		model: 'gpt-image-1-mini',
		basis: 'usage',
		header: ['authorization', `Bearer ${KEY}`],
	},
	{
		title: 'Azure OpenAI, v1',
		server: { provider: 'azure', deployments: DEPLOYMENTS },
		credential: (simulator) => ({
			provider: 'azure',
			baseUrl: `${origin(simulator)}/openai/v1`,
			deployments,
		}),
		path: '/openai/v1/images/generations',
		model: 'my-drafts',
		basis: 'usage',
		header: ['api-key', KEY],
	},
	{
		title: 'Azure OpenAI, deployments',
		server: { provider: 'azure', deployments: DEPLOYMENTS },
		credential: (simulator) => ({
			provider: 'azure',
			baseUrl: origin(simulator),
			apiVersion: '2025-04-01-preview',
			deployments,
		}),
		path: '/openai/deployments/my-drafts/images/generations',
		model: 'my-drafts',
		basis: 'usage',
		header: ['api-key', KEY],
	},
	{
		title: 'Vercel AI Gateway',
		server: { provider: 'vercel', surchargePercent: 5 },
		credential: ({ baseUrl }) => ({ provider: 'vercel', baseUrl }),
		path: '/v1/images/generations',
		model: 'openai/gpt-image-1-mini',
		basis: 'provider',
		header: ['authorization', `Bearer ${KEY}`],
	},
	{
		title: 'Lumenfall',
		server: { provider: 'lumenfall', surchargePercent: 10 },
		credential: (simulator) => ({
			provider: 'lumenfall',
			baseUrl: `${origin(simulator)}/openai/v1`,
		}),
		path: '/openai/v1/images/generations',
		model: 'gpt-image-1-mini',
		basis: 'provider',
		header: ['authorization', `Bearer ${KEY}`],
	},
	{
		title: 'OpenRouter',
		server: { provider: 'openrouter', surchargePercent: 5 },
		credential: (simulator) => ({ provider: 'openrouter', baseUrl: `${origin(simulator)}/api/v1` }),
		path: '/api/v1/images',
		model: 'openai/gpt-image-1-mini',
		basis: 'provider',
		header: ['authorization', `Bearer ${KEY}`],
		noUsage: true,
		noMask: true,
	},
	{
		title: 'fal.ai',
		server: { provider: 'fal' },
		credential: (simulator) => ({ provider: 'fal', baseUrl: origin(simulator) }),
		path: '/fal-ai/gpt-image-1-mini',
		model: 'none',
		basis: 'table',
		header: ['authorization', `Key ${KEY}`],
		noUsage: true,
		noMask: true,
	},
];

it('there is a case for every provider', () => {
	const simulator = { baseUrl: 'http://127.0.0.1:1/v1' } as Simulator;
	const tested = CASES.map(({ credential }) => credential(simulator)['provider']);

	expect(new Set(tested)).toEqual(new Set(PROVIDERS.map(({ id }) => id)));
});

describe.each(CASES)(
	'$title',
	({ server, credential, path, model, basis, header, noUsage, noMask }) => {
		let workshop: Workshop;
		let simulator: Simulator;
		let id: string;
		beforeAll(async () => {
			workshop = await openWorkshop();
			simulator = await startSimulator({
				apiKey: KEY,
				now: () => new Date('2026-11-20T09:00:00Z'),
				...server,
			});
			id = await workshop.n8n.createCredential({ apiKey: KEY, ...credential(simulator) });
		});
		beforeEach(() => simulator.reset());
		afterAll(async () => {
			await simulator.close();
			await workshop.close();
		});
		const run = async (
			parameters: INodeParameters,
			items: Array<Record<string, unknown>> = [{}],
			...before: Parameters<Workshop['run']>[3][]
		) => await workshop.run(items, parameters, withCredential(id), ...before);

		it('generates, with the same workflow as everywhere else', async () => {
			const { json } = await run({ prompt: 'a balloon', count: 2 });

			const [request] = simulator.requests;
			expect([request!.path, request!.status, request!.headers[header[0]]]).toEqual([
				path,
				200,
				header[1],
			]);
			expect(simulator.billed).toHaveLength(1);
			expect(request!.parameters['model'] ?? 'none').toBe(model);
			expect(json).toMatchObject([
				{
					model: 'gpt-image-1-mini',
					requestedModel: 'draft',
					prompt: 'a balloon',
					cost: { basis },
				},
				{ image: { index: 1 } },
			]);
			const billed = simulator.billedPicodollars();
			const spent = json.reduce((sum, { cost }) => sum + picodollars(cost.usd), 0n);
			expect(spent).toBe(billed);
			expect(simulator.requests.every(({ status }) => status !== null && status < 300)).toBe(true);
			if (basis === 'provider' && !noUsage) {
				const list = simulator.billed.reduce(
					(sum, { listPicodollars }) => sum + listPicodollars,
					0n,
				);
				expect(picodollars(json[0]!['cost'].computedRequestUsd)).toBe(list);
				expect(picodollars(json[0]!['cost'].differenceUsd)).toBe(spent - list);
			}
		});

		it('edits with an image, and with a mask where there are masks', async () => {
			const base64 = async (alpha: boolean) =>
				(
					await sharp({
						create: {
							width: 64,
							height: 64,
							channels: alpha ? 4 : 3,
							background: alpha ? { r: 0, g: 0, b: 0, alpha: 0 } : '#7aa',
						},
					})
						.png()
						.toBuffer()
				).toString('base64');
			const items = [{ data: await base64(false), mask: await base64(true) }];
			if (noMask) {
				const { execution } = await run(
					{ operation: 'edit', prompt: 'x', maskBinaryField: 'mask' },
					items,
					pngs('data', 'mask'),
				);
				expect(execution.data.resultData.error?.message).toMatch(
					/^'Mask Binary Field' is set, but .* does not support masks/,
				);
				expect(simulator.requests).toEqual([]);
			}
			const { json } = await run(
				{ operation: 'edit', prompt: 'x', maskBinaryField: noMask ? '' : 'mask' },
				items,
				pngs('data', 'mask'),
			);

			// fal bills input images as well, at a price that it does not publish.
			expect(json).toMatchObject([
				{
					operation: 'edit',
					model: 'gpt-image-1-mini',
					cost: { basis: basis === 'table' ? 'unknown' : basis },
				},
			]);
			expect(simulator.requests[0]!.files).toHaveLength(noMask ? 1 : 2);
		});

		it('the error of a wrong key names the field, and shows no key', async () => {
			const wrong = await workshop.n8n.createCredential({
				apiKey: 'sk-wrong-wrong-wrong',
				...credential(simulator),
			});
			const { execution } = await workshop.run([{}], { prompt: 'x' }, withCredential(wrong));

			expect(execution.data.resultData.error?.message).toMatch(/^The API key was refused: /);
			expect(JSON.stringify(execution)).not.toContain('sk-wrong-wrong-wrong');
			expect(simulator.billed).toEqual([]);
		});

		it('the credential is tested there without making anything', async () => {
			const good = await workshop.n8n.testCredential({ apiKey: KEY, ...credential(simulator) });
			const bad = await workshop.n8n.testCredential({
				apiKey: 'sk-wrong',
				...credential(simulator),
			});

			expect([good.status, bad]).toEqual([
				'OK',
				{ status: 'Error', message: "The key is not valid. Check 'API Key'." },
			]);
			expect(simulator.billed).toEqual([]);
		});

		it('the model list is read there', async () => {
			const { results } = await workshop.n8n.listSearch({
				nodeType: 'n8n-nodes-gpt-image.gptImage',
				methodName: 'searchModels',
				filter: '',
				credentials: { gptImageApi: { id, name: 'x' } },
			});

			expect(results[0]).toMatchObject({
				value: 'draft',
				name: expect.stringContaining('gpt-image-1-mini'),
			});
		});
	},
);

describe('what a provider does not have', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	it.each([
		['azure', 'Azure OpenAI'],
		['vercel', 'Vercel AI Gateway'],
	])('batches at %s are refused with the reason, and nothing is sent', async (provider, name) => {
		const id = await workshop.n8n.createCredential({
			provider,
			apiKey: KEY,
			baseUrl: workshop.simulator.baseUrl,
		});
		for (const operation of ['submit', 'getAll']) {
			const { execution } = await workshop.run(
				[{}],
				{ resource: 'batch', operation, prompt: 'x' },
				withCredential(id),
			);

			expect(execution.data.resultData.error?.message).toBe(`${name} has no batches`);
			expect(execution.data.resultData.error?.description).toMatch(/one by one.*Nothing was sent/);
		}
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('a key never goes to OpenAI’s address because nobody changed it', async () => {
		for (const [provider, message] of [
			['azure', /'Base URL' .* can't be used: it is not a complete address/],
			['compatible', /it is not a complete address/],
		] as const) {
			const id = await workshop.n8n.createCredential({
				provider,
				apiKey: KEY,
				baseUrl: 'https://api.openai.com/v1',
			});
			const { execution } = await workshop.run([{}], { prompt: 'x' }, withCredential(id));

			expect(execution.data.resultData.error?.message).toMatch(message);
		}
	});
});

describe('results that come as addresses', () => {
	let workshop: Workshop;
	let simulator: Simulator;
	let id: string;
	beforeAll(async () => {
		workshop = await openWorkshop();
		simulator = await startSimulator({
			apiKey: KEY,
			provider: 'fal',
			now: () => new Date('2026-11-20T09:00:00Z'),
		});
		id = await workshop.n8n.createCredential({
			provider: 'fal',
			apiKey: KEY,
			baseUrl: origin(simulator),
		});
	});
	beforeEach(() => {
		simulator.reset();
		simulator.configure({ results: {}, queue: {} });
	});
	afterAll(async () => {
		await simulator.close();
		await workshop.close();
	});

	it('are fetched without the key, from the provider’s own hosts only', async () => {
		const good = await workshop.run([{}], { prompt: 'x' }, withCredential(id));
		simulator.configure({ results: { host: '127.0.0.1:9' } });
		const foreign = await workshop.run([{}], { prompt: 'x' }, withCredential(id));

		expect(good.json[0]).toMatchObject({
			image: { width: 1024 },
			cost: { usd: 0.01, basis: 'table' },
		});
		expect(
			simulator.requests
				.filter(({ path }) => path.startsWith('/results/'))
				.every(({ headers }) => headers['authorization'] === undefined),
		).toBe(true);
		expect(foreign.execution.data.resultData.error?.message).toContain(
			"its address is none of fal.ai's own",
		);
	});

	it('a request that waits too long in the queue is cancelled there', async () => {
		simulator.configure({ queue: { looks: 1000 } });
		const { execution } = await workshop.run(
			[{}],
			{ prompt: 'x', run: { timeoutSeconds: 1, maxAttempts: 1 } },
			withCredential(id),
		);

		expect(execution.data.resultData.error?.message).toMatch(/^No answer arrived in time/);
		expect(simulator.requests.at(-1)).toMatchObject({
			method: 'PUT',
			path: expect.stringMatching(/\/cancel$/),
			status: 202,
		});
		expect(simulator.billed).toEqual([]);
	});

	it('a fetch that fails is tried again: what was made is paid for', async () => {
		simulator.configure({ results: { failures: 2 } });
		const { json } = await workshop.run([{}], { prompt: 'x' }, withCredential(id));

		expect(json[0]).toMatchObject({ image: { width: 1024 } });
		expect(simulator.billed).toHaveLength(1);
	});

	it('a result without an end is left, its address is told, and it is not paid for again', async () => {
		simulator.configure({ results: { bytes: 80 * 1024 * 1024 } });
		const { execution } = await workshop.run([{}], { prompt: 'x' }, withCredential(id));

		expect(execution.data.resultData.error?.message).toMatch(
			/^The image was made, but could not be downloaded: it is larger than 64 MB\. The image may still be available at: http:.*\/results\/1$/,
		);
		expect(simulator.billed).toHaveLength(1);
	});

	it('an address for the key that is not the provider’s own is not asked', async () => {
		simulator.configure({ queue: { host: 'localhost:9' } });
		const { execution } = await workshop.run([{}], { prompt: 'x' }, withCredential(id));

		expect(execution.data.resultData.error?.message).toBe(
			"The request was accepted, but its progress can't be followed: its address is none of fal.ai's own.",
		);
		expect(simulator.requests).toHaveLength(1);
	});

	it('a queue that is busy is asked again; what was submitted is not submitted again', async () => {
		simulator.configure({ queue: { isBusy: true, looks: 5 } });
		const { json } = await workshop.run([{}], { prompt: 'x' }, withCredential(id));

		expect(json[0]).toMatchObject({ cost: { usd: 0.01 } });
		expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});

	it('a result that can not be had is no reason to make it again', async () => {
		simulator.configure({ queue: { hasNoResults: true } });
		const { execution } = await workshop.run([{}], { prompt: 'x' }, withCredential(id));

		expect(execution.data.resultData.error?.message).toBe(
			"The request was accepted, but its progress can't be followed: Bad gateway",
		);
		expect(simulator.billed).toHaveLength(1);
	});

	it('a cancellation that comes too late brings the image', async () => {
		simulator.configure({ queue: { looks: 1000, isDoneWhenCancelled: true } });
		const { json } = await workshop.run(
			[{}],
			{ prompt: 'x', run: { timeoutSeconds: 1, maxAttempts: 1 } },
			withCredential(id),
		);

		expect(json[0]).toMatchObject({ image: { width: 1024 }, cost: { usd: 0.01 } });
	});

	it('what it blocks is known as blocked', async () => {
		const blocked = await workshop.run(
			[{}],
			{ prompt: 'this is unsafe [blocked]' },
			withCredential(id),
		);

		expect(blocked.execution.data.resultData.error?.message).toBe(
			'The request was blocked by moderation: violence',
		);
		expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});

	it('a model or an option that the provider lacks is refused before anything is sent', async () => {
		const cases: Array<[INodeParameters, RegExp]> = [
			[
				{ model: { __rl: true, mode: 'id', value: 'gpt-image-2' } },
				/^'Model' is gpt-image-2, which fal\.ai does not offer\. Choose gpt-image-1-mini/,
			],
			[{ model: { __rl: true, mode: 'list', value: 'final' } }, /which fal\.ai does not offer/],
			[
				{ options: { moderation: 'low' } },
				/^'Moderation' is set, but fal\.ai does not support this option/,
			],
		];
		for (const [parameters, message] of cases) {
			const { execution } = await workshop.run(
				[{}],
				{ prompt: 'x', ...parameters },
				withCredential(id),
			);
			expect(execution.data.resultData.error?.message).toMatch(message);
		}
		expect(simulator.requests).toEqual([]);
	});

	it('what one request may not make is divided: 6 images are two requests', async () => {
		const { json } = await workshop.run([{}], { prompt: 'x', count: 6 }, withCredential(id));

		expect(json).toHaveLength(6);
		expect(simulator.billed.map(({ n }) => n).sort()).toEqual([3, 3]);
		expect(json.reduce((sum, { cost }) => sum + picodollars(cost.usd), 0n)).toBe(40_000_000_000n);
	});
});

describe('an estimate that asks the provider', () => {
	it('brings Lumenfall’s own quote, and makes nothing', async () => {
		const workshop = await openWorkshop();
		const simulator = await startSimulator({
			apiKey: KEY,
			provider: 'lumenfall',
			surchargePercent: 10,
			now: () => new Date('2026-11-20T09:00:00Z'),
		});
		const id = await workshop.n8n.createCredential({
			provider: 'lumenfall',
			apiKey: KEY,
			baseUrl: `${origin(simulator)}/openai/v1`,
		});
		const { json } = await workshop.run(
			[{}],
			{ resource: 'cost', operation: 'estimate', prompt: 'a balloon', count: 2, askProvider: true },
			withCredential(id),
		);
		await simulator.close();
		await workshop.close();

		expect(json[0]).toMatchObject({ estimate: { usd: 0.004388, quotedUsd: 0.004826 } });
		expect(simulator.billed).toEqual([]);
	});
});

describe('a server that is not ours', () => {
	const picture = async (): Promise<Buffer> =>
		await sharp({ create: { width: 32, height: 32, channels: 3, background: '#c60' } })
			.png()
			.toBuffer();
	let workshop: Workshop;
	let peer: LLMock;
	beforeAll(async () => {
		workshop = await openWorkshop();
		peer = new LLMock({ port: 0 });
		peer.onImage(/balloon/, {
			images: [{ b64Json: (await picture()).toString('base64') }],
		} as never);
		await peer.start();
	});
	afterAll(async () => {
		await workshop.close();
		await peer.stop();
	});

	it.each([
		['compatible', '/v1', 'authorization'],
		['openai', '/v1', 'authorization'],
		['azure', '/openai/v1', 'api-key'],
		['lumenfall', '/openai/v1', 'authorization'],
		['vercel', '/v1', 'authorization'],
	])(
		'aimock speaks as OpenAI does and is understood through the provider %s',
		async (provider, path, header) => {
			peer.clearRequests();
			const id = await workshop.n8n.createCredential({
				provider,
				apiKey: KEY,
				baseUrl: `${peer.url}${path}`,
			});
			const { json } = await workshop.run(
				[{}],
				{ prompt: 'a balloon', model: { __rl: true, mode: 'id', value: 'gpt-image-2' } },
				withCredential(id),
			);
			const asked = peer.getRequests().filter(({ method }) => method === 'POST');

			expect(json).toMatchObject([
				{
					model: 'gpt-image-2',
					image: { width: 32, height: 32, mimeType: 'image/png' },
					cost: { usd: null, basis: 'unknown' },
				},
			]);
			expect(asked.map((request) => request.path)).toEqual([`${path}/images/generations`]);
			// aimock writes down which header carried a key, not the key.
			expect(
				Object.entries(asked[0]!.headers)
					.filter(([, value]) => value === '[REDACTED]')
					.map(([name]) => name),
			).toEqual([header]);
		},
	);

	it('aimock’s queue of fal.ai is followed to its end', async () => {
		const fal = await openFalPeer(peer.url, await picture());
		peer.onFalImage('fal-ai/gpt-image-1-mini', {
			images: [{ url: `${fal.url}/files/1.png` }],
		} as never);
		const id = await workshop.n8n.createCredential({
			provider: 'fal',
			apiKey: KEY,
			baseUrl: fal.url,
		});
		const { json } = await workshop.run([{}], { prompt: 'a balloon' }, withCredential(id));
		await fal.close();

		expect(json).toMatchObject([
			{ model: 'gpt-image-1-mini', image: { width: 32 }, cost: { usd: 0.01, basis: 'table' } },
		]);
		expect([fal.asked[0], fal.asked.at(-1)]).toEqual(['POST submit', 'GET result']);
		expect(fal.asked.filter((one) => one === 'GET status').length).toBeGreaterThan(0);
	});
});

describe('switching from one provider to another', () => {
	it('is changing the credential, nothing else: the example any-provider, through all of them', async () => {
		const workshop = await openWorkshop();
		const shapes: unknown[] = [];
		for (const { server, credential, basis } of CASES) {
			const simulator = await startSimulator({
				apiKey: KEY,
				now: () => new Date('2026-11-20T09:00:00Z'),
				...server,
			});
			const id = await workshop.n8n.createCredential({ apiKey: KEY, ...credential(simulator) });
			const execution: Execution = await workshop.n8n.waitForExecution(
				await workshop.n8n.runWorkflow(
					await workshop.n8n.createWorkflow(exampleFor('any-provider.json', id, '')),
				),
			);
			const edits = nodeOutput(execution, 'At Night').items;
			const report = nodeOutput(execution, 'What It Cost').items[0]!.json as {
				total: { usd: number; images: number; unknownImages: number };
			};
			const edited = simulator.billed
				.slice(1)
				.reduce((sum, { costPicodollars }) => sum + costPicodollars, 0n);
			// Not every provider says when an image was made.
			const fieldsOf = (json: object): string[] =>
				Object.keys(json)
					.filter((name) => name !== 'createdAt')
					.sort();
			shapes.push(
				edits.map(({ json }) => [fieldsOf(json), json['model'], json['prompt']]),
				[report.total.images],
			);
			// fal.ai's price of input images is not published, so what its edits cost is not known.
			expect(report.total.unknownImages).toBe(basis === 'table' ? report.total.images : 0);
			if (basis !== 'table') expect(picodollars(report.total.usd)).toBe(edited);
			await simulator.close();
		}
		await workshop.close();

		expect(shapes).toHaveLength(2 * CASES.length);
		for (const [index, shape] of shapes.entries()) expect(shape).toEqual(shapes[index % 2]);
	});
});
