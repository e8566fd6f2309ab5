import type { INode, INodeParameters } from 'n8n-workflow';
import {
	chain,
	itemsNode,
	newNode,
	node,
	nodeOutput,
	ourNode,
	withCredential,
	type Execution,
	type WorkflowJson,
} from './harness/index.mts';
import { picodollars } from './money.mts';
import { NODE, openWorkshop, WHOLE_ITEM, type Workshop } from './workshop.mts';

type Json = Record<string, any>;

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const PROMPT = { prompt: '={{ $json.prompt }}' };
const REPORT = { resource: 'cost', operation: 'report' };
const PROMOTE = { operation: 'promote', model: byId('gpt-image-2'), quality: 'medium' };
const ROWS = ['a mug', 'a pot', 'a plate'].map((prompt, index) => ({
	sku: `sku-${index}`,
	prompt,
	status: 'todo',
	cost: 'theirs',
}));
const IMAGE_FIELDS = [
	'prompt',
	'status',
	'costUsd',
	'fileName',
	'model',
	'quality',
	'size',
	'imageId',
	'createdAt',
	'input',
];

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => workshop.simulator.reset());
afterAll(async () => await workshop.close());

/** As people add it: with nothing changed but these parameters. */
const image = (name: string, parameters: INodeParameters, extras: Partial<INode> = {}): INode =>
	newNode(name, 'gptImage', parameters, { ...withCredential(workshop.credentialId), ...extras });
const run = async (workflow: WorkflowJson): Promise<Execution> =>
	await workshop.n8n.waitForExecution(
		await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow)),
		{ finished: true },
	);
const jsonOf = (execution: Execution, name: string, output = 0): Json[] =>
	(nodeOutput(execution, name).outputs[output] ?? []).map(({ json }) => json);
/** The costs of items, to the picodollar. */
const sumOf = (items: Json[], field = 'costUsd'): bigint =>
	items.reduce((sum, json) => sum + picodollars((json[field] as number).toFixed(12)), 0n);
const exactTotal = ([report]: Json[]): bigint => picodollars(report!['total'].exact);

