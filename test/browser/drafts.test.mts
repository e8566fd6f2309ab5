import { chain, itemsNode, node, ourNode, withCredential } from '../n8n/harness/index.mts';
import { NODE } from '../n8n/workshop.mts';
import { openPanel } from './panel.mts';
import { areaAround, takePicture } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { PROMPTS, promptsWorkflow } from './workflows.mts';

describe('from drafts to the one that ships, in the editor', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	beforeEach(() => stage.workshop.simulator.reset());
	afterAll(async () => await stage.close());

	it('Promote and Cost show the fields that they have a use for, with what makes sense filled in', async () => {
		const panel = await openPanel(
			await stage.openWorkflow(promptsWorkflow(stage.credentialId)),
			NODE,
		);
		await panel.choose('operation', /^Promote/);
		await panel.field('mode').waitFor();
		expect(await panel.fieldNames()).toEqual([
			'resource',
			'operation',
			'model',
			'mode',
			'prompt',
			'quality',
			'size',
			'count',
		]);
		expect([await panel.value('quality'), await panel.value('size')]).toEqual([
			'High',
			'Same as Draft',
		]);
		await panel.choose('mode', /^Refine/);
		await panel.field('inputBinaryFields').waitFor();

		await panel.choose('resource', /^Cost/);
		await panel.field('acceptanceRate').waitFor();
		expect(await panel.value('operation')).toBe('Estimate');
		await panel.choose('operation', /^Report/);
		await panel.field('title').waitFor();
		expect(await panel.fieldNames()).toEqual(['resource', 'operation', 'title']);
	});

	it('axes of variations are added and named', async () => {
		const variations = {
			axes: [
				{ name: 'lighting', words: 'soft morning light\nneon\ncandlelight' },
				{ name: 'angle', words: 'from above, from the side' },
			],
		};
		const page = await stage.openWorkflow(
			promptsWorkflow(stage.credentialId, { prompt: 'a vase and a cup, {angle}', variations }),
		);
		const panel = await openPanel(page, NODE);
		await panel.parameters.getByText('Add Axis').waitFor();
		await takePicture(page, 'variations', await areaAround([page.getByTestId('node-parameters')]));
	});

	it('where the choice between the roles matters, the output panel says what is known of both', async () => {
		const parameters = {
			prompt: 'a poster with the headline "Spring Sale"',
			options: { background: 'transparent' },
		};
		const panel = await openPanel(
			await stage.openWorkflow(promptsWorkflow(stage.credentialId, parameters)),
			NODE,
		);
		await panel.hints
			.getByText(
				"Text in the image has the more tokens to be drawn with, the higher the quality. 'Draft' is gpt-image-1-mini: 272 tokens",
			)
			.waitFor();
		await panel.hints
			.getByText(
				"A transparent background needs png or webp; Auto makes png. 'Draft' is gpt-image-1-mini: makes one.",
			)
			.waitFor();
		expect(await panel.hints.getByText('Several reference images').count()).toBe(0);
	});

	it('while a review waits, the node shows the way to its page', async () => {
		const workflow = promptsWorkflow(
			stage.credentialId,
			{},
			ourNode('Review', 'gptImageReview', { title: 'Which one?' }),
		);
		const page = await stage.openWorkflow(workflow);
		await page.getByTestId('execute-workflow-button').first().click();
		const panel = await openPanel(page, 'Review');
		const link = panel.output.getByRole('link', { name: 'the review page' });
		await link.waitFor();
		await takePicture(
			page,
			'review-waits',
			await areaAround([page.getByTestId('node-parameters'), page.getByTestId('output-panel')]),
		);
		const [review] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
		await review.getByRole('heading', { name: 'Which one?' }).waitFor();
		await review.locator('li input').first().check();
		await review.getByRole('button', { name: 'Continue the workflow' }).click();
		await review.getByRole('heading', { name: 'Thank you' }).waitFor();
		await review.close();
		await panel.output.getByText('Picked Branch (1 item)').waitFor();
	});

	it('the cost report is shown by n8n’s own preview, and looks well in light, in the dark and on paper', async () => {
		const credential = withCredential(stage.credentialId);
		const nodes = [
			itemsNode(
				'Prompts',
				PROMPTS.map((prompt) => ({ prompt })),
			),
			ourNode('Drafts', 'gptImage', { prompt: '={{ $json.prompt }}', count: 4 }, credential),
			node(
				'Best',
				'n8n-nodes-base.code',
				{ jsCode: 'return $input.all().filter((_, index) => index % 6 === 0);' },
				{ typeVersion: 2 },
			),
			ourNode('Promote', 'gptImage', { operation: 'promote' }, credential),
			node(
				'Everything',
				'n8n-nodes-base.code',
				{ jsCode: "return [...$('Drafts').all(), ...$input.all()];" },
				{ typeVersion: 2 },
			),
			ourNode(NODE, 'gptImage', {
				resource: 'cost',
				operation: 'report',
				title: 'Images of November',
			}),
		];
		const page = await stage.openWorkflow({ ...chain(...nodes), name: 'Report' });
		const panel = await openPanel(page, NODE);
		await panel.execute();
		await panel.hints.getByText('images; $').waitFor();
		await panel.show('binary');
		await panel.output.getByTestId('ndv-view-binary-data').click();

		const frame = page.frameLocator('iframe').last();
		await frame.getByRole('heading', { name: 'Images of November' }).waitFor();
		const html = await frame.locator('html').evaluate((root) => root.outerHTML);
		const alone = await page.context().newPage();
		await alone.setViewportSize({ width: 900, height: 1200 });
		await alone.setContent(html);
		await takePicture(alone, 'cost-report', { x: 0, y: 0, width: 900, height: 1200 });
		await alone.emulateMedia({ colorScheme: 'dark' });
		await takePicture(alone, 'cost-report-dark', { x: 0, y: 0, width: 900, height: 1200 });
		await alone.emulateMedia({ media: 'print', colorScheme: 'light' });
		expect(await alone.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
			'rgb(255, 255, 255)',
		);
		await alone.close();
	});
});
