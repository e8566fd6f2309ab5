import { selectors, type BrowserContext, type Locator, type Page } from 'playwright-core';
import type { WorkflowJson } from '../n8n/harness/index.mts';
import { openWorkshop, TODAY, type Workshop } from '../n8n/workshop.mts';
import { launchBrowser } from './chromium.mts';

/** The size of a page and of most screenshots. */
export const VIEWPORT = { width: 1280, height: 800 };

export type Theme = 'light' | 'dark';

/** A browser, signed in to a real n8n with our package, the simulator behind it, and the same day everywhere. */
export interface Stage {
	workshop: Workshop;
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
		construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
		apply: () => new RealDate(now()).toString(),
		get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
	});
}

async function signInContext(context: BrowserContext, { n8n }: Workshop): Promise<void> {
	const [name = '', value = ''] = n8n.cookie.split('=');
	await context.addCookies([{ name, value, url: n8n.url }]);
	await context.addInitScript(setClock, TODAY);
	// n8n's editor asks n8n.io for templates and icons: nothing leaves this machine, and no test depends on the network.
	await context.route(
		(url) => url.hostname !== '127.0.0.1',
		async (route) => await route.abort(),
	);
}

export async function openStage(): Promise<Stage> {
	selectors.setTestIdAttribute('data-test-id');
	const [workshop, browser] = await Promise.all([openWorkshop(), launchBrowser()]);
	let context: BrowserContext | undefined;
	const visit: Stage['visit'] = async (path, theme = 'light') => {
		await context?.close();
		context = await browser.newContext({
			viewport: VIEWPORT,
			baseURL: workshop.n8n.url,
			colorScheme: theme,
			reducedMotion: 'reduce',
			locale: 'en-US',
			timezoneId: 'UTC',
		});
		context.setDefaultTimeout(30_000);
		await signInContext(context, workshop);
		const page = await context.newPage();
		await page.goto(path);
		return page;
	};
	return {
		workshop,
		visit,
		async openWorkflow(workflow, theme) {
			const page = await visit(`/workflow/${await workshop.n8n.createWorkflow(workflow)}`, theme);
			await page.getByTestId('canvas-node').nth(workflow.nodes.length - 1).waitFor();
			return page;
		},
		async close() {
			await context?.close();
			await browser.close();
			await workshop.close();
		},
	};
}

/** A node on the canvas. */
export function canvasNode(page: Page, name: string): Locator {
	return page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
}

/** Opens a node's panel. @returns the panel */
export async function openPanel(page: Page, name: string): Promise<Locator> {
	await canvasNode(page, name).dblclick();
	const panel = page.getByTestId('ndv');
	await panel.waitFor();
	return panel;
}
