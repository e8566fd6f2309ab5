import type { Picodollars } from '../util/money';
import type { ImageRecord } from './imageRecord';

/** What counts as accepted: what was promoted, else what a person picked; `null` = nothing was reviewed. */
export type AcceptedBy = 'promoted' | 'picked' | null;

/** What was spent on images that have these three in common. */
export interface Kind extends Group {
	model: string;
	stage: string;
	quality: string;
}

/** In all sums, `null` = nothing is known of it; 0 = it is known that nothing was spent. */
export interface Report {
	/** Images that came and images that were billed and lost. */
	total: Group;
	/** Images that came. */
	delivered: Group;
	/** By model, stage and quality at once. */
	byKind: Kind[];
	byModel: Group[];
	byStage: Group[];
	byQuality: Group[];
	/** In the order of time; the last one may be 'unknown'. */
	byDay: Group[];
	/** By the value of a field of the user's; `null` = it wasn't asked for. */
	byField: { field: string; groups: FieldGroup[] } | null;
	/** Everything that was spent, for each image that came; `null` = none came, or nothing is known. */
	perImage: Picodollars | null;
	accepted: {
		by: AcceptedBy;
		images: number;
		/** Everything that was spent, for each accepted image; `null` = none was accepted, or nothing is known. */
		cost: Picodollars | null;
		/** `null` = nothing was accepted. */
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

/** What was asked for and brought no image. */
interface Missing {
	/** Of its request. */
	key: string;
	model: string;
	prompt: string | null;
	/** UTC, YYYY-MM-DD; `null` = not known. */
	day: string | null;
	/** Value of the field that the report groups by; `null` = none. */
	group: string | null;
}

export interface FailureRecord extends Missing {
	code: string;
	/** Of an image that was made and lost; `null` = not known. */
	cost: Picodollars | null;
	/** Something was sent, so that something may have been billed. */
	sent: boolean;
}

/** What a budget had no room for. */
export interface SkippedRecord extends Missing {
	images: number;
}

export interface Records {
	images: ImageRecord[];
	failures: FailureRecord[];
	skipped: SkippedRecord[];
	/** Attempts without an answer that may have been billed. */
	maybeBilledAttempts: number;
	/** Items of an image or a request that stood there already. */
	duplicates: number;
	/** Images whose id was removed, counted by what their request cost. */
	byRequest: number;
	/** Costs of items without an image id that may be images which are counted already, so that they are in no sum. */
	leftOut: Array<Picodollars | null>;
	/** Items that are none of ours. */
	ignored: number;
}

/** What was spent on one kind of images. */
export interface Group {
	name: string;
	images: number;
	/** Of what is known; `null` = nothing is. */
	cost: Picodollars | null;
	/** Images whose cost is not known, so that it was more than `cost`. */
	unknown: number;
	/** Images that were billed and lost. */
	lost: number;
	/** Something may have been billed of which no amount is known. */
	atLeast: boolean;
}

/** What was spent on the images with one value of a field; `name` is empty where they have none. */
export interface FieldGroup extends Group {
	/** Requests that brought no image. */
	failed: number;
	/** Images that a budget had no room for. */
	skipped: number;
}
