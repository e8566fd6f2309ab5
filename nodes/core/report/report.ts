import { picodollars, type Picodollars } from '../pricing/money';
import {
	byCost,
	group,
	groups,
	inOrder,
	knownSum,
	spendings,
	type Group,
	type Spending,
} from './group';
import type { ImageRecord } from './imageRecord';
import type { FailureRecord, Records } from './records';

/** What counts as accepted: what was promoted, else what a person picked, else everything. */
export type AcceptedBy = 'promoted' | 'picked' | 'all';

/** In all sums, `null` = nothing is known of it; 0 = it is known that nothing was spent. */
export interface Report {
	/** Images that came and images that were billed and lost. */
	total: Group & {
		/** Something may have been billed of which no amount is known. */ atLeast: boolean;
	};
	/** Images that came. */
	delivered: Group;
	byModel: Group[];
	byStage: Group[];
	byQuality: Group[];
	/** In the order of time; the last one may be 'unknown'. */
	byDay: Group[];
	accepted: {
		by: AcceptedBy;
		images: number;
		/** Everything that was spent, for each accepted image; `null` = none was accepted, or nothing is known. */
		cost: Picodollars | null;
		/** A cost is not known, so it may be more than that. */
		atLeast: boolean;
		/** `null` = there are no winners among them. */
		draftsPerWinner: number | null;
	};
	/** A batch costs half, so as much again was saved. */
	batch: { images: number; cost: Picodollars | null; unknown: number };
	failures: {
		count: number;
		neverSent: number;
		/** Requests that may have been billed, it is not known how much. */
		unknownCost: number;
		/** Requests whose image was billed and lost. */
		billed: number;
		/** What those cost. */
		cost: Picodollars | null;
		byCode: Array<{ code: string; count: number }>;
	};
	skipped: number;
	maybeBilledAttempts: number;
	unknown: ImageRecord[];
	duplicates: number;
	byRequest: number;
	/** Items that may be images which are counted already. */
	leftOut: { items: number; cost: Picodollars | null };
	ignored: number;
}

/** Adds up. What is not known is counted apart, never as zero. */
export function makeReport(records: Records): Report {
	const { images, maybeBilledAttempts, leftOut } = records;
	const failures = failuresOf(records.failures);
	const spent = spendings(images, records.failures);
	const all = group('total', spent);
	const atLeast =
		all.unknown > 0 || failures.unknownCost > 0 || maybeBilledAttempts > 0 || leftOut.length > 0;
	// Nothing came that has a cost, but something may have been billed.
	const total = { ...all, cost: spent.length === 0 && atLeast ? null : all.cost, atLeast };
	const batch = group(
		'',
		spendings(
			images.filter((image) => image.batch),
			[],
		),
	);
	return {
		total,
		delivered: group('delivered', spendings(images, [])),
		...groupings(spent),
		accepted: acceptedOf(images, total),
		batch: { images: batch.images, cost: batch.cost, unknown: batch.unknown },
		failures,
		skipped: records.skipped,
		maybeBilledAttempts,
		unknown: images.filter(({ cost }) => cost === null),
		duplicates: records.duplicates,
		byRequest: records.byRequest,
		leftOut: { items: leftOut.length, cost: knownSum(leftOut) },
		ignored: records.ignored,
	};
}

function groupings(
	spent: readonly Spending[],
): Pick<Report, 'byModel' | 'byStage' | 'byQuality' | 'byDay'> {
	const by = (
		nameOf: (image: ImageRecord) => string,
		lost: (failure: FailureRecord) => string,
	): Group[] => groups(spent, (one) => ('image' in one ? nameOf(one.image) : lost(one.lost)));
	return {
		byModel: byCost(
			by(
				({ model }) => model,
				({ model }) => model,
			),
		),
		byStage: inOrder(
			by(
				({ stage }) => stage,
				() => 'lost',
			),
			['draft', 'edit', 'final', 'lost'],
		),
		byQuality: inOrder(
			by(
				({ quality }) => quality,
				() => 'unknown',
			),
			['low', 'medium', 'high', 'xhigh', 'max', 'auto'],
		),
		byDay: by(
			({ day }) => day ?? 'unknown',
			({ day }) => day ?? 'unknown',
		).sort((a, b) => (a.name < b.name ? -1 : 1)),
	};
}

function failuresOf(failures: readonly FailureRecord[]): Report['failures'] {
	const [billed, others] = [
		failures.filter(({ cost }) => cost !== null),
		failures.filter(({ cost }) => cost === null),
	];
	const sent = others.filter((failure) => failure.sent);
	return {
		count: failures.length,
		neverSent: others.length - sent.length,
		unknownCost: sent.length,
		billed: billed.length,
		cost: knownSum([...billed, ...sent].map(({ cost }) => cost)),
		byCode: countsOf(failures.map(({ code }) => code)),
	};
}

function acceptedOf(
	images: readonly ImageRecord[],
	{ cost, atLeast }: Report['total'],
): Report['accepted'] {
	const promoted = images.filter((image) => image.promoted);
	const picked = images.filter((image) => image.picked === true);
	const wasAsked = images.some((image) => image.picked !== null);
	const [by, accepted]: [AcceptedBy, readonly ImageRecord[]] =
		promoted.length > 0 ? ['promoted', promoted] : wasAsked ? ['picked', picked] : ['all', images];
	const drafts = images.filter(({ stage }) => stage === 'draft').length;
	const count = BigInt(accepted.length);
	return {
		by,
		images: accepted.length,
		cost: cost === null || count === 0n ? null : picodollars((cost + count - 1n) / count),
		atLeast,
		draftsPerWinner: by === 'all' || accepted.length === 0 ? null : drafts / accepted.length,
	};
}

function countsOf(codes: readonly string[]): Array<{ code: string; count: number }> {
	const counts = new Map<string, number>();
	for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
	return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}
