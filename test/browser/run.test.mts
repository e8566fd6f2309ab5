import type { Page } from 'playwright-core';
import { until } from '../n8n/harness/index.mts';
import { NODE } from '../n8n/workshop.mts';
import { loaded, openPanel } from './panel.mts';
import { areaAround, areaOf, takePicture, type Area } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { costStep, fromList, PROMPTS, promptsWorkflow } from './workflows.mts';

/** The parameters and the output of the open panel. */
async function parametersAndOutput(page: Page, height?: number): Promise<Area> {
	const area = await areaAround([
		page.getByTestId('node-parameters'),
		page.getByTestId('output-panel'),
	]);
	return { ...area, height: height ?? area.height };
}

describe('running the node in the editor', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	beforeEach(() => stage.workshop.simulator.reset());
	afterAll(async () => await stage.close());

	it('every item shows its cost, a hint sums them up, and progress is in the console', async () => {
		const page = await stage.openWorkflow(promptsWorkflow(stage.credentialId));
		const console: string[] = [];
		page.on('console', (message) => console.push(message.text()));
		const panel = await openPanel(page, NODE);

		await panel.execute();
		await panel.hints.getByText('3 images for $0.0066').waitFor();

		await panel.show('table');
		const table = panel.output.locator('table');
		await table.getByText('imageId').waitFor();
		const heads = (await table.locator('th').allInnerTexts())
			.map((head) => head.trim())
			.filter((head) => head !== '');
		expect(heads).toEqual([
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
		]);
		const { height } = (await table.locator('tbody tr').first().boundingBox())!;
		// The whole item, with its objects, takes 400 and more.
		expect(height).toBeLessThan(130);
		for (const prompt of PROMPTS) expect(await table.innerText()).toContain(prompt);
		await panel.show('json');
		await panel.output.getByText('"costUsd"').first().waitFor();
		expect(await panel.output.innerText()).toMatch(/"costUsd":\s*0\.002\d{3}\b/);
		await takePicture(page, 'items', await parametersAndOutput(page));
		await until('the last progress message', () =>
			console.find((text) => text.includes('3 of 3 images done, $0.0066 spent so far')),
		);
	});

	it('the image can be looked at', async () => {
		const page = await stage.openWorkflow(
			promptsWorkflow(stage.credentialId, { size: '1536x1024' }),
		);
		const panel = await openPanel(page, NODE);
		await panel.execute();
		await panel.hints.getByText('3 images for').waitFor();

		await panel.show('binary');
		await panel.output.getByTestId('ndv-view-binary-data').first().click();
		const image = panel.output.locator('img[src*="/rest/binary-data"]');
		await image.waitFor();

		expect(await loaded(image)).toEqual({ width: 1536, height: 1024 });
		await takePicture(page, 'generate', await parametersAndOutput(page, 610));
	});

	it('the next step can use the cost', async () => {
		const page = await stage.openWorkflow(promptsWorkflow(stage.credentialId, {}, costStep()));
		const panel = await openPanel(page, 'Cost per Image');
		await panel.execute();
		await panel.output.getByText('3 items').waitFor();

		await panel.show('table');
		const rows = (await panel.output.locator('tbody tr').allInnerTexts())
			.slice(0, 3)
			.map((row) => row.split('\t').map((cell) => cell.trim()));
		expect(rows.map((row) => row.slice(0, 3))).toEqual(
			PROMPTS.map((prompt) => [prompt, 'gpt-image-1-mini', 'low']),
		);
		const billed = stage.workshop.simulator.billed.map(
			({ costPicodollars }) => Number(costPicodollars) / 1e12,
		);
		expect(rows.map((row) => Number(row[3])).sort()).toEqual(billed.sort());
		await takePicture(page, 'cost-table', { ...(await areaOf(panel.output)), height: 200 });
	});

	it('a failure says what is wrong and what to do', async () => {
		const parameters = { ...fromList('gpt-image-1-mini'), quality: 'xhigh' };
		const page = await stage.openWorkflow(promptsWorkflow(stage.credentialId, parameters));
		const panel = await openPanel(page, NODE);
		await panel.execute();

		const message = panel.output.getByTestId('node-error-message');
		await message.waitFor();
		expect(await message.innerText()).toMatch(
			/^'Quality' is 'xhigh', which gpt-image-1-mini does not support\. Choose low, medium, high or auto\./,
		);
		expect(await panel.output.getByTestId('node-error-description').innerText()).toContain(
			'Nothing was sent, nothing was billed.',
		);
		expect(
			stage.workshop.simulator.requests.filter(({ path }) => path.startsWith('/v1/images')),
		).toEqual([]);
		await takePicture(page, 'error', await parametersAndOutput(page, 460));
	});

	it("an error of the API says in the API's words what happened", async () => {
		const page = await stage.openWorkflow(
			promptsWorkflow(stage.credentialId, { prompt: '=[blocked] {{ $json.prompt }}' }),
		);
		const panel = await openPanel(page, NODE);
		await panel.execute();

		const message = panel.output.getByTestId('node-error-message');
		await message.waitFor();
		expect(await message.innerText()).toMatch(
			/^The request was blocked by moderation \(prompt or input image\)/,
		);
		expect(await panel.output.getByTestId('node-error-description').innerText()).toContain(
			'Change the prompt or the images; the same request would be blocked again.',
		);
	});
});
