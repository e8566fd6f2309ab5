import { parseImageResponse } from '../../../../nodes/core/requests/imageResponse';
import { seeded } from '../../fixtures/random.mts';

const ANSWER = {
	created: 1_710_000_000,
	background: 'opaque',
	output_format: 'png',
	quality: 'low',
	size: '1024x1024',
	data: [{ b64_json: 'aGVsbG8=' }],
	usage: {
		input_tokens: 18,
		input_tokens_details: { text_tokens: 18, image_tokens: 0 },
		output_tokens: 196,
		output_tokens_details: { image_tokens: 196, text_tokens: 0 },
		total_tokens: 214,
	},
};

const usageOf = (usage: unknown) => parseImageResponse({ ...ANSWER, usage })?.usage;

describe('an answer', () => {
	it('with everything in it is read completely', () => {
		expect(parseImageResponse(ANSWER)).toEqual({
			images: ['aGVsbG8='],
			quality: 'low',
			size: '1024x1024',
			background: 'opaque',
			created: 1_710_000_000,
			stated: null,
			usage: {
				inputTokens: 18,
				outputTokens: 196,
				inputDetails: { text: 18, image: 0 },
				outputDetails: { text: 0, image: 196 },
				cached: null,
			},
		});
	});

	it('with nothing but an image is kept: it was paid for', () => {
		expect(parseImageResponse({ data: [{ b64_json: 'eA==' }] })).toEqual({
			images: ['eA=='],
			quality: null,
			size: null,
			background: null,
			created: null,
			stated: null,
			usage: null,
		});
	});

	it('whose other fields are odd is kept without them', () => {
		const odd = {
			data: [{ b64_json: 'eA==', url: 5, revised_prompt: null }],
			quality: 3,
			size: null,
			background: {},
			created: 'now',
			usage: 'none',
			extra: [],
		};

		expect(parseImageResponse(odd)).toEqual({
			images: ['eA=='],
			quality: null,
			size: null,
			background: null,
			created: null,
			stated: null,
			usage: null,
		});
	});

	it('keeps its images in order', () => {
		const data = ['a', 'b', 'c'].map((b64_json) => ({ b64_json }));

		expect(parseImageResponse({ data })?.images).toEqual(['a', 'b', 'c']);
	});

	it('that lacks one of several images keeps the others', () => {
		const data = [
			{ b64_json: 'a' },
			{ url: 'https://x.test' },
			{ b64_json: null },
			null,
			{ b64_json: '' },
			{ b64_json: 'b' },
		];

		expect(parseImageResponse({ data })?.images).toEqual(['a', 'b']);
	});

	it('with addresses instead of images keeps them, for whoever may fetch them', () => {
		expect(parseImageResponse({ data: [{ url: 'https://x.test/image.png' }] })).toMatchObject({
			images: [],
			urls: ['https://x.test/image.png'],
		});
	});

	it.each([
		[null],
		[undefined],
		[''],
		['<html>'],
		[{}],
		[[]],
		[{ data: [] }],
		[{ data: null }],
		[{ data: {} }],
		[{ data: [{}] }],
		[{ data: [{ b64_json: 7 }] }],
		[{ data: [{ b64_json: '' }] }],
		[{ error: { message: 'x' } }],
	])('without an image (%j) can’t be used', (body) => {
		expect(parseImageResponse(body)).toBeNull();
	});
});

