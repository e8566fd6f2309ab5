import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	chain,
	itemsNode,
	nodeOutput,
	ourNode,
	until,
	withCredential,
} from '../n8n/harness/index.mts';
import { place } from '../n8n/harness/environment.mts';
import { executionsOf, OFTEN, submitBatch, triggered } from '../n8n/openAiBatches.mts';
import { openWorkshop, pngs, type Workshop } from '../n8n/workshop.mts';

const { version } = JSON.parse(
	readFileSync(join(place('GPT_IMAGE_N8N'), 'node_modules', 'n8n', 'package.json'), 'utf8'),
) as { version: string };

const PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What users do most, on an older n8n. `npm run test:versions` */
describe(`n8n ${version}`, () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterEach(() => workshop.simulator.configure({ holdBatches: false, latencyMs: 0 }));
	afterAll(async () => await workshop.close());

	const spent = (json: Array<Record<string, any>>): number =>
		json.reduce((sum, { cost }) => sum + cost.usd, 0);
	const billed = (): number => Number(workshop.simulator.billedPicodollars()) / 1e12;

	it('generates, with the exact cost on each item and the image where n8n keeps files', async () => {
		const { json, output } = await workshop.run([{ p: 'one' }, { p: 'two' }], {
			prompt: '={{ $json.p }}',
			count: 3,
		});

		expect(json).toHaveLength(6);
		expect(spent(json)).toBeCloseTo(billed(), 12);
		expect((await workshop.bytesOf(output.items[0]!)).length).toBe(json[0]!['image'].bytes);
	});

	it('edits, promotes and reports', async () => {
		const edited = await workshop.run(
			[{ data: PIXEL }],
			{ operation: 'edit', prompt: 'x' },
			{},
			pngs('data'),
		);
		const promoted = await workshop.run(
			[{ prompt: 'a balloon', model: 'gpt-image-1-mini', quality: 'low', size: '1024x1024' }],
			{ operation: 'promote', mode: 'regenerate' },
		);
		const report = await workshop.run(promoted.json, { resource: 'cost', operation: 'report' });

		expect(edited.json[0]).toMatchObject({ operation: 'edit' });
		expect(promoted.json[0]).toMatchObject({
			operation: 'promote',
			model: 'gpt-image-2.5-sunburst',
		});
		expect(report.json[0]!['total'].usd).toBeCloseTo(spent(promoted.json), 12);
	});

	it('goes on after a failed item, and says of bad input what to change', async () => {
		const { json } = await workshop.run(
			[{ p: 'one' }, { p: 'two [blocked]' }],
			{ prompt: '={{ $json.p }}' },
			{ onError: 'continueRegularOutput' },
		);
		const refused = await workshop.run([{}], { prompt: 'x', quality: 'xhigh' });

		expect(json).toMatchObject([{ prompt: 'one' }, { code: 'moderation_blocked' }]);
		expect(refused.execution.data.resultData.error?.message).toMatch(
			/^'Quality' is 'xhigh', which gpt-image-1-mini does not support/,
		);
	});

	it('retries a failed execution and pays for what is missing only', async () => {
		const stopped = await workshop.run([{ p: 'one' }, { p: 'two' }, { p: 'three [blocked]' }], {
			prompt: '={{ $json.p }}',
		});
		const before = workshop.simulator.billed.length;
		await workshop
			.result(await workshop.n8n.retryExecution(stopped.execution.id))
			.catch(() => undefined);

		expect([stopped.execution.status, before]).toEqual(['error', 2]);
		expect(workshop.simulator.billed).toHaveLength(2);
	});

	it('stops when the execution is cancelled', async () => {
		workshop.simulator.configure({ latencyMs: 300 });
		const id = await workshop.start(
			Array.from({ length: 100 }, (_, index) => ({ p: `p ${index}` })),
			{ prompt: '={{ $json.p }}', run: { maxConcurrency: 2 } },
		);
		await until('it is under way', () => workshop.simulator.billed.length > 3 || undefined);
		await workshop.n8n.cancelExecution(id);
		await new Promise((resolve) => setTimeout(resolve, 2000));
		const sent = workshop.simulator.requests.length;
		await new Promise((resolve) => setTimeout(resolve, 1500));

		expect(workshop.simulator.requests).toHaveLength(sent);
		expect(sent).toBeLessThan(30);
	});

	it('submits a batch and collects it', async () => {
		const submitted = await workshop.run([{ p: 'one' }, { p: 'two' }], {
			resource: 'batch',
			operation: 'submit',
			prompt: '={{ $json.p }}',
		});
		await workshop.simulator.settled();
		const { json } = await workshop.run([{}], {
			resource: 'batch',
			operation: 'collect',
			batchId: { __rl: true, mode: 'id', value: submitted.json[0]!['batchId'] },
		});

		expect(json.map(({ prompt }) => prompt)).toEqual(['one', 'two']);
		expect(spent(json)).toBeCloseTo(billed(), 12);
	});

	it('starts once for a batch that finishes', async () => {
		workshop.simulator.configure({ holdBatches: true });
		const workflow = await workshop.n8n.createWorkflow(
			triggered(
				ourNode(
					'Trigger',
					'gptImageBatchTrigger',
					{ pollTimes: OFTEN },
					withCredential(workshop.credentialId),
				),
			),
		);
		await workshop.n8n.activateWorkflow(workflow);
		await until(
			'it has looked',
			() =>
				workshop.simulator.requests.some(
					({ path, endedAt }) => path === '/v1/batches' && endedAt !== null,
				) || undefined,
			{ timeoutMs: 60_000 },
		);
		const batch = await submitBatch(workshop.simulator);
		await workshop.simulator.finishBatch(batch);
		const ended = await until(
			'it has started',
			async () =>
				(await executionsOf(workshop.n8n, workflow)).find(({ status }) => status === 'success'),
			{ timeoutMs: 60_000 },
		);
		await new Promise((resolve) => setTimeout(resolve, 4500));
		const started = await executionsOf(workshop.n8n, workflow);
		await workshop.n8n.deactivateWorkflow(workflow);

		expect(started).toHaveLength(1);
		expect(
			nodeOutput(await workshop.n8n.getExecution(ended.id), 'Trigger').items[0]!.json,
		).toMatchObject({ batchId: batch, finished: true });
	});

	it('says which version a review needs, and starts none', async () => {
		const workflow = chain(
			itemsNode('Items', [{ data: PIXEL }]),
			pngs('data'),
			ourNode('Review', 'gptImageReview', {}),
		);
		const execution = await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow)),
		);

		expect(execution.status).toBe('error');
		expect(execution.data.resultData.error?.message).toBe(
			'GPT Image Review needs n8n 2.14 or newer',
		);
		expect(execution.data.resultData.error?.stack ?? '').not.toContain('TypeError');
	});
});
