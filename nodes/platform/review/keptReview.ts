import type { IDataObject } from 'n8n-workflow';
import type { ReviewSettings } from '../../core/review/settings';
import { asRecord } from '../../core/util/json';
import { digestOf } from '../n8n/digest';
import type { GivenAnswer } from './decide';

/** Under which name it lies in the node's context, which n8n saves with the execution, and others may change. */
export const KEPT = 'review';

/** To be raised with each change of the shape: a newer version of this package may find what an older one has kept. */
const SHAPE = 1;

interface Review {
	id: string;
	access: string | null;
	settings: ReviewSettings;
	/** `review` of the items as they came in, which may have been reviewed before. */
	earlier: Array<IDataObject | null>;
	answer: GivenAnswer | null;
}

export type KeptReview = Review & { seal: string };

/** With what tells whether it was changed: that nothing was picked, or that no code is asked for, is believed only as it was kept. */
export const sealed = (review: Review): KeptReview => ({ ...review, seal: sealOf(review) });

/** By names: in a list, what is missing would be as null is. */
const sealOf = ({ id, access, settings, answer }: Review): string =>
	digestOf(JSON.stringify({ SHAPE, id, access, settings, answer }));

export function isKept(value: unknown): value is KeptReview {
	const kept = asRecord(value) as unknown as KeptReview;
	return Array.isArray(kept.earlier) && kept.seal === sealOf(kept);
}
