import { asRecord, asText } from '../util/json';
import type { Failure } from './failure';

/**
 * Stage and categories of a blocked request: OpenAI's `moderation_details` (image generation guide, "moderation"),
 * Azure's `content_filter_results`, OpenRouter's `metadata.reasons`.
 */
export function moderationIn(body: Record<string, unknown>): Failure['moderation'] {
	const details = asRecord(body.moderation_details);
	const stage = asText(details.moderation_stage);
	const categories = texts(details.categories);
	if (stage !== null || categories.length > 0) return { stage: stage ?? 'unknown', categories };
	const filtered = Object.entries(filterResults(body)).flatMap(([name, result]) =>
		asRecord(result).filtered === true ? [name] : [],
	);
	if (filtered.length > 0) return { stage: 'unknown', categories: filtered };
	const { reasons, flagged_input: flagged } = asRecord(body.metadata);
	return flagged === undefined || texts(reasons).length === 0
		? null
		: { stage: 'input', categories: texts(reasons) };
}

function filterResults({
	inner_error: inner,
	innererror,
	content_filter_results: results,
}: Record<string, unknown>): Record<string, unknown> {
	return asRecord(results ?? asRecord(inner ?? innererror).content_filter_results);
}

const texts = (value: unknown): string[] =>
	Array.isArray(value) ? value.map(String).filter((text) => text !== '') : [];
