import type { ModelEntry } from './types';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOTICE_DAYS = 30;

/** A day of the calendar, YYYY-MM-DD, of this century. */
export function isDay(text: unknown): text is string {
	if (typeof text !== 'string' || !/^20\d\d-\d\d-\d\d$/.test(text)) return false;
	const date = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** First moment at which the API refuses the model; `null` = no end is announced. */
export function shutdownAt(model: ModelEntry): Date | null {
	return model.lifecycle.shutdown === null
		? null
		: new Date(`${model.lifecycle.shutdown}T00:00:00Z`);
}

export function isGone(model: ModelEntry, now: Date): boolean {
	const end = shutdownAt(model);
	return end !== null && now.getTime() >= end.getTime();
}

/** First moment at which people are told of the end: 30 days before it. */
export function noticeFrom(model: ModelEntry): Date | null {
	const end = shutdownAt(model);
	return end === null ? null : new Date(end.getTime() - NOTICE_DAYS * DAY_MS);
}

/** Whether the model has ended or ends within 30 days. */
export function isEnding(model: ModelEntry, now: Date): boolean {
	const from = noticeFrom(model);
	return from !== null && now.getTime() >= from.getTime();
}

/** "gpt-image-2.5-flare or gpt-image-2.5-sunburst" */
export function replacementNames(model: ModelEntry): string {
	return model.lifecycle.replacements.join(' or ');
}
