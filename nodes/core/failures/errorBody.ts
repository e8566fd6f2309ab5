import { asRecord, asText } from '../util/json';
import { failureFromAnswer } from './apiFailure';
import { readablePiece } from './errorText';
import type { Failure } from './failure';
import { moderationIn } from './moderationDetails';
import type { ReadHeader } from './rateSignal';

/** Where an error answer came from, beside its body. */
interface ErrorSource {
	status: number;
	requestId: string | null;
	header: ReadHeader;
}

/** @param body of an error answer, or what stands under `error` in it: parsed, or as the text that came */
export function failureFromBody(body: unknown, source: ErrorSource): Failure {
	const said = saidBy(body);
	const { code, type, message, moderation } = said;
	// Where the answer claims success, the error knows better.
	const status = source.status < 300 ? (said.status ?? source.status) : source.status;
	return failureFromAnswer({
		...source,
		status,
		code: code ?? codeInside(message),
		type,
		message,
		moderation,
	});
}

/**
 * An error in an answer that claims success and brought no image, as relays send them.
 * @param body parsed, or a text that is no JSON
 * @returns `null` = there is none
 */
export function failureInside(body: unknown, source: ErrorSource): Failure | null {
	const { error, success, data } = asRecord(body);
	const isNamed =
		error === true ||
		asText(error) !== null ||
		Object.keys(asRecord(error)).length > 0 ||
		success === false;
	const hasImages = Array.isArray(data) && data.length > 0;
	if (!isNamed && (hasImages || saidBy(body).message === null)) return null;
	const failure = failureFromBody(body, source);
	if (failure.kind !== 'malformedResponse' || hasImages) return failure;
	return { ...failure, message: `The API answered, but without an image: ${failure.message}` };
}

/** What an error says, wherever its server puts it. */
interface Said {
	code: string | null;
	type: string | null;
	message: string | null;
	/** The HTTP status that it names itself. */
	status: number | null;
	moderation: Failure['moderation'];
}

const NOTHING: Said = { code: null, type: null, message: null, status: null, moderation: null };

/** How deep errors are looked for in each other: a relay of a gateway of OpenAI has three. */
const DEEPEST = 8;

/**
 * Reads OpenAI's form, FastAPI's `detail` (fal.ai), `metadata.raw` (OpenRouter), `{ success, message }`, errors inside
 * of errors, and errors that stand as JSON in another one's message.
 */
function saidBy(value: unknown, depth = 0): Said {
	if (typeof value === 'string' && depth <= DEEPEST) return saidByText(value, depth);
	if (typeof value !== 'object' || value === null || depth > DEEPEST) return NOTHING;
	if (Array.isArray(value)) return saidBy(value[0], depth + 1);
	const body = asRecord(value);
	const told = saidBy(
		asText(body.message) ?? asText(body.msg) ?? asText(body.localized_message),
		depth + 1,
	);
	const reason = saidBy(asRecord(body.metadata).raw, depth + 1);
	const detail = saidBy(body.detail, depth + 1);
	const inner = [
		saidBy(body.error, depth + 1),
		saidBy(body.errors, depth + 1),
		{ ...detail, code: detail.code ?? detail.type },
	];
	const ordered = asText(body.error) === null ? [...inner, told] : [told, ...inner];
	const message = firstOf(ordered, 'message');
	return {
		code: reason.code ?? told.code ?? nameIn(body.code) ?? firstOf(inner, 'code'),
		type: reason.type ?? told.type ?? nameIn(body.type) ?? firstOf(inner, 'type'),
		message: withReason(withField(message, body.loc), reason.message),
		status: statusIn(body) ?? firstOf([...inner, told], 'status'),
		moderation: moderationIn(body) ?? firstOf([reason, told, ...inner], 'moderation'),
	};
}

function saidByText(text: string, depth: number): Said {
	if (depth === 0 || /^\s*[{[]/.test(text)) {
		const parsed = parse(text);
		if (parsed !== undefined) return saidBy(parsed, depth + 1);
	}
	const isPiece = depth === 0 || /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
	return { ...NOTHING, message: isPiece ? readablePiece(text) : text };
}

/** @returns `undefined` = it is no JSON */
function parse(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

const firstOf = <K extends keyof Said>(all: Said[], name: K): Said[K] | null =>
	all.find((one) => one[name] !== null)?.[name] ?? null;

/** A code that is one: no status, and nothing that someone could have put in. */
function nameIn(value: unknown): string | null {
	const text = asText(value);
	return text !== null && /^[\w.:-]{1,80}$/.test(text) && !/^\d+$/.test(text) ? text : null;
}

function statusIn({
	code,
	status,
	statusCode,
	status_code: other,
}: Record<string, unknown>): number | null {
	return (
		[code, status, statusCode, other]
			.map(Number)
			.find((number) => Number.isInteger(number) && number >= 400 && number < 600) ?? null
	);
}

/** "litellm.BadRequestError: … {'error': {'code': 'content_policy_violation'", which is no JSON. */
function codeInside(message: string | null): string | null {
	return nameIn(/['"]code['"]:\s*['"]([a-z_]{3,60})['"]/i.exec(message ?? '')?.[1]);
}

/** "prompt: field required" */
function withField(message: string | null, path: unknown): string | null {
	const field: unknown = Array.isArray(path) ? path.at(-1) : undefined;
	return message !== null && typeof field === 'string' ? `${field}: ${message}` : message;
}

/** "Provider returned error: the reason" */
function withReason(message: string | null, reason: string | null): string | null {
	if (message === null || reason === null || message.includes(reason)) return message ?? reason;
	return `${message.replace(/[.:]\s*$/, '')}: ${reason}`;
}
