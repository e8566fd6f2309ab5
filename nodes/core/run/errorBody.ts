import { failureFromAnswer, type Failure } from './failure';
import type { ReadHeader } from './rateSignal';

export const asRecord = (value: unknown): Record<string, unknown> =>
	typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const asText = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? value : null;

/** What something that was thrown says. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Where an error answer came from, beside its body. */
export interface ErrorSource {
	status: number;
	requestId: string | null;
	header: ReadHeader;
}

/** @param error what stands under `error` in an answer's body, or a text in its place */
export function failureFromError(error: unknown, source: ErrorSource): Failure {
	const body = asRecord(error);
	return failureFromAnswer({
		...source,
		code: asText(body.code),
		type: asText(body.type),
		message: asText(body.message) ?? asText(error),
		moderation: moderationDetails(body),
	});
}

/** OpenAI image generation guide, "moderation": stage and categories of a blocked request. */
function moderationDetails(body: Record<string, unknown>): Failure['moderation'] {
	const details = asRecord(body.moderation_details);
	const categories = Array.isArray(details.categories) ? details.categories : [];
	const stage = asText(details.moderation_stage);
	return stage === null && categories.length === 0
		? null
		: { stage: stage ?? 'unknown', categories: categories.map(String) };
}
