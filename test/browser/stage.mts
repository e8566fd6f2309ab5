import {
	selectors,
	type Browser,
	type BrowserContext,
	type BrowserContextOptions,
	type Page,
} from 'playwright-core';
import type { WorkflowJson } from '../n8n/harness/index.mts';
import { API_KEY, openWorkshop, TODAY, type Workshop } from '../n8n/workshop.mts';
import { launchBrowser } from './chromium.mts';
import { PICTURES } from './pictures.mts';

/** The size of a page, in pixels. */
export const VIEWPORT = { width: 1440, height: 900 };

/** What pages are shown on. */
export type Screen = Pick<BrowserContextOptions, 'viewport' | 'deviceScaleFactor'>;

export type Theme = 'light' | 'dark';

/** A browser, signed in to a real n8n with our package, the simulator behind it, and the same day everywhere. */
export interface Stage {
	workshop: Workshop;
	/** of a credential with a name that looks well in a screenshot */
	credentialId: string;
	/** A new tab at an address of n8n; the tab before it is closed. */
	visit(path: string, theme?: Theme): Promise<Page>;
	/** This workflow in the editor: in the tab that is open, or a new one for another theme. */
	openWorkflow(workflow: WorkflowJson, theme?: Theme): Promise<Page>;
	close(): Promise<void>;
}

/** Runs in the page: its clock starts at this time, as n8n's does (see ../n8n/harness/clock.cjs), and runs on. */
function setClock(start: string): void {
	const RealDate = Date;
	const realNow = RealDate.now;
	const offsetMs = RealDate.parse(start) - realNow();
	const now = (): number => realNow() + offsetMs;
	globalThis.Date = new Proxy(RealDate, {
		construct: (target, args, newTarget) =>
			Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
		apply: () => new RealDate(now()).toString(),
		get: (target, name, receiver) =>
			name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown),
	});
}

async function signIn(context: BrowserContext, { n8n }: Workshop): Promise<void> {
	const [name = '', value = ''] = n8n.cookie.split('=');
	await context.addCookies([{ name, value, url: n8n.url }]);
	await context.addInitScript(setClock, TODAY);
}

async function createCredential({ n8n, simulator }: Workshop): Promise<string> {
	const data = { provider: 'openai', apiKey: API_KEY, baseUrl: simulator.baseUrl };
	const body = { name: 'OpenAI account', type: 'gptImageApi', data };
	return (await n8n.request<{ id: string }>('POST', '/rest/credentials', body)).id;
}

async function newContext(
	browser: Browser,
	workshop: Workshop,
	theme: Theme,
	screen: Screen,
): Promise<BrowserContext> {
	const context = await browser.newContext({
		...screen,
		baseURL: workshop.n8n.url,
		colorScheme: theme,
		reducedMotion: 'reduce',
		locale: 'en-US',
		timezoneId: 'UTC',
	});
	context.setDefaultTimeout(30_000);
	await signIn(context, workshop);
	return context;
}

/** The tab that shows n8n, in one context each theme. What n8n stored in it is forgotten at each step. */
class Tab {
	private readonly contexts = new Map<Theme, BrowserContext>();
	private readonly browser: Browser;
	private readonly workshop: Workshop;
	private readonly screen: Screen;
	private page: Page | undefined;
	private theme: Theme = 'light';

	constructor(browser: Browser, workshop: Workshop, screen: Screen) {
		this.browser = browser;
		this.workshop = workshop;
		this.screen = screen;
	}

	/** A new tab; the one before it is closed. */
	async open(path: string, theme: Theme): Promise<Page> {
		await this.page?.close();
		const context =
			this.contexts.get(theme) ??
			(await newContext(this.browser, this.workshop, theme, this.screen));
		this.contexts.set(theme, context);
		this.theme = theme;
		this.page = await context.newPage();
		await this.page.addInitScript(() => localStorage.clear());
		await this.page.goto(path);
		return this.page;
	}

	/** Goes on in the same tab, as a click on a link in n8n does: loading all of the editor takes seconds of a core. */
	async goTo(path: string, theme: Theme): Promise<Page> {
		const page = this.page;
		if (!page || page.isClosed() || this.theme !== theme || !isOf(this.workshop, page))
			return await this.open(path, theme);
		await page.evaluate(followLink, path);
		return page;
	}
}

/** Whether n8n's own pages are on this one. */
function isOf({ n8n }: Workshop, page: Page): boolean {
	return page.url().startsWith(`${n8n.url}/workflow`);
}

/** Runs in the page. */
async function followLink(path: string): Promise<void> {
	interface VueElement extends Element {
		__vue_app__: {
			config: { globalProperties: { $router: { push(path: string): Promise<unknown> } } };
		};
	}
	localStorage.clear();
	const app = document.querySelector('#app') as VueElement;
	await app.__vue_app__.config.globalProperties.$router.push(path);
}

export async function openStage(screen: Screen = { viewport: VIEWPORT }): Promise<Stage> {
	selectors.setTestIdAttribute('data-test-id');
	const [workshop, browser] = await Promise.all([
		openWorkshop({ editor: true, simulator: PICTURES }),
		launchBrowser(),
	]);
	const tab = new Tab(browser, workshop, screen);
	return {
		workshop,
		credentialId: await createCredential(workshop),
		visit: async (path, theme = 'light') => await tab.open(path, theme),
		async openWorkflow(workflow, theme = 'light') {
			const id = await workshop.n8n.createWorkflow(workflow);
			const page = await tab.goTo(`/workflow/${id}`, theme);
			await page
				.getByTestId('canvas-node')
				.nth(workflow.nodes.length - 1)
				.waitFor();
			return page;
		},
		async close() {
			await browser.close();
			await workshop.close();
		},
	};
}
