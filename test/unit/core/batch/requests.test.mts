import { isSurelyNotCreated } from '../../../../nodes/core/batch/creation';
import {
	customIdProblem,
	CustomIds,
	lineIds,
	madeCustomId,
} from '../../../../nodes/core/batch/customId';
import { groupLines, isTooLarge } from '../../../../nodes/core/batch/grouping';
import {
	readManifestLine,
	writeManifestEntry,
	writeManifestHeader,
} from '../../../../nodes/core/batch/manifest';
import {
	imagesPerLine,
	type RequestLine,
	writeRequestLine,
} from '../../../../nodes/core/batch/requestLine';
import {
	isRoomRefusal,
	requestsThatFit,
	roomFailureOf,
} from '../../../../nodes/core/batch/queueRoom';
import { type FailureKind, localFailure } from '../../../../nodes/core/failures/failure';

const REQUEST: RequestLine = {
	lineId: 'sku-1#2',
	endpoint: 'generate',
	images: 6,
	request: {
		model: 'gpt-image-2',
		prompt: 'żółw\n"quoted"',
		quality: 'low',
		size: '1024x1024',
		output_format: 'jpeg',
	},
};

describe('the input file', () => {
	it('holds the request as the endpoint takes it, on one line', () => {
		const line = writeRequestLine(REQUEST, null);

		expect(line.indexOf('\n')).toBe(line.length - 1);
		expect(JSON.parse(line)).toEqual({
			custom_id: 'sku-1#2',
			method: 'POST',
			url: '/v1/images/generations',
			body: { ...REQUEST.request, n: 6 },
		});
	});

	it('refers to the images of an edit by their ids or addresses', () => {
		const line = JSON.parse(
			writeRequestLine(
				{ ...REQUEST, endpoint: 'edit' },
				{ images: [{ file_id: 'file-a' }, { image_url: 'https://x.example/b' }], mask: 'file-m' },
			),
		);

		expect(line.url).toBe('/v1/images/edits');
		expect(line.body).toMatchObject({
			images: [{ file_id: 'file-a' }, { image_url: 'https://x.example/b' }],
			mask: { file_id: 'file-m' },
		});
		expect(
			JSON.parse(
				writeRequestLine(
					{ ...REQUEST, endpoint: 'edit' },
					{ images: [{ file_id: 'file-a' }], mask: null },
				),
			).body,
		).not.toHaveProperty('mask');
	});
});

describe('custom ids', () => {
	it('are the user’s own, numbered only where an item needs several requests', () => {
		expect(lineIds('sku-1', 1)).toEqual(['sku-1']);
		expect(lineIds('sku-1', 3)).toEqual(['sku-1#1', 'sku-1#2', 'sku-1#3']);
	});

	it('are made from position and content when the user gives none', () => {
		expect(madeCustomId(0, 'abcdef0123456789')).toBe('item-1-abcdef01');
		expect(madeCustomId(1, 'abcdef0123456789')).not.toBe(madeCustomId(0, 'abcdef0123456789'));
	});

	it('are refused when two items have the same, naming both', () => {
		const ids = new CustomIds();

		expect(ids.claim('a', ['a'], 0)).toBeNull();
		expect(ids.claim('b', ['b#1', 'b#2'], 1)).toBeNull();
		expect(ids.claim('b#2', ['b#2'], 2)).toMatchObject({
			field: 'customId',
			message: expect.stringContaining("'b#2', the same as that of input item 2"),
		});
		expect(ids.claim('c', ['c'], 3)).toBeNull();
	});

	it('are refused when an item of one line has that of an item of several, whichever comes first', () => {
		const [ids, others] = [new CustomIds(), new CustomIds()];

		expect([ids.claim('a', ['a'], 0), ids.claim('a', ['a#1', 'a#2'], 1)?.message]).toEqual([
			null,
			expect.stringContaining("'a', the same as that of input item 1"),
		]);
		expect([others.claim('a', ['a#1', 'a#2'], 0), others.claim('a', ['a'], 1)?.message]).toEqual([
			null,
			expect.stringContaining("'a', the same as that of input item 1"),
		]);
		expect(ids.claim('b#1', ['b#1'], 2)).toBeNull();
		expect(ids.claim('b', ['b#1', 'b#2'], 3)?.message).toMatch(
			/'b', whose images come from several requests, one of them 'b#1', the same as that of input item 3/,
		);
	});

	it('are refused when they are too long', () => {
		expect(customIdProblem('x'.repeat(256))).toBeNull();
		expect(customIdProblem('x'.repeat(257))?.message).toContain('257 characters; at most 256');
	});
});

