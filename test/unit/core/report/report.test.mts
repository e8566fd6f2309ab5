import { draftOf } from '../../../../nodes/core/lineage/draft';
import { escapeHtml } from '../../../../nodes/core/escapeHtml';
import { reportPage, reportSummary } from '../../../../nodes/core/report/page';
import { readRecords } from '../../../../nodes/core/report/records';
import { makeReport, type Report } from '../../../../nodes/core/report/report';

type Json = Record<string, any>;

let nextId = 0;
const image = (usd: number | null, more: Json = {}): Json => ({
	prompt: 'x',
	operation: 'generate',
	model: 'gpt-image-1-mini',
	requestedModel: 'draft',
	quality: 'low',
	size: '1024x1024',
	createdAt: '2026-11-20T09:00:00.000Z',
	image: { index: 0, count: 1, bytes: 5, fileName: 'x.jpg' },
	cost: { usd, exact: usd === null ? null : String(usd), totalUsd: usd, basis: usd === null ? 'unknown' : 'usage', batchDiscount: false },
	request: { id: `req_${(nextId += 1)}`, attempts: 1, maybeBilledAttempts: 0 },
	...more,
});
const promoted = (draft: Json, usd: number, more: Json = {}): Json => image(usd, { operation: 'promote', model: 'gpt-image-2.5-sunburst', requestedModel: 'final', quality: 'high', draft: draftOf(draft), ...more });
const report = (items: Json[]): Report => makeReport(readRecords(items));

