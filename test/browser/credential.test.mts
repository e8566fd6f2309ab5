import type { Page } from 'playwright-core';
import { API_KEY, NODE } from '../n8n/workshop.mts';
import { loaded, openPanel } from './panel.mts';
import { areaOf, takePicture } from './pictures.mts';
import { openStage, type Stage } from './stage.mts';
import { promptsWorkflow } from './workflows.mts';

/** Opens the dialog for a new credential from the node's panel. */
async function openNew(page: Page): Promise<void> {
	const panel = await openPanel(page, NODE);
	await panel.root.getByTestId('node-credentials-select').click();
	await page.getByTestId('node-credentials-select-item-new').click();
	await page.getByTestId('credential-save-button').waitFor();
}

const input = (page: Page, name: string) =>
	page.getByTestId('editCredential-modal').getByTestId(`parameter-input-${name}`).locator('input');

async function save(
	page: Page,
	{ apiKey, baseUrl }: Record<'apiKey' | 'baseUrl', string>,
): Promise<void> {
	await input(page, 'apiKey').fill(apiKey);
	await input(page, 'baseUrl').fill(baseUrl);
	await page.getByTestId('credential-save-button').click();
}

/** Runs in the page. Its button would ask what to do with what isn't saved. */
function closeDialog(): void {
	interface VueElement extends Element {
		__vue_app__: {
			config: {
				globalProperties: {
					$pinia: { _s: Map<string, { closeModal(name: string): void }> };
				};
			};
		};
	}
	const app = document.querySelector('#app') as VueElement;
	app.__vue_app__.config.globalProperties.$pinia._s.get('ui')!.closeModal('editCredential');
}

describe('the credential dialog', () => {
	let stage: Stage;
	let page: Page;
	beforeAll(async () => {
		stage = await openStage();
	});
	beforeEach(async () => {
		page = await stage.openWorkflow(promptsWorkflow(stage.credentialId));
		await page.getByTestId('editCredential-modal').waitFor({ state: 'detached' });
		await openNew(page);
	});
	// It would stay open in the tab, which goes on: loading all of the editor takes seconds of a core.
	afterEach(async () => await page.evaluate(closeDialog));
	afterAll(async () => await stage.close());

	it("starts with OpenAI's address and our icon", async () => {
		expect(await input(page, 'baseUrl').inputValue()).toBe('https://api.openai.com/v1');
		expect(await input(page, 'provider').inputValue()).toBe('OpenAI');
		const dialog = page.getByTestId('editCredential-modal');
		await loaded(dialog.locator('img').first());
		expect(
			await dialog
				.getByText('No key yet? Create one for OpenAI at')
				.getByRole('link')
				.getAttribute('href'),
		).toBe('https://platform.openai.com/api-keys');
	});

	it('shows what few need when it is asked for, and what holds something in any case', async () => {
		const dialog = page.getByTestId('editCredential-modal');
		const rare = ['organizationId', 'projectId', 'catalogueUrl', 'webhookSecret'];
		for (const name of rare) expect(await input(page, name).count()).toBe(0);
		const toggle = dialog
			.getByTestId('parameter-input-showAdvanced')
			.locator('.el-switch, button, input')
			.first();
		await toggle.click();
		for (const name of rare) await input(page, name).waitFor();
		await input(page, 'organizationId').fill('org-1');
		await toggle.click();
		await input(page, 'catalogueUrl').waitFor({ state: 'detached' });

		expect(await input(page, 'organizationId').inputValue()).toBe('org-1');
		for (const name of rare.slice(1)) expect(await input(page, name).count()).toBe(0);
	});

	it('another provider shows its own fields, and hides those of OpenAI', async () => {
		await input(page, 'provider').click();
		await page.getByRole('option', { name: 'Azure OpenAI' }).click();
		await input(page, 'apiVersion').waitFor();
		const dialog = page.getByTestId('editCredential-modal');
		await input(page, 'baseUrl').fill('https://my-resource.openai.azure.com/openai/v1');
		await dialog
			.getByTestId('parameter-input-deployments')
			.locator('textarea')
			.fill('my-drafts = gpt-image-1-mini\nmy-finals = gpt-image-2.5-sunburst');

		for (const name of ['organizationId', 'projectId', 'webhookSecret'])
			expect(await input(page, name).count()).toBe(0);
		await takePicture(page, 'credential', await areaOf(dialog));
	});

	it('a good key is tested, saved and hidden', async () => {
		await save(page, { apiKey: API_KEY, baseUrl: stage.workshop.simulator.baseUrl });

		// n8n closes the dialog when the test went well, and tests again when it is opened.
		await page.getByTestId('editCredential-modal').waitFor({ state: 'detached' });
		expect(await page.getByTestId('node-credentials-select').locator('input').inputValue()).toMatch(
			/^GPT Image account/,
		);
		await page.getByTestId('credential-edit-button').click();
		await page
			.getByTestId('credentials-config-container-test-success')
			.getByText('Connection tested successfully')
			.waitFor();
		expect(await input(page, 'apiKey').getAttribute('type')).toBe('password');
		await page
			.getByTestId('editCredential-modal')
			.getByTestId('parameter-input-showAdvanced')
			.locator('.el-switch, button, input')
			.first()
			.click();
		expect(await input(page, 'webhookSecret').getAttribute('type')).toBe('password');
		expect(await page.content()).not.toContain(API_KEY);
	});

	it.each([
		['a wrong key', '', "The key is not valid. Check 'API Key'."],
		[
			'an address with no list of models',
			'/images',
			"No list of models was found at this address. Check 'Base URL'; it usually ends in /v1.",
		],
	])('%s is told in words that help', async (what, path, message) => {
		const apiKey = what === 'a wrong key' ? 'sk-wrong' : API_KEY;
		await save(page, { apiKey, baseUrl: `${stage.workshop.simulator.baseUrl}${path}` });

		await page.getByText('Couldn’t connect with these settings').waitFor();
		await page.getByText('More details').click();
		await page.getByText(message).waitFor();
	});
});
