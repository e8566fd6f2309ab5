import { picodollars, sum, ZERO, type Picodollars } from '../pricing/money';
import type { ImageRecord, Records } from './records';

/** Images of one kind and what is known of their cost. */
export interface Group {
	name: string;
	images: number;
	/** Of those whose cost is known. */
	cost: Picodollars;
	unknown: number;
}

/** What counts as accepted: what was promoted, else what a person picked, else everything. */
export type AcceptedBy = 'promoted' | 'picked' | 'all';

export interface Report {
	total: Group;
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
		/** A cost is not known, so it is more than that. */
		atLeast: boolean;
		/** `null` = there are no winners among them. */
		draftsPerWinner: number | null;
	};
	batch: { images: number; cost: Picodollars; saved: Picodollars };
	failures: { count: number; neverSent: number; unknownCost: number; byCode: Array<{ code: string; count: number }> };
	skipped: number;
	maybeBilledAttempts: number;
	unknown: ImageRecord[];
	duplicates: number;
	ignored: number;
}

/** Adds up. What is not known is counted apart, never as zero. */
export function makeReport(records: Records): Report {
	const { images, failures } = records;
	const batch = images.filter((image) => image.batch);
	const batchCost = costOf(batch);
	return {
		total: group('total', images),
		byModel: byCost(groups(images, ({ model }) => model)),
		byStage: inOrder(groups(images, ({ stage }) => stage), ['draft', 'edit', 'final']),
		byQuality: inOrder(groups(images, ({ quality }) => quality), ['low', 'medium', 'high', 'xhigh', 'max', 'auto']),
		byDay: groups(images, ({ day }) => day ?? 'unknown').sort((a, b) => (a.name < b.name ? -1 : 1)),
		accepted: acceptedOf(images),
		// A batch costs half, so as much again was saved.
		batch: { images: batch.length, cost: batchCost, saved: batchCost },
		failures: {
			count: failures.length,
			neverSent: failures.filter(({ sent }) => !sent).length,
			unknownCost: failures.filter(({ sent }) => sent).length,
			byCode: countsOf(failures.map(({ code }) => code)),
		},
		skipped: records.skipped,
		maybeBilledAttempts: records.maybeBilledAttempts,
		unknown: images.filter(({ cost }) => cost === null),
		duplicates: records.duplicates,
		ignored: records.ignored,
	};
}

function acceptedOf(images: readonly ImageRecord[]): Report['accepted'] {
	const promoted = images.filter((image) => image.promoted && image.stage === 'final');
	const picked = images.filter((image) => image.picked === true);
	const wasAsked = images.some((image) => image.picked !== null);
	const [by, accepted]: [AcceptedBy, readonly ImageRecord[]] =
		promoted.length > 0 ? ['promoted', promoted] : wasAsked ? ['picked', picked] : ['all', images];
	const drafts = images.filter(({ stage }) => stage === 'draft').length;
	const { cost, unknown } = group('', images);
	const isKnown = accepted.length > 0 && unknown < images.length;
	return {
		by,
		images: accepted.length,
		cost: isKnown ? picodollars((cost + BigInt(accepted.length) - 1n) / BigInt(accepted.length)) : null,
		atLeast: unknown > 0,
		draftsPerWinner: by === 'all' || accepted.length === 0 ? null : drafts / accepted.length,
	};
}

const costOf = (images: readonly ImageRecord[]): Picodollars => sum(images.map(({ cost }) => cost ?? ZERO));

function group(name: string, images: readonly ImageRecord[]): Group {
	return { name, images: images.length, cost: costOf(images), unknown: images.filter(({ cost }) => cost === null).length };
}

function groups(images: readonly ImageRecord[], nameOf: (image: ImageRecord) => string): Group[] {
	const byName = new Map<string, ImageRecord[]>();
	for (const image of images) {
		const name = nameOf(image);
		const same = byName.get(name);
		if (same === undefined) byName.set(name, [image]);
		else same.push(image);
	}
	return [...byName].map(([name, list]) => group(name, list));
}

const byCost = (list: Group[]): Group[] => list.sort((a, b) => (a.cost > b.cost ? -1 : a.cost < b.cost ? 1 : 0));

/** Names that are not in the order come last. */
function inOrder(list: Group[], order: readonly string[]): Group[] {
	const place = ({ name }: Group): number => (order.includes(name) ? order.indexOf(name) : order.length);
	return list.sort((a, b) => place(a) - place(b));
}

function countsOf(codes: readonly string[]): Array<{ code: string; count: number }> {
	const counts = new Map<string, number>();
	for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
	return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}
