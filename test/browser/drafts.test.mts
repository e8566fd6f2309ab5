import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chain, itemsNode, node, ourNode, withCredential } from '../n8n/harness/index.mts';
import { projectRoot } from '../n8n/harness/environment.mts';
import { NODE } from '../n8n/workshop.mts';
import { openPanel } from './panel.mts';
import { areaAround, takePicture } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { PROMPTS, promptsWorkflow } from './workflows.mts';

/** Runs in the page: on which side of a caption its prompt begins, when that is in Arabic, and what stands below it. */
function sidesOf(caption: Element): string[] {
	const [prompt, facts] = [caption.firstChild as Node, caption.querySelector('span') as Node];
	prompt.textContent = 'كوب أزرق';
	const box = caption.getBoundingClientRect();
	return [prompt, facts].map((part) => {
		const range = document.createRange();
		range.selectNodeContents(part);
		const text = range.getBoundingClientRect();
		return text.left - box.left > box.right - text.right ? 'right' : 'left';
	});
}

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
			'mode',
			'inputFrom',
			'inputBinaryFields',
			'prompt',
			'model',
			'quality',
			'size',
			'count',
			'simplify',
		]);
		expect([
			await panel.value('mode'),
			await panel.value('quality'),
			await panel.value('size'),
		]).toEqual(['Refine the Draft (Keeps the Picture)', 'High', 'Same as Draft']);
		await panel.choose('mode', /^New Picture/);
		await panel.field('inputBinaryFields').waitFor({ state: 'detached' });

		await panel.choose('resource', /^Cost/);
		await panel.field('acceptanceRate').waitFor();
		expect(await panel.value('operation')).toBe('Estimate');
		await panel.choose('operation', /^Report/);
		await panel.field('title').waitFor();
		expect(await panel.fieldNames()).toEqual(['resource', 'operation', 'title', 'groupBy']);
	});

	it('placeholders of variations are added and named', async () => {
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
		await panel.parameters.getByText('Add Placeholder').waitFor();
		await takePicture(page, 'variations', await areaAround([page.getByTestId('node-parameters')]));
	});

	it('where the choice between the roles matters, the output panel says what is known of both', async () => {
		const withText = { prompt: 'a poster with the headline "Spring Sale"' };
		const panel = await openPanel(
			await stage.openWorkflow(promptsWorkflow(stage.credentialId, withText)),
			NODE,
		);
		await panel.hints
			.getByText(
				"Higher quality draws text in the image in more detail, and costs more. 'Draft' is gpt-image-1-mini: about $0.0022",
			)
			.waitFor();

		const transparent = { ...withText, options: { background: 'transparent' } };
		const other = await openPanel(
			await stage.openWorkflow(promptsWorkflow(stage.credentialId, transparent)),
			NODE,
		);
		await other.hints
			.getByText(
				"A transparent background needs PNG or WebP; Auto uses PNG. 'Draft' is gpt-image-1-mini: supports it.",
			)
			.waitFor();
		// One of them at a time, beside what an image costs.
		expect(await other.hints.count()).toBe(2);
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
		await review.getByRole('button', { name: 'Send my picks' }).click();
		await review.getByRole('heading', { name: 'Thank you' }).waitFor();
		await review.close();
		await panel.output.getByText('Picked Branch (1 item)').waitFor();
	});

	it('the cost report is shown by n8n’s own preview, and looks well in light, in the dark, on a phone and on paper', async () => {
		const credential = withCredential(stage.credentialId);
		const campaigns = ['Spring', 'Spring', 'Summer'];
		const nodes = [
			itemsNode(
				'Prompts',
				PROMPTS.map((prompt, index) => ({ prompt, campaign: campaigns[index] })),
			),
			ourNode(
				'Drafts',
				'gptImage',
				{ prompt: '={{ $json.prompt }}', count: 4, options: { includeInputFields: true } },
				credential,
			),
			node(
				'Best',
				'n8n-nodes-base.code',
				{ jsCode: 'return $input.all().filter((_, index) => index % 6 === 0);' },
				{ typeVersion: 2 },
			),
			ourNode(
				'Promote',
				'gptImage',
				{ operation: 'promote', options: { includeInputFields: true } },
				credential,
			),
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
				groupBy: 'campaign',
			}),
		];
		const page = await stage.openWorkflow({ ...chain(...nodes), name: 'Report' });
		const panel = await openPanel(page, NODE);
		await panel.execute();
		await panel.hints.getByText('images; $').waitFor();
		await panel.show('binary');
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			panel.output.getByTestId('ndv-download-binary-data').first().click(),
		]);
		expect(await panel.output.getByText('data_csv').count()).toBe(1);
		const html = readFileSync(await download.path(), 'utf8');

		await panel.output.getByTestId('ndv-view-binary-data').first().click();
		const frame = page.frameLocator('iframe').last();
		await frame.getByRole('heading', { name: 'Images of November' }).waitFor();
		expect(
			await frame
				.locator('.picture')
				.evaluateAll((all) => all.map((one) => getComputedStyle(one).backgroundImage.slice(0, 10))),
		).toEqual(Array.from({ length: 14 }, () => 'url("data:'));

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
		await alone.emulateMedia({ media: 'screen', colorScheme: 'light' });
		await alone.setViewportSize({ width: 375, height: 1200 });
		expect(await alone.evaluate(() => document.documentElement.scrollWidth)).toBe(375);
		await takePicture(alone, 'cost-report-phone', { x: 0, y: 0, width: 375, height: 1200 });
		expect(await alone.locator('figcaption').first().evaluate(sidesOf)).toEqual(['right', 'left']);
		await alone.evaluate(
			readFileSync(join(projectRoot, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8'),
		);
		const { violations } = await alone.evaluate<{
			violations: Array<{ id: string; impact: string }>;
		}>('axe.run()');
		expect(
			violations
				.filter(({ impact }) => ['serious', 'critical'].includes(impact))
				.map(({ id }) => id),
		).toEqual([]);
		await alone.close();
	});
});
