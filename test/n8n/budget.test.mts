import type { INodeParameters } from 'n8n-workflow';
import { startSimulator, type Simulator, type SimulatorOptions } from '../simulator/index.mts';
import { toldBy } from './account.mts';
import { chain, itemsNode, node, nodeOutput, ourNode, withCredential, type WorkflowJson } from './harness/index.mts';
import { picodollars } from './money.mts';
import { API_KEY, NODE, openWorkshop, TODAY, type Workshop } from './workshop.mts';

const prompts = (count: number, blocked: number[] = []) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `picture ${index}${blocked.includes(index) ? ' [blocked]' : ''}` }));
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };
const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 5, waitBetweenTries: 1 } as const;
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const usd = (amount: number): bigint => picodollars(amount.toFixed(12));
/** No run of these may take longer, in ms. */
const SOON = 30_000;

describe('a model that is gone, with a budget', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 20 });
	});
	afterAll(async () => await workshop.close());

	/** @param requests after which the model is gone; 0 = from the start */
	const removeAfter = (model: string, requests: number): void => {
		const { simulator } = workshop;
		if (requests === 0) simulator.removeModel(model);
		let seen = 0;
		simulator.answerWhen(() => {
			seen += 1;
			if (seen === requests) simulator.removeModel(model);
			return null;
		});
	};

	interface Case {
		title: string;
		model: string;
		parameters: INodeParameters;
		budgetUsd: number;
	}

	const CASES: Case[] = [
		{ title: 'a role, whose next model is dearer', model: 'gpt-image-1-mini', parameters: {}, budgetUsd: 0.06 },
		{ title: 'a fixed model with a dearer successor', model: 'gpt-image-1-mini', parameters: { model: byId('gpt-image-1-mini'), quality: 'low' }, budgetUsd: 0.06 },
		{ title: 'a fixed model with a cheaper successor', model: 'gpt-image-1.5', parameters: { model: byId('gpt-image-1.5'), quality: 'high' }, budgetUsd: 3 },
		{ title: 'a fixed model with a successor of another price at low', model: 'gpt-image-1.5', parameters: { model: byId('gpt-image-1.5'), quality: 'low' }, budgetUsd: 0.2 },
		{ title: 'the role final', model: 'gpt-image-2.5-sunburst', parameters: { model: byId('final'), quality: 'low' }, budgetUsd: 0.5 },
	];
	const TIMES = [0, 10].map((after) => ({ after, when: after === 0 ? 'from the start' : 'in mid-run' }));

	it.each(CASES.flatMap((one) => TIMES.map((time) => ({ ...one, ...time }))))(
		'$title, gone $when: the run ends within the budget, and what was billed was delivered',
		async ({ model, parameters, budgetUsd, after }) => {
			removeAfter(model, after);
			const run = await workshop.run(prompts(40), { ...FROM_ITEM, ...parameters, run: { budgetUsd } });

			const told = toldBy(run);
			const billed = workshop.simulator.billedPicodollars();
			expect(run.execution.status).toBe('success');
			expect(run.output.executionTime).toBeLessThan(SOON);
			expect(told.delivered).toBe(billed);
			expect(billed <= usd(budgetUsd)).toBe(true);
			expect(told).toMatchObject({ unknown: 0, failed: 0, maybeBilled: 0, images: workshop.simulator.billed.length });
			expect(told.images + told.skipped).toBe(40);
			expect(told.skipped).toBeGreaterThan(0);
			expect(told.images).toBeGreaterThan(after === 0 ? 0 : after - 1);
			expect(workshop.simulator.billed.some((bill) => bill.model !== model)).toBe(true);
		},
	);

	it.each(TIMES)('a fixed model that shall fail, gone $when, Continue: what is left fails, and what was billed was delivered', async ({ after }) => {
		removeAfter('gpt-image-1-mini', after);
		const run = await workshop.run(prompts(40), { ...FROM_ITEM, model: byId('gpt-image-1-mini'), quality: 'low', whenModelIsGone: 'fail', run: { budgetUsd: 0.05 } }, CONTINUE);

		const told = toldBy(run);
		expect(run.output.executionTime).toBeLessThan(SOON);
		expect(told.delivered).toBe(workshop.simulator.billedPicodollars());
		expect(told).toMatchObject({ images: workshop.simulator.billed.length, failed: 40 - workshop.simulator.billed.length, skipped: 0, maybeBilled: 0 });
		expect(run.json.filter(({ error }) => error !== undefined).map(({ code }) => code)).toEqual(Array(told.failed).fill('model_not_found'));
	});

	it.each(TIMES)('a fixed model that shall fail, gone $when, Stop: the run ends and says what it had made', async ({ after }) => {
		removeAfter('gpt-image-1-mini', after);
		const run = await workshop.run(prompts(40), { ...FROM_ITEM, model: byId('gpt-image-1-mini'), quality: 'low', whenModelIsGone: 'fail', run: { budgetUsd: 0.05 } });

		const made = workshop.simulator.billed.length;
		expect(run.execution.status).toBe('error');
		expect(run.output.executionTime).toBeLessThan(SOON);
		expect(run.output.error?.message).toBe('The model gpt-image-1-mini is not available');
		if (made > 0) expect(run.output.error?.description).toContain(`${made} images for`);
	});

	it.each([
		{ model: 'gpt-image-1.5', budgetUsd: 0.1 },
		{ model: 'gpt-image-1-mini', budgetUsd: 0.05 },
	])('60 images of $model, gone after ten, with $ $budgetUsd: the run ends within it', async ({ model, budgetUsd }) => {
		removeAfter(model, 10);
		const run = await workshop.run(prompts(60), { ...FROM_ITEM, model: byId(model), quality: 'low', run: { budgetUsd } });

		const told = toldBy(run);
		expect(run.execution.status).toBe('success');
		expect(run.output.executionTime).toBeLessThan(SOON);
		expect(told.delivered).toBe(workshop.simulator.billedPicodollars());
		expect(told.delivered <= usd(budgetUsd)).toBe(true);
		expect(told.images + told.skipped).toBe(60);
	});
});

