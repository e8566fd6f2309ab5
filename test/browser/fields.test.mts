import { NODE } from '../n8n/workshop.mts';
import { canvasNode, openPanel, type Panel } from './panel.mts';
import { areaOf, takePicture } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { promptsWorkflow } from './workflows.mts';

const GENERATE = [
	'resource',
	'operation',
	'prompt',
	'model',
	'quality',
	'size',
	'count',
	'simplify',
];
const EDIT = [
	'resource',
	'operation',
	'inputFrom',
	'inputBinaryFields',
	'prompt',
	'maskBinaryField',
	'markupBinaryField',
	'model',
	'quality',
	'size',
	'count',
	'simplify',
];
const COMMON_OPTIONS = [
	'Add a Link',
	'Background',
	'Complexity',
	'File Name',
	'Include Input Fields',
	'Output Compression',
	'Output Format',
	'Put Output File in Field',
	'Safety Identifier',
];

describe('the fields in the panel', () => {
	let stage: Stage;
	let panel: Panel;
	beforeAll(async () => {
		stage = await openStage();
	});
	beforeEach(async () => {
		panel = await openPanel(await stage.openWorkflow(promptsWorkflow(stage.credentialId)), NODE);
	});
	afterAll(async () => await stage.close());

	it('of a new node are those of Generate, set to the cheapest image', async () => {
		expect(await panel.fieldNames()).toEqual(GENERATE);
		expect(await panel.value('operation')).toBe('Generate');
		expect(await panel.parameters.getByTestId('rlc-input').inputValue()).toBe('Draft');
		expect(await panel.value('quality')).toBe('Low');
		expect(await panel.value('size')).toBe('Square (1024x1024)');
		expect(await panel.value('count')).toBe('1');
	});

	it('for input images and mask belong to Edit only', async () => {
		await panel.choose('operation', /^Edit/);
		await panel.field('inputBinaryFields').waitFor();
		expect(await panel.fieldNames()).toEqual(EDIT);
		expect(await panel.value('inputBinaryFields')).toBe('data');
		expect(await panel.value('maskBinaryField')).toBe('');
		expect(await panel.value('size')).toBe('Auto');
		await panel.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
		await takePicture(panel.page, 'edit', { ...(await areaOf(panel.parameters)), height: 755 });

		expect((await panel.optionNames('inputFrom')).map((name) => name.split('\n')[0])).toEqual([
			'Binary Fields',
			'URLs',
			'File IDs',
			'Mixed',
		]);
		await panel.choose('inputFrom', /^URLs/);
		await panel.field('inputUrls').waitFor();
		expect(await panel.fieldNames()).toEqual(
			EDIT.map((name) => (name === 'inputBinaryFields' ? 'inputUrls' : name)),
		);
		expect(await panel.collectionNames('Options')).toContain('Send URLs');

		await panel.choose('operation', /^Generate/);
		await panel.field('inputUrls').waitFor({ state: 'detached' });
		expect(await panel.fieldNames()).toEqual(GENERATE);
	});

	it('for width and height belong to the custom size only', async () => {
		await panel.choose('size', /^Custom/);
		await panel.field('width').waitFor();
		expect(await panel.fieldNames()).toEqual([
			...GENERATE.slice(0, -2),
			'width',
			'height',
			'count',
			'simplify',
		]);
		expect([await panel.value('width'), await panel.value('height')]).toEqual(['1024', '1024']);

		await panel.choose('size', /^Portrait/);
		await panel.field('width').waitFor({ state: 'detached' });
		expect(await panel.fieldNames()).toEqual(GENERATE);
	});

	it('list qualities and sizes from cheap to dear', async () => {
		expect(await panel.optionNames('quality')).toEqual([
			'Auto',
			'Low',
			'Medium',
			'High',
			'Extra High',
			'Max',
		]);
		expect(await panel.optionNames('size')).toEqual([
			'Square (1024x1024)',
			'Portrait (1024x1536)',
			'Landscape (1536x1024)',
			'Auto',
			'Custom',
		]);
	});

	it('of the collections are those that the operation has a use for', async () => {
		expect((await panel.collectionNames('Options')).sort()).toEqual(
			[...COMMON_OPTIONS, 'Moderation', 'Variation Sample', 'Variation Seed'].sort(),
		);
		expect(await panel.collectionNames('Run Settings')).toEqual([
			'Budget Session ID',
			'Budget (USD)',
			'Fallback Model',
			'Fallback Price Cap (USD)',
			'Images per Minute',
			'Max Attempts',
			'Max Concurrency',
			'Max Wait (Minutes)',
			'Timeout (Seconds)',
		]);

		await panel.choose('operation', /^Edit/);
		await panel.field('inputBinaryFields').waitFor();
		expect((await panel.collectionNames('Options')).sort()).toEqual(
			[...COMMON_OPTIONS, 'Input Fidelity'].sort(),
		);
	});

	it('of one format, and of links, show up once these are chosen', async () => {
		const OF_GIF = ['Frame Count', 'Frame Duration (Ms)'];
		const OF_SVG = ['SVG Model', 'SVG Reasoning Effort'];
		const offered = async (): Promise<string[]> =>
			(await panel.collectionNames('Options')).filter((name) =>
				[...OF_GIF, ...OF_SVG, 'Link Expires After (Hours)'].includes(name),
			);
		expect(await offered()).toEqual([]);

		await panel.addTo('Options', 'Output Format');
		await panel.choose('outputFormat', /^GIF/);
		expect(await offered()).toEqual(OF_GIF);
		await panel.addTo('Options', 'Frame Count');
		expect(await panel.value('frameCount')).toBe('9');

		await panel.choose('outputFormat', /^SVG/);
		await panel.field('frameCount').waitFor({ state: 'detached' });
		expect(await offered()).toEqual(OF_SVG);

		await panel.addTo('Options', 'Add a Link');
		await panel.field('addLink').locator('.el-switch').click();
		expect(await offered()).toEqual(['Link Expires After (Hours)', ...OF_SVG]);
	});

	it('show what is added to a collection, with its default', async () => {
		await panel.addTo('Run Settings', 'Max Concurrency');

		expect(await panel.value('maxConcurrency')).toBe('0');

		await panel.addTo('Run Settings', 'Budget (USD)');

		expect(await panel.value('budgetUsd')).toBe('1');

		await panel.addTo('Run Settings', 'Fallback Model');

		expect(await panel.value('fallbackModel')).toBe('Next Model');
		// Draft is what it stands in for, and Draft is gpt-image-1-mini.
		await panel.field('fallbackModel').getByTestId('rlc-input').click();
		const items = panel.page.getByTestId('rlc-item');
		await items.filter({ hasText: 'Final' }).waitFor();
		expect(
			(await items.allInnerTexts()).filter((text) => /^Draft|gpt-image-1-mini/.test(text)),
		).toEqual([]);
		expect(await items.first().innerText()).toMatch(/^Next Model/);
	});

	it('say before a run what it makes: how many images of an item, and what each costs about', async () => {
		const variations = { axes: [{ name: 'style', words: 'oil, photo, ink, chalk, wax' }] };
		const workflow = promptsWorkflow(stage.credentialId, { variations, count: 4 });
		const page = await stage.openWorkflow(workflow);
		expect(await canvasNode(page, NODE).innerText()).toContain('generate: 20 images per item');
		const busy = await openPanel(page, NODE);

		await busy.hints.nth(1).waitFor();
		expect((await busy.hints.allInnerTexts()).map((text) => text.trim())).toEqual([
			'On gpt-image-1-mini, a 1024x1024 image costs about $0.0022 (low), $0.0084 (medium) or $0.0333 (high), and half as much in a batch. The prompt costs extra. Prices differ for other sizes and providers.',
			"Each input item makes 20 images, and each one is billed: 'Number of Images' for every combination of 'Variations'.",
		]);
		await busy.pickModel('gpt-image-2');
		await busy.hints.filter({ hasText: 'On gpt-image-2, a 1024x1024 image' }).waitFor();
		expect(await busy.hints.count()).toBe(2);
	});
});
