import { priceRequest, type RequestPrice } from '../../../../nodes/core/pricing/price';
import { sum, toExactUsd, type Picodollars } from '../../../../nodes/core/util/money';
import {
	TOKEN_KINDS,
	type BilledTokens,
	type ReportedUsage,
} from '../../../../nodes/core/requests/usage';
import { modelNamed } from '../../fixtures/models.mts';
import { MODEL_IDS, PUBLISHED_MODELS } from '../../fixtures/published.mts';
import { seeded, type Random } from '../../fixtures/random.mts';

/** Twelve decimals of "tokens x price per million", by plain text arithmetic. */
function costOf(tokens: number, pricePerMillion: string, batch: boolean): bigint {
	const [whole = '', fraction = ''] = pricePerMillion.split('.');
	const picodollarsPerToken = BigInt(`${whole}${fraction.padEnd(6, '0')}`);
	return (BigInt(tokens) * picodollarsPerToken) / (batch ? 2n : 1n);
}

function decimalOf(picodollars: bigint): string {
	const digits = picodollars.toString().padStart(13, '0');
	return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
}

/** The cost of a request from the published prices; `null` when one of them is not published. */
function publishedCost(id: string, tokens: BilledTokens, batch: boolean): bigint | null {
	const published = PUBLISHED_MODELS[id]?.prices;
	let total = 0n;
	for (const kind of TOKEN_KINDS) {
		const price = published?.[kind] ?? null;
		if (tokens[kind] > 0 && price === null) return null;
		if (price !== null) total += costOf(tokens[kind], price, batch);
	}
	return total;
}

function usageOf(tokens: BilledTokens): ReportedUsage {
	const text = tokens.textInput + tokens.cachedTextInput;
	const image = tokens.imageInput + tokens.cachedImageInput;
	const cached = tokens.cachedTextInput + tokens.cachedImageInput;
	return {
		inputTokens: text + image,
		outputTokens: tokens.imageOutput + tokens.textOutput,
		inputDetails: { text, image },
		outputDetails: { text: tokens.textOutput, image: tokens.imageOutput },
		cached:
			cached === 0
				? null
				: { total: cached, text: tokens.cachedTextInput, image: tokens.cachedImageInput },
	};
}

const NOTHING: BilledTokens = {
	textInput: 0,
	cachedTextInput: 0,
	imageInput: 0,
	cachedImageInput: 0,
	imageOutput: 0,
	textOutput: 0,
};

function randomTokens(random: Random, cached: boolean, textOutput: boolean): BilledTokens {
	return {
		textInput: random.int(0, 32_000),
		cachedTextInput: cached ? random.int(1, 10_000) : 0,
		imageInput: random.int(0, 25_000),
		cachedImageInput: cached ? random.int(1, 25_000) : 0,
		imageOutput: random.int(1, 150_000),
		textOutput: textOutput ? random.int(1, 1000) : 0,
	};
}

function price(
	id: string,
	usage: ReportedUsage | null,
	options: { images?: number; hasInputImages?: boolean; batch?: boolean } = {},
): RequestPrice {
	return priceRequest({
		model: modelNamed(id),
		usage,
		images: 1,
		hasInputImages: false,
		batch: false,
		...options,
	});
}

const modes = MODEL_IDS.flatMap((id) =>
	[true, false].flatMap((batch) => [true, false].map((cached) => ({ id, batch, cached }))),
);

describe('the cost of a request', () => {
	it.each(modes)(
		'of $id (batch: $batch, cached: $cached) equals tokens times published prices',
		({ id, batch, cached }) => {
			const random = seeded(MODEL_IDS.indexOf(id) + 10);
			for (let round = 0; round < 40; round++) {
				const tokens = randomTokens(
					random,
					cached,
					PUBLISHED_MODELS[id]?.prices.textOutput !== null,
				);
				const priced = price(id, usageOf(tokens), { batch });

				expect(priced).toMatchObject({
					tokens,
					basis: 'usage',
					batchDiscount: batch,
					estimated: false,
				});
				expect(toExactUsd(priced.total as Picodollars)).toBe(
					decimalOf(publishedCost(id, tokens, batch) as bigint),
				);
			}
		},
	);

	const kinds = modes.flatMap((mode) => TOKEN_KINDS.map((kind) => ({ ...mode, kind })));
	it.each(
		kinds.filter(({ cached, id, kind }) => !cached && PUBLISHED_MODELS[id]?.prices[kind] != null),
	)('of $kind alone on $id (batch: $batch) is that one part', ({ id, kind, batch }) => {
		const published = PUBLISHED_MODELS[id]?.prices[kind] as string;
		const priced = price(id, usageOf({ ...NOTHING, [kind]: 1001 }), { batch, images: 0 });

		expect(priced.parts).toEqual({ [kind]: costOf(1001, published, batch) });
		expect(priced.total).toBe(costOf(1001, published, batch));
	});

	it('loses no picodollar to the batch discount', () => {
		for (const id of MODEL_IDS) {
			const { prices } = PUBLISHED_MODELS[id] ?? {};
			for (const kind of TOKEN_KINDS) {
				const decimal = prices?.[kind];
				if (decimal == null) continue;
				const full = price(id, usageOf({ ...NOTHING, [kind]: 1 }), { images: 0 }).total as bigint;
				expect(
					(price(id, usageOf({ ...NOTHING, [kind]: 1 }), { batch: true, images: 0 })
						.total as bigint) * 2n,
				).toBe(full);
			}
		}
	});

	it('is the sum of its parts, and the images’ shares add up to it', () => {
		const random = seeded(3);
		for (let round = 0; round < 300; round++) {
			const images = random.int(1, 10);
			const priced = price(
				random.pick(MODEL_IDS),
				usageOf(randomTokens(random, random.next() < 0.5, false)),
				{
					images,
					batch: random.next() < 0.5,
				},
			);

			expect(sum(Object.values(priced.parts))).toBe(priced.total);
			expect(priced.perImage).toHaveLength(images);
			expect(sum(priced.perImage as Picodollars[])).toBe(priced.total);
		}
	});

	it('is the example of the interface: 14 text and 272 image tokens of gpt-image-1-mini', () => {
		const priced = price(
			'gpt-image-1-mini',
			usageOf({ ...NOTHING, textInput: 14, imageOutput: 272 }),
		);

		expect(toExactUsd(priced.total as Picodollars)).toBe('0.002204');
		expect(Object.entries(priced.parts).map(([kind, part]) => [kind, toExactUsd(part)])).toEqual([
			['textInput', '0.000028'],
			['imageOutput', '0.002176'],
		]);
	});

	it('of a cached token without a rate of its own is that of an uncached one', () => {
		const model = modelNamed('gpt-image-2');
		const dear = {
			...model,
			prices: {
				...model.prices,
				cachedTextInput: null,
				cachedImageInput: null,
			} as typeof model.prices,
		};
		const priced = priceRequest({
			model: dear,
			usage: usageOf({ ...NOTHING, cachedTextInput: 3, cachedImageInput: 4 }),
			images: 0,
			hasInputImages: true,
			batch: false,
		});

		expect(priced.total).toBe(3n * 5_000_000n + 4n * 8_000_000n);
	});
});