describe('one budget for all tries', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 0 });
	});
	afterAll(async () => await workshop.close());
	const billed = (): bigint => workshop.simulator.billedPicodollars();

	it('Retry On Fail with a blocked item: five tries spend what one may', async () => {
		const run = await workshop.run(prompts(40, [3]), { ...FROM_ITEM, run: { budgetUsd: 0.05 } }, RETRY_ON_FAIL);

		expect(run.execution.status).toBe('error');
		expect(billed() <= usd(0.05)).toBe(true);
		expect(workshop.simulator.requests.filter(({ parameters }) => String(parameters['prompt']).includes('[blocked]'))).toHaveLength(1);
	});

	it('Retry On Fail with an item that fails in each try anew: five tries spend what one may, and it is spent', async () => {
		workshop.simulator.answerWhen(({ parameters }) => (/picture (5|10|15|20|25)$/.test(String(parameters['prompt'])) ? { status: 400, body: { error: { message: 'No.', type: 'invalid_request_error', code: null, param: null } } } : null));
		const run = await workshop.run(prompts(60), { ...FROM_ITEM, run: { budgetUsd: 0.05, maxConcurrency: 2 } }, { ...RETRY_ON_FAIL, ...CONTINUE });

		expect(billed() <= usd(0.05)).toBe(true);
		expect(toldBy(run).delivered).toBe(billed());
		expect(toldBy(run).skipped).toBeGreaterThan(0);
	});

	it.each([{ title: 'one try', extras: {} }, { title: 'five tries', extras: RETRY_ON_FAIL }])('gateway timeouts that were billed, $title: the budget holds, and the items say how many attempts may have been billed', async ({ extras }) => {
		workshop.simulator.answerWhen(() => 'cloudflare524');
		const run = await workshop.run(prompts(40), { ...FROM_ITEM, run: { budgetUsd: 0.05 } }, { ...CONTINUE, ...extras });

		const told = toldBy(run);
		expect(billed() <= usd(0.05)).toBe(true);
		expect(billed()).toBeGreaterThan(usd(0.03));
		expect(told.images).toBe(0);
		expect(told.failed + told.skipped).toBe(40);
		expect(told.maybeBilled).toBe(workshop.simulator.billed.length);
	});

	it('gateway timeouts that were billed, Stop, five tries: the budget holds, and the error says how many', async () => {
		workshop.simulator.answerWhen(() => 'cloudflare524');
		const run = await workshop.run(prompts(40), { ...FROM_ITEM, run: { budgetUsd: 0.05 } }, RETRY_ON_FAIL);

		expect(billed() <= usd(0.05)).toBe(true);
		expect(run.execution.status).toBe('error');
		expect(toldBy(run).maybeBilled).toBe(workshop.simulator.billed.length);
	});

	it('in a loop the budget holds for all rounds together', async () => {
		const loop = node('Loop', 'n8n-nodes-base.splitInBatches', { batchSize: 5, options: {} }, { typeVersion: 3 });
		const ours = ourNode(NODE, 'gptImage', { ...FROM_ITEM, run: { budgetUsd: 0.02 } }, withCredential(workshop.credentialId));
		const workflow: WorkflowJson = chain(itemsNode('Items', prompts(25)), loop);
		workflow.nodes.push(ours);
		workflow.connections['Loop'] = { main: [[], [{ node: NODE, type: 'main', index: 0 }]] };
		workflow.connections[NODE] = { main: [[{ node: 'Loop', type: 'main', index: 0 }]] };
		const execution = await workshop.n8n.waitForExecution(await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow)));

		const rounds = [0, 1, 2, 3, 4].map((round) => toldBy({ output: nodeOutput(execution, NODE, round) }));
		expect(execution.status).toBe('success');
		expect(rounds.reduce((sum, { delivered }) => sum + delivered, 0n)).toBe(billed());
		expect(billed() <= usd(0.02)).toBe(true);
		expect(rounds.map(({ images, skipped }) => images + skipped)).toEqual([5, 5, 5, 5, 5]);
		expect(rounds[0]).toMatchObject({ images: 5 });
		expect(rounds[4]).toMatchObject({ skipped: 5 });
	});

	it('an expression that gives nothing is an error, and nothing is sent', async () => {
		const run = await workshop.run(prompts(3), { ...FROM_ITEM, run: { budgetUsd: '={{ $json.nothing }}' } });

		expect(run.output.error?.message).toContain("'Budget (USD)' is an expression that gives nothing");
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('0 means that nothing may be spent: nothing is sent, all items are skipped', async () => {
		const run = await workshop.run(prompts(3), { ...FROM_ITEM, run: { budgetUsd: 0 } });

		expect(toldBy(run)).toMatchObject({ skipped: 3, images: 0, failed: 0 });
		expect(workshop.simulator.requests).toEqual([]);
	});

	it.each([[''], [null]])('an empty field (%p) is no limit', async (budgetUsd) => {
		const run = await workshop.run(prompts(3), { ...FROM_ITEM, run: { budgetUsd } });

		expect(toldBy(run)).toMatchObject({ images: 3, delivered: billed() });
	});
});

