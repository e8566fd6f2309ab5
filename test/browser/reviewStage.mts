import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
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
import { PICTURES } from './pictures.mts';

export const REVIEW = 'Review';
export const SCENES = [
	'mountains at sunrise',
	'a moonlit lake',
	'a vase and a cup',
	'a forest in fog',
	'a lighthouse by the sea',
	'a city at night',
];
export const PHONE: BrowserContextOptions = {
	viewport: { width: 390, height: 844 },
	hasTouch: true,
	isMobile: true,
	deviceScaleFactor: 1,
};

const AXE = readFileSync(join(projectRoot, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** Somebody with the review open. */
export interface Reviewer {
	page: Page;
	context: BrowserContext;
	/** What the page asked for, by address. */
	requests: string[];
	/** Errors and messages of scripts; dialogs that a script opened. */
	noise: string[];
	close(): Promise<void>;
}

export interface OpenReview extends Reviewer {
	address: string;
	/** As it was when the review began to wait. */
	execution: Execution;
	ended(): Promise<Execution>;
	status(): Promise<string>;
	/** "Stop" of the execution. */
	stop(): Promise<void>;
	/** Once the review waits for the nth time. */
	waits(run: number): Promise<void>;
	/** Somebody else, in a browser of their own. */
	another(options?: BrowserContextOptions): Promise<Reviewer>;
}

/** A real n8n, and a browser that isn't signed in to it. */
export class ReviewStage {
	private readonly workshop: Workshop;

	private readonly browser: Browser;

	private constructor(workshop: Workshop, browser: Browser) {
		this.workshop = workshop;
		this.browser = browser;
	}

	static async open(): Promise<ReviewStage> {
		return new ReviewStage(
			...(await Promise.all([
				openWorkshop({ editor: true, simulator: PICTURES }),
				launchBrowser(),
			])),
		);
	}

	get host(): string {
		return new URL(this.workshop.n8n.url).host;
	}

	reset(): void {
		this.workshop.simulator.reset();
	}

	async close(): Promise<void> {
		await this.browser.close();
		await this.workshop.close();
	}

	/** Prompts -> drafts -> review. @param rows what each prompt stands in, which then comes along under `input` */
	async openReview(
		prompts: string[],
		parameters: INodeParameters = {},
		options: BrowserContextOptions = {},
		rows: object[] = [],
	): Promise<OpenReview> {
		const items = prompts.map((prompt, index) => ({ prompt, ...rows[index] }));
		const drafts = ourNode(
			'Drafts',
			'gptImage',
			{ prompt: '={{ $json.prompt }}', options: { includeInputFields: rows.length > 0 } },
			withCredential(this.workshop.credentialId),
		);
		return await this.run(
			withOutputs(
				chain(itemsNode('Prompts', items), drafts, ourNode(REVIEW, 'gptImageReview', parameters)),
			),
			options,
		);
	}

	/** Files that OpenAI sends in place of SVGs, then a review and a report of what came. @returns the report's page, too */
	async openSvgs(svgs: readonly Buffer[]): Promise<OpenReview & { report: string }> {
		const { simulator, n8n, credentialId } = this.workshop;
		simulator.configure({ svgs });
		const drafts = ourNode(
			'Drafts',
			'gptImage',
			{
				prompt: '={{ $json.prompt }}',
				model: { __rl: true, mode: 'id', value: 'gpt-image-2.6-flare' },
				options: { outputFormat: 'svg', svgModel: 'gpt-6-luna' },
				// In the order of the files.
				run: { maxConcurrency: 1 },
			},
			withCredential(credentialId),
		);
		const items = svgs.map((_, index) => ({ prompt: `logo ${index}` }));
		const report = ourNode('Report', 'gptImage', { resource: 'cost', operation: 'report' });
		const workflow = withOutputs(
			chain(itemsNode('Prompts', items), drafts, ourNode(REVIEW, 'gptImageReview', {})),
		);
		workflow.nodes.push(report);
		workflow.connections['Drafts']?.main?.[0]?.unshift({ node: 'Report', type: 'main', index: 0 });
		const open = await this.run(workflow);
		simulator.configure({ svgs: undefined });
		const [page] = nodeOutput(open.execution, 'Report').items;
		const id = page?.binary?.['data']?.id ?? '';
		return { ...open, report: (await n8n.downloadBinary(id)).body.toString() };
	}

	/** The same with pictures of one pixel that nobody had to make. */
	async openMany(count: number, parameters: INodeParameters = {}): Promise<OpenReview> {
		const jsCode = `return Array.from({ length: ${count} }, (_, index) => ({ json: { prompt: 'picture ' + index + ' of a catalogue, on a white table', size: '1024x1024' }, binary: { data: { data: '${PIXEL}', mimeType: 'image/png', fileName: index + '.png' } } }));`;
		return await this.run(
			withOutputs(
				chain(
					itemsNode('Nothing', [{}]),
					node('Files', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 }),
					ourNode(REVIEW, 'gptImageReview', parameters),
				),
			),
		);
	}

	/** A review of one item at a time, each with the address of the one before. */
	async openLoop(prompts: string[], parameters: INodeParameters = {}): Promise<OpenReview> {
		const drafts = ourNode(
			'Drafts',
			'gptImage',
			{ prompt: '={{ $json.prompt }}' },
			withCredential(this.workshop.credentialId),
		);
		const workflow = chain(
			itemsNode(
				'Prompts',
				prompts.map((prompt) => ({ prompt })),
			),
			node('Loop', 'n8n-nodes-base.splitInBatches', { options: {} }, { typeVersion: 3 }),
			drafts,
			ourNode(REVIEW, 'gptImageReview', parameters),
		);
		const back = [{ node: 'Loop', type: 'main' as const, index: 0 }];
		workflow.connections['Loop'] = { main: [[], [{ node: 'Drafts', type: 'main', index: 0 }]] };
		workflow.connections[REVIEW] = { main: [back, back] };
		return await this.run(workflow);
	}

	private async run(
		workflow: WorkflowJson,
		options: BrowserContextOptions = {},
	): Promise<OpenReview> {
		const { n8n } = this.workshop;
		const id = await n8n.runWorkflow(await n8n.createWorkflow(workflow));
		const execution = await n8n.waitForExecution(id, { timeoutMs: 120_000 });
		const shown = new URL(
			String(execution.data.resultData.runData[REVIEW]?.[0]?.metadata?.['resumeUrl' as never]),
		);
		const address = new URL(shown.pathname + shown.search, n8n.url).href;
		const now = async (): Promise<Execution> => await n8n.getExecution(id);
		return {
			...(await this.visit(address, options)),
			address,
			execution,
			ended: async () =>
				await until('it goes on', async () => {
					const execution = await now();
					return ['success', 'error'].includes(execution.status) ? execution : undefined;
				}),
			status: async () => (await now()).status,
			stop: async () => await n8n.cancelExecution(id),
			waits: async (run) => {
				await until('it waits again', async () => {
					const { status, data } = await now();
					return status === 'waiting' && (data.resultData.runData[REVIEW]?.length ?? 0) >= run
						? true
						: undefined;
				});
			},
			another: async (other) => await this.visit(address, other),
		};
	}

	async visit(address: string, options: BrowserContextOptions = {}): Promise<Reviewer> {
		const context = await this.browser.newContext({
			viewport: { width: 1280, height: 860 },
			reducedMotion: 'reduce',
			...options,
		});
		const page = await context.newPage();
		const [requests, noise]: string[][] = [[], []];
		page.on('request', (request) => requests!.push(request.url()));
		page.on('pageerror', (error) => noise!.push(error.message));
		page.on('console', (message) => noise!.push(message.text()));
		page.on('dialog', (dialog) => {
			noise!.push(`dialog ${dialog.message()}`);
			void dialog.dismiss();
		});
		await page.goto(address);
		return {
			page,
			context,
			requests: requests!,
			noise: noise!,
			close: async () => await context.close(),
		};
	}
}

function withOutputs(workflow: WorkflowJson): WorkflowJson {
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

/** Sorted, because requests come in any order. */
export const imagesAskedFor = (requests: string[]): number[] =>
	requests
		.flatMap((url) => Number(new URL(url).searchParams.get('image') ?? Number.NaN))
		.filter((index) => !Number.isNaN(index))
		.sort((a, b) => a - b);

export const imagesLoaded = async (page: Page, count: number): Promise<void> => {
	await page.waitForFunction(
		(wanted) =>
			[...document.querySelectorAll<HTMLImageElement>('.grid img')]
				.slice(0, wanted)
				.filter((image) => image.complete && image.naturalWidth > 0).length === wanted,
		count,
	);
};

interface Violation {
	id: string;
	impact: string;
	nodes: unknown[];
}

export async function seriousProblems(page: Page): Promise<string[]> {
	await page.evaluate(AXE);
	const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()');
	return violations
		.filter(({ impact }) => ['serious', 'critical'].includes(impact))
		.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes).slice(0, 400)}`);
}

/** Forty ways to get a script to run out of a text. */
export function hostilePrompts(): string[] {
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
