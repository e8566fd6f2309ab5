import { simplifiedItem } from '../../../../nodes/core/lineage/simplified';
import { fieldsTogether } from '../../../../nodes/core/report/byField';
import { fieldReader } from '../../../../nodes/core/report/fieldValue';
import { atMost, together } from '../../../../nodes/core/report/group';
import { readRecords } from '../../../../nodes/core/report/records';
import { makeReport } from '../../../../nodes/core/report/report';
import {
	failedItem,
	imageItem,
	promotedItem,
	requestKey,
	skippedItem,
	type Json,
} from '../../fixtures/ourItems.mts';

/** The same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

const decimal = (amount: bigint): string =>
	`${amount / 10n ** 12n}.${(amount % 10n ** 12n).toString().padStart(12, '0')}`;

interface World {
	items: Json[];
	/** What a server would have billed. */
	billed: bigint;
	images: number;
	failed: number;
	skipped: number;
	/** By campaign, empty = none. */
	campaigns: Map<string, { billed: bigint; images: number; failed: number; skipped: number }>;
}

const CAMPAIGNS = ['spring', 'autumn', 'winter', ''];

/**
 * Requests as a server bills them and what the node makes of them: images of one request share its cost.
 * @param namesRequests as OpenAI does; other providers may not
 */
function makeWorld(random: (below: number) => number, namesRequests = false): World {
	const world: World = {
		items: [],
		billed: 0n,
		images: 0,
		failed: 0,
		skipped: 0,
		campaigns: new Map(
			CAMPAIGNS.map((name) => [name, { billed: 0n, images: 0, failed: 0, skipped: 0 }]),
		),
	};
	const drafts: Json[] = [];
	for (let request = 0; world.items.length < 40; request += 1) {
		const before = { ...world };
		const campaign = CAMPAIGNS[random(CAMPAIGNS.length)]!;
		const kind = random(10);
		if (kind === 0) {
			world.items.push(skippedItem(1 + random(3)));
			world.skipped += Number(world.items.at(-1)!['images']);
		} else if (kind === 1) {
			world.items.push(
				failedItem(
					'moderation_blocked',
					1,
					drafts.length > 0 && random(2) === 0
						? { draft: promotedItem(drafts[random(drafts.length)]!, 1)['draft'] }
						: {},
				),
			);
			world.failed += 1;
		} else if (kind === 2) {
			const cost = BigInt(1 + random(1_000_000_000));
			world.items.push(
				failedItem('storage_failed', 1, {
					cost: { usd: Number(decimal(cost)), exact: decimal(cost), basis: 'usage' },
				}),
			);
			world.billed += cost;
			world.failed += 1;
		} else {
			const made = imagesOf(random, drafts, namesRequests);
			world.items.push(...made.items);
			// A draft without a campaign of its own is of that of what was made of it, so that there is no one answer.
			if (campaign !== '') drafts.push(...made.items);
			world.billed += made.billed;
			world.images += made.items.length;
		}
		putIntoCampaign(campaign, before, world, random);
	}
	return world;
}

/** What the last request brought is of one campaign, which stands in the row or beside our fields. */
function putIntoCampaign(
	name: string,
	before: World,
	world: World,
	random: (below: number) => number,
): void {
	const campaign = world.campaigns.get(name)!;
	campaign.billed += world.billed - before.billed;
	for (const count of ['images', 'failed', 'skipped'] as const)
		campaign[count] += world[count] - before[count];
	for (const item of world.items.filter(({ marked }) => marked === undefined)) {
		Object.defineProperty(item, 'marked', { value: true });
		if (name === '') continue;
		if (random(2) === 0) item['input'] = { campaign: name, sku: random(9) };
		else item['campaign'] = name;
	}
}

