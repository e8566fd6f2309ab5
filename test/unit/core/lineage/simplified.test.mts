import { draftOf, totalOf } from '../../../../nodes/core/lineage/draft';
import { readItem } from '../../../../nodes/core/lineage/ourItem';
import { MOST_FIELDS, simplifiedItem } from '../../../../nodes/core/lineage/simplified';
import { readRecords } from '../../../../nodes/core/report/records';
import { makeReport } from '../../../../nodes/core/report/report';
import type { Report } from '../../../../nodes/core/report/types';
import { picodollars, readUsd, toExactUsd, toUsdNumber } from '../../../../nodes/core/util/money';
import {
	failedItem,
	imageItem,
	type Json,
	promotedItem,
	requestKey,
	skippedItem,
} from '../../fixtures/ourItems.mts';
import { type Random, seeded } from '../../fixtures/random.mts';

const IMAGE_FIELDS = [
	'prompt',
	'status',
	'costUsd',
	'fileName',
	'model',
	'quality',
	'size',
	'imageId',
	'createdAt',
];

const costOf = (amount: bigint | null, total: bigint | null, more: Json = {}): Json => {
	const [usd, totalUsd] = [amount, total].map((one) =>
		one === null ? null : toUsdNumber(picodollars(one)),
	);
	return {
		usd,
		exact: amount === null ? null : toExactUsd(picodollars(amount)),
		totalUsd,
		requestUsd: usd,
		basis: amount === null ? 'unknown' : 'usage',
		batchDiscount: false,
		...more,
	};
};

/** As the node delivers them: the attempts of a request stand on its first item. */
function simplified(items: readonly Json[]): Json[] {
	const seen = new Set<unknown>();
	return items.map((item) => {
		const isFirst = !seen.has(item['request']?.key);
		seen.add(item['request']?.key);
		return simplifiedItem(item, isFirst);
	});
}

const amountBelow = (random: Random): bigint =>
	BigInt(random.int(0, 2 ** 31)) * BigInt(random.int(1, 400));
const transparent = (random: Random): Json =>
	random.int(0, 4) === 0 ? { background: 'transparent' } : {};

/** The items of one request, which may have been tried before. */
function imagesOf(random: Random, drafts: readonly Json[]): Json[] {
	const request = {
		key: requestKey(),
		id: `req_${random.int(0, 1e9)}`,
		attempts: 1,
		maybeBilledAttempts: random.int(0, 3) === 0 ? random.int(1, 3) : 0,
	};
	const kind = random.pick([
		'generate',
		'final',
		'edit',
		'promote',
		'refine',
		'batch',
		'batchEdit',
		'batchPromote',
		'batchRefine',
	]);
	const draft =
		['promote', 'refine', 'batchPromote', 'batchRefine'].includes(kind) && drafts.length > 0
			? random.pick(drafts)
			: null;
	const isBatch = kind.startsWith('batch');
	const batch: Json = isBatch
		? {
				customId: `row-${random.int(1, 9)}`,
				batchId: 'batch_1',
				endpoint:
					kind === 'batchEdit' || kind === 'batchRefine'
						? '/v1/images/edits'
						: '/v1/images/generations',
			}
		: {};
	const operation = isBatch
		? 'batch'
		: draft !== null || kind === 'promote'
			? 'promote'
			: kind === 'edit'
				? 'edit'
				: 'generate';
	return Array.from({ length: random.int(1, 3) }, (_, index) => {
		const own = random.int(0, 9) === 0 ? null : amountBelow(random);
		const before = draft === null ? null : draftOf(draft);
		const cost = costOf(own, totalOf(before, own === null ? null : picodollars(own)), {
			batchDiscount: isBatch,
			...(random.int(0, 3) === 0 && { estimated: true }),
		});
		const more: Json = {
			...batch,
			...transparent(random),
			operation,
			requestedModel: kind === 'final' || draft !== null ? 'final' : 'draft',
			model: random.pick(['a', 'b']),
			quality: random.pick(['low', 'high']),
			cost,
			request: { ...request, maybeBilledAttempts: isBatch ? 0 : request.maybeBilledAttempts },
			image: { index },
		};
		return draft === null ? imageItem(1, more) : promotedItem(draft, 1, more);
	});
}

/** Items of many runs: images of all operations, also made of each other, failures and what a budget had no room for. */
function makeItems(random: Random): Json[] {
	const items: Json[] = [];
	while (items.length < 40) {
		const images = items.filter(({ status }) => status === 'made');
		const draft =
			images.length > 0 && random.int(0, 2) === 0
				? { draft: draftOf(random.pick(images)), operation: 'promote' }
				: {};
		const kind = random.int(0, 9);
		if (kind === 0) items.push(skippedItem(random.int(1, 3), draft));
		else if (kind === 1) items.push(failedItem('moderation_blocked', random.int(0, 1), draft));
		else if (kind === 2)
			items.push(
				failedItem('not_stored', 1, { ...draft, cost: costOf(amountBelow(random), null) }),
			);
		else if (kind === 3)
			items.push(
				failedItem('timeout', 2, {
					...draft,
					request: { key: requestKey(), id: null, attempts: 2, maybeBilledAttempts: 2 },
				}),
			);
		else items.push(...imagesOf(random, images));
	}
	return items;
}