describe('simplified items, as they come without a word', () => {
	it('have ten fields and the row, and Promote and Report know them by those', async () => {
		const execution = await run(
			chain(
				itemsNode('Rows', ROWS),
				image('Drafts', PROMPT),
				image('Finals', PROMOTE),
				image(NODE, REPORT),
			),
		);

		const [drafts, finals] = [jsonOf(execution, 'Drafts'), jsonOf(execution, 'Finals')];
		expect(drafts.map((json) => Object.keys(json))).toEqual(ROWS.map(() => IMAGE_FIELDS));
		expect(drafts.map(({ status, input }) => [status, input])).toEqual(
			ROWS.map((row) => ['made', row]),
		);
		expect(finals.map(({ draftId, input, prompt }) => [draftId, input, prompt])).toEqual(
			drafts.map(({ imageId, input, prompt }) => [imageId, input, prompt]),
		);
		expect(sumOf(finals, 'totalUsd')).toBe(sumOf(drafts) + sumOf(finals));
		expect(sumOf(finals, 'totalUsd')).toBe(workshop.simulator.billedPicodollars());
		expect(exactTotal(jsonOf(execution, NODE))).toBe(workshop.simulator.billedPicodollars());
		expect(jsonOf(execution, NODE)).toMatchObject([
			{
				total: { images: 6, atLeast: false },
				accepted: { by: 'promoted', images: 3, draftsPerWinner: 1 },
			},
		]);
	});

	it('are counted once where a Merge node brings them twice, or some as they are whole', async () => {
		const drafts = image('Drafts', PROMPT);
		const finals = image('Finals', { ...PROMOTE, simplify: false });
		const merge = node('Merge', 'n8n-nodes-base.merge', { numberInputs: 3 }, { typeVersion: 3.2 });
		const report = image(NODE, REPORT);
		const workflow = chain(itemsNode('Rows', ROWS), drafts, finals, merge, report);
		const to = (index: number) => ({ node: 'Merge', type: 'main' as const, index });
		workflow.connections['Drafts'] = {
			main: [[{ node: 'Finals', type: 'main', index: 0 }, to(0), to(1)]],
		};
		workflow.connections['Finals'] = { main: [[to(2)]] };
		const execution = await run(workflow);

		expect(jsonOf(execution, 'Merge')).toHaveLength(9);
		expect(exactTotal(jsonOf(execution, NODE))).toBe(workshop.simulator.billedPicodollars());
		expect(jsonOf(execution, NODE)).toMatchObject([{ total: { images: 6 }, duplicates: 3 }]);
	});

	it('come out of a batch with their rows and their half price; what failed is counted once', async () => {
		workshop.simulator.configure({
			batchLineFault: (customId) => (customId === 'sku-1' ? 'moderation' : undefined),
		});
		const submit = await run(
			chain(
				itemsNode('Rows', ROWS),
				image(NODE, {
					resource: 'batch',
					operation: 'submit',
					...PROMPT,
					customId: '={{ $json.sku }}',
					label: 'mugs',
				}),
			),
		);
		await workshop.simulator.settled();
		const collect = image(
			'Collect',
			{ resource: 'batch', operation: 'collect', batchId: byId('={{ $json.batchId }}') },
			{ onError: 'continueRegularOutput' },
		);
		const execution = await run(
			chain(itemsNode('Submitted', jsonOf(submit, NODE)), collect, image(NODE, REPORT)),
		);
		workshop.simulator.configure({ batchLineFault: () => undefined });

		const [submitted] = jsonOf(submit, NODE);
		const collected = jsonOf(execution, 'Collect');
		expect(Object.keys(submitted!)).toEqual([
			'batchId',
			'status',
			'finished',
			'requestCount',
			'completed',
			'failed',
			'estimateUsd',
			'label',
			'expiresAt',
			'model',
		]);
		expect(collected.map(({ status, customId, input }) => [status, customId, input])).toEqual(
			ROWS.map((row, index) => [index === 1 ? 'failed' : 'made', row.sku, row]),
		);
		expect(collected[1]).toMatchObject({
			code: 'moderation_blocked',
			maybeBilledAttempts: 1,
			error: expect.any(String),
			description: expect.any(String),
		});
		expect(exactTotal(jsonOf(execution, NODE))).toBe(workshop.simulator.billedPicodollars());
		expect(jsonOf(execution, NODE)).toMatchObject([
			{ total: { images: 2 }, failures: { count: 1 }, batch: { images: 2 } },
		]);
	});

	it('that Submit has put into no batch pass through Collect', async () => {
		const submit = image(
			'Submit',
			{ resource: 'batch', operation: 'submit', ...PROMPT },
			{ onError: 'continueRegularOutput' },
		);
		const first = await run(chain(itemsNode('Rows', [ROWS[0]!, { sku: 'none' }]), submit));
		await workshop.simulator.settled();
		const collect = image(
			'Collect',
			{ resource: 'batch', operation: 'collect', batchId: byId('={{ $json.batchId }}') },
			{ onError: 'continueRegularOutput' },
		);
		const execution = await run(
			chain(itemsNode('Submitted', jsonOf(first, 'Submit')), collect, image(NODE, REPORT)),
		);

		expect(
			jsonOf(execution, 'Collect').map(({ status, code, input }) => [status, code, input.sku]),
		).toEqual([
			['made', undefined, 'sku-0'],
			['failed', 'invalid_input', 'none'],
		]);
		expect(jsonOf(execution, NODE)).toMatchObject([
			{ total: { images: 1 }, failures: { count: 1, neverSent: 1, unknownCost: 0 } },
		]);
	});

	it('of an estimate keep the row, and say in a few words what else could be used', async () => {
		const [json] = jsonOf(
			await run(
				chain(
					itemsNode('Rows', [ROWS[0]!]),
					image(NODE, { resource: 'cost', operation: 'estimate', ...PROMPT, count: 3 }),
				),
			),
			NODE,
		);
		const { estimate, ...row } = json!;

		expect(row).toEqual(ROWS[0]);
		expect(Object.keys(estimate)).toEqual([
			'usd',
			'batchUsd',
			'totalUsd',
			'images',
			'model',
			'quality',
			'size',
			'alternatives',
		]);
		expect(estimate.alternatives).toHaveLength(3);
		expect(estimate.alternatives[0]).toMatch(/^\S+ low( at \S+)?: \$0\.\d{4}/);
	});

	it('are whole with Simplify off', async () => {
		const [json] = jsonOf(
			await run(chain(itemsNode('Rows', [ROWS[0]!]), image(NODE, { ...PROMPT, simplify: false }))),
			NODE,
		);

		expect(Object.keys(json!)).toEqual([...WHOLE_ITEM, 'input']);
		expect(json).toMatchObject({ status: 'made', input: ROWS[0] });
	});
});

