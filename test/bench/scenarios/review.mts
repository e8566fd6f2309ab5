import { chain, itemsNode, nodeOutput, ourNode, withCredential } from '../../n8n/harness/index.mts';
import { launchBrowser } from '../../browser/chromium.mts';
import type { Lab } from '../lab.mts';
import { prompts, table, type Scenario } from '../section.mts';
import { median, spread, times } from '../statistics.mts';

const DRAFTS = 300;
/** Those that a screen shows at first. */
const FIRST = 6;
const ROUNDS = 5;

interface Opened {
	/** From the click until the first images can be seen. */
	firstMs: number;
	/** From the click until every draft can be picked: the whole page is there and its script has run. */
	readyMs: number;
	/** The same images from n8n's own address of files, as the editor loads them. */
	floorMs: number;
	pageBytes: number;
	imageBytes: number;
}

const milliseconds = (ms: number): string => `${ms.toFixed(0)} ms`;

async function openReview(lab: Lab): Promise<Opened[]> {
	lab.simulator.reset();
	lab.simulator.configure({ imageBytes: undefined as never, latencyMs: 0 });
	return await lab.withN8n(async (n8n, credential) => {
		const drafts = ourNode(
			'Drafts',
			'gptImage',
			{ prompt: '={{ $json.prompt }}' },
			withCredential(credential),
		);
		const workflow = chain(
			itemsNode(
				'Prompts',
				prompts(DRAFTS).map((prompt) => ({ prompt })),
			),
			drafts,
			ourNode('Review', 'gptImageReview', {}),
		);
		const execution = await n8n.waitForExecution(
			await n8n.runWorkflow(await n8n.createWorkflow(workflow)),
		);
		const shown = new URL(
			String(execution.data.resultData.runData['Review']?.[0]?.metadata?.['resumeUrl' as never]),
		);
		const address = new URL(shown.pathname + shown.search, n8n.url).href;
		const files = nodeOutput(execution, 'Drafts')
			.items.slice(0, FIRST)
			.map(({ binary }) => binary?.['data']?.id ?? '');
		const browser = await launchBrowser();
		const opened: Opened[] = [];
		for (let round = 0; round < ROUNDS; round += 1) {
			const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
			const page = await context.newPage();
			const start = performance.now();
			await page.goto(address, { waitUntil: 'commit' });
			await page.waitForFunction(
				(count) => {
					const images = [...document.querySelectorAll<HTMLImageElement>('.grid img')];
					return (
						images.length > 0 &&
						images.slice(0, count).every((image) => image.complete && image.naturalWidth > 0)
					);
				},
				FIRST,
				{ polling: 10 },
			);
			const firstMs = performance.now() - start;
			await page.waitForLoadState('domcontentloaded');
			const readyMs = await page.evaluate(() => {
				const [navigation] = performance.getEntriesByType('navigation');
				return (navigation as PerformanceNavigationTiming).domContentLoadedEventEnd;
			});
			await context.close();
			const from = performance.now();
			const sizes = await Promise.all(
				files.map(async (id) => (await n8n.downloadBinary(id)).body.length),
			);
			opened.push({
				firstMs,
				readyMs,
				floorMs: performance.now() - from,
				pageBytes: (await (await fetch(address)).arrayBuffer()).byteLength,
				imageBytes: sizes.reduce((sum, size) => sum + size, 0),
			});
		}
		await browser.close();
		return opened;
	});
}

/** How soon a person sees something. */
export const review: Scenario = {
	name: 'review',
	async run(lab) {
		const opened = await openReview(lab);
		const [first] = opened as [Opened];
		const ours = opened.map(({ firstMs }) => firstMs);
		const ready = opened.map(({ readyMs }) => readyMs);
		const floor = opened.map(({ floorMs }) => floorMs);
		return {
			title: `The review page with ${DRAFTS} drafts`,
			body: [
				`From the click in a real browser with an empty cache until the first ${FIRST} of ${DRAFTS} images (1024x1024, ${(first.imageBytes / FIRST / 1000).toFixed(0)} kB each) can be seen, the page itself included, and until each draft can be picked. ` +
					`Next to it: the same ${FIRST} images from n8n's own file URLs, without a browser: this is the time that n8n alone takes. The page weighs ${(first.pageBytes / 1000).toFixed(1)} kB without images.`,
				table(
					['', 'time', 'of n8n alone', 'runs'],
					[
						[
							`review page: the first ${FIRST} images can be seen`,
							spread(ours, milliseconds),
							times(median(ours) / median(floor)),
							String(ROUNDS),
						],
						[
							`review page: each of the ${DRAFTS} drafts can be picked`,
							spread(ready, milliseconds),
							times(median(ready) / median(floor)),
							String(ROUNDS),
						],
						["n8n's own files", spread(floor, milliseconds), '1.00x', String(ROUNDS)],
					],
				),
			],
			summary: [],
		};
	},
};
