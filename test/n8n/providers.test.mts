import { LLMock } from '@copilotkit/aimock';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { startSimulator, type Simulator, type SimulatorOptions } from '../simulator/index.mts';
import { chain, itemsNode, nodeOutput, ourNode, withCredential, type Execution } from './harness/index.mts';
import { openWorkshop, pngs, type Workshop } from './workshop.mts';

const KEY = 'sk-door-7f2e91c4';
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
}

const DEPLOYMENTS = { 'my-drafts': 'gpt-image-1-mini', 'my-finals': 'gpt-image-2' };
const deployments = Object.entries(DEPLOYMENTS).map(([name, model]) => `${name} = ${model}`).join('\n');

const CASES: Case[] = [
	{ title: 'OpenAI', server: {}, credential: ({ baseUrl }) => ({ provider: 'openai', baseUrl }), path: '/v1/images/generations', model: 'gpt-image-1-mini', basis: 'usage', header: ['authorization', `Bearer ${KEY}`] },
	{ title: 'an OpenAI-compatible address', server: {}, credential: ({ baseUrl }) => ({ provider: 'compatible', baseUrl }), path: '/v1/images/generations', model: 'gpt-image-1-mini', basis: 'usage', header: ['authorization', `Bearer ${KEY}`] },
	{ title: 'Azure OpenAI, v1', server: { door: 'azure', deployments: DEPLOYMENTS }, credential: (simulator) => ({ provider: 'azure', baseUrl: `${origin(simulator)}/openai/v1`, deployments }), path: '/openai/v1/images/generations', model: 'my-drafts', basis: 'usage', header: ['api-key', KEY] },
	{ title: 'Azure OpenAI, deployments', server: { door: 'azure', deployments: DEPLOYMENTS }, credential: (simulator) => ({ provider: 'azure', baseUrl: origin(simulator), apiVersion: '2025-04-01-preview', deployments }), path: '/openai/deployments/my-drafts/images/generations', model: 'my-drafts', basis: 'usage', header: ['api-key', KEY] },
	{ title: 'Vercel AI Gateway', server: { door: 'vercel', surchargePercent: 5 }, credential: ({ baseUrl }) => ({ provider: 'vercel', baseUrl }), path: '/v1/images/generations', model: 'openai/gpt-image-1-mini', basis: 'provider', header: ['authorization', `Bearer ${KEY}`] },
];

describe.each(CASES)('$title', ({ server, credential, path, model, basis, header }) => {
	let workshop: Workshop;
	let simulator: Simulator;
	let id: string;
	beforeAll(async () => {
		workshop = await openWorkshop();
		simulator = await startSimulator({ apiKey: KEY, now: () => new Date('2026-11-20T09:00:00Z'), ...server });
		id = await workshop.n8n.createCredential({ apiKey: KEY, ...credential(simulator) });
	});
	beforeEach(() => simulator.reset());
	afterAll(async () => {
		await simulator.close();
		await workshop.close();
	});
	const run = async (parameters: INodeParameters, items: Array<Record<string, unknown>> = [{}], ...before: Parameters<Workshop['run']>[3][]) =>
		await workshop.run(items, parameters, withCredential(id), ...before);

	it('generates, with the same workflow as everywhere else', async () => {
		const { json } = await run({ prompt: 'a balloon', count: 2 });

		const [request] = simulator.requests;
		expect([request!.path, request!.status, request!.headers[header[0]]]).toEqual([path, 200, header[1]]);
		expect(simulator.requests).toHaveLength(1);
		expect(request!.parameters['model']).toBe(model);
		expect(json).toMatchObject([{ model: 'gpt-image-1-mini', requestedModel: 'draft', prompt: 'a balloon', cost: { basis } }, { image: { index: 1 } }]);
		const billed = simulator.billedPicodollars();
		const spent = json.reduce((sum, { cost }) => sum + picodollars(cost.usd), 0n);
		expect(spent).toBe(basis === 'provider' ? (billed * 105n) / 100n : billed);
		if (basis === 'provider') {
			expect(picodollars(json[0]!['cost'].computedRequestUsd)).toBe(billed);
			expect(picodollars(json[0]!['cost'].differenceUsd)).toBe(spent - billed);
		}
	});

	it('edits with an image and a mask', async () => {
		const base64 = async (alpha: boolean) => (await sharp({ create: { width: 64, height: 64, channels: alpha ? 4 : 3, background: alpha ? { r: 0, g: 0, b: 0, alpha: 0 } : '#7aa' } }).png().toBuffer()).toString('base64');
		const { json } = await run({ operation: 'edit', prompt: 'x', maskBinaryField: 'mask' }, [{ data: await base64(false), mask: await base64(true) }], pngs('data', 'mask'));

		expect(json).toMatchObject([{ operation: 'edit', model: 'gpt-image-1-mini', cost: { basis } }]);
		expect(simulator.requests[0]!.files).toHaveLength(2);
	});

	it('the error of a wrong key names the field, and shows no key', async () => {
		const wrong = await workshop.n8n.createCredential({ apiKey: 'sk-wrong-wrong-wrong', ...credential(simulator) });
		const { execution } = await workshop.run([{}], { prompt: 'x' }, withCredential(wrong));

		expect(execution.data.resultData.error?.message).toMatch(/^The API key was refused: /);
		expect(JSON.stringify(execution)).not.toContain('sk-wrong-wrong-wrong');
		expect(simulator.billed).toEqual([]);
	});

	it('the model list is read there, and the credential can be tested', async () => {
		const { results } = await workshop.n8n.listSearch({ nodeType: 'n8n-nodes-gpt-image.gptImage', methodName: 'searchModels', filter: '', credentials: { gptImageApi: { id, name: 'x' } } });

		expect(results[0]).toMatchObject({ value: 'draft', name: expect.stringContaining('gpt-image-1-mini') });
	});
});