interface Door {
	title: string;
	server: SimulatorOptions;
	credential(simulator: Simulator): Record<string, string>;
	/** Whether each item says what its image cost. */
	isKnown: boolean;
}

const origin = ({ baseUrl }: Simulator): string => baseUrl.replace(/\/v1$/, '');
const openai = ({ baseUrl }: Simulator) => ({ provider: 'openai', baseUrl });
const vercel = ({ baseUrl }: Simulator) => ({ provider: 'vercel', baseUrl });
const lumenfall = (simulator: Simulator) => ({ provider: 'lumenfall', baseUrl: `${origin(simulator)}/openai/v1` });
const openrouter = (simulator: Simulator) => ({ provider: 'openrouter', baseUrl: `${origin(simulator)}/api/v1` });
const fal = (simulator: Simulator) => ({ provider: 'fal', baseUrl: origin(simulator) });
const azure = (simulator: Simulator) => ({ provider: 'azure', baseUrl: `${origin(simulator)}/openai/v1`, deployments: 'my-drafts = gpt-image-1-mini' });

const DOORS: Door[] = [
	{ title: 'OpenAI', server: {}, credential: openai, isKnown: true },
	{ title: 'OpenAI with zeros for a usage', server: { usage: 'zeros' }, credential: openai, isKnown: false },
	{ title: 'OpenAI with no usage', server: { usage: 'missing' }, credential: openai, isKnown: false },
	{ title: 'OpenAI with a usage of the input alone', server: { usage: 'inputOnly' }, credential: openai, isKnown: false },
	{ title: 'Azure OpenAI', server: { door: 'azure', deployments: { 'my-drafts': 'gpt-image-1-mini' } }, credential: azure, isKnown: true },
	{ title: 'Vercel, 30% above the list', server: { door: 'vercel', surchargePercent: 30 }, credential: vercel, isKnown: true },
	{ title: 'Vercel out of free credit', server: { door: 'vercel', freeCredit: true }, credential: vercel, isKnown: true },
	{ title: 'Lumenfall, 30% above the list', server: { door: 'lumenfall', surchargePercent: 30 }, credential: lumenfall, isKnown: true },
	{ title: 'OpenRouter, 30% above the list', server: { door: 'openrouter', surchargePercent: 30 }, credential: openrouter, isKnown: true },
	{ title: 'OpenRouter with a key of OpenAI', server: { door: 'openrouter', byok: { feePercent: 5 } }, credential: openrouter, isKnown: true },
	{ title: 'OpenRouter with a key of OpenAI whose cost it keeps to itself', server: { door: 'openrouter', byok: { feePercent: 5, hidesUpstream: true } }, credential: openrouter, isKnown: false },
	{ title: 'fal.ai', server: { door: 'fal' }, credential: fal, isKnown: true },
];