describe('a cost that is not known', () => {
	const unknown = { total: null, basis: 'unknown', parts: {}, perImage: [null, null, null] };
	const usage = usageOf({ ...NOTHING, textInput: 14, imageOutput: 272 });

	it('stays unknown without usage', () => {
		expect(price('gpt-image-2', null, { images: 3 })).toMatchObject({ ...unknown, tokens: null });
	});

	it('stays unknown for a model that is not in the catalogue, whose tokens are told all the same', () => {
		const priced = priceRequest({
			model: null,
			usage,
			images: 3,
			hasInputImages: false,
			batch: false,
		});

		expect(priced).toMatchObject({
			...unknown,
			tokens: { ...NOTHING, textInput: 14, imageOutput: 272 },
		});
	});

	it('stays unknown for a model without prices', () => {
		const model = { ...modelNamed('gpt-image-2'), prices: null };

		expect(
			priceRequest({ model, usage, images: 3, hasInputImages: false, batch: false }),
		).toMatchObject(unknown);
	});

	it.each(MODEL_IDS.filter((id) => PUBLISHED_MODELS[id]?.prices.textOutput === null))(
		'stays unknown when %s made text, which has no published price',
		(id) => {
			expect(
				price(id, usageOf({ ...NOTHING, imageOutput: 272, textOutput: 1 }), { images: 3 }),
			).toMatchObject(unknown);
		},
	);

	it.each<[string, Partial<BilledTokens>]>([
		['nothing but zeros', {}],
		['an input alone', { textInput: 14, imageInput: 1000 }],
		['text alone as output', { textInput: 14, textOutput: 200 }],
	])('stays unknown where an image was delivered and the usage has %s', (_, tokens) => {
		expect(price('gpt-image-1.5', usageOf({ ...NOTHING, ...tokens }), { images: 3 })).toMatchObject(
			unknown,
		);
	});

	it('stays unknown where an amount is stated that is not what it cost; ours is told beside it', () => {
		const priced = priceRequest({
			model: modelNamed('gpt-image-2'),
			usage,
			images: 3,
			hasInputImages: false,
			batch: false,
			stated: { usd: null, basis: 'provider' },
		});

		expect(priced).toMatchObject({ ...unknown, computed: 14n * 5_000_000n + 272n * 30_000_000n });
	});

	it('never throws, whatever was kept as stated', () => {
		for (const usd of [
			'',
			'free',
			'1.0000000000001',
			'1e400',
			'-1',
			undefined as unknown as string,
		]) {
			expect(() =>
				priceRequest({
					model: null,
					usage,
					images: 0,
					hasInputImages: false,
					batch: false,
					stated: { usd, basis: 'provider' },
				}),
			).not.toThrow();
		}
	});
});

describe('the cost of a batch at whoever is not known to bill half for it', () => {
	const usage = usageOf({ ...NOTHING, textInput: 14, imageOutput: 272 });
	const batch = {
		model: modelNamed('gpt-image-1-mini'),
		usage,
		images: 1,
		hasInputImages: false,
		batch: true,
		batchDiscount: false,
	};

	it('is what is stated', () => {
		expect(priceRequest({ ...batch, stated: { usd: '0.002', basis: 'provider' } })).toMatchObject({
			total: 2_000_000_000n,
			basis: 'provider',
			batchDiscount: false,
			computed: null,
		});
	});

	it('is unknown where nothing is stated', () => {
		expect(priceRequest(batch)).toMatchObject({
			total: null,
			basis: 'unknown',
			batchDiscount: false,
			perImage: [null],
		});
	});

	it('is half at OpenAI', () => {
		expect(priceRequest({ ...batch, batchDiscount: true })).toMatchObject({
			total: 1_102_000_000n,
			basis: 'usage',
			batchDiscount: true,
		});
	});
});