describe('what failed or was skipped, simplified', () => {
	const rows = [{ prompt: 'a mug' }, { prompt: 'a [blocked] pot' }, { prompt: 'a plate' }];
	const SKIPPING = { run: { budgetUsd: 0.003, maxConcurrency: 1 } };

	it.each([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	] as const)(
		'has its status and its reason, and is counted once (%s)',
		async (onError, output) => {
			const [drafts, report] = [image('Drafts', PROMPT, { onError }), image(NODE, REPORT)];
			const workflow = chain(itemsNode('Rows', rows), drafts, report);
			workflow.connections['Drafts'] = {
				main: [0, 1].map(() => [{ node: NODE, type: 'main' as const, index: 0 }]),
			};
			if (output === 1) {
				workflow.nodes.push(node('Both', 'n8n-nodes-base.merge', {}, { typeVersion: 3.2 }));
				workflow.connections['Drafts'] = {
					main: [0, 1].map((index) => [{ node: 'Both', type: 'main' as const, index }]),
				};
				workflow.connections['Both'] = { main: [[{ node: NODE, type: 'main', index: 0 }]] };
			}
			const execution = await run(workflow);

			const failed = jsonOf(execution, 'Drafts', output).filter(
				({ status }) => status === 'failed',
			);
			expect(failed).toHaveLength(1);
			expect(Object.keys(failed[0]!)).toEqual([
				'prompt',
				'status',
				'error',
				'description',
				'code',
				'costUsd',
				'model',
				'requestKey',
				'input',
			]);
			expect(failed[0]).toMatchObject({
				prompt: 'a [blocked] pot',
				code: 'moderation_blocked',
				costUsd: null,
				input: rows[1],
			});
			expect(exactTotal(jsonOf(execution, NODE))).toBe(workshop.simulator.billedPicodollars());
			expect(jsonOf(execution, NODE)).toMatchObject([
				{ total: { images: 2, atLeast: true }, failures: { count: 1, unknownCost: 1 } },
			]);
		},
	);

	it.each([true, false])(
		'and was to be made of a draft: on the error output, beside the fields of the draft, it is a failure and the draft is one (Simplify: %s)',
		async (simplify) => {
			const drafts = image('Drafts', { ...PROMPT, simplify });
			const blocked = '={{ $json.input.sku === "sku-1" ? "[blocked]" : $json.prompt }}';
			const finals = image(
				'Finals',
				{ ...PROMOTE, simplify, prompt: blocked },
				{ onError: 'continueErrorOutput' },
			);
			const workflow = chain(
				itemsNode('Rows', ROWS),
				drafts,
				finals,
				node('All', 'n8n-nodes-base.merge', { numberInputs: 3 }, { typeVersion: 3.2 }),
				image(NODE, REPORT),
			);
			const to = (index: number) => ({ node: 'All', type: 'main' as const, index });
			// The failure comes first, so that it is not only covered by what the draft's own item says.
			workflow.connections['Drafts'] = {
				main: [[{ node: 'Finals', type: 'main', index: 0 }, to(1)]],
			};
			workflow.connections['Finals'] = { main: [[to(2)], [to(0)]] };
			const execution = await run(workflow);

			const [failed] = jsonOf(execution, 'Finals', 1);
			expect(failed).toMatchObject({
				status: 'failed',
				code: 'moderation_blocked',
				...(simplify && { imageId: failed!['draftId'] }),
			});
			expect(exactTotal(jsonOf(execution, NODE))).toBe(workshop.simulator.billedPicodollars());
			expect(jsonOf(execution, NODE)).toMatchObject([
				{ total: { images: 5, unknownImages: 0 }, failures: { count: 1, unknownCost: 1 } },
			]);
		},
	);

	it('stops the run where On Error says so', async () => {
		const execution = await run(
			chain(itemsNode('Rows', rows), image('Drafts', PROMPT), image(NODE, REPORT)),
		);

		expect(execution.status).toBe('error');
		expect(JSON.stringify(execution.data)).toContain('blocked by moderation');
	});

	it('was skipped by a budget: what it would have cost is in no sum', async () => {
		const execution = await run(
			chain(
				itemsNode(
					'Rows',
					rows.filter(({ prompt }) => !prompt.includes('blocked')),
				),
				image('Drafts', { ...PROMPT, ...SKIPPING }),
				image(NODE, REPORT),
			),
		);

		expect(jsonOf(execution, 'Drafts').map(({ status }) => status)).toEqual(['made', 'skipped']);
		expect(Object.keys(jsonOf(execution, 'Drafts')[1]!)).toEqual([
			'prompt',
			'status',
			'estimateUsd',
			'images',
			'model',
			'requestKey',
			'input',
		]);
		expect(exactTotal(jsonOf(execution, NODE))).toBe(workshop.simulator.billedPicodollars());
		expect(jsonOf(execution, NODE)).toMatchObject([
			{
				total: { images: 1, atLeast: false },
				byStatus: [{}, { status: 'failed', requests: 0 }, { status: 'skipped', images: 1 }],
			},
		]);
	});

	it('is an item for each where the whole run can not be served, or Simplify itself can not be read', async () => {
		const onError = 'continueRegularOutput' as const;
		const refused = await run(
			chain(
				itemsNode('Rows', ROWS),
				image('Drafts', { ...PROMPT, run: { timeoutSeconds: 9_999_999 } }, { onError }),
			),
		);
		const unreadable = await run(
			chain(
				itemsNode('Rows', ROWS),
				image('Drafts', { ...PROMPT, simplify: '={{ $("Nowhere").item.json.x }}' }, { onError }),
			),
		);

		for (const execution of [refused, unreadable]) {
			expect(
				jsonOf(execution, 'Drafts').map(({ status, input, cost }) => [status, input, cost]),
			).toEqual(ROWS.map((row) => ['failed', row, undefined]));
		}
		expect(workshop.simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(0);
	});
});

describe('a Data Table', () => {
	const COLUMNS = {
		prompt: 'string',
		status: 'string',
		costUsd: 'number',
		fileName: 'string',
		model: 'string',
		quality: 'string',
		size: 'string',
		imageId: 'string',
		sku: 'string',
	};
	const FIELDS = Object.keys(COLUMNS).filter((name) => name !== 'sku');

	async function newTable(name: string): Promise<string> {
		const { id: project } = await workshop.n8n.request<{ id: string }>(
			'GET',
			'/rest/projects/personal',
		);
		const columns = Object.entries(COLUMNS).map(([column, type]) => ({ name: column, type }));
		return (
			await workshop.n8n.request<{ id: string }>('POST', `/rest/projects/${project}/data-tables`, {
				name,
				columns,
			})
		).id;
	}
	const table = (name: string, id: string, parameters: INodeParameters): INode =>
		node(
			name,
			'n8n-nodes-base.dataTable',
			{ resource: 'row', dataTableId: byId(id), ...parameters },
			{ typeVersion: 1.1 },
		);
	const autoMapped = {
		operation: 'insert',
		columns: { mappingMode: 'autoMapInputData', value: null, matchingColumns: [], schema: [] },
	};

	it('keeps them column by column; read again, they are promoted and reported as before', async () => {
		const id = await newTable('by hand');
		const value = {
			...Object.fromEntries(FIELDS.map((name) => [name, `={{ $json.${name} }}`])),
			sku: '={{ $json.input.sku }}',
		};
		await run(
			chain(
				itemsNode('Rows', ROWS),
				image('Drafts', PROMPT),
				table('Keep', id, {
					operation: 'insert',
					columns: {
						mappingMode: 'defineBelow',
						value,
						matchingColumns: [],
						schema: Object.entries(COLUMNS).map(([name, type]) => ({
							id: name,
							displayName: name,
							type,
							display: true,
						})),
					},
				}),
			),
		);
		const execution = await run(
			chain(
				table('Rows', id, { operation: 'get', returnAll: true }),
				image('Finals', { ...PROMOTE, mode: 'regenerate' }),
				image(NODE, REPORT),
			),
		);

		const [rows, finals] = [jsonOf(execution, 'Rows'), jsonOf(execution, 'Finals')];
		expect(rows.map(({ sku, status }) => [sku, status])).toEqual(
			ROWS.map(({ sku }) => [sku, 'made']),
		);
		expect(finals.map(({ draftId, input }) => [draftId, input.sku])).toEqual(
			rows.map(({ imageId, sku }) => [imageId, sku]),
		);
		expect(sumOf(finals, 'totalUsd')).toBe(workshop.simulator.billedPicodollars());
		expect(exactTotal(jsonOf(execution, NODE))).toBe(workshop.simulator.billedPicodollars());
	});

	it('that maps by itself takes no row under input, so the option is turned off for it', async () => {
		const id = await newTable('by itself');
		const mapped = async (options: INodeParameters) =>
			await run(
				chain(
					itemsNode('Rows', [ROWS[0]!]),
					image('Drafts', { ...PROMPT, options }),
					table('Keep', id, autoMapped),
				),
			);
		const withRow = await mapped({});
		const withoutRow = await mapped({ includeInputFields: false });

		expect(JSON.stringify(withRow.data)).toContain('unexpected object input');
		expect(withoutRow.status).toBe('success');
		expect(jsonOf(withoutRow, 'Keep')).toMatchObject([
			{
				prompt: 'a mug',
				status: 'made',
				costUsd: jsonOf(withoutRow, 'Drafts')[0]!['costUsd'],
				imageId: jsonOf(withoutRow, 'Drafts')[0]!['imageId'],
			},
		]);
	});
});

describe('nodes in between', () => {
	it('may drop what they like: what is not known any more is unknown, and no row gets lost', async () => {
		const keep = (...names: string[]) =>
			node(
				'Keep',
				'n8n-nodes-base.set',
				{
					mode: 'manual',
					include: 'selected',
					includeFields: names.join(','),
					assignments: {
						assignments: [{ id: '1', name: 'campaign', value: 'autumn', type: 'string' }],
					},
					options: {},
					includeOtherFields: true,
				},
				{ typeVersion: 3.4 },
			);
		const execution = await run(
			chain(
				itemsNode('Rows', ROWS),
				image('Drafts', PROMPT),
				keep('prompt', 'imageId', 'size', 'input'),
				image('Finals', { ...PROMOTE, mode: 'regenerate' }),
				image(NODE, REPORT),
			),
		);

		const finals = jsonOf(execution, 'Finals');
		expect(finals.map(({ totalUsd, input }) => [totalUsd, input])).toEqual(
			ROWS.map((row) => [null, { ...row, campaign: 'autumn' }]),
		);
		expect(jsonOf(execution, NODE)).toMatchObject([
			{ total: { images: 6, unknownImages: 3, atLeast: true } },
		]);
		expect(exactTotal(jsonOf(execution, NODE))).toBe(sumOf(finals));
	});

	it('of whole items are what they were: the harness asks for those', async () => {
		const execution = await run(
			chain(
				itemsNode('Rows', ROWS),
				ourNode('Drafts', 'gptImage', PROMPT, withCredential(workshop.credentialId)),
			),
		);

		expect(jsonOf(execution, 'Drafts')[0]).toMatchObject({
			status: 'made',
			cost: { basis: 'usage' },
		});
		expect(jsonOf(execution, 'Drafts')[0]).not.toHaveProperty('input');
	});
});