const reportOf = (items: readonly Json[]): Report => makeReport(readRecords(items));
/** As it comes back from a table that keeps texts. */
const asTexts = (item: Json): Json =>
	Object.fromEntries(
		Object.entries(item).map(([name, value]) => [name, value === null ? '' : String(value)]),
	);

/** What is known of days and of batches may get lost. Nothing else does, but for the quality of a promoted, transparent image that took several attempts. */
const sums = (
	{ byDay: _byDay, batch: _batch, byQuality, byKind, unknown, ...report }: Report,
	hasQualities: boolean,
) => ({
	...report,
	...(hasQualities && { byQuality, byKind }),
	unknown: unknown.map(({ id }) => id),
});

describe('a simplified item', () => {
	it('has at most ten fields, the most used first, and the row', () => {
		const item = imageItem(0.002204, {
			input: { sku: 7 },
			background: 'opaque',
			variation: { index: 0 },
		});

		expect(Object.keys(simplifiedItem(item, true))).toEqual([...IMAGE_FIELDS, 'input']);
		expect(simplifiedItem(item, true)).toMatchObject({
			prompt: 'x',
			status: 'made',
			costUsd: 0.002204,
			fileName: 'x.jpg',
			imageId: item['image'].id,
			input: { sku: 7 },
		});
	});

	it('of a promoted image names its draft and what both cost', () => {
		const draft = imageItem(0.002204);
		const item = promotedItem(draft, 0.05, { cost: costOf(50_000_000_000n, 52_204_000_000n) });

		expect(simplifiedItem(item, true)).toMatchObject({
			costUsd: 0.05,
			totalUsd: 0.052204,
			draftId: draft['image'].id,
		});
	});

	it('says where its cost is an upper bound', () => {
		const cost = costOf(2n, null, { estimated: true });
		const failed = failedItem('not_stored', 1, { cost });

		expect(simplifiedItem(imageItem(1, { cost }), true)).toMatchObject({ estimated: true });
		expect(simplifiedItem(failed, true)).toMatchObject({ estimated: true });
		const unknown = imageItem(null, { cost: costOf(null, null, { estimated: true }) });
		expect(simplifiedItem(unknown, true)).not.toHaveProperty('estimated');
	});

	it('of what failed says what to do, and of what was skipped what it would have cost', () => {
		const failed = failedItem('moderation_blocked', 1, { description: 'Change the prompt.' });

		expect(simplifiedItem(failed, true)).toEqual({
			prompt: 'x',
			status: 'failed',
			error: 'no',
			description: 'Change the prompt.',
			code: 'moderation_blocked',
			costUsd: null,
			model: 'm',
			requestKey: failed['request'].key,
		});
		expect(simplifiedItem(skippedItem(2), true)).toMatchObject({
			status: 'skipped',
			estimateUsd: 0.0022,
			images: 2,
		});
	});

	it('keeps what Promote makes of a transparent draft', () => {
		expect(simplifiedItem(imageItem(1, { background: 'transparent' }), true)).toMatchObject({
			background: 'transparent',
		});
	});

	it.each([
		{ some: 'row' },
		{ status: 'made', prompt: 'a row of the user' },
		{ status: 'failed', error: 'theirs' },
		simplifiedItem(failedItem('x', 1), true),
	])('is not made of what is none, or is simplified already (%#)', (json) => {
		expect(simplifiedItem(json, true)).toBe(json);
	});

	it('never has more than ten fields beside the row, whatever it is', () => {
		for (let seed = 0; seed < 100; seed += 1) {
			for (const item of simplified(makeItems(seeded(seed)))) {
				const { input: _input, ...fields } = item;

				expect(Object.keys(fields).length).toBeLessThanOrEqual(MOST_FIELDS);
				expect(
					Object.values(fields).every((value) => typeof value !== 'object' || value === null),
				).toBe(true);
			}
		}
	});
});

describe('costs as numbers', () => {
	it('are read again to the picodollar', () => {
		const random = seeded(1);
		for (let digits = 1; digits <= 15; digits += 1) {
			for (let time = 0; time < 2000; time += 1) {
				const amount = picodollars(BigInt(Math.floor(random.next() * 10 ** digits)));

				expect(readUsd(toUsdNumber(amount))).toBe(amount);
			}
		}
	});
});

