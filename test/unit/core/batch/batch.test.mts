import { isFinished, isReady, parseBatch, type Batch } from '../../../../nodes/core/batch/batch';
import {
	readMetadata,
	toMetadata,
	type BatchMetadata,
} from '../../../../nodes/core/batch/metadata';
import {
	batchModelProblem,
	batchModelWarning,
	batchRoleNotice,
	isModelRefusal,
	resolveBatchModel,
} from '../../../../nodes/core/batch/batchModel';
import { whyNoResult } from '../../../../nodes/core/batch/unfinishedLines';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';

const BODY = {
	id: 'batch_1',
	object: 'batch',
	status: 'completed',
	endpoint: '/v1/images/generations',
	model: 'gpt-image-2',
	input_file_id: 'file-i',
	output_file_id: 'file-o',
	error_file_id: null,
	completion_window: '24h',
	created_at: 100,
	expires_at: 86_500,
	completed_at: 500,
	request_counts: { total: 3, completed: 2, failed: 1 },
	metadata: { label: 'night' },
};

const batchOf = (changes: object): Batch => {
	const batch = parseBatch({ ...BODY, ...changes });
	if (batch === null) throw new Error('not a batch');
	return batch;
};

describe('a batch as OpenAI describes it', () => {
	it('is read with everything that is known of it', () => {
		expect(batchOf({})).toEqual({
			id: 'batch_1',
			status: 'completed',
			endpoint: '/v1/images/generations',
			model: 'gpt-image-2',
			inputFileId: 'file-i',
			outputFileId: 'file-o',
			errorFileId: null,
			counts: { total: 3, completed: 2, failed: 1 },
			problems: [],
			metadata: { label: 'night' },
			createdAt: 100,
			expiresAt: 86_500,
			endedAt: 500,
		});
	});

	it('is read although half of it is missing or odd', () => {
		const odd = {
			model: 5,
			request_counts: 'none',
			errors: { data: [{ message: 'bad', line: 3 }, 7] },
			metadata: { n: 1, label: 'x' },
			completed_at: null,
			failed_at: 9,
			output_file_id: undefined,
		};

		expect(batchOf(odd)).toMatchObject({
			model: null,
			counts: { total: 0, completed: 0, failed: 0 },
			problems: [{ code: null, message: 'bad', line: 3 }],
			metadata: { label: 'x' },
			endedAt: 9,
			outputFileId: null,
		});
	});

	it.each([null, 'batch', {}, { id: 'batch_1', status: 'completed' }])('is not %p', (body) => {
		expect(parseBatch(body)).toBeNull();
	});

	it.each([
		['validating', false],
		['in_progress', false],
		['finalizing', false],
		['cancelling', false],
		['completed', true],
		['failed', true],
		['expired', true],
		['cancelled', true],
		['something new', false],
	])('%s: finished = %s', (status, finished) => {
		expect(isFinished({ status })).toBe(finished);
	});
});

describe('metadata', () => {
	const facts: BatchMetadata = {
		label: 'night',
		workflowId: 'w1',
		executionId: '7',
		firstExecutionId: '5',
		node: 'n1 run 0',
		model: 'gpt-image-2',
		requestedModel: 'draft',
		requestCount: 3,
		imageCount: 12,
		estimateUsd: '0.0132',
		standardUsd: '0.0264',
		manifestFileId: 'file-m',
		content: 'c0ffee',
		submission: 'abc',
	};

	it('comes back as it was written, within OpenAI’s limits', () => {
		const written = toMetadata(facts);

		expect(readMetadata(written)).toEqual(facts);
		expect(Object.keys(written).length).toBeLessThanOrEqual(16);
		for (const [key, value] of Object.entries(toMetadata({ ...facts, label: 'x'.repeat(900) }))) {
			expect(key.length).toBeLessThanOrEqual(64);
			expect(value.length).toBeLessThanOrEqual(512);
		}
	});

	it('says nothing of an unknown price', () => {
		expect(
			readMetadata(toMetadata({ ...facts, estimateUsd: null, standardUsd: null })),
		).toMatchObject({ estimateUsd: null, standardUsd: null });
	});

	it('of another tool is only its label', () => {
		expect(readMetadata({ label: 'theirs', estimate_usd: '5' })).toEqual({ label: 'theirs' });
		expect(readMetadata({})).toEqual({ label: '' });
	});

	it('that somebody has changed is not believed', () => {
		expect(
			readMetadata({ ...toMetadata(facts), estimate_usd: 'lots', image_count: '-1' }),
		).toMatchObject({ estimateUsd: null });
		expect(readMetadata({ ...toMetadata(facts), image_count: '-1' })).not.toHaveProperty(
			'imageCount',
		);
	});
});

