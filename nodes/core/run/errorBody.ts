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
	const detail = firstDetail(body.detail);
	return failureFromAnswer({
		...source,
		code: asText(body.code) ?? detail.type,
		type: asText(body.type),
		message: asText(body.message) ?? detail.message ?? asText(error),
		moderation: moderationDetails(body),
	});
}

/** FastAPI's way to say what is wrong, which fal.ai has: a sentence, or one for each field. */
function firstDetail(detail: unknown): { message: string | null; type: string | null } {
	const first = asRecord(Array.isArray(detail) ? detail[0] : detail);
	const field = Array.isArray(first.loc) ? first.loc.at(-1) : undefined;
	const message = asText(first.msg) ?? asText(detail);
	return { message: message !== null && typeof field === 'string' ? `${field}: ${message}` : message, type: asText(first.type) };
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