describe('what a door does not have', () => {
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
		const id = await workshop.n8n.createCredential({ provider, apiKey: KEY, baseUrl: workshop.simulator.baseUrl });
		for (const operation of ['submit', 'getAll']) {
			const { execution } = await workshop.run([{}], { resource: 'batch', operation, prompt: 'x' }, withCredential(id));

			expect(execution.data.resultData.error?.message).toBe(`${name} has no batches`);
			expect(execution.data.resultData.error?.description).toMatch(/one by one.*Nothing was sent/);
		}
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('a key never goes to OpenAI’s address because nobody changed it', async () => {
		for (const [provider, message] of [['azure', /'Base URL' .* can't be used: it is not a complete address/], ['compatible', /it is not a complete address/]] as const) {
			const id = await workshop.n8n.createCredential({ provider, apiKey: KEY, baseUrl: 'https://api.openai.com/v1' });
			const { execution } = await workshop.run([{}], { prompt: 'x' }, withCredential(id));

			expect(execution.data.resultData.error?.message).toMatch(message);
		}
	});
});

describe('a server that is not ours', () => {
	it('speaks as OpenAI does and is understood: aimock, by the compatible door', async () => {
		const picture = (await sharp({ create: { width: 32, height: 32, channels: 3, background: '#c60' } }).png().toBuffer()).toString('base64');
		const peer = new LLMock({ port: 0 });
		peer.onImage(/balloon/, { images: [{ b64Json: picture }] } as never);
		await peer.start();
		const workshop = await openWorkshop();
		const id = await workshop.n8n.createCredential({ provider: 'compatible', apiKey: KEY, baseUrl: `${peer.url}/v1` });
		const { json } = await workshop.run([{}], { prompt: 'a balloon', model: { __rl: true, mode: 'id', value: 'gpt-image-2' } }, withCredential(id));
		await workshop.close();
		await peer.stop();

		expect(json).toMatchObject([{ model: 'gpt-image-2', image: { width: 32, height: 32, mimeType: 'image/png' }, cost: { usd: null, basis: 'unknown' } }]);
	});
});

describe('switching from one door to another', () => {
	it('is changing the credential, nothing else: one workflow, through all of them', async () => {
		const workshop = await openWorkshop();
		const workflow = (credential: string) => chain(
			itemsNode('Prompts', [{ prompt: 'a balloon' }]),
			ourNode('Draft', 'gptImage', { prompt: '={{ $json.prompt }}' }, withCredential(credential)),
			ourNode('Final', 'gptImage', { operation: 'promote', quality: 'medium' }, withCredential(credential)),
			ourNode('Report', 'gptImage', { resource: 'cost', operation: 'report' }),
		);
		const shapes: unknown[] = [];
		for (const { server, credential } of CASES) {
			const simulator = await startSimulator({ apiKey: KEY, now: () => new Date('2026-11-20T09:00:00Z'), ...server });
			const id = await workshop.n8n.createCredential({ apiKey: KEY, ...credential(simulator) });
			const execution: Execution = await workshop.n8n.waitForExecution(await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow(id))));
			const [final] = nodeOutput(execution, 'Final').items;
			const [report] = nodeOutput(execution, 'Report').items;
			shapes.push([Object.keys(final!.json).sort(), (report!.json['total'] as { images: number }).images, (report!.json['total'] as { unknownImages: number }).unknownImages]);
			await simulator.close();
		}
		await workshop.close();

		expect(shapes).toHaveLength(CASES.length);
		for (const shape of shapes) expect(shape).toEqual(shapes[0]);
	});
});
