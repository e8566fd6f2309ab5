import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { INodeParameters } from 'n8n-workflow';
import {
	chain,
	itemsNode,
	node,
	nodeOutput,
	ourNode,
	until,
	withCredential,
	type Execution,
	type WorkflowJson,
} from '../n8n/harness/index.mts';
import { projectRoot } from '../n8n/harness/environment.mts';
import { openWorkshop, type Workshop } from '../n8n/workshop.mts';
import { launchBrowser } from './chromium.mts';
import { takePicture } from './pictures.mts';

const REVIEW = 'Review';
const AXE = readFileSync(join(projectRoot, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const SCENES = [
	'mountains at sunrise',
	'a moonlit lake',
	'a vase and a cup',
	'a forest in fog',
	'a lighthouse by the sea',
	'a city at night',
];

let workshop: Workshop;
let browser: Browser;
beforeAll(async () => {
	[workshop, browser] = await Promise.all([openWorkshop(), launchBrowser()]);
});
beforeEach(() => workshop.simulator.reset());
afterAll(async () => {
	await browser.close();
	await workshop.close();
});

/** Prompts -> drafts -> review, and after it a node at each output. */
function reviewWorkflow(prompts: string[], parameters: INodeParameters): WorkflowJson {
	const drafts = ourNode(
		'Drafts',
		'gptImage',
		{ prompt: '={{ $json.prompt }}' },
		withCredential(workshop.credentialId),
	);
	const workflow = chain(
		itemsNode(
			'Prompts',
			prompts.map((prompt) => ({ prompt })),
		),
		drafts,
		ourNode(REVIEW, 'gptImageReview', parameters),
	);
	workflow.nodes.push(
		node('Winners', 'n8n-nodes-base.noOp'),
		node('Losers', 'n8n-nodes-base.noOp'),
	);
	workflow.connections[REVIEW] = {
		main: [
			[{ node: 'Winners', type: 'main', index: 0 }],
			[{ node: 'Losers', type: 'main', index: 0 }],
		],
	};
	return workflow;
}

interface OpenReview {
	page: Page;
	/** What the page asked for, by address. */
	requests: string[];
	/** Errors and messages of scripts; dialogs that a script opened. */
	noise: string[];
	ended(): Promise<Execution>;
	status(): Promise<string>;
	close(): Promise<void>;
}

async function openReview(
	prompts: string[],
	parameters: INodeParameters = {},
	options: BrowserContextOptions = {},
): Promise<OpenReview> {
	const { n8n } = workshop;
	const id = await n8n.runWorkflow(await n8n.createWorkflow(reviewWorkflow(prompts, parameters)));
	const execution = await n8n.waitForExecution(id, { timeoutMs: 120_000 });
	const shown = new URL(
		String(execution.data.resultData.runData[REVIEW]?.[0]?.metadata?.['resumeUrl' as never]),
	);
	const context = await browser.newContext({
		viewport: { width: 1280, height: 860 },
		reducedMotion: 'reduce',
		...options,
	});
	const page = await context.newPage();
	const requests: string[] = [];
	const noise: string[] = [];
	page.on('request', (request) => requests.push(request.url()));
	page.on('pageerror', (error) => noise.push(error.message));
	page.on('console', (message) => noise.push(message.text()));
	page.on('dialog', (dialog) => {
		noise.push(`dialog ${dialog.message()}`);
		void dialog.dismiss();
	});
	await page.goto(new URL(shown.pathname + shown.search, n8n.url).href);
	return {
		page,
		requests,
		noise,
		ended: async () =>
			await until('it goes on', async () => {
				const now = await n8n.getExecution(id);
				return ['success', 'error'].includes(now.status) ? now : undefined;
			}),
		status: async () => (await n8n.getExecution(id)).status,
		close: async () => await context.close(),
	};
}

/** Sorted, because requests come in any order. */
const imagesAskedFor = (requests: string[]): number[] =>
	requests
		.flatMap((url) => Number(new URL(url).searchParams.get('image') ?? Number.NaN))
		.filter((index) => !Number.isNaN(index))
		.sort((a, b) => a - b);
const imagesLoaded = async (page: Page, count: number): Promise<void> => {
	await page.waitForFunction(
		(wanted) =>
			[...document.querySelectorAll<HTMLImageElement>('.grid img')]
				.slice(0, wanted)
				.every((image) => image.complete && image.naturalWidth > 0),
		count,
	);
};

interface Violation {
	id: string;
	impact: string;
	nodes: unknown[];
}

async function seriousProblems(page: Page): Promise<string[]> {
	await page.evaluate(AXE);
	const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()');
	return violations
		.filter(({ impact }) => ['serious', 'critical'].includes(impact))
		.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes).slice(0, 400)}`);
}

describe('the review page', () => {
	it('pick two, change a prompt, leave a note, and the workflow goes on with exactly those', async () => {
		const review = await openReview(SCENES, {
			title: 'Spring campaign',
			message: 'Two for the landing page, please.\nNo people.',
			minPicks: 2,
			maxPicks: 2,
		});
		const { page } = review;
		await imagesLoaded(page, 6);
		expect(await page.locator('#send').getAttribute('aria-disabled')).toBe('true');
		await page.getByRole('checkbox', { name: 'Draft 2' }).check();
		await page.locator('li', { hasText: SCENES[4]! }).locator('img').click();
		expect(await page.locator('#count').innerText()).toBe('2 of 6 picked, no more allowed');
		// Two of the catalogue's $0.0527 an image, and the prompts.
		expect(await page.locator('#sum').innerText()).toBe('about $0.1055');
		expect(await page.locator('.grid input:disabled').count()).toBe(4);

		const card = page.locator('li').nth(1);
		await card.getByText('Note or prompt').click();
		await card.getByLabel('Note').fill('more contrast');
		await card.getByLabel('Prompt').fill('a moonlit lake, wide');
		expect(review.noise).toEqual([]);
		await page.evaluate(() => scrollTo(0, 0));
		await takePicture(page, 'review', { x: 0, y: 0, width: 1280, height: 860 });
		await page.getByRole('button', { name: 'Continue the workflow' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect(await page.locator('main').innerText()).toContain('2 of 6 picked');

		const { outputs } = nodeOutput(await review.ended(), REVIEW);
		expect(outputs[0]!.map(({ json }) => [json['prompt'], json['review']])).toMatchObject([
			[
				'a moonlit lake, wide',
				{ picked: true, note: 'more contrast', originalPrompt: 'a moonlit lake' },
			],
			[SCENES[4], { picked: true, note: '' }],
		]);
		expect(outputs[1]).toHaveLength(4);
		await review.close();
	});

	it('with the keyboard alone: arrows, space, enter for the large view', async () => {
		const review = await openReview(SCENES.slice(0, 4));
		const { page } = review;
		await imagesLoaded(page, 4);
		await page.locator('.grid input').first().focus();
		await page.keyboard.press('ArrowRight');
		await page.keyboard.press('Space');
		await page.keyboard.press('Enter');
		const large = page.locator('dialog[open]');
		await large.waitFor();
		expect(await large.locator('p').innerText()).toBe(SCENES[1]);
		expect(await large.locator('#pick').getAttribute('aria-pressed')).toBe('true');
		await page.keyboard.press('ArrowRight');
		await large.locator('p', { hasText: SCENES[2]! }).waitFor();
		await large.locator('#pick').focus();
		await page.keyboard.press('Space');
		expect(await large.locator('#pick').innerText()).toBe('Picked');
		await page.keyboard.press('Escape');
		await page.waitForFunction(() => (document.activeElement as HTMLInputElement).value === '2');
		expect(await page.locator('#count').innerText()).toBe('2 of 4 picked');
		await page.keyboard.press('End');
		expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).value)).toBe('3');
		await page.getByRole('button', { name: 'Continue the workflow' }).press('Enter');
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();

		expect(nodeOutput(await review.ended(), REVIEW).outputs.map((items) => items.length)).toEqual([
			2, 2,
		]);
		await review.close();
	});

	it('100 drafts: small page, images only as they come into view, nothing from anywhere else, nothing that axe finds serious', async () => {
		const long =
			' with a long story about where the light comes from, what stands in the background, which lens is used and how the colours play together'.repeat(
				3,
			);
		const review = await openReview(
			Array.from({ length: 100 }, (_, index) => `${SCENES[index % 6]!}, ${index}${long}`),
		);
		const { page } = review;
		await imagesLoaded(page, 6);
		await page.waitForTimeout(300);
		expect((await (await fetch(page.url())).arrayBuffer()).byteLength).toBeLessThan(100_000);
		expect(await page.locator('.grid li').count()).toBe(100);
		expect(imagesAskedFor(review.requests).length).toBeLessThan(50);
		await page.locator('li').nth(99).scrollIntoViewIfNeeded();
		await page.waitForFunction(
			() => [...document.querySelectorAll<HTMLImageElement>('.grid img')].at(-1)?.naturalWidth,
		);
		expect(imagesAskedFor(review.requests)).toContain(99);

		// What does not fit the page is fetched when somebody looks.
		await page.locator('li').nth(99).getByRole('button', { name: 'Enlarge draft 100' }).click();
		await page.locator('dialog p', { hasText: `99${long}` }).waitFor();
		await page.keyboard.press('Escape');
		expect(new Set(review.requests.map((url) => new URL(url).host))).toEqual(
			new Set([new URL(workshop.n8n.url).host]),
		);
		expect(review.noise).toEqual([]);
		for (const colorScheme of ['light', 'dark'] as const) {
			await page.emulateMedia({ colorScheme });
			expect(await seriousProblems(page)).toEqual([]);
		}
		await review.close();
	}, 180_000);

	it('on a phone: one column, nothing wider than the screen, touch to pick and to enlarge', async () => {
		const review = await openReview(
			SCENES,
			{ title: 'Spring campaign' },
			{
				viewport: { width: 390, height: 844 },
				hasTouch: true,
				isMobile: true,
				deviceScaleFactor: 1,
				colorScheme: 'dark',
			},
		);
		const { page } = review;
		await imagesLoaded(page, 2);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
			390,
		);
		await page.locator('li img').first().tap();
		expect(await page.locator('#count').innerText()).toBe('1 of 6 picked');
		await page.getByRole('button', { name: 'Enlarge draft 1' }).tap();
		await page.locator('dialog[open] img').waitFor();
		const box = await page.locator('dialog').boundingBox();
		expect(box!.width).toBeLessThanOrEqual(390);
		await page.locator('#close').tap();
		await page.evaluate(() => scrollTo(0, 0));
		expect(review.noise).toEqual([]);
		await takePicture(page, 'review-phone', { x: 0, y: 0, width: 390, height: 844 });
		expect(await seriousProblems(page)).toEqual([]);
		await review.close();
	});

	it('in the dark', async () => {
		const review = await openReview(
			SCENES,
			{ title: 'Spring campaign', timeLimit: 90 },
			{ colorScheme: 'dark' },
		);
		await imagesLoaded(review.page, 6);
		await review.page.locator('li img').nth(2).click();
		await takePicture(review.page, 'review-dark', { x: 0, y: 0, width: 1280, height: 860 });
		await review.close();
	});

	it('40 prompts that try to run as script: none does, and the page shows them as they are', async () => {
		const hostile = hostilePrompts();
		const review = await openReview(hostile, { title: hostile[0]!, message: hostile[1]! });
		const { page } = review;
		await imagesLoaded(page, 3);
		for (const at of [0, 5, 11]) {
			await page.locator('li input').nth(at).check();
			await page.locator('li').nth(at).getByText('Note or prompt').click();
			await page
				.locator('li')
				.nth(at)
				.getByRole('button', { name: /^Enlarge/ })
				.click();
			await page.locator('dialog[open] p').waitFor();
			await page.keyboard.press('Escape');
		}
		expect(await page.evaluate(() => (globalThis as { hacked?: unknown }).hacked)).toBeUndefined();
		expect(await page.locator('script').count()).toBe(1);
		expect(await page.locator('li p').allInnerTexts()).toHaveLength(40);
		expect(await page.locator('li p').nth(3).textContent()).toBe(hostile[3]);
		expect(await page.title()).toBe(hostile[0]);
		expect(review.noise).toEqual([]);
		await page.getByRole('button', { name: 'Continue the workflow' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();
		expect(
			nodeOutput(await review.ended(), REVIEW).outputs[0]!.map(({ json }) => json['prompt']),
		).toEqual([hostile[0], hostile[5], hostile[11]]);
		await review.close();
	}, 120_000);

	it('an access code is asked for first; with it the page is as ever, also after a reload', async () => {
		const review = await openReview(SCENES.slice(0, 2), { accessCode: 'correct horse' });
		const { page } = review;
		expect(await page.locator('img').count()).toBe(0);
		await page.getByLabel('Access code').fill('something else');
		await page.getByRole('button', { name: 'Open' }).click();
		await page.getByText('This is not the access code.').waitFor();
		expect(await seriousProblems(page)).toEqual([]);
		await page.getByLabel('Access code').fill('correct horse');
		await page.getByLabel('Access code').press('Enter');
		await imagesLoaded(page, 2);
		await page.reload();
		await imagesLoaded(page, 2);
		await page.locator('li input').first().check();
		await page.getByRole('button', { name: 'Continue the workflow' }).click();
		await page.getByRole('heading', { name: 'Thank you' }).waitFor();

		expect(nodeOutput(await review.ended(), REVIEW).outputs.map((items) => items.length)).toEqual([
			1, 1,
		]);
		await review.close();
	});

	it('when the time is up, the page says so and sends nothing', async () => {
		const review = await openReview(SCENES.slice(0, 2), { timeLimit: 0.06 });
		const { page } = review;
		const sent: string[] = [];
		page.on('request', (request) => {
			if (request.method() === 'POST') sent.push(request.url());
		});
		await page.locator('li input').first().check();
		await page.getByText('The time for this review is over.').waitFor();
		await page.getByRole('button', { name: 'Continue the workflow' }).click({ force: true });

		expect(await page.locator('#count').innerText()).toBe('The time for this review is over');
		expect(sent).toEqual([]);
		await review.close();
	});
});

/** Forty ways to get a script to run out of a text. */
function hostilePrompts(): string[] {
	const script = 'hacked=1;alert(1)';
	const tags = [
		'script',
		'SCRIPT ',
		'svg/onload=hacked=1',
		'img src=x onerror=hacked=1',
		'iframe srcdoc="<script>parent.hacked=1</script>"',
		'body onload=hacked=1',
		'style>@import"javascript:hacked=1"</style',
		'base href="//evil.example/"',
		'meta http-equiv=refresh content="0;url=javascript:hacked=1"',
		'details open ontoggle=hacked=1',
	];
	const breaks = [
		'',
		'">',
		"'>",
		'</textarea>',
		'</script>',
		'</template>',
		'--></style>',
		'\u2028',
	];
	const prompts = tags.flatMap((tag, index) =>
		breaks
			.slice(0, 3 + (index % 2))
			.map((end) => `${end}<${tag}>${script}</${tag.split(/[ /]/)[0]}>`),
	);
	const others = [
		'javascript:hacked=1',
		'${hacked=1}',
		'{{constructor.constructor("hacked=1")()}}',
		'&lt;script&gt;hacked=1&lt;/script&gt;',
		'&#60;img src=x onerror=hacked=1&#62;',
	];
	return [...prompts, ...others].slice(0, 40);
}
