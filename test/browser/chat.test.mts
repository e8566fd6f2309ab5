import type { Locator } from 'playwright-core';
import { startChatModel, type ChatModel } from '../n8n/chatModel.mts';
import { exampleFor } from '../n8n/exampleFor.mts';
import { picodollars } from '../n8n/money.mts';
import { loaded } from './panel.mts';
import { openStage, type Stage } from './stage.mts';

describe('the chat of the editor with the agent of the example', () => {
	let stage: Stage;
	let model: ChatModel;
	beforeAll(async () => {
		stage = await openStage();
		model = await startChatModel(stage.workshop.n8n);
	});
	beforeEach(() => stage.workshop.simulator.reset());
	afterAll(async () => {
		await model.close();
		await stage.close();
	});

	it('shows the image, what it becomes when it is changed, and what all of it cost', async () => {
		const example = exampleFor('agent-with-image-tool.json', stage.credentialId, '/');
		example.nodes = example.nodes.filter(({ type }) => type !== 'n8n-nodes-base.stickyNote');
		for (const step of example.nodes)
			if (step.name === 'Chat Model') step.credentials = model.credential;
		const page = await stage.openWorkflow(example);
		await page.getByTestId('workflow-chat-button').first().click();
		const say = async (words: string, answer: Locator): Promise<Locator> => {
			await page.locator('textarea:visible').last().fill(words);
			await page.keyboard.press('Enter');
			await answer.waitFor();
			return answer;
		};
		const pictures = page.locator('img[src*="/rest/binary-data/signed"]');
		const drawn = await loaded(await say('make a red balloon', pictures.nth(0)));
		const changed = await loaded(await say('change it to blue', pictures.nth(1)));
		const total = await say(
			'what did all of it cost?',
			page.getByTestId('canvas-chat-body').getByText(/^All of it cost \$/),
		);

		expect([drawn, changed]).toEqual(Array(2).fill({ width: 1024, height: 1024 }));
		expect(picodollars(/cost \$([\d.]+)\./.exec(await total.innerText())![1]!)).toBe(
			stage.workshop.simulator.billedPicodollars(),
		);
	});
});
