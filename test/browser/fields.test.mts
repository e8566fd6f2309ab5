import { NODE } from '../n8n/workshop.mts';
import { openPanel, type Panel } from './panel.mts';
import { areaOf, takePicture } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { promptsWorkflow } from './workflows.mts';

const GENERATE = ['resource', 'operation', 'model', 'prompt', 'quality', 'size', 'count'];
const EDIT = [
	'resource',
	'operation',
	'model',
	'inputBinaryFields',
	'maskBinaryField',
	'prompt',
	'quality',
	'size',
	'count',
];
const COMMON_OPTIONS = [
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
		await panel.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
		await takePicture(panel.page, 'edit', { ...(await areaOf(panel.parameters)), height: 755 });

		await panel.choose('operation', /^Generate/);
		await panel.field('inputBinaryFields').waitFor({ state: 'detached' });
		expect(await panel.fieldNames()).toEqual(GENERATE);
	});

	it('for width and height belong to the custom size only', async () => {
		await panel.choose('size', /^Custom/);
		await panel.field('width').waitFor();
		expect(await panel.fieldNames()).toEqual([
			...GENERATE.slice(0, -1),
			'width',
			'height',
			'count',
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

	it('show what is added to a collection, with its default', async () => {
		await panel.addTo('Run Settings', 'Max Concurrency');

		expect(await panel.value('maxConcurrency')).toBe('0');

		await panel.addTo('Run Settings', 'Budget (USD)');

		expect(await panel.value('budgetUsd')).toBe('1');

		await panel.addTo('Run Settings', 'Fallback Model');

		expect(await panel.value('fallbackModel')).toBe('Next Model');
	});
});
