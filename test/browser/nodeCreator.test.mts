import type { Page } from 'playwright-core';
import { chain } from '../n8n/harness/index.mts';
import { NODE } from '../n8n/workshop.mts';
import { canvasNode, ICON, loaded, Panel } from './panel.mts';
import { areaAround, takePicture } from './pictures.mts';
import { openStage, type Stage, type Theme } from './stage.mts';
import { costStep, promptsWorkflow } from './workflows.mts';

async function search(page: Page, text: string): Promise<void> {
	await page.getByTestId('node-creator-search-bar').fill(text);
}

/** What people type who want one of our nodes, and which of them they mean. */
const SOUGHT: [terms: string[], node: string][] = [
	[
		[
			'image',
			'openai',
			'openai image',
			'gpt image',
			'dall-e',
			'dall e',
			'chatgpt image',
			'ai image',
		],
		NODE,
	],
	[
		[
			'generate image',
			'create image',
			'text to image',
			'image generation',
			'image cost',
			'batch images',
			'variations',
			'image variations',
		],
		NODE,
	],
	[['photo', 'picture', 'edit photo', 'product photo'], NODE],
	[['gif', 'animated gif', 'svg', 'logo', 'illustration', 'banner', 'thumbnail'], NODE],
	[['image to image', 'inpaint', 'provenance', 'c2pa'], NODE],
	// As OpenAI's own pages call the models, also those to come. n8n finds letters in their order, so one alias with all digits will do.
	[['gpt-image', 'gpt-image-1', 'gpt-image-1-mini', 'gpt-image-2.5', 'gpt-image-3'], NODE],
	[['review images', 'approve images'], `${NODE} Review`],
	// n8n's list leaves "Trigger" out of the name of a trigger that has a webhook.
	[['webhook batch'], `${NODE} Webhook`],
	[['openai batch'], `${NODE} Batch Trigger`],
];

/** All operations and nothing else, in the order of the node's own lists. */
const ACTIONS = [
	...['Cancel batch', 'Collect batch results', 'Get batch', 'Get many batches', 'Submit batch'],
	...['Estimate cost', 'Report cost'],
	...['Check provenance of image', 'Edit images', 'Generate images', 'Promote drafts'],
	...['Delete reference', 'Get many references', 'Upload references'],
];

/** On a list that shows eight or so without scrolling. */
const FIRST_PLACES = 5;

describe('finding and adding the node', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

	it('stands among the first for whatever people call it, with its icon', async () => {
		const page = await stage.openWorkflow(chain());
		await page.getByTestId('node-creator-plus-button').click();
		const items = page.getByTestId('node-creator').getByTestId('node-creator-item-name');
		const missed: string[] = [];
		for (const [terms, node] of SOUGHT) {
			for (const term of terms) {
				await search(page, 'nothing of this name');
				await items.first().waitFor({ state: 'detached' });
				await search(page, term);
				await items.first().waitFor();
				const names = await items.allInnerTexts();
				const rank = names.indexOf(node) + 1;
				if (rank === 0 || rank > FIRST_PLACES)
					missed.push(`${term}: ${node} is at ${rank} of ${names.slice(0, 8).join(', ')}`);
			}
		}
		expect(missed).toEqual([]);

		await search(page, 'gpt image');
		const item = page
			.getByTestId('item-iterator-item')
			.filter({ has: page.getByText(NODE, { exact: true }) });
		expect(await item.innerText()).toContain('with the exact cost of each');
		// The second icon is what the mouse would drag.
		const icon = item.locator('img').first();
		expect(await icon.getAttribute('src')).toContain(`${ICON}gptImage.svg`);
		await loaded(icon);
	});

	it('is found as the first step of a new workflow', async () => {
		const page = await stage.visit('/workflow/new');
		await page.getByTestId('canvas-plus-button').click();
		await search(page, 'GPT Image');

		await page.getByTestId('node-creator').getByText(NODE, { exact: true }).waitFor();
	});

	it('each operation can be added as an action, and stands on the canvas with its icon', async () => {
		const page = await stage.openWorkflow(chain());
		await page.getByTestId('node-creator-plus-button').click();
		await search(page, 'GPT Image');
		await page.getByTestId('node-creator').getByText(NODE, { exact: true }).click();
		const actions = page.getByTestId('node-creator').getByTestId('node-creator-item-name');
		await actions.filter({ hasText: 'Generate images' }).waitFor();
		expect((await actions.allInnerTexts()).filter((name) => !name.startsWith(NODE))).toEqual(
			ACTIONS,
		);
		await actions.filter({ hasText: 'Edit images' }).click();

		const panel = new Panel(page);
		await panel.root.waitFor();
		expect(await panel.value('operation')).toBe('Edit');
		await page.getByTestId('ndv-close-button').click();
		const node = canvasNode(page, 'Edit images');
		await node.waitFor();
		expect(await node.locator('img').first().getAttribute('src')).toContain(`${ICON}gptImage.svg`);
		expect(await node.innerText()).toContain('edit: image');
	});

	it.each<[Theme, string]>([
		['light', 'gptImage.svg'],
		['dark', 'gptImage.dark.svg'],
	])('in the %s theme the canvas shows %s', async (theme, file) => {
		const page = await stage.openWorkflow(
			promptsWorkflow(stage.credentialId, {}, costStep()),
			theme,
		);

		const icon = canvasNode(page, NODE).locator('img').first();
		expect(await icon.getAttribute('src')).toContain(`${ICON}${file}`);
		await loaded(icon);
		await page.getByTestId('execute-workflow-button').click();
		await page.getByTestId('canvas-node-status-success').nth(3).waitFor();
		const lastEdge = page.getByTestId('edge-label').filter({ hasText: '3 items' }).last();
		await lastEdge.waitFor();
		const nodes = page.getByTestId('canvas-node');
		const area = await areaAround([nodes.first(), nodes.last()], 60);
		await takePicture(page, `canvas-${theme}`, { ...area, width: area.width + 70 });
	});
});