describe('grouping', () => {
	const line = (kind: string, bytes = 1, manifestBytes = 1) => ({ kind, bytes, manifestBytes });

	it('makes as few batches as the rules allow, one kind each, in order', () => {
		const lines = [line('a'), line('b'), line('a'), line('a'), line('b')];

		expect(groupLines(lines, 2)).toEqual([[lines[0], lines[2]], [lines[3]], [lines[1], lines[4]]]);
		expect(groupLines(lines, 200)).toHaveLength(2);
		expect(groupLines([], 200)).toEqual([]);
	});

	it('never makes a file larger than allowed, however few lines it has then', () => {
		const lines = [line('a', 60), line('a', 60), line('a', 40), line('a', 100)];

		expect(groupLines(lines, 200, 100).map((group) => group.map(({ bytes }) => bytes))).toEqual([
			[60],
			[60, 40],
			[100],
		]);
	});

	it('never makes a manifest larger than allowed either, and knows a row that none has room for', () => {
		const lines = [line('a', 1, 60), line('a', 1, 60), line('a', 1, 40), line('a', 1, 1)];

		expect(groupLines(lines, 200, 100).map(({ length }) => length)).toEqual([1, 2, 1]);
		expect(
			[line('a', 1, 101), line('a', 101), line('a', 100, 100)].map((one) => isTooLarge(one, 100)),
		).toEqual([true, true, false]);
	});

	it('never puts more than 50,000 requests into one', () => {
		expect(
			groupLines(
				Array.from({ length: 50_001 }, () => line('a')),
				1_000_000,
			).map(({ length }) => length),
		).toEqual([50_000, 1]);
	});
});

const ORIGIN = {
	variation: { index: 1, count: 3, words: { light: 'neon' } },
	draft: {
		id: `img_${'0a'.repeat(12)}`,
		model: 'gpt-image-1-mini',
		quality: 'low',
		size: '1024x1024',
		cost: { usd: 0.0022, exact: '0.0022', totalUsd: 0.0022 },
		prompt: 'x',
		requestId: 'req_1',
		imageIndex: 2,
	},
	replaced: {
		model: 'gpt-image-1',
		quality: 'high',
		shutdown: '2026-10-23',
		reason: 'gone' as const,
	},
};

describe('the manifest', () => {
	const facts = {
		key: '0123456789abcdef',
		customId: 'sku-1',
		position: 4,
		offset: 6,
		count: 12,
		requestedModel: 'draft',
		fileNames: ['sku-1-7', 'sku-1-8'],
		fields: { sku: 1, name: 'żółw', deep: { a: [1] } },
		origin: ORIGIN,
	};
	const read = (text: string) => readManifestLine(Buffer.from(text), 9);

	it('brings back what the results do not repeat, and the user’s own fields', () => {
		expect(read(writeManifestEntry(REQUEST, facts))).toEqual({
			entry: {
				...facts,
				lineId: 'sku-1#2',
				images: 6,
				prompt: 'żółw\n"quoted"',
				model: 'gpt-image-2',
				quality: 'low',
				size: '1024x1024',
				background: null,
			},
		});
		expect(read(writeManifestHeader({ ownFileIds: ['file-a'] }))).toEqual({
			header: { ownFileIds: ['file-a'] },
		});
	});

	it('is made up from the input file where another tool submitted the batch', () => {
		expect(read(writeRequestLine(REQUEST, null))).toEqual({
			entry: {
				lineId: 'sku-1#2',
				key: '',
				customId: 'sku-1#2',
				position: 9,
				offset: 0,
				count: 6,
				images: 6,
				prompt: 'żółw\n"quoted"',
				model: 'gpt-image-2',
				requestedModel: 'gpt-image-2',
				quality: 'low',
				size: '1024x1024',
				background: null,
				fileNames: [],
				fields: null,
				origin: { variation: null, draft: null, replaced: null },
			},
		});
	});

	it.each(['', 'nonsense', '5', '{}', '{"lineId":3}'])(
		'leaves out a line that it does not understand (%s)',
		(text) => {
			expect(read(text)).toBeNull();
		},
	);

	it('takes wrong types for unknown', () => {
		const wrong = JSON.stringify({
			lineId: 'a',
			prompt: 5,
			position: -1,
			count: 'x',
			fields: 'no',
			images: 1.5,
		});

		expect(read(wrong)).toMatchObject({
			entry: { prompt: '', position: 0, count: 1, images: 1, fields: null, customId: 'a' },
		});
	});
});

