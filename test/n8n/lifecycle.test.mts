import type { INodeParameters } from 'n8n-workflow';
import { expectBatchableRoles } from './batchRoles.mts';
import { openWorkshop, type Run, type Workshop } from './workshop.mts';

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const picodollars = (usd: number): bigint => BigInt(Math.round(usd * 1e12));
const warnings = ({ output }: Run): string[] =>
	output.hints.filter(({ type }) => type === 'warning').map(({ message }) => message);

describe('the day after a shutdown', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop({ clock: '2026-12-02T09:00:00Z' });
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	it('from the day a model ends, a role is served by the next one, and its items say so', async () => {
		const { json, output } = await workshop.run([{}], { prompt: 'a red balloon' });
		const list = await workshop.n8n.listSearch({
			nodeType: 'n8n-nodes-gpt-image.gptImage',
			methodName: 'searchModels',
			credentials: { gptImageApi: { id: workshop.credentialId, name: 'gpt' } },
		});
		const bill = workshop.simulator.billed[0]!;

		expect(json[0]).toMatchObject({
			model: 'gpt-image-2.5-flare',
			requestedModel: 'draft',
			quality: 'low',
			cost: { basis: 'usage' },
		});
		expect(BigInt(Math.round(json[0]!['cost'].usd * 1e12))).toBe(bill.costPicodollars);
		expect(list.results.map(({ name }) => name).slice(0, 2)).toEqual([
			'Draft (now gpt-image-2.5-flare): $0.0059–$0.2107 each',
			'Final (now gpt-image-2.5-sunburst): $0.0059–$0.2107 each',
		]);
		expect(
			output.hints.filter(({ type }) => type === 'warning').map(({ message }) => message),
		).toEqual([
			"'Draft' has been gpt-image-2.5-flare since gpt-image-1-mini was shut down on 2026-12-01. Prices differ.",
		]);
	});

	it('a workflow saved with defaults brings the same items and a hint, at the successor’s cost', async () => {
		const run = await workshop.run([{ prompt: 'a' }, { prompt: 'b' }], {
			prompt: '={{ $json.prompt }}',
		});

		expect(run.json).toMatchObject([
			{ prompt: 'a', model: 'gpt-image-2.5-flare', requestedModel: 'draft', quality: 'low' },
			{ prompt: 'b' },
		]);
		expect(run.json.map(({ cost }) => picodollars(cost.usd))).toEqual(
			workshop.simulator.billed.map(({ costPicodollars }) => costPicodollars),
		);
		expect(warnings(run)).toEqual([
			"'Draft' has been gpt-image-2.5-flare since gpt-image-1-mini was shut down on 2026-12-01. Prices differ.",
		]);
		expect(run.json[0]).not.toHaveProperty('replaced');
	});

	it('a fixed model gives way to its successor, with the quality that means the same, and the item says what was asked', async () => {
		const run = await workshop.run([{}], {
			prompt: 'a',
			model: byId('gpt-image-1.5'),
			quality: 'high',
		});

		expect(
			workshop.simulator.requests.map(({ parameters, status }) => [
				parameters['model'],
				parameters['quality'],
				status,
			]),
		).toEqual([['gpt-image-2.5-sunburst', 'xhigh', 200]]);
		expect(run.json[0]).toMatchObject({
			model: 'gpt-image-2.5-sunburst',
			requestedModel: 'gpt-image-1.5',
			quality: 'xhigh',
			replaced: { model: 'gpt-image-1.5', quality: 'high', shutdown: '2026-12-01' },
		});
		expect(picodollars(run.json[0]!['cost'].usd)).toBe(workshop.simulator.billedPicodollars());
		expect(warnings(run)[0]).toMatch(
			/^The model gpt-image-1\.5 was shut down on 2026-12-01, so its successor gpt-image-2\.5-sunburst/,
		);
	});

	it('a fixed model that shall fail does so, naming what to choose', async () => {
		const { execution } = await workshop.run([{}], {
			prompt: 'a',
			model: byId('gpt-image-1.5'),
			whenModelIsGone: 'fail',
		});

		expect(execution.data.resultData.error?.message).toBe(
			'The model gpt-image-1.5 is not available',
		);
		expect(execution.data.resultData.error?.description).toContain('gpt-image-2.5-sunburst');
		expect(workshop.simulator.billed).toEqual([]);
	});

	it('a batch goes on with the successor too, and its results say so', async () => {
		const submitted = await workshop.run([{}], {
			resource: 'batch',
			operation: 'submit',
			prompt: 'a',
			model: byId('gpt-image-1-mini'),
			quality: 'medium',
		});
		await workshop.simulator.settled();
		const collect: INodeParameters = {
			resource: 'batch',
			operation: 'collect',
			batchId: byId(String(submitted.json[0]!['batchId'])),
		};
		const { json } = await workshop.run([{}], collect);

		expect(submitted.json[0]).toMatchObject({ model: 'gpt-image-2.5-flare' });
		expect(json[0]).toMatchObject({
			model: 'gpt-image-2.5-flare',
			quality: 'medium',
			replaced: { model: 'gpt-image-1-mini', quality: 'medium' },
		});
	});

	it('Draft in batches is a model that they take, each submission says so, and Estimate prices the same', async () => {
		await expectBatchableRoles(workshop, {
			draft: 'gpt-image-2',
			words:
				/'Draft' is gpt-image-2, because gpt-image-2\.5-flare is not known to be available in batches/,
		});
	});
});

