import { parseResultLine } from '../../../../nodes/core/batch/resultLine';

const PIXELS = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 7) % 256));
const USAGE = {
	input_tokens: 14,
	input_tokens_details: { text_tokens: 14, image_tokens: 0 },
	output_tokens: 272,
	total_tokens: 286,
};

const lineOf = (body: unknown, more: object = {}): Buffer =>
	Buffer.from(
		JSON.stringify({
			id: 'batch_req_1',
			custom_id: 'sku-1',
			response: { status_code: 200, request_id: 'req_7', body },
			error: null,
			...more,
		}),
	);

const imageBody = (images: string[]) => ({
	created: 1,
	data: images.map((b64_json) => ({ b64_json })),
	quality: 'low',
	size: '1024x1024',
	usage: USAGE,
});

const decoded = (line: Buffer): Buffer[] => {
	const { result } = parseResultLine(line);
	if (!result.ok) throw new Error(result.failure.message);
	return result.images.map((image) => Buffer.from(image.decodeInto(Buffer.alloc(image.room))));
};

describe('a line with images', () => {
	it('gives each image’s bytes and everything else of the response', () => {
		const second = PIXELS.subarray(300);
		const line = lineOf(imageBody([PIXELS.toString('base64'), second.toString('base64')]));
		const parsed = parseResultLine(line);

		expect(decoded(line)).toEqual([PIXELS, second]);
		expect(parsed).toMatchObject({
			lineId: 'sku-1',
			requestId: 'req_7',
			result: {
				ok: true,
				response: {
					quality: 'low',
					size: '1024x1024',
					usage: { inputTokens: 14, outputTokens: 272 },
				},
			},
		});
	});

	it('reads slashes that JSON writes as \\/ and spaces around the colon', () => {
		const base64 = PIXELS.toString('base64');
		const text = lineOf(imageBody([base64])).toString();
		expect(base64).toContain('/');

		expect(decoded(Buffer.from(text.replaceAll('/', '\\/')))).toEqual([PIXELS]);
		expect(decoded(Buffer.from(text.replaceAll('"b64_json":', '"b64_json" : ')))).toEqual([PIXELS]);
	});

	it('reads images in which JSON writes characters as escapes', () => {
		const bytes = Buffer.from(
			Array.from({ length: 60_000 }, (_, index) => (index * 251 + (index >> 5)) % 256),
		);
		const text = lineOf(imageBody([bytes.toString('base64')])).toString();
		const broken = text.replace(
			/"b64_json":"([^"]+)"/,
			(_, base64: string) => `"b64_json":"${base64.replace(/.{76}/g, '$&\\r\\n')}"`,
		);
		expect(text).toMatch(/\+.*\//);

		expect(
			decoded(Buffer.from(text.replaceAll('+', '\\u002b').replaceAll('/', '\\u002F'))),
		).toEqual([bytes]);
		expect(decoded(Buffer.from(broken))).toEqual([bytes]);
		expect(decoded(Buffer.from(broken.replaceAll('b64_json', 'b64\\u005fjson')))).toEqual([bytes]);
	});

	it.each(['', '====', '  '])(
		'takes %p for no image; what was used was billed all the same',
		(nothing) => {
			const parsed = parseResultLine(lineOf(imageBody([nothing])));

			expect(parsed.result).toMatchObject({
				ok: false,
				billed: 'yes',
				failure: { code: 'malformed_response' },
				billing: { usage: { outputTokens: 272 } },
			});
			expect(decoded(lineOf(imageBody([nothing, PIXELS.toString('base64')])))).toEqual([PIXELS]);
		},
	);

	it('reads images whose key is written in another way', () => {
		const text = lineOf(imageBody([PIXELS.toString('base64')])).toString();

		expect(decoded(Buffer.from(text.replaceAll('b64_json', 'b64\\u005fjson')))).toEqual([PIXELS]);
	});

	it('is not misled by a text that looks like an image or like our marker', () => {
		const body = {
			...imageBody([PIXELS.toString('base64')]),
			background: '{"b64_json":"#0"} żółw',
			b64_json: null,
		};
		const line = lineOf(body);
		const { result } = parseResultLine(line);

		expect(decoded(line)).toEqual([PIXELS]);
		expect(result).toMatchObject({ ok: true, response: { background: '{"b64_json":"#0"} żółw' } });
	});
});

