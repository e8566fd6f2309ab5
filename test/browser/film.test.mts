import type { Locator, Page } from 'playwright-core';
import {
	nodeOutput,
	node,
	ourNode,
	until,
	withCredential,
	type Execution,
	type WorkflowJson,
} from '../n8n/harness/index.mts';
import { Film } from './film.mts';
import { canvasNode, loaded } from './panel.mts';
import { areaOf, RETAKING, takePicture } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { fromList, promptsWorkflow } from './workflows.mts';

/** Of the pages in the film: small enough for text that can be read in a README, and twice as sharp when it is filmed. */
const SCREEN = {
	viewport: { width: 1120, height: 740 },
	deviceScaleFactor: RETAKING ? 2 : 1,
};

const PRODUCTS = [
	['Mug', 'Product photo of a ceramic mug with a blue glaze'],
	['Lamp', 'Product photo of a terracotta mushroom lamp on an oak table'],
	['Armchair', 'Product photo of a reading armchair, green velvet'],
	['Running shoe', 'Product photo of a running shoe in teal'],
] as const;

const [DRAFTS, REVIEW, FINALS, REPORT] = ['Drafts', 'Pick the Best', 'Finals', 'Report'] as const;

/** Most of it is for the screenshots and their encoding, of which there are none in a test. */
const FILMING_MS = 900_000;

/** Which of the twelve drafts are picked. */
const PICKS = [1, 5, 9];

/** A Data Table with the products. @returns the address of its page */
async function makeTable({ n8n }: Stage['workshop']): Promise<string> {
	const { id: project } = await n8n.request<{ id: string }>('GET', '/rest/projects/personal');
	const tables = `/rest/projects/${project}/data-tables`;
	const columns = ['product', 'prompt'].map((name) => ({ name, type: 'string' }));
	const { id } = await n8n.request<{ id: string }>('POST', tables, { name: 'Products', columns });
	const data = PRODUCTS.map(([product, prompt]) => ({ product, prompt }));
	await n8n.request('POST', `${tables}/${id}/insert`, { data, returnType: 'count' });
	return `/projects/${project}/datatables/${id}`;
}

/** Table -> drafts -> review -> finals of what was picked -> report of everything. */
function productImages(credentialId: string): WorkflowJson {
	const credential = withCredential(credentialId);
	const at = (step: ReturnType<typeof node>, x: number, y: number) => ({
		...step,
		position: [x, y] as [number, number],
	});
	const table = { __rl: true, mode: 'name', value: 'Products' };
	const nodes = [
		at(node('Start', 'n8n-nodes-base.manualTrigger'), 0, 0),
		at(
			node(
				'Products',
				'n8n-nodes-base.dataTable',
				{ resource: 'row', operation: 'get', dataTableId: table, returnAll: true },
				{ typeVersion: 1 },
			),
			208,
			0,
		),
		at(
			ourNode(
				DRAFTS,
				'gptImage',
				{ prompt: '={{ $json.prompt }}', count: 3, options: { includeInputFields: true } },
				credential,
			),
			416,
			0,
		),
		at(
			ourNode(REVIEW, 'gptImageReview', {
				title: 'Which ones shall we make?',
				message: 'Pick the three that go into the shop.',
				maxPicks: 3,
			}),
			624,
			0,
		),
		at(
			ourNode(
				FINALS,
				'gptImage',
				{ operation: 'promote', mode: 'refine', options: { includeInputFields: true } },
				credential,
			),
			832,
			-112,
		),
		at(
			node(
				'Everything',
				'n8n-nodes-base.merge',
				{ mode: 'append', numberInputs: 2 },
				{ typeVersion: 3.1 },
			),
			1040,
			16,
		),
		at(
			ourNode(REPORT, 'gptImage', {
				resource: 'cost',
				operation: 'report',
				title: 'Product images',
				groupBy: 'product',
			}),
			1248,
			16,
		),
	];
	const to = (name: string, index = 0) => [{ node: name, type: 'main' as const, index }];
	const connections = {
		Start: { main: [to('Products')] },
		Products: { main: [to(DRAFTS)] },
		[DRAFTS]: { main: [to(REVIEW)] },
		[REVIEW]: { main: [to(FINALS), to('Everything', 1)] },
		[FINALS]: { main: [to('Everything')] },
		Everything: { main: [to(REPORT)] },
	};
	return { name: 'Product images', nodes, connections };
}

/** Where the canvas ends and the log begins, in pixels: with an image in the log, and without. */
const [HALF, MOST] = [345, 600];

/** Makes the log below the canvas this high, and the workflow fit into the canvas, above its buttons. */
async function placeLog(page: Page, top: number): Promise<void> {
	const handle = await areaOf(page.getByTestId('logs-panel').getByTestId('resize-handle').first());
	const x = handle.x + handle.width / 2;
	await page.mouse.move(x, handle.y + handle.height / 2);
	await page.mouse.down();
	await page.mouse.move(x, top, { steps: 5 });
	await page.mouse.up();
	await page.getByTestId('zoom-to-fit').click();
	await page.mouse.move(x, 120);
	await page.mouse.wheel(0, 20);
	await page.mouse.move(0, 0);
}

const logOf = (page: Page, name: string): Locator =>
	page.getByTestId('logs-overview-body').getByRole('treeitem').filter({ hasText: name });