describe('models for batches', () => {
	const at = (moment: string) => new Date(moment);

	it.each([
		['draft', '2026-11-29T00:00:00Z', 'gpt-image-1-mini'],
		// A day later it would be gone before the batch is done.
		['draft', '2026-11-30T00:00:00Z', 'gpt-image-2'],
		['final', '2026-11-29T00:00:00Z', 'gpt-image-2'],
		['draft', '2026-11-26T09:00:00Z', 'gpt-image-1-mini'],
		['draft', '2026-12-02T09:00:00Z', 'gpt-image-2'],
		['final', '2026-12-02T09:00:00Z', 'gpt-image-2'],
		['gpt-image-1-mini', '2026-11-30T12:00:00Z', 'gpt-image-1-mini'],
	])('%s at %s is %s', (requested, moment, id) => {
		expect(resolveBatchModel(requested, at(moment), 'fail', CATALOGUE).id).toBe(id);
	});

	it.each([
		['draft', '2026-11-26T09:00:00Z', null],
		[
			'draft',
			'2026-11-30T09:00:00Z',
			"In this batch, 'Draft' is gpt-image-2, because gpt-image-1-mini shuts down on 2026-12-01, perhaps before the batch is finished. 'Cost' > 'Estimate' compares the prices.",
		],
		[
			'draft',
			'2026-12-02T09:00:00Z',
			"In this batch, 'Draft' is gpt-image-2, because gpt-image-2.5-flare is not known to be available in batches. 'Cost' > 'Estimate' compares the prices.",
		],
		[
			'final',
			'2026-12-02T09:00:00Z',
			"In this batch, 'Final' is gpt-image-2, because gpt-image-2.5-sunburst is not known to be available in batches. 'Cost' > 'Estimate' compares the prices.",
		],
		['gpt-image-2', '2026-12-02T09:00:00Z', null],
	])('%s at %s: whether it means another model than else is told', (requested, moment, notice) => {
		expect(
			batchRoleNotice(resolveBatchModel(requested, at(moment), 'fail', CATALOGUE), at(moment)),
		).toBe(notice);
	});

	it('are refused when batches do not take them, saying what does', () => {
		const model = resolveBatchModel(
			'gpt-image-2.6-flare',
			at('2026-11-20T00:00:00Z'),
			'fail',
			CATALOGUE,
		);

		expect(batchModelProblem(model, at('2026-11-20T00:00:00Z'))).toEqual({
			field: 'model',
			message: expect.stringMatching(
				/gpt-image-2\.6-flare, which OpenAI does not accept in batches\. Choose .*gpt-image-2\b.*'Image'/,
			),
		});
	});

	it('are tried where sources contradict each other, or nothing is known', () => {
		for (const id of ['gpt-image-2.5-flare', 'gpt-image-9']) {
			expect(
				batchModelProblem(
					resolveBatchModel(id, at('2026-11-20T00:00:00Z'), 'fail', CATALOGUE),
					at('2026-11-20T00:00:00Z'),
				),
			).toBeNull();
		}
	});

	it('are refused after their end, and warned of on the day before', () => {
		const mini = resolveBatchModel(
			'gpt-image-1-mini',
			at('2026-11-30T12:00:00Z'),
			'fail',
			CATALOGUE,
		);

		expect(batchModelProblem(mini, at('2026-12-01T00:00:00Z'))?.message).toContain(
			'was shut down on 2026-12-01',
		);
		expect(batchModelProblem(mini, at('2026-11-30T12:00:00Z'))).toBeNull();
		expect(batchModelWarning(mini, at('2026-11-30T12:00:00Z'))).toContain(
			'perhaps before the batch is finished',
		);
		expect(batchModelWarning(mini, at('2026-11-29T12:00:00Z'))).toBeNull();
	});

	it('OpenAI’s refusal of a model is known by its words', () => {
		expect(
			isModelRefusal('The provided model gpt-image-2.5-flare is not supported by the Batch API.'),
		).toBe(true);
		expect(isModelRefusal('This line is not parseable as valid JSON.')).toBe(false);
	});
});

describe('a file of results', () => {
	const at = (seconds: number) => new Date(seconds * 1000);

	it.each([null, '', undefined, 0, false])('that is %p is none', (id) => {
		expect(batchOf({ output_file_id: id, error_file_id: id })).toMatchObject({
			outputFileId: null,
			errorFileId: null,
		});
	});

	it('that is counted and not named is waited for, an hour from the end', () => {
		const late = batchOf({ output_file_id: '', error_file_id: 'file-e' });

		expect([isReady(late, at(500)), isReady(late, at(4099)), isReady(late, at(4100))]).toEqual([
			false,
			false,
			true,
		]);
		expect(isReady(batchOf({}), at(500))).toBe(false);
		expect(isReady(batchOf({ error_file_id: 'file-e' }), at(500))).toBe(true);
		expect(
			isReady(batchOf({ request_counts: { total: 3, completed: 3, failed: 0 } }), at(500)),
		).toBe(true);
	});

	it('of a batch that was refused is none', () => {
		expect(
			isReady(
				batchOf({
					status: 'failed',
					output_file_id: null,
					request_counts: { total: 0, completed: 0, failed: 0 },
				}),
				at(500),
			),
		).toBe(true);
	});
});

describe('a request without a result', () => {
	const notBilled = { is: 'failed', billed: 'no' } as const;

	it.each([
		['expired', 'batch_expired'],
		['cancelled', 'batch_cancelled'],
		['failed', 'batch_failed'],
	])('of a batch that is %s has the code %s', (status, code) => {
		expect(whyNoResult(batchOf({ status }), 1, notBilled)).toMatchObject({
			kind: 'batchEnded',
			code,
		});
	});

	it.each(['expired', 'cancelled', 'completed'])(
		'that may have been made is not said to be unbilled (%s)',
		(status) => {
			expect(whyNoResult(batchOf({ status }), 1, { is: 'unknown' })).toMatchObject({
				kind: 'malformedResponse',
				code: 'no_result',
			});
		},
	);

	it('of a refused batch gets the words for its own line, else those for another one with its number', () => {
		const refused = batchOf({
			status: 'failed',
			errors: { data: [{ code: 'invalid_json', message: 'Not JSON.', line: 2 }] },
		});

		expect(whyNoResult(refused, 2, notBilled)).toMatchObject({
			code: 'invalid_json',
			message: 'The whole batch was refused: Not JSON.',
		});
		expect(whyNoResult(refused, 1, notBilled).message).toBe(
			'The whole batch was refused: Not JSON. (line 2)',
		);
	});
});