describe('a run over the hour of a shutdown', () => {
	let workshop: Workshop;
	let serverTime = '2026-11-30T23:59:00Z';
	beforeAll(async () => {
		workshop = await openWorkshop({
			clock: '2026-11-30T23:50:00Z',
			simulator: { now: () => new Date(serverTime) },
		});
	});
	beforeEach(() => {
		workshop.simulator.reset();
		serverTime = '2026-11-30T23:59:00Z';
	});
	afterAll(async () => await workshop.close());

	/** The server shuts the model down after so many requests. */
	const shutDownAfter = (requests: number): void =>
		workshop.simulator.configure({
			latencyMs: () => {
				if (workshop.simulator.requests.length > requests) serverTime = '2026-12-01T00:00:01Z';
				return 20;
			},
		});
	const rows = Array.from({ length: 24 }, (_, index) => ({ prompt: `picture ${index}` }));

	it('goes on with the successor when a role was chosen; each image is made once and priced as what made it', async () => {
		shutDownAfter(10);
		const run = await workshop.run(rows, {
			prompt: '={{ $json.prompt }}',
			run: { maxConcurrency: 4 },
		});

		const models = run.json.map(({ model }) => String(model));
		expect(run.json.map(({ prompt }) => prompt)).toEqual(rows.map(({ prompt }) => prompt));
		expect(new Set(models)).toEqual(new Set(['gpt-image-1-mini', 'gpt-image-2.5-flare']));
		expect(run.json.reduce((sum, { cost }) => sum + picodollars(cost.usd), 0n)).toBe(
			workshop.simulator.billedPicodollars(),
		);
		expect(workshop.simulator.billed).toHaveLength(24);
		expect(run.json.find(({ model }) => model === 'gpt-image-2.5-flare')).toMatchObject({
			replaced: { model: 'gpt-image-1-mini' },
		});
		expect(warnings(run)).toContainEqual(
			expect.stringMatching(
				/^'Draft' used gpt-image-2\.5-flare, because gpt-image-1-mini is no longer available/,
			),
		);
		// Only those that were under way met the refusal.
		expect(
			workshop.simulator.requests.filter(({ status }) => status === 400).length,
		).toBeLessThanOrEqual(4);
	});

	it('ends with a clear message when a model was chosen that shall fail, and what was made is kept', async () => {
		shutDownAfter(10);
		const run = await workshop.run(rows, {
			prompt: '={{ $json.prompt }}',
			model: byId('gpt-image-1-mini'),
			whenModelIsGone: 'fail',
			run: { maxConcurrency: 4 },
		});

		expect(run.execution.data.resultData.error?.message).toBe(
			'The model gpt-image-1-mini is not available',
		);
		expect(run.execution.data.resultData.error?.description).toMatch(
			/Before the run stopped, \d+ images for/,
		);
	});

	it('a retry after the shutdown pays only for what is missing, though another model makes it', async () => {
		workshop.simulator.configure({
			latencyMs: () => {
				if (workshop.simulator.requests.length === 6) workshop.simulator.failNext('overloaded');
				return 20;
			},
		});
		const settings = { maxConcurrency: 2, maxAttempts: 1 };
		const first = await workshop.run(rows, {
			prompt: '={{ $json.prompt }}',
			model: byId('gpt-image-1-mini'),
			run: settings,
		});
		const made = workshop.simulator.billed.length;
		serverTime = '2026-12-01T00:00:01Z';
		workshop.simulator.configure({ latencyMs: 20 });
		const second = await workshop.result(await workshop.n8n.retryExecution(first.execution.id));

		expect(first.execution.data.resultData.error).toBeDefined();
		expect(made).toBeGreaterThan(0);
		expect(second.json).toHaveLength(24);
		expect(workshop.simulator.billed).toHaveLength(24);
		expect(
			second.json.filter(
				({ model, replaced }) => model === 'gpt-image-1-mini' && replaced === undefined,
			),
		).toHaveLength(made);
		expect(
			second.json.filter(
				({ model, replaced }) =>
					model === 'gpt-image-2.5-flare' && replaced?.model === 'gpt-image-1-mini',
			),
		).toHaveLength(24 - made);
		expect(second.json.reduce((sum, { cost }) => sum + picodollars(cost.usd), 0n)).toBe(
			workshop.simulator.billedPicodollars(),
		);
	});
});
