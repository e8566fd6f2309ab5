import type { INodeParameters } from 'n8n-workflow';
import { openWorkshop, type Run, type Workshop } from './workshop.mts';

const SUBMIT: INodeParameters = {
	resource: 'batch',
	operation: 'submit',
	prompt: '={{ $json.prompt }}',
	model: { __rl: true, mode: 'id', value: 'gpt-image-2' },
};
const rows = (...prompts: string[]) => prompts.map((prompt) => ({ prompt }));

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => workshop.simulator.reset());
afterAll(async () => await workshop.close());

const submit = async (
	items: Array<Record<string, unknown>>,
	more: INodeParameters = {},
): Promise<Run> => await workshop.run(items, { ...SUBMIT, ...more });
const warnings = ({ output }: Run): string[] =>
	output.hints.filter(({ type }) => type === 'warning').map(({ message }) => message);

describe('rows that are submitted a second time within a day', () => {
	it('are submitted, and a warning names the first batch, its execution and the way back', async () => {
		const first = await submit(rows('a', 'b'));
		// In whatever order: a table may be sorted otherwise by then.
		const second = await submit(rows('b', 'a'));

		expect(warnings(first)).toEqual([]);
		expect(second.json).toMatchObject([{ requestCount: 2 }]);
		expect(second.json[0]!['batchId']).not.toBe(first.json[0]!['batchId']);
		expect(warnings(second)).toEqual([
			`The same rows were submitted before, as ${first.json[0]!['batchId']} at 2026-11-20 09:00 UTC by execution ${first.execution.id}. They are made and billed again. If you did not intend this, cancel the new batch with the operation 'Cancel'.`,
		]);
	});

	it('are known batch by batch, when others have joined them', async () => {
		const first = await submit(rows('a', 'b', 'c', 'd'), { requestsPerBatch: 2 });
		const more = await submit(rows('a', 'b', 'c', 'd', 'e'), { requestsPerBatch: 2 });

		expect(more.json).toHaveLength(3);
		expect(warnings(more)).toEqual([
			expect.stringMatching(
				/^The same rows were submitted before, as batch_\w+ at .*, and 1 more\. .*cancel the new batches/,
			),
		]);
		expect(first.json.some(({ batchId }) => warnings(more).join().includes(String(batchId)))).toBe(
			true,
		);
	});

	it.each<[string, Array<Record<string, unknown>>, INodeParameters]>([
		['other prompts', rows('a', 'c'), {}],
		['another quality', rows('a', 'b'), { quality: 'medium' }],
	])('are not taken for %s', async (_, items, more) => {
		await submit(rows('a', 'b'));

		expect(warnings(await submit(items, more))).toEqual([]);
	});

	it('are no matter once the first batch was cancelled', async () => {
		workshop.simulator.configure({ holdBatches: true });
		const first = await submit(rows('a', 'b'));
		await workshop.run([{ batchId: first.json[0]!['batchId'] }], {
			resource: 'batch',
			operation: 'cancel',
			batchId: { __rl: true, mode: 'id', value: '={{ $json.batchId }}' },
		});
		workshop.simulator.configure({ holdBatches: false });

		expect(warnings(await submit(rows('a', 'b')))).toEqual([]);
	});

	it('are submitted also where the list of batches can’t be had', async () => {
		await submit(rows('a', 'b'));
		workshop.simulator.answerWhen(
			({ method, path }) =>
				method === 'GET' && path === '/v1/batches'
					? { status: 500, body: { error: { message: 'The server is away.' } } }
					: null,
			'/v1/batches',
		);
		const second = await submit(rows('a', 'b'));
		workshop.simulator.answerWhen(null);

		expect(second.json).toMatchObject([{ requestCount: 2 }]);
		expect(warnings(second)).toEqual([]);
	});
});

it('a batch that goes on is told of in amber, also by Get', async () => {
	workshop.simulator.configure({ holdBatches: true });
	const { json } = await submit(rows('a', 'b'));
	const batchId = String(json[0]!['batchId']);
	const get = {
		resource: 'batch',
		operation: 'get',
		batchId: { __rl: true, mode: 'id', value: batchId },
	};

	expect(warnings(await workshop.run([{}], get))).toEqual([
		`The batch ${batchId} is not finished: its status is in_progress, 0 of 2 requests are done. It ends by 2026-11-21 09:00 UTC at the latest. There is nothing to collect yet: run this again later, or start a workflow with the GPT Image Batch Trigger.`,
	]);

	await workshop.simulator.finishBatch(batchId);

	expect(warnings(await workshop.run([{}], get))).toEqual([]);
});

it('rows that are in no batch are named, with the reason', async () => {
	const run = await workshop.run(rows('a', '', 'c', ''), SUBMIT, {
		onError: 'continueRegularOutput',
	});

	expect(run.json[0]).toMatchObject({ requestCount: 2 });
	expect(warnings(run)).toEqual([
		expect.stringMatching(
			/^Input item 2 was not submitted: 'Prompt' is empty.* 1 more: input item 4\. For details, see 'error' and 'description' of their items\.$/,
		),
	]);
});
