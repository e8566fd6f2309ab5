import { picodollars, type Picodollars } from '../util/money';
import { fieldGroups } from './byField';
import { byCost, type Expense, expenses, group, groups, inOrder, knownSum } from './group';
import type { ImageRecord } from './imageRecord';
import type { AcceptedBy, FailureRecord, Group, Kind, Records, Report } from './types';

/**
 * Adds up. What is not known is counted apart, never as zero.
 * @param field that the records were grouped by; empty = none
 */
export function makeReport(records: Records, field = ''): Report {
	const { images, maybeBilledAttempts, leftOut } = records;
	const failures = failuresOf(records.failures);
	const spent = expenses(images, records.failures);
	const total = totalOf(spent, failures, records);
	const batch = group(
		'',
		expenses(
			images.filter((image) => image.batch),
			[],
		),
	);
	return {
		total,
		delivered: group('delivered', expenses(images, [])),
		byKind: kinds(spent),
		...groupings(spent),
		byField:
			field === ''
				? null
				: { field, groups: fieldGroups(spent, records.failures, records.skipped) },
		perImage: forEach(total.cost, images.length),
		accepted: acceptedOf(images, total),
		batch: { images: batch.images, cost: batch.cost, unknown: batch.unknown },
		failures,
		skipped: records.skipped.reduce((count, one) => count + one.images, 0),
		maybeBilledAttempts,
		unknown: images.filter(({ cost }) => cost === null),
		duplicates: records.duplicates,
		byRequest: records.byRequest,
		leftOut: { items: leftOut.length, cost: knownSum(leftOut) },
		ignored: records.ignored,
	};
}

function totalOf(
	spent: readonly Expense[],
	failures: Report['failures'],
	{ maybeBilledAttempts, leftOut, skipped, ignored }: Records,
): Group {
	const all = group('total', spent);
	const atLeast =
		all.unknown > 0 || failures.unknownCost > 0 || maybeBilledAttempts > 0 || leftOut.length > 0;
	const isNothingOfOurs =
		spent.length === 0 && failures.count === 0 && skipped.length === 0 && ignored > 0;
	// Nothing came that has a cost, but something may have been billed.
	return {
		...all,
		cost: spent.length === 0 && (atLeast || isNothingOfOurs) ? null : all.cost,
		atLeast,
	};
}

function groupings(
	spent: readonly Expense[],
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
			STAGES,
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

const STAGES = ['draft', 'edit', 'final', 'lost'];

function kinds(spent: readonly Expense[]): Kind[] {
	const kindOf = (one: Expense): [model: string, stage: string, quality: string] =>
		'image' in one
			? [one.image.model, one.image.stage, one.image.quality]
			: [one.lost.model, 'lost', 'unknown'];
	const all = groups(spent, (one) => JSON.stringify(kindOf(one))).map((one): Kind => {
		const [model, stage, quality] = JSON.parse(one.name) as ReturnType<typeof kindOf>;
		return { ...one, model, stage, quality };
	});
	return byCost(all).sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage));
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

function acceptedOf(images: readonly ImageRecord[], { cost }: Group): Report['accepted'] {
	const promoted = images.filter((image) => image.promoted);
	const picked = images.filter((image) => image.picked === true);
	const wasAsked = images.some((image) => image.picked !== null);
	const [by, accepted]: [AcceptedBy, readonly ImageRecord[]] =
		promoted.length > 0 ? ['promoted', promoted] : wasAsked ? ['picked', picked] : [null, []];
	const drafts = images.filter(({ stage }) => stage === 'draft').length;
	return {
		by,
		images: accepted.length,
		cost: forEach(cost, accepted.length),
		draftsPerWinner: accepted.length === 0 ? null : drafts / accepted.length,
	};
}

/** Rounded up to a picodollar. */
function forEach(cost: Picodollars | null, images: number): Picodollars | null {
	const count = BigInt(images);
	return cost === null || count === 0n ? null : picodollars((cost + count - 1n) / count);
}

function countsOf(codes: readonly string[]): Array<{ code: string; count: number }> {
	const counts = new Map<string, number>();
	for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
	return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}