describe('a report', () => {
	it('of nothing is empty, and none of its costs is made up', () => {
		expect(report([])).toMatchObject({ total: { images: 0, cost: 0n }, accepted: { images: 0, cost: null, draftsPerWinner: null }, byModel: [] });
	});

	it('adds up exactly by model, stage, quality and day', () => {
		const drafts = [image(0.1), image(0.2), image(0.3, { createdAt: '2026-11-19T23:59:59.000Z', operation: 'edit', quality: 'medium' })];
		const result = report([...drafts, promoted(drafts[0]!, 1)]);

		expect(result.total).toEqual({ name: 'total', images: 4, cost: 1_600_000_000_000n, unknown: 0 });
		expect(result.byModel.map(({ name, cost }) => [name, cost])).toEqual([
			['gpt-image-2.5-sunburst', 1_000_000_000_000n],
			['gpt-image-1-mini', 600_000_000_000n],
		]);
		expect(result.byStage.map(({ name, images, cost }) => [name, images, cost])).toEqual([
			['draft', 2, 300_000_000_000n],
			['edit', 1, 300_000_000_000n],
			['final', 1, 1_000_000_000_000n],
		]);
		expect(result.byQuality.map(({ name }) => name)).toEqual(['low', 'medium', 'high']);
		expect(result.byDay.map(({ name, images }) => [name, images])).toEqual([['2026-11-19', 1], ['2026-11-20', 3]]);
	});

	it('counts a draft once, whether it comes as an item, inside of what was made of it, or both, and however often', () => {
		const draft = image(0.25);
		const [first, second] = [promoted(draft, 1), promoted(draft, 2)];

		for (const items of [[first, second], [draft, first, second], [first, draft, second, draft], [first, second, first]]) {
			expect(report(items).total).toMatchObject({ images: 3, cost: 3_250_000_000_000n });
		}
		expect(report([first, draft, second, draft]).duplicates).toBe(1);
		expect(report([promoted(first, 4)]).total.cost).toBe(5_250_000_000_000n);
	});

	it('tells the images of one request apart, and images of a provider that names no request', () => {
		const request = { id: 'req_a', attempts: 1, maybeBilledAttempts: 2 };
		const two = [0, 1].map((index) => image(0.5, { request, image: { index, count: 2 } }));
		const nameless = [1, 2].map((bytes) => image(0.5, { request: { id: null, attempts: 1, durationMs: 5 }, image: { index: 0, bytes } }));

		expect(report(two)).toMatchObject({ total: { images: 2, cost: 1_000_000_000_000n }, maybeBilledAttempts: 2 });
		expect(report([...nameless, ...nameless]).total.images).toBe(2);
		expect(report([nameless[0]!, promoted(nameless[0]!, 1)]).total.images).toBe(2);
		expect(report([promoted(nameless[0]!, 1)]).total.images).toBe(2);
	});

	it('lists what is not known instead of counting it as nothing', () => {
		const result = report([image(1), image(null, { prompt: 'secret cost' })]);

		expect(result.total).toEqual({ name: 'total', images: 2, cost: 1_000_000_000_000n, unknown: 1 });
		expect(result.unknown.map(({ prompt }) => prompt)).toEqual(['secret cost']);
		expect(result.accepted).toMatchObject({ atLeast: true, cost: 500_000_000_000n });
		expect(reportPage(result, 'x', '2026-11-20T09:00:00.000Z')).toContain('secret cost');
		expect(reportSummary(result)).toBe('$1.0000 + 1 unknown, 2 images; at least $0.5000 for each of 2 images.');
		expect(report([image(null)]).accepted.cost).toBeNull();
	});

	it('takes for accepted what was promoted, else what was picked, else everything', () => {
		const drafts = Array.from({ length: 10 }, () => image(0.1));
		const reviewed = drafts.map((draft, index) => ({ ...draft, review: { picked: index < 2 } }));

		expect(report(drafts).accepted).toMatchObject({ by: 'all', images: 10, cost: 100_000_000_000n, draftsPerWinner: null });
		expect(report(reviewed).accepted).toMatchObject({ by: 'picked', images: 2, cost: 500_000_000_000n, draftsPerWinner: 5 });
		expect(report([...drafts, ...reviewed]).accepted).toMatchObject({ by: 'picked', images: 2 });
		expect(report([...drafts, promoted(drafts[0]!, 1)]).accepted).toMatchObject({ by: 'promoted', images: 1, cost: 2_000_000_000_000n, draftsPerWinner: 10 });
		expect(report(drafts.map((draft) => ({ ...draft, review: { picked: false } }))).accepted).toMatchObject({ by: 'picked', images: 0, cost: null });
	});

	it('counts failures by code, and those that were never sent apart', () => {
		const failed = (code: string, attempts: number): Json => ({ error: 'no', code, model: 'm', cost: { usd: null, basis: 'unknown' }, request: { id: null, attempts } });

		expect(report([failed('moderation_blocked', 1), failed('moderation_blocked', 1), failed('invalid_input', 0), { skipped: 'budget', images: 3 }, { other: 1 }])).toMatchObject({
			failures: { count: 3, neverSent: 1, unknownCost: 2, byCode: [{ code: 'moderation_blocked', count: 2 }, { code: 'invalid_input', count: 1 }] },
			skipped: 3,
			ignored: 1,
		});
	});

	it('says what batches saved: as much again as they cost', () => {
		const half = image(0.5, { operation: 'batch', cost: { usd: 0.5, exact: '0.5', batchDiscount: true } });

		expect(report([half, image(1)]).batch).toEqual({ images: 1, cost: 500_000_000_000n, saved: 500_000_000_000n });
	});

	it('of 10,000 images is made at once', () => {
		const items = Array.from({ length: 10_000 }, () => image(0.0022));

		expect(report([...items, ...items]).total).toMatchObject({ images: 10_000, cost: 22_000_000_000_000n });
	});
});

describe('the page of a report', () => {
	const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u0000';
	const page = reportPage(report([image(1, { model: hostile, quality: hostile, createdAt: hostile }), image(null, { prompt: hostile, model: hostile })]), hostile, '2026-11-20T09:00:00.000Z');

	it('lets nothing that comes from an item become markup', () => {
		expect(page).not.toMatch(/<script|<img|\u0000/);
		expect(page).toContain(escapeHtml(hostile));
	});

	it('needs nothing from elsewhere', () => {
		const plain = reportPage(report([image(1), image(null)]), 'November', '2026-11-20T09:00:00.000Z');

		expect(plain).not.toMatch(/\b(?:src|href)=|url\(|@import|https?:/);
	});

	it('has a chart for each question, with words for those who can’t see it', () => {
		expect(page.match(/<table class="(?:bars|columns)" aria-label="Spend by (?:model|stage|quality|day)"/g)).toHaveLength(4);
	});
});
