import type { Locator, Page } from 'playwright-core';
import { until } from '../n8n/harness/index.mts';

/** A node on the canvas. */
export function canvasNode(page: Page, name: string): Locator {
	return page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);
}

/** Where n8n serves the icon of our node from. */
export const ICON = '/icons/n8n-nodes-gpt-image/dist/nodes/GptImage/';

/** Waits until an image is drawn. @returns its own size in pixels */
export async function loaded(image: Locator): Promise<{ width: number; height: number }> {
	const what = `${(await image.getAttribute('src')) ?? 'image'} is loaded`;
	const size = async (): Promise<{ width: number; height: number } | undefined> => {
		const [width, height] = await image.evaluate((node: HTMLImageElement) => [
			node.naturalWidth,
			node.naturalHeight,
		]);
		return width && height ? { width, height } : undefined;
	};
	return await until(what, size);
}

/** Opens a node's panel. */
export async function openPanel(page: Page, name: string): Promise<Panel> {
	await canvasNode(page, name).dblclick();
	await page.getByTestId('ndv').waitFor();
	return new Panel(page);
}

/** A node's open panel, as a person sees it: input, parameters, output. */
export class Panel {
	readonly page: Page;
	readonly root: Locator;
	readonly parameters: Locator;
	readonly output: Locator;
	readonly hints: Locator;

	constructor(page: Page) {
		this.page = page;
		this.root = page.getByTestId('ndv');
		this.parameters = this.root.getByTestId('node-parameters');
		this.output = this.root.getByTestId('output-panel');
		this.hints = this.output.getByTestId('node-hint');
	}

	/** Names of the fields below the credential, in their order; collections are not among them. */
	async fieldNames(): Promise<string[]> {
		const ids = await this.parameters
			.locator('[data-test-id^="parameter-input-"]:visible')
			.evaluateAll((fields) => fields.map((field) => field.getAttribute('data-test-id') ?? ''));
		return ids
			.map((id) => id.replace('parameter-input-', ''))
			.filter((name) => name !== 'field' && name !== 'hint');
	}

	field(name: string): Locator {
		return this.parameters.getByTestId(`parameter-input-${name}`);
	}

	/** The text that a field shows. */
	async value(name: string): Promise<string> {
		return await this.field(name).locator('input, textarea').last().inputValue();
	}

	/** Opens a field's list of options. */
	async optionNames(name: string): Promise<string[]> {
		await this.field(name).click();
		return await this.openOptions();
	}

	async choose(name: string, option: string | RegExp): Promise<void> {
		await this.field(name).click();
		await this.page.getByRole('option', { name: option }).click();
	}

	/** The button that adds to a collection: 'Add Option' or 'Add Setting'. */
	private adder(collection: 'Options' | 'Run Settings'): Locator {
		return this.parameters
			.getByTestId('collection-parameter-add')
			.nth(collection === 'Options' ? 0 : 1);
	}

	async collectionNames(collection: 'Options' | 'Run Settings'): Promise<string[]> {
		await this.adder(collection).click();
		return await this.openOptions();
	}

	/** @returns the first line of each option of the list that is open, which closes */
	private async openOptions(): Promise<string[]> {
		const options = this.page.getByRole('option');
		await options.first().waitFor();
		const texts = await options.allInnerTexts();
		await this.page.keyboard.press('Escape');
		await options.first().waitFor({ state: 'hidden' });
		return texts.map((text) => text.split('\n')[0] ?? '');
	}

	async addTo(collection: 'Options' | 'Run Settings', option: string): Promise<void> {
		await this.adder(collection).click();
		await this.page.getByRole('option', { name: option }).click();
	}

	async openModelList(): Promise<Locator> {
		await this.parameters.getByTestId('rlc-input').click();
		const items = this.page.getByTestId('rlc-item');
		await items.filter({ hasText: 'Final' }).waitFor();
		return items;
	}

	/** Picks the model of this ID from the list. */
	async pickModel(id: string): Promise<void> {
		await (
			await this.openModelList()
		)
			.filter({ hasText: new RegExp(`^${id.replaceAll('.', '\\.')}:`) })
			.click();
	}

	async enterModelId(id: string): Promise<void> {
		await this.parameters.getByTestId('rlc-mode-selector').click();
		await this.page.getByRole('option', { name: 'By ID' }).click();
		await this.parameters.getByTestId('rlc-input').fill(id);
	}

	async execute(): Promise<void> {
		await this.root.getByTestId('node-execute-button').click();
	}

	async show(view: 'schema' | 'table' | 'json' | 'binary'): Promise<void> {
		await this.output.getByTestId(`radio-button-${view}`).click();
	}
}