const logImage = (page: Page): Locator =>
	page.getByTestId('log-details-output').locator('img[src*="/rest/binary-data"]');

describe('from a table to the images that ship', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage(SCREEN);
	});
	afterAll(async () => await stage.close());

	it('the log below the canvas shows each image of a run', async () => {
		const parameters = { ...fromList('final'), quality: 'high', size: '1536x1024' };
		const page = await stage.openWorkflow(promptsWorkflow(stage.credentialId, parameters));
		await page.setViewportSize({ width: SCREEN.viewport.width, height: 860 });
		await placeLog(page, HALF);
		await page.getByTestId('execute-workflow-button').first().click();
		await page.getByTestId('canvas-node-status-success').nth(2).waitFor();
		await page
			.getByTestId('log-details-output')
			.getByTestId('ndv-view-binary-data')
			.first()
			.click();

		expect(await loaded(logImage(page))).toEqual({ width: 1536, height: 1024 });
		await takePicture(page, 'workflow', { x: 0, y: 0, width: SCREEN.viewport.width, height: 860 });
	});

	const lastExecution = async (): Promise<Execution> => {
		const { n8n } = stage.workshop;
		const { results } = await n8n.request<{ results: Array<{ id: string }> }>(
			'GET',
			'/rest/executions?limit=1',
		);
		return await n8n.getExecution(results[0]!.id);
	};

	/** Looks at an image of a node's output in the log. */
	async function look(film: Film, page: Page, name: string, which: number): Promise<void> {
		await film.click(page, logOf(page, name));
		// The log takes the canvas to the node.
		await placeLog(page, HALF);
		const views = page.getByTestId('log-details-output').getByTestId('ndv-view-binary-data');
		await views.first().waitFor();
		await film.hold(page, 900);
		await film.click(page, views.nth(which));
		await loaded(logImage(page));
		await film.cut(page);
	}

	it(
		'twelve drafts of four rows, three picked on the review page, three finals, and what all of it cost',
		async () => {
			const { simulator } = stage.workshop;
			const film = new Film(6);
			const table = await stage.visit(await makeTable(stage.workshop));
			await table.getByText('Running shoe', { exact: true }).waitFor();
			await film.chapter(table, 'A table of prompts');
			await film.hold(table, 1800);

			simulator.configure({ latencyMs: ({ quality }) => (quality === 'low' ? 900 : 1600) });
			const editor = await stage.openWorkflow(productImages(stage.credentialId));
			await loaded(canvasNode(editor, DRAFTS).locator('img').first());
			await placeLog(editor, MOST);
			await film.chapter(editor, 'Three drafts of each row, by the cheapest model');
			await film.hold(editor, 300);
			await film.click(editor, editor.getByTestId('execute-workflow-button').first());
			const waits = until('the review waits', async () =>
				(await lastExecution()).status === 'waiting' ? true : undefined,
			);
			await film.until(editor, waits);
			await film.hold(editor, 900);
			await placeLog(editor, HALF);
			await film.chapter(editor, 'Every draft is in n8n, with what it cost');
			await look(film, editor, DRAFTS, 1);
			await film.hold(editor, 1300);

			const waiting = await lastExecution();
			const shown = new URL(
				String(waiting.data.resultData.runData[REVIEW]?.[0]?.metadata?.['resumeUrl' as never]),
			);
			const review = await editor.context().newPage();
			await review.setViewportSize({
				width: 1400,
				height: Math.round((1400 * SCREEN.viewport.height) / SCREEN.viewport.width),
			});
			await review.goto(new URL(shown.pathname + shown.search, stage.workshop.n8n.url).href);
			await review.waitForFunction(() =>
				[...document.querySelectorAll('img')].every((image) => image.complete),
			);
			await film.chapter(review, 'People pick the best, on a page that needs no account');
			await film.hold(review, 1200);
			for (const pick of PICKS) {
				await film.click(review, review.locator('li img').nth(pick));
				await film.hold(review, 600);
			}
			await film.hold(review, 500);
			await film.click(review, review.locator('#send'));
			const done = until('it has ended', async () =>
				(await lastExecution()).status === 'success' ? true : undefined,
			);

			await editor.bringToFront();
			await film.chapter(editor, 'The best model makes the picked ones');
			await film.until(editor, done);
			await canvasNode(editor, REPORT).getByTestId('canvas-node-status-success').waitFor();
			await film.hold(editor, 800);
			await look(film, editor, FINALS, 0);
			await film.hold(editor, 2000);

			const execution = await lastExecution();
			const [made, picked] = [
				nodeOutput(execution, DRAFTS).items,
				nodeOutput(execution, REVIEW).outputs[0]!,
			];
			expect(made).toHaveLength(12);
			expect(picked).toHaveLength(3);
			expect(nodeOutput(execution, FINALS).items).toHaveLength(3);

			const html = await stage.workshop.bytesOf(nodeOutput(execution, REPORT).items[0]!);
			// A page of its own: that of the review lets in no styles but its own.
			const report = await editor.context().newPage();
			await report.setContent(html.toString());
			await film.chapter(report, 'And a report says what all of it cost');
			await film.hold(report, 2600);
			expect(html.toString()).toContain('Product images');
			await film.save('film', { bytes: 3_000_000, seconds: [12, 25] });
		},
		FILMING_MS,
	);
});
