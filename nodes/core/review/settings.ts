/** What becomes of a review that nobody answers in time. */
export type OnTimeLimit = 'none' | 'all' | 'fail';

/** Of one review, as it was when it began to wait. Plain data: it survives JSON. */
export interface ReviewSettings {
	title: string;
	message: string;
	minPicks: number;
	/** 0 = any number. */
	maxPicks: number;
	/** Role or id of the model that the price is shown for. */
	targetModel: string;
	targetQuality: string;
	allowPromptEdit: boolean;
	/** ISO 8601; `null` = it waits for ever. */
	until: string | null;
	onTimeLimit: OnTimeLimit;
}

export const ON_TIME_LIMIT: readonly OnTimeLimit[] = ['none', 'all', 'fail'];
