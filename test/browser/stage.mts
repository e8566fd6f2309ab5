import { selectors, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { WorkflowJson } from '../n8n/harness/index.mts';
import { API_KEY, openWorkshop, TODAY, type Workshop } from '../n8n/workshop.mts';
import { launchBrowser } from './chromium.mts';

/** The size of a page, in pixels. */
export const VIEWPORT = { width: 1440, height: 900 };

export type Theme = 'light' | 'dark';

/** A browser, signed in to a real n8n with our package, the simulator behind it, and the same day everywhere. */
export interface Stage {
	workshop: Workshop;
	/** of a credential with a name that looks well in a screenshot */
	credentialId: string;
	/** A new tab at an address of n8n; the tab before it is closed. */
	visit(path: string, theme?: Theme): Promise<Page>;
	/** A new tab with this workflow in the editor. */
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
): Promise<BrowserContext> {
	const context = await browser.newContext({
		viewport: VIEWPORT,
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

/** Tabs of one context each theme, which keeps n8n's files in its cache. What n8n stored in it is forgotten. */
function tabs(browser: Browser, workshop: Workshop): Stage['visit'] {
	const contexts = new Map<Theme, BrowserContext>();
	let last: Page | undefined;
	return async (path, theme = 'light') => {
		await last?.close();
		const context = contexts.get(theme) ?? (await newContext(browser, workshop, theme));
		contexts.set(theme, context);
		last = await context.newPage();
		await last.addInitScript(() => localStorage.clear());
		await last.goto(path);
		return last;
	};
}

export async function openStage(): Promise<Stage> {
	selectors.setTestIdAttribute('data-test-id');
	const [workshop, browser] = await Promise.all([openWorkshop(), launchBrowser()]);
	const visit = tabs(browser, workshop);
	return {
		workshop,
		credentialId: await createCredential(workshop),
		visit,
		async openWorkflow(workflow, theme) {
			const page = await visit(`/workflow/${await workshop.n8n.createWorkflow(workflow)}`, theme);
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