function imagesOf(
	random: (below: number) => number,
	drafts: readonly Json[],
	namesRequests: boolean,
): { items: Json[]; billed: bigint } {
	const count = 1 + random(4);
	const billed = BigInt(1 + random(1_000_000_000)) * BigInt(1 + random(50));
	const request = {
		key: requestKey(),
		id: !namesRequests && random(3) === 0 ? null : `req_${random(1e9)}`,
		attempts: 1,
		maybeBilledAttempts: 0,
	};
	const draft = drafts.length > 0 && random(3) === 0 ? drafts[random(drafts.length)]! : null;
	const items = Array.from({ length: count }, (_, index) => {
		const share = billed / BigInt(count) + (BigInt(index) < billed % BigInt(count) ? 1n : 0n);
		const usd = Number(decimal(share));
		const total = usd + Number(draft?.['cost'].totalUsd ?? 0);
		const cost = {
			usd,
			exact: decimal(share),
			requestUsd: Number(decimal(billed)),
			totalUsd: Number(total.toFixed(12)),
			basis: 'usage',
		};
		return draft === null
			? imageItem(usd, { cost, request, image: { index } })
			: promotedItem(draft, usd, { cost, request, image: { index } });
	});
	return { items, billed };
}

/** What nodes between ours make of an item. None of it changes what was billed. */
const CHANGES: Array<(item: Json, random: (below: number) => number) => Json> = [
	(item) => JSON.parse(JSON.stringify(item)) as Json,
	(item, random) => ({ ...item, review: { picked: random(2) === 0 } }),
	(item) => ({ ...item, estimate: { usd: 3, model: 'other', total: { usd: 9 } } }),
	(item) => ({
		...item,
		error: 'refused',
		description: null,
		code: 'invalid_input',
		estimate: { usd: null },
	}),
	(item) => ({
		...item,
		prompt: 'changed',
		model: 'mine',
		quality: 'mine',
		skipped: 'budget',
		status: 'failed',
	}),
	(item) => ({ ...item, input: { image: item['image'], cost: { exact: '7' }, skipped: 'budget' } }),
	(item) => ({ image: { id: item['image'].id }, cost: { exact: item['cost'].exact } }),
	({ request: _request, createdAt: _createdAt, operation: _operation, ...item }) => item,
	(item) => ({
		...item,
		image: JSON.stringify(item['image']),
		cost: JSON.stringify(item['cost']),
		request: JSON.stringify(item['request']),
	}),
	(item) => ({
		image_id: item['image'].id,
		cost_usd: String(item['cost'].exact),
		model: item['model'],
		status: 'made',
	}),
	(item) => ({
		imageId: item['image'].id,
		costUsd: item['cost'].usd,
		totalUsd: item['cost'].totalUsd,
		draftId: item['draft']?.id ?? '',
	}),
	(item) => simplifiedItem({ ...item, status: 'made' }, false),
];

/** What failed or was skipped, simplified; what stands beside our fields is joined later. */
const shortEnding = (item: Json): Json => ({
	...simplifiedItem({ ...item, status: item['error'] === undefined ? 'skipped' : 'failed' }, false),
	campaign: item['campaign'],
	draft: item['draft'],
});

const shuffled = (items: Json[], random: (below: number) => number): Json[] =>
	items
		.map((item) => ({ item, place: random(1e9) }))
		.sort((a, b) => a.place - b.place)
		.map(({ item }) => item);

