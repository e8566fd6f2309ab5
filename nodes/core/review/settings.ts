/** What becomes of a review that nobody answers in time. */
type OnTimeLimit = 'none' | 'all' | 'fail';

/** What the workflow does with the picked ones: promotes them in this mode, or uses them as they are. */
export type TargetMode = 'none' | 'refine' | 'regenerate';

/** Of one review, as it was when it began to wait. Plain data: it survives JSON. */
export interface ReviewSettings {
	title: string;
	message: string;
	/** Of those who pick at all: "None of these" is always an answer. */
	minPicks: number;
	/** 0 = any number. */
	maxPicks: number;
	targetMode: TargetMode;
	/** Role or id of the model that the price is shown for. */
	targetModel: string;
	targetQuality: string;
	allowPromptEdit: boolean;
	/** ISO 8601; `null` = it waits for ever. */
	until: string | null;
	onTimeLimit: OnTimeLimit;
}

export const ON_TIME_LIMIT: readonly OnTimeLimit[] = ['none', 'all', 'fail'];
export const TARGET_MODES: readonly TargetMode[] = ['none', 'refine', 'regenerate'];
