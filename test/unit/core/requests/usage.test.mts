import {
	billedTokens,
	TOKEN_KINDS,
	type ReportedUsage,
} from '../../../../nodes/core/requests/usage';
import { priceRequest } from '../../../../nodes/core/pricing/price';
import { modelNamed } from '../../fixtures/models.mts';
import { MODEL_IDS } from '../../fixtures/published.mts';
import { seeded } from '../../fixtures/random.mts';

const usage = (given: Partial<ReportedUsage>): ReportedUsage => ({
	inputTokens: 100,
	outputTokens: 272,
	inputDetails: { text: 30, image: 70 },
	outputDetails: { text: 0, image: 272 },
	cached: null,
	...given,
});

describe('tokens by the rate that applies', () => {
	it('are taken as reported when everything is told', () => {
		const cached = { total: 25, text: 5, image: 20 };

		expect(billedTokens(usage({ cached }), true)).toEqual({
			tokens: {
				textInput: 25,
				cachedTextInput: 5,
				imageInput: 50,
				cachedImageInput: 20,
				imageOutput: 272,
				textOutput: 0,
			},
			estimated: false,
		});
	});

	it.each([
		['text when no image was sent', false, { textInput: 100, imageInput: 0 }],
		['image, the dearer, when images were sent', true, { textInput: 0, imageInput: 100 }],
	])('of an input without details are %s', (_title, hasInputImages, tokens) => {
		expect(billedTokens(usage({ inputDetails: null }), hasInputImages)).toMatchObject({
			tokens,
			estimated: true,
		});
	});

	it('of an output without details are image', () => {
		expect(billedTokens(usage({ outputDetails: null }), false)).toMatchObject({
			tokens: { imageOutput: 272, textOutput: 0 },
			estimated: true,
		});
	});

	it('that the details leave over are counted as the dearer kind', () => {
		const partly = usage({
			inputDetails: { text: 30, image: 0 },
			outputDetails: { text: 10, image: 200 },
		});

		expect(billedTokens(partly, true)).toMatchObject({
			tokens: { textInput: 30, imageInput: 70, textOutput: 10, imageOutput: 262 },
			estimated: true,
		});
		expect(billedTokens(partly, false).tokens).toMatchObject({ textInput: 100, imageInput: 0 });
	});

	it('whose details exceed the total are counted by the details, and marked as an upper bound', () => {
		expect(billedTokens(usage({ inputDetails: { text: 60, image: 70 } }), true)).toMatchObject({
			tokens: { textInput: 60, imageInput: 70 },
			estimated: true,
		});
	});

	it('that are none need no details', () => {
		const nothing = usage({
			inputTokens: 0,
			outputTokens: 0,
			inputDetails: null,
			outputDetails: null,
		});

		expect(billedTokens(nothing, true).estimated).toBe(false);
	});
});

describe('cached tokens', () => {
	it.each([
		[
			'text first, then image',
			{ total: 50, text: null, image: null },
			{ cachedTextInput: 30, cachedImageInput: 20 },
			true,
		],
		[
			'the rest as image when text is told',
			{ total: 50, text: 10, image: null },
			{ cachedTextInput: 10, cachedImageInput: 40 },
			false,
		],
		[
			'the rest as text when image is told',
			{ total: 50, text: null, image: 45 },
			{ cachedTextInput: 5, cachedImageInput: 45 },
			false,
		],
		[
			'no more than there are',
			{ total: 500, text: 300, image: 200 },
			{ cachedTextInput: 30, cachedImageInput: 70 },
			true,
		],
		[
			'not image where there are more than text',
			{ total: 50, text: 50, image: null },
			{ cachedTextInput: 30, cachedImageInput: 0 },
			true,
		],
		[
			'no more than there are, without a split',
			{ total: 500, text: null, image: null },
			{ cachedTextInput: 30, cachedImageInput: 70 },
			true,
		],
		[
			'none',
			{ total: 0, text: null, image: null },
			{ cachedTextInput: 0, cachedImageInput: 0 },
			false,
		],
	])('are %s', (_title, cached, tokens, estimated) => {
		expect(billedTokens(usage({ cached }), true)).toMatchObject({ tokens, estimated });
	});

	it('of an input that is text alone need no split to be exact', () => {
		const textOnly = usage({
			inputDetails: { text: 100, image: 0 },
			cached: { total: 64, text: null, image: null },
		});

		expect(billedTokens(textOnly, false)).toMatchObject({
			tokens: { textInput: 36, cachedTextInput: 64 },
			estimated: false,
		});
	});
});

describe('whatever the usage says', () => {
	const random = seeded(4);
	const maybe = <T,>(value: T): T | null => (random.next() < 0.3 ? null : value);
	const someUsage = (): ReportedUsage => ({
		inputTokens: random.int(0, 500),
		outputTokens: random.int(0, 500),
		inputDetails: maybe({ text: random.int(0, 300), image: random.int(0, 300) }),
		outputDetails: maybe({ text: random.int(0, 300), image: random.int(0, 300) }),
		cached: maybe({
			total: random.int(0, 600),
			text: maybe(random.int(0, 300)),
			image: maybe(random.int(0, 300)),
		}),
	});

	it('no token is negative, and together they are as many as reported, or as many as the larger details', () => {
		for (let round = 0; round < 2000; round++) {
			const given = someUsage();
			const { tokens } = billedTokens(given, random.next() < 0.5);
			const reported = (total: number, details: { text: number; image: number } | null): number =>
				Math.max(total, (details?.text ?? 0) + (details?.image ?? 0));

			expect(
				TOKEN_KINDS.every((kind) => Number.isSafeInteger(tokens[kind]) && tokens[kind] >= 0),
			).toBe(true);
			expect(
				tokens.textInput + tokens.cachedTextInput + tokens.imageInput + tokens.cachedImageInput,
			).toBe(reported(given.inputTokens, given.inputDetails));
			expect(tokens.imageOutput + tokens.textOutput).toBe(
				reported(given.outputTokens, given.outputDetails),
			);
		}
	});

	it('a cached total without a split costs no less than any split of it would', () => {
		for (const id of MODEL_IDS) {
			for (const total of [1, 30, 31, 69, 99]) {
				const cost = (cached: ReportedUsage['cached']): bigint =>
					priceRequest({
						model: modelNamed(id),
						usage: usage({ cached }),
						images: 1,
						hasInputImages: true,
						batch: false,
					}).total as bigint;
				const bound = cost({ total, text: null, image: null });

				for (let text = Math.max(0, total - 70); text <= Math.min(30, total); text++) {
					expect(cost({ total, text, image: total - text }) <= bound).toBe(true);
				}
			}
		}
	});
});
