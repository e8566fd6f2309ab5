import { GptImage } from '../../../../nodes/GptImage/GptImage.node';
import { fakeN8n, jsonAnswer } from '../../fixtures/fakeN8n.mts';

const PARAMETERS = {
	resource: 'batch',
	operation: 'cancel',
	batchId: { mode: 'id', value: 'batch_1' },
	run: {},
};
const FINISHED = jsonAnswer(
	{
		error: {
			message: "Cannot cancel a batch with status 'completed'.",
			type: 'invalid_request_error',
			code: null,
		},
	},
	409,
);

describe('cancelling a batch that has finished', () => {
	it('is asked for once, and says so', async () => {
		const n8n = fakeN8n({ parameters: PARAMETERS, answer: () => FINISHED });

		await expect(new GptImage().execute.call(n8n.context)).rejects.toMatchObject({
			message: 'The batch has already finished (completed), so there is nothing to cancel',
			description: expect.stringContaining("Use the operation 'Collect' to get its images."),
		});
		expect(n8n.requests).toHaveLength(1);
	});

	it('is an item of its own where the node continues, as is an empty batch', async () => {
		const parameters = (itemIndex: number) => ({
			...PARAMETERS,
			batchId: { mode: 'id', value: itemIndex === 0 ? 'batch_1' : '' },
		});
		const n8n = fakeN8n({
			input: [{ json: {} }, { json: {} }],
			parameters,
			continueOnFail: true,
			answer: () => FINISHED,
		});
		const [items = []] = await new GptImage().execute.call(n8n.context);

		expect(items.map(({ json }) => json)).toMatchObject([
			{ code: 'http_409', batchId: 'batch_1' },
			{ code: 'invalid_input', error: expect.stringContaining("'Batch' is empty") },
		]);
	});
});
