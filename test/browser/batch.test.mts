import { chain, itemsNode, ourNode, withCredential } from '../n8n/harness/index.mts';
import { NODE } from '../n8n/workshop.mts';
import { canvasNode, loaded, openPanel } from './panel.mts';
import { areaAround, takePicture } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { PROMPTS, promptsWorkflow } from './workflows.mts';

const SUBMIT = [
	'resource',
	'operation',
	'endpoint',
	'prompt',
	'model',
	'quality',
	'size',
	'count',
	'customId',
	'label',
	'requestsPerBatch',
	'simplify',
];

describe('batches in the editor', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	beforeEach(() => stage.workshop.simulator.reset());
	afterAll(async () => await stage.close());

	it('each operation shows the fields that it has a use for', async () => {
		const panel = await openPanel(
			await stage.openWorkflow(promptsWorkflow(stage.credentialId)),
			NODE,
		);
		await panel.choose('resource', /^Batch/);
		await panel.field('requestsPerBatch').waitFor();
		expect(await panel.value('operation')).toBe('Submit');
		expect(await panel.fieldNames()).toEqual(SUBMIT);
		expect(await panel.value('requestsPerBatch')).toBe('200');

		await panel.choose('endpoint', /^Edit/);
		await panel.field('inputBinaryFields').waitFor();
		expect(await panel.fieldNames()).toEqual([
			...SUBMIT.slice(0, 3),
			'inputFrom',
			'inputBinaryFields',
			'prompt',
			'maskBinaryField',
			...SUBMIT.slice(4),
		]);

		await panel.choose('operation', /^Collect/);
		await panel.field('whenUnfinished').waitFor();
		expect(await panel.fieldNames()).toEqual([
			'resource',
			'operation',
			'batchId',
			'whenUnfinished',
			'simplify',
		]);

		await panel.choose('operation', /^Get Many/);
		await panel.field('returnAll').waitFor();
		expect(await panel.fieldNames()).toEqual([
			'resource',
			'operation',
			'returnAll',
			'limit',
			'simplify',
		]);

		await panel.choose('operation', /^Cancel/);
		await panel.field('batchId').waitFor();
		expect(await panel.fieldNames()).toEqual(['resource', 'operation', 'batchId', 'simplify']);
	});

	it('what was submitted is picked from the list and collected, and a hint says what it cost', async () => {
		const { simulator } = stage.workshop;
		const submit = {
			resource: 'batch',
			operation: 'submit',
			prompt: '={{ $json.prompt }}',
			customId: '={{ $json.sku }}',
			label: 'nightly-catalogue',
			options: { includeInputFields: true },
		};
		await stage.workshop.run(
			PROMPTS.map((prompt, index) => ({ prompt, sku: `vase-${index + 1}` })),
			submit,
		);
		await simulator.settled();

		const collect = ourNode(
			NODE,
			'gptImage',
			{ resource: 'batch', operation: 'collect' },
			withCredential(stage.credentialId),
		);
		const page = await stage.openWorkflow({
			...chain(itemsNode('One Item', [{}]), collect),
			name: 'Nightly catalogue',
		});
		const panel = await openPanel(page, NODE);
		await panel.parameters.getByTestId('rlc-input').click();
		await page
			.getByTestId('rlc-item')
			.filter({ hasText: 'nightly-catalogue, 2026-11-20 09:00' })
			.click();
		await panel.execute();
		await panel.hints.getByText('3 images for $0.0033 at batch price').waitFor();
		await panel.show('table');
		const table = panel.output.locator('table');
		await table.getByText('customId').waitFor();
		for (const prompt of PROMPTS) expect(await table.innerText()).toContain(prompt);

		await panel.show('binary');
		const pictures = panel.output.getByTestId('ndv-view-binary-data');
		await pictures.nth(2).waitFor();
		await panel.show('json');
		await panel.output.getByText('"batchDiscount"').first().waitFor();
		await takePicture(
			page,
			'batch',
			await areaAround([page.getByTestId('node-parameters'), page.getByTestId('output-panel')]),
		);
	});

	it('the triggers stand on the canvas with their icon, and show what they filter by', async () => {
		const trigger = (name: string, type: string) =>
			ourNode(name, type, { label: 'nightly-catalogue' }, withCredential(stage.credentialId));
		const page = await stage.openWorkflow({
			name: 'Triggers',
			nodes: [
				trigger('Polling', 'gptImageBatchTrigger'),
				{ ...trigger('Webhook', 'gptImageWebhookTrigger'), position: [0, 200] },
			],
			connections: {},
		});
		for (const name of ['Polling', 'Webhook']) {
			const node = canvasNode(page, name);
			await loaded(node.locator('img').first());
			expect(await node.innerText()).toContain('nightly-catalogue');
		}
		const panel = await openPanel(page, 'Polling');
		expect(await panel.fieldNames()).toEqual(
			expect.arrayContaining(['label', 'statuses', 'collect']),
		);
	});
});
