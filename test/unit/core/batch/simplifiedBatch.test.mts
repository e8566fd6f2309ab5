import { isBatchItem, simplifiedBatch } from '../../../../nodes/core/batch/simplifiedBatch';

const WHOLE = {
	batchId: 'batch_1',
	status: 'in_progress',
	finished: false,
	endpoint: '/v1/images/generations',
	model: 'gpt-image-2',
	requestCount: 200,
	counts: { total: 200, completed: 57, failed: 1 },
	estimate: { usd: 0.2228, standardUsd: 0.4456, savedUsd: 0.2228 },
	label: 'nightly',
	expiresAt: '2026-11-21T01:00:04.000Z',
	errors: [],
};
const SIMPLE = {
	batchId: 'batch_1',
	status: 'in_progress',
	finished: false,
	requestCount: 200,
	completed: 57,
	failed: 1,
	estimateUsd: 0.2228,
	label: 'nightly',
	expiresAt: WHOLE.expiresAt,
};

describe('the item of a batch, simplified', () => {
	it('says how far it is and what it is about, in ten fields', () => {
		expect(simplifiedBatch(WHOLE)).toEqual({ ...SIMPLE, model: 'gpt-image-2' });
	});

	it('says why OpenAI refused it, or why it could not be collected', () => {
		expect(
			simplifiedBatch({ ...WHOLE, errors: [{ message: 'No room.' }, { message: 'Nor here.' }] }),
		).toEqual({ ...SIMPLE, problem: 'No room.' });
		const { label: _label, expiresAt: _expiresAt, ...others } = SIMPLE;
		expect(
			simplifiedBatch({
				...WHOLE,
				error: 'cut',
				description: 'It is tried again.',
				code: 'download_cut',
			}),
		).toEqual({ ...others, error: 'cut', description: 'It is tried again.', code: 'download_cut' });
	});

	it('has no estimate where it was not submitted from here', () => {
		expect(simplifiedBatch({ ...WHOLE, estimate: { usd: null } })).toMatchObject({
			estimateUsd: null,
		});
	});

	it('is not taken for an image that came out of it', () => {
		expect([WHOLE, { batchId: 'batch_1', image: {} }, { counts: {} }].map(isBatchItem)).toEqual([
			true,
			false,
			false,
		]);
	});
});