describe('the total of a report', () => {
	it.each(Array.from({ length: 200 }, (_, seed) => seed))(
		'equals what was billed to the last digit, however the items were merged and edited (%i)',
		(seed) => {
			const random = randomOf(seed);
			const world = makeWorld(random);
			const copies = world.items.flatMap((item) =>
				Array.from({ length: 2 }, () =>
					item['image'] === undefined
						? { ...item }
						: CHANGES[random(CHANGES.length)]!(item, random),
				),
			);
			const items = shuffled([...copies, { some: 'row', cost: 5 }], random);
			const report = makeReport(readRecords(items));

			expect(report.total.cost).toBe(world.billed);
			expect((report.delivered.cost ?? 0n) + (report.failures.cost ?? 0n)).toBe(world.billed);
			expect(report).toMatchObject({
				total: { images: world.images, unknown: 0 },
				failures: { count: world.failed },
				skipped: world.skipped,
				ignored: 1,
			});
			for (const groups of [
				report.byModel,
				report.byStage,
				report.byQuality,
				report.byDay,
				report.byKind,
			]) {
				expect(groups.reduce((total, { cost }) => total + (cost ?? 0n), 0n)).toBe(world.billed);
			}
		},
	);

	it('equals what was billed where the image ids are gone from some copies, as long as the requests are there', () => {
		for (let seed = 0; seed < 100; seed += 1) {
			const random = randomOf(seed);
			const world = makeWorld(random, true);
			const copies = world.items.flatMap(({ image, draft, ...item }) => [
				{ ...item, ...(image && draft && { draft }) },
				...(random(2) === 0 ? [{ ...item, ...(image && { image }), ...(draft && { draft }) }] : []),
			]);

			expect(makeReport(readRecords(shuffled(copies, random))).total.cost).toBe(world.billed);
		}
	});

	it('is never above what was billed, and below it only where it says so, whatever was removed from which copy', () => {
		for (let seed = 0; seed < 200; seed += 1) {
			const random = randomOf(seed);
			const world = makeWorld(random);
			const removed = ({ ...item }: Json): Json => {
				const names = [
					['image'],
					['request'],
					['draft'],
					['image', 'draft'],
					['createdAt', 'model'],
					['request', 'image'],
				][random(6)]!;
				for (const name of item['image'] === undefined ? [] : names) delete item[name];
				return item;
			};
			const copies = world.items.flatMap((item) =>
				Array.from({ length: 1 + random(3) }, () => removed(item)),
			);
			const { total, leftOut } = makeReport(readRecords(shuffled(copies, random)));

			expect(total.cost! <= world.billed).toBe(true);
			expect(total.cost === world.billed || (leftOut.items > 0 && total.atLeast)).toBe(true);
		}
	});

	it.each(Array.from({ length: 200 }, (_, seed) => seed))(
		'is that of its groups by a field of the row, each image and each failure in the group of its own row (%i)',
		(seed) => {
			const random = randomOf(seed);
			const world = makeWorld(random);
			const copies = world.items.flatMap((item) => [
				item,
				item['image'] === undefined
					? shortEnding(item)
					: CHANGES[random(CHANGES.length)]!(item, random),
			]);
			const report = makeReport(
				readRecords(shuffled(copies, random), {
					group: fieldReader('input.campaign'),
					hasFile: () => false,
				}),
				'campaign',
			);

			const groups = new Map(report.byField!.groups.map((group) => [group.name, group]));
			for (const [name, { billed, images, failed, skipped }] of world.campaigns) {
				const { cost, ...counts } = groups.get(name) ?? {
					cost: 0n,
					images: 0,
					failed: 0,
					skipped: 0,
				};
				expect({
					billed: cost ?? 0n,
					images: counts.images,
					failed: counts.failed,
					skipped: counts.skipped,
				}).toEqual({ billed, images, failed, skipped });
			}
			expect([...groups.keys()].every((name) => world.campaigns.has(name))).toBe(true);
			expect(report.total.cost).toBe(world.billed);
		},
	);

	it('is that of its groups also where the rows are gone from some copies, and drafts are known only from what was made of them', () => {
		for (let seed = 0; seed < 200; seed += 1) {
			const random = randomOf(seed);
			const world = makeWorld(random);
			const made = new Set(world.items.flatMap(({ draft }) => draft?.id ?? []));
			const kept = world.items.filter(({ image }) => !made.has(image?.id));
			const copies = kept.flatMap((item) =>
				Array.from({ length: 1 + random(2) }, () =>
					random(3) === 0 ? { ...item, input: null, campaign: null } : item,
				),
			);
			const { total, byField, failures, skipped, byModel } = makeReport(
				readRecords(shuffled(copies, random), {
					group: fieldReader('campaign'),
					hasFile: () => false,
				}),
				'campaign',
			);

			const { groups } = byField!;
			const sum = (of: (group: (typeof groups)[number]) => number): number =>
				groups.reduce((all, one) => all + of(one), 0);
			expect(groups.reduce((all, { cost }) => all + (cost ?? 0n), 0n)).toBe(total.cost);
			expect([
				sum(({ images }) => images),
				sum(({ lost }) => lost),
				sum(({ failed }) => failed),
				sum((one) => one.skipped),
			]).toEqual([total.images, total.lost, failures.count, skipped]);
			for (const most of [1, 2, 100]) {
				expect(
					atMost(groups, most, fieldsTogether).reduce((all, { cost }) => all + (cost ?? 0n), 0n),
				).toBe(total.cost);
				expect(
					atMost(byModel, most, together).reduce((all, { cost }) => all + (cost ?? 0n), 0n),
				).toBe(total.cost);
			}
		}
	});
});
