import { NODE } from '../n8n/workshop.mts';
import { openPanel, type Panel } from './panel.mts';
import { areaAround, takePicture } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { promptsWorkflow } from './workflows.mts';

const ENDS =
	/^The model gpt-image-1-mini shuts down on 2026-12-01\. Choose gpt-image-2\.5-flare or gpt-image-2\.5-sunburst instead/;
const ENDED =
	/^The model gpt-image-1 was shut down on 2026-10-23\. Choose gpt-image-2\.5-sunburst or gpt-image-2\.5-flare instead/;

describe('choosing a model in the editor', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

	/** Of a model that ends: beside them there is what an image costs. */
	const warningsIn = ({ hints }: Panel) => hints.filter({ hasText: /^\s*The model/ });
	const openModels = async () =>
		await openPanel(await stage.openWorkflow(promptsWorkflow(stage.credentialId)), NODE);

	it('the list shows the roles and the live models with prices and shutdown dates', async () => {
		const panel = await openModels();
		const items = await panel.openModelList();

		const lines = await items.allInnerTexts();
		expect(lines.slice(0, 3)).toEqual([
			'Draft (now gpt-image-1-mini): $0.0022–$0.0333 each',
			expect.stringMatching(/^Final \(now gpt-image-2\.5-sunburst\): \$0\.\d{4}–\$0\.\d{4} each$/),
			'gpt-image-1-mini: ends 2026-12-01, $0.0022–$0.0333 each',
		]);
		expect(lines.filter((line) => /^gpt-image-1[: ]/.test(line))).toEqual([]);
		expect(stage.workshop.simulator.modelLists.length).toBeGreaterThan(0);
		await takePicture(
			panel.page,
			'model-list',
			await areaAround([panel.field('operation'), items.first(), items.nth(7)], 22),
		);
	});

	it('the list can be filtered, and a model picked; one that ends soon brings a warning', async () => {
		const panel = await openModels();
		const items = await panel.openModelList();
		await panel.page.getByTestId('rlc-search').fill('1-MINI');
		await items.filter({ hasText: 'Final' }).waitFor({ state: 'detached' });
		await items.nth(1).waitFor();
		expect(await items.allInnerTexts()).toEqual([
			expect.stringMatching(/^Draft/),
			expect.stringMatching(/^gpt-image-1-mini/),
		]);
		expect(await warningsIn(panel).count()).toBe(0);
		await items.filter({ hasText: /^gpt-image-1-mini/ }).click();

		await warningsIn(panel).waitFor();
		expect(await warningsIn(panel).innerText()).toMatch(ENDS);
		await takePicture(panel.page, 'end-of-life', {
			...(await areaAround([panel.parameters, panel.output])),
			height: 385,
		});
	});

	it('after a run the warning stands there once', async () => {
		const panel = await openModels();
		await panel.pickModel('gpt-image-1-mini');
		await warningsIn(panel).waitFor();
		await panel.execute();
		await panel.hints.getByText('3 images for').waitFor();

		expect(await panel.hints.allInnerTexts()).toEqual([
			expect.stringMatching(ENDS),
			expect.stringContaining('3 images for $0.0066'),
		]);
	});

	it('a role has no warning before a run, and none stays when a live model is picked', async () => {
		const panel = await openModels();
		expect(await panel.hints.allInnerTexts()).toEqual([
			expect.stringContaining('On gpt-image-1-mini, a 1024x1024 image costs about'),
		]);
		await panel.pickModel('gpt-image-1-mini');
		await warningsIn(panel).waitFor();
		await panel.pickModel('gpt-image-2.5-flare');

		await warningsIn(panel).waitFor({ state: 'detached' });
		expect(await panel.hints.allInnerTexts()).toEqual([
			expect.stringContaining('On gpt-image-2.5-flare, a 1024x1024 image costs about'),
		]);
	});

	it('a model that is gone, entered by its ID, brings a warning in the past tense', async () => {
		const panel = await openModels();
		await panel.enterModelId('gpt-image-1');

		await warningsIn(panel).waitFor();
		expect(await warningsIn(panel).innerText()).toMatch(ENDED);
	});
});