describe('whether a line without an image was billed', () => {
	const failed = (more: object) => {
		const { result } = parseResultLine(lineOf(null, more));
		return result.ok ? null : [result.billed, result.isUntouched];
	};

	it.each([
		[
			'refused',
			{ response: { status_code: 400, body: { error: { message: 'bad size' } } } },
			['no', false],
		],
		[
			'blocked',
			{
				response: {
					status_code: 400,
					body: { error: { message: 'x', code: 'moderation_blocked' } },
				},
			},
			['unknown', false],
		],
		['lost behind a gateway', { response: { status_code: 504, body: null } }, ['unknown', false]],
		[
			'never worked on',
			{ response: null, error: { code: 'batch_expired', message: 'x' } },
			['no', true],
		],
		[
			'failed in a way that nobody knows',
			{ response: null, error: { code: 'something', message: 'x' } },
			['unknown', false],
		],
		[
			'without an image or a usage',
			{ response: { status_code: 200, body: { data: [] } } },
			['unknown', false],
		],
	])('%s', (_, more, expected) => {
		expect(failed(more)).toEqual(expected);
	});
});

describe('a line without images', () => {
	it('gives the API’s own error', () => {
		const error = {
			message: 'Your request was rejected by the safety system.',
			type: 'image_generation_user_error',
			code: 'moderation_blocked',
			moderation_details: { moderation_stage: 'input', categories: ['violence'] },
		};
		const line = lineOf(null, {
			response: { status_code: 400, request_id: 'req_8', body: { error } },
		});

		expect(parseResultLine(line)).toMatchObject({
			lineId: 'sku-1',
			result: {
				ok: false,
				failure: {
					kind: 'moderation',
					code: 'moderation_blocked',
					status: 400,
					requestId: 'req_8',
					moderation: { stage: 'input', categories: ['violence'] },
				},
			},
		});
	});

	it('gives the reason of a request that was never worked on', () => {
		const error = {
			code: 'batch_expired',
			message: 'This request could not be executed before the completion window expired.',
		};

		expect(parseResultLine(lineOf(null, { response: null, error }))).toMatchObject({
			requestId: 'batch_req_1',
			result: {
				ok: false,
				failure: { kind: 'batchEnded', code: 'batch_expired', message: error.message },
			},
		});
	});

	it.each([
		[
			'beside the body',
			{ response: { status_code: 429, message: 'slow down' } },
			'rateLimit',
			'slow down',
		],
		[
			'as an error of the response',
			{ response: { status_code: 400, error: { message: 'bad size' } } },
			'invalidRequest',
			'bad size',
		],
		[
			'as an error of the line',
			{ response: { status_code: 500, body: null }, error: { message: 'it broke' } },
			'serverError',
			'it broke',
		],
		['without a status', { response: { message: 'it broke' } }, 'batchEnded', 'it broke'],
		[
			'in an answer that claims success',
			{
				response: {
					status_code: 200,
					body: { error: { code: 402, message: 'Insufficient credits' } },
				},
			},
			'insufficientQuota',
			'Insufficient credits',
		],
	])('reads where other servers put the reason: %s', (_, more, kind, message) => {
		expect(parseResultLine(lineOf(null, more))).toMatchObject({
			lineId: 'sku-1',
			result: { ok: false, failure: { kind, message } },
		});
	});

	it.each([
		['no image in the answer', lineOf({ data: [] })],
		['an answer that is nothing', lineOf(null, { response: null, error: null })],
	])('%s is an error, not an empty item', (_, line) => {
		expect(parseResultLine(line)).toMatchObject({
			lineId: 'sku-1',
			result: { ok: false, failure: { code: 'malformed_response' } },
		});
	});

	it.each(['', 'nonsense', '[]', 'null', '{"custom_id":5}'])(
		'a damaged line (%s) has no id and no image',
		(text) => {
			expect(parseResultLine(Buffer.from(text))).toMatchObject({
				lineId: null,
				result: { ok: false },
			});
		},
	);
});