describe('usage', () => {
	it('without details is read without them', () => {
		expect(usageOf({ input_tokens: 7, output_tokens: 272, total_tokens: 279 })).toEqual({
			inputTokens: 7,
			outputTokens: 272,
			inputDetails: null,
			outputDetails: null,
			cached: null,
		});
	});

	it('with details that are null or partly null is read all the same', () => {
		expect(
			usageOf({
				input_tokens: 7,
				output_tokens: 9,
				input_tokens_details: null,
				output_tokens_details: { image_tokens: 9, text_tokens: null },
			}),
		).toMatchObject({ inputDetails: null, outputDetails: { text: 0, image: 9 } });
	});

	it.each([
		['a total alone', { cached_tokens: 5 }, { total: 5, text: null, image: null }],
		[
			'a split',
			{ cached_tokens: 5, cached_tokens_details: { text_tokens: 2, image_tokens: 3 } },
			{ total: 5, text: 2, image: 3 },
		],
		[
			'a split in short names',
			{ cached_tokens: 5, cached_tokens_details: { text: 2, image: 3 } },
			{ total: 5, text: 2, image: 3 },
		],
		[
			'a split without a total',
			{ cached_tokens_details: { text_tokens: 2, image_tokens: 3 } },
			{ total: 5, text: 2, image: 3 },
		],
		[
			'one kind of a split',
			{ cached_tokens: 5, cached_tokens_details: { text_tokens: 2 } },
			{ total: 5, text: 2, image: null },
		],
		['none', { cached_tokens: 0 }, null],
		['null', { cached_tokens: null, cached_tokens_details: null }, null],
	])('with cached tokens as %s is read', (_title, cached, expected) => {
		const details = { text_tokens: 10, image_tokens: 8, ...cached };

		expect(
			usageOf({ input_tokens: 18, output_tokens: 1, input_tokens_details: details })?.cached,
		).toEqual(expected);
	});

	it.each([
		[null],
		[undefined],
		[[]],
		[{}],
		[{ input_tokens: 1 }],
		[{ output_tokens: 1 }],
		[{ input_tokens: '1', output_tokens: 1 }],
		[{ input_tokens: -1, output_tokens: 1 }],
		[{ input_tokens: 1.5, output_tokens: 1 }],
		[{ input_tokens: 1, output_tokens: 2 ** 53 }],
		[{ input_tokens: 1, output_tokens: Number.NaN }],
		[
			{
				input_tokens: 1,
				output_tokens: 1,
				input_tokens_details: {
					text_tokens: 1,
					image_tokens: 1,
					cached_tokens_details: { text_tokens: 2 ** 53 - 1, image_tokens: 2 ** 53 - 1 },
				},
			},
		],
		[{ input_tokens: 1, output_tokens: 1, input_tokens_details: { text_tokens: -5 } }],
	])('that isn’t counts of tokens (%j) is unknown, and the image is kept', (usage) => {
		expect(parseImageResponse({ ...ANSWER, usage })).toMatchObject({
			images: ['aGVsbG8='],
			usage: null,
		});
	});
});

describe('images that nobody asked for', () => {
	it.each(['b64_json', 'url'])('are read up to a hundred: %s', (name) => {
		const parsed = parseImageResponse({
			data: Array.from({ length: 300 }, (_, n) => ({ [name]: `i${n}` })),
		});

		expect((name === 'url' ? parsed?.urls : parsed?.images)?.length).toBe(100);
	});
});

describe('whatever an answer holds', () => {
	it('reading it never throws', () => {
		const random = seeded(5);
		const something = (depth: number): unknown => {
			const kind = random.int(0, depth > 3 ? 4 : 6);
			if (kind === 5) return Array.from({ length: random.int(0, 3) }, () => something(depth + 1));
			if (kind === 6) {
				const names = [
					'data',
					'b64_json',
					'usage',
					'input_tokens',
					'output_tokens',
					'input_tokens_details',
					'cached_tokens',
					'size',
				];
				return Object.fromEntries(
					Array.from({ length: random.int(0, 5) }, () => [
						random.pick(names),
						something(depth + 1),
					]),
				);
			}
			return [null, undefined, random.int(-5, 500), 'text', random.next() < 0.5][kind];
		};
		for (let round = 0; round < 3000; round++) {
			const body = something(0);
			const parsed = parseImageResponse(body);
			expect(
				parsed === null ||
					parsed.images.every((image) => typeof image === 'string' && image !== ''),
			).toBe(true);
		}
	});
});