describe('a report on simplified items', () => {
	it.each(Array.from({ length: 80 }, (_, seed) => seed))(
		'says what one on whole items says, also when they were in a table and some come twice (%i)',
		(seed) => {
			const random = seeded(seed);
			const whole = makeItems(random);
			const simple = simplified(whole);
			const mixed = [
				...simple,
				...simple.filter(() => random.int(0, 3) === 0).map(asTexts),
				...whole.filter(() => random.int(0, 5) === 0),
			];
			const [expected, report, ofMixed] = [reportOf(whole), reportOf(simple), reportOf(mixed)];

			const hasQualities = simple.every(
				({ status, quality }) => status !== 'made' || quality !== undefined,
			);
			// Attempts are those of requests, which simplified images do not name.
			const { maybeBilledAttempts, ...others } = sums(expected, hasQualities);

			expect(sums(report, hasQualities)).toEqual({ ...others, maybeBilledAttempts });
			expect(sums(ofMixed, hasQualities)).toMatchObject({
				...others,
				duplicates: mixed.length - whole.length,
			});
			expect(ofMixed.maybeBilledAttempts).toBeGreaterThanOrEqual(maybeBilledAttempts);
			expect(report.batch.images).toBeLessThanOrEqual(expected.batch.images);
			for (const day of report.byDay.filter(({ name }) => name !== 'unknown')) {
				expect(day.images).toBeLessThanOrEqual(
					expected.byDay.find(({ name }) => name === day.name)?.images ?? 0,
				);
			}
		},
	);

	it('knows the days of images that were not made in a batch, and the half price of those that were', () => {
		const batch = imageItem(0.001, {
			operation: 'batch',
			customId: 'a',
			batchId: 'b',
			endpoint: '/v1/images/generations',
			cost: costOf(1_000_000_000n, null, { batchDiscount: true }),
		});
		const { byDay, batch: ofBatch } = reportOf(simplified([imageItem(0.002), batch]));

		expect(ofBatch).toEqual({ images: 1, cost: 1_000_000_000n, unknown: 0 });
		expect(byDay.map(({ name, images }) => [name, images])).toEqual([
			['2026-11-20', 1],
			['unknown', 1],
		]);
	});

	it('adds up to the same where only the last of them are left', () => {
		for (let seed = 0; seed < 60; seed += 1) {
			const random = seeded(seed);
			const first = imagesOf(random, []).filter(({ cost }) => cost.usd !== null);
			const second = first
				.flatMap((draft) => imagesOf(random, [draft]))
				.filter(({ cost }) => cost.totalUsd !== null);
			const [simple, whole] = [reportOf(simplified(second)), reportOf(second)];

			expect(simple.total).toEqual(whole.total);
		}
	});

	it('adds up whatever of a line of promotions is left, in whatever order, and promoted from whatever form', () => {
		for (let seed = 0; seed < 150; seed += 1) {
			const random = seeded(seed);
			const line = [imageItem(0.002)];
			while (line.length < 4) {
				const [draft, own] = [
					draftOf(random.int(0, 1) === 0 ? line.at(-1) : simplified(line).at(-1)),
					amountBelow(random),
				];
				const total = totalOf(draft, picodollars(own));
				line.push(
					imageItem(1, {
						operation: 'promote',
						requestedModel: 'final',
						draft,
						cost: costOf(own, total),
					}),
				);
			}
			const spent = line.reduce((sum, { cost }) => sum + (readUsd(cost.exact) ?? 0n), 0n);
			const left = line.filter((_, index) => index === line.length - 1 || random.int(0, 1) === 0);
			const items = (
				random.int(0, 1) === 0
					? simplified(left)
					: left.map((item) => (random.int(0, 1) === 0 ? item : simplified([item])[0]!))
			).sort(() => random.next() - 0.5);

			expect(reportOf(items).total).toMatchObject({
				cost: spent,
				images: 4,
				unknown: 0,
				atLeast: false,
			});
		}
	});

	it('of which the id was removed counts it nowhere, and says so', () => {
		const [{ imageId: _imageId, ...rest } = {}] = simplified([imageItem(0.002)]);

		expect(reportOf([rest])).toMatchObject({ total: { images: 0 }, ignored: 1 });
	});
});

describe('the lineage of simplified items', () => {
	it('is that of whole ones: which draft, and what all of it cost', () => {
		for (let seed = 0; seed < 100; seed += 1) {
			const random = seeded(seed);
			for (const item of makeItems(random).filter(({ status }) => status === 'made')) {
				const own = amountBelow(random);
				const [simple] = simplified([item]);
				const [draft, again] = [draftOf(item), draftOf(simple)];

				expect(again?.id).toBe(draft?.id);
				expect(again?.draft?.id).toBe(draft?.draft?.id);
				expect(totalOf(again, picodollars(own))).toBe(totalOf(draft, picodollars(own)));
				expect(readItem(simple)).toMatchObject({ prompt: item['prompt'], model: item['model'] });
			}
		}
	});

	it('is unknown where the cost is gone, never less than it was', () => {
		const draft = imageItem(0.002);
		const [simple = {}] = simplified([
			promotedItem(draft, 0.05, { cost: costOf(50_000_000_000n, 52_000_000_000n) }),
		]);
		const { totalUsd: _totalUsd, ...withoutTotal } = simple;
		const { costUsd: _costUsd, ...withoutCost } = simple;

		expect(totalOf(draftOf(withoutTotal), picodollars(1n))).toBeNull();
		expect(totalOf(draftOf(withoutCost), picodollars(1n))).toBe(52_000_000_001n);
		expect(reportOf([withoutTotal]).total).toMatchObject({
			images: 2,
			unknown: 1,
			atLeast: true,
			cost: 50_000_000_000n,
		});
	});
});
