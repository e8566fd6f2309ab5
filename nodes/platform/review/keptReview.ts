import type { IDataObject } from 'n8n-workflow';
import { ON_TIME_LIMIT, type ReviewSettings, TARGET_MODES } from '../../core/review/settings';
import { isCount, isText, listOf, orNull, withFields } from '../n8n/kept';
import type { GivenAnswer } from './decide';

/** Under which name it lies in the node's context, which n8n saves with the execution, and others may change. */
export const KEPT = 'review';

export interface KeptReview {
	id: string;
	access: string | null;
	settings: ReviewSettings;
	/** `review` of the items as they came in, which may have been reviewed before. */
	earlier: Array<IDataObject | null>;
	answer: GivenAnswer | null;
}

const isDate = (value: unknown): boolean =>
	isText(value) && !Number.isNaN(Date.parse(value as string));

export const isKept = withFields({
	id: (value) => isText(value) && value !== '',
	access: orNull(isText),
	earlier: Array.isArray,
	settings: withFields({
		title: isText,
		message: isText,
		minPicks: isCount,
		maxPicks: isCount,
		targetMode: (value) => TARGET_MODES.includes(value as never),
		targetModel: isText,
		targetQuality: isText,
		allowPromptEdit: (value) => typeof value === 'boolean',
		until: orNull(isDate),
		onTimeLimit: (value) => ON_TIME_LIMIT.includes(value as never),
	}),
});

const isPick = withFields({ index: isCount, note: isText, prompt: orNull(isText) });
export const isAnswer = withFields({
	picks: listOf(isPick),
	notes: listOf(withFields({ index: isCount, note: isText })),
	comment: isText,
	at: isDate,
});