describe('images of a line', () => {
	const most = (size: string, format: 'png' | 'jpeg' = 'png') =>
		imagesPerLine({ size, output_format: format });

	it('are as many as a result of 16 MB holds, and one at least', () => {
		expect([
			most('1024x1024', 'jpeg'),
			most('1024x1024'),
			most('1536x1024'),
			most('auto'),
			most('3840x2160'),
			most('2048x2048', 'jpeg'),
		]).toEqual([14, 5, 3, 3, 1, 3]);
	});
});

describe('want of room', () => {
	const TOKENS =
		'Enqueued token limit reached for gpt-image-2 in organization org-x. Limit: 2,000,000 enqueued tokens. Please try again once some in_progress batches have been completed.';

	it('is known by its code, or by its words where the code is another', () => {
		expect(isRoomRefusal({ code: 'token_limit_exceeded', message: '' })).toBe(true);
		expect(isRoomRefusal({ code: null, message: TOKENS })).toBe(true);
		expect(
			isRoomRefusal({
				code: 'rate_limit_exceeded',
				message: 'Rate limit reached for gpt-image-2 on input-images per min: Limit 5',
			}),
		).toBe(false);
		expect(
			isRoomRefusal({
				code: 'model_not_supported',
				message: 'The model is not supported by the Batch API.',
			}),
		).toBe(false);
	});

	it('says how many requests fit where it is requests that are counted', () => {
		expect(requestsThatFit('Limit: 1,040 enqueued requests.')).toBe(1040);
		expect([requestsThatFit(TOKENS), requestsThatFit('Limit: 0 enqueued requests')]).toEqual([
			null,
			null,
		]);
	});

	it('is a reason to submit again only once the batch has failed', () => {
		const problems = [{ code: 'token_limit_exceeded', message: TOKENS, line: null }];

		expect(roomFailureOf({ status: 'failed', problems })).toMatchObject({
			code: 'token_limit_exceeded',
			message: TOKENS,
		});
		expect(roomFailureOf({ status: 'in_progress', problems })).toBeNull();
		expect(
			roomFailureOf({
				status: 'failed',
				problems: [{ code: 'invalid_json_line', message: 'x', line: 1 }],
			}),
		).toBeNull();
	});
});

describe('a failed creation', () => {
	const failure = (status: number | null, kind: FailureKind = 'invalidRequest') => ({
		...localFailure(kind, 'x', 'x'),
		status,
	});

	it('is surely none with a clear no, and where nothing was sent', () => {
		expect([400, 401, 404, 422, 429].map((status) => isSurelyNotCreated(failure(status)))).toEqual([
			true,
			true,
			true,
			true,
			true,
		]);
		expect([408, 409, 500, 502, 504].map((status) => isSurelyNotCreated(failure(status)))).toEqual([
			false,
			false,
			false,
			false,
			false,
		]);
		expect(
			(
				[
					'notSent',
					'notReachable',
					'timeout',
					'connectionLost',
					'malformedResponse',
					'cancelled',
				] as const
			).map((kind) => isSurelyNotCreated(failure(null, kind))),
		).toEqual([true, true, false, false, false, false]);
	});
});