describe('a dollar and 200 images of high quality', () => {
	let workshop: Workshop;
	let simulator: Simulator | undefined;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	afterEach(async () => await simulator?.close());
	afterAll(async () => await workshop.close());

	const doors = DOORS.flatMap((door) => [
		{ ...door, with: '', timeouts: 0 },
		{ ...door, title: `${door.title}, each third request lost to a gateway that was billed`, timeouts: 3 },
	]);

	it.each(doors)('at $title: the dollar is never passed', async ({ server, credential, isKnown, timeouts }) => {
		const opened = await startSimulator({ apiKey: API_KEY, now: () => new Date(TODAY), imageBytes: 2000, ...server });
		simulator = opened;
		const id = await workshop.n8n.createCredential({ apiKey: API_KEY, ...credential(opened) });
		let seen = 0;
		if (timeouts > 0) opened.answerWhen(() => (++seen % timeouts === 0 ? 'cloudflare524' : null));
		const run = await workshop.run(prompts(200), { ...FROM_ITEM, quality: 'high', run: { budgetUsd: 1 } }, { ...withCredential(id), ...CONTINUE });

		const told = toldBy(run);
		const billed = opened.billedPicodollars();
		const brought = opened.ledger().filter(({ delivered }) => delivered);
		expect(run.execution.status).toBe('success');
		expect(billed <= usd(1)).toBe(true);
		// A budget that holds because hardly anything is made would be no budget.
		expect(billed > usd(0.6)).toBe(true);
		expect(told.images + told.skipped + told.failed).toBe(200);
		expect(told.maybeBilled).toBe(opened.ledger().length - brought.length);
		if (isKnown) {
			expect(told.unknown).toBe(0);
			expect(told.delivered).toBe(brought.reduce((sum, entry) => sum + entry.billed, 0n));
		} else {
			expect(told).toMatchObject({ unknown: told.images, delivered: 0n });
		}
	});
});
