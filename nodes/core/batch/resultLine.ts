import { failureFromBody, failureInside } from '../failures/errorBody';
import { presentable } from '../failures/errorText';
import { type Failure, localFailure } from '../failures/failure';
import {
	type EncodedImage,
	imageAt,
	type ImageSpan,
	withoutImages,
} from '../requests/encodedImages';
import { type ImageResponse, parseImageResponse, parseUsage } from '../requests/imageResponse';
import { statedCost, type StatedCost } from '../requests/statedCost';
import type { ReportedUsage, SvgUsage } from '../requests/usage';
import { REACTIONS } from '../scheduler/retry';
import { asRecord, asText, jsonOrNull } from '../util/json';
import type { Billed } from './account';

/** What was billed for images, whether they came or not. `null` = not said. */
export interface Billing {
	usage: ReportedUsage | null;
	stated: StatedCost | null;
	/** Of an SVG; absent = it is none. */
	svgUsage?: SvgUsage | null;
}

export interface FailedLine {
	ok: false;
	failure: Failure;
	billed: Billed;
	/** Nobody has worked on it. */
	isUntouched: boolean;
	/** It claims success but has no image. */
	billing: Billing | null;
}

/** One line of a batch's output or error file. */
export interface ResultLine {
	/** `null` = the line is damaged. */
	lineId: string | null;
	requestId: string | null;
	result:
		{ ok: true; response: Omit<ImageResponse, 'images'>; images: EncodedImage[] } | FailedLine;
}

/**
 * Reads a line. Images are left where they are: what is parsed as JSON is the line without them, because
 * a text of some megabytes costs time and memory several times over.
 */
export function parseResultLine(line: Buffer): ResultLine {
	const { json, images } = withoutImages(line);
	const record = asRecord(jsonOrNull(json));
	const lineId = asText(record.custom_id);
	const response = asRecord(record.response);
	const requestId = asText(response.request_id) ?? asText(record.id);
	const status = typeof response.status_code === 'number' ? response.status_code : null;
	const source = { status: status ?? 0, requestId, header: () => null };
	const saysSuccess = status !== null && status < 300;
	return {
		lineId,
		requestId,
		result: saysSuccess
			? imagesOf(response.body, images, source)
			: failureOf(record, response, status === null ? null : source),
	};
}

type Source = Parameters<typeof failureInside>[1];

function imagesOf(
	body: unknown,
	spans: readonly ImageSpan[],
	source: Source,
): ResultLine['result'] {
	const parsed = parseImageResponse(body);
	if (parsed === null) return withoutImage(body, source);
	const { images: texts, ...response } = parsed;
	const images = texts.map((text) => imageAt(text, spans)).filter(({ isEmpty }) => !isEmpty);
	return images.length === 0 ? withoutImage(body, source) : { ok: true, response, images };
}

/** What it used was billed all the same. */
function withoutImage(body: unknown, source: Source): FailedLine {
	const failure = failureInside(body, source) ?? { ...MALFORMED, requestId: source.requestId };
	const billing = { usage: parseUsage(asRecord(body).usage), stated: statedCost(asRecord(body)) };
	const isBilled = (billing.usage?.outputTokens ?? 0) > 0 || billing.stated !== null;
	return {
		ok: false,
		failure,
		billed: isBilled ? 'yes' : billedBy(failure),
		isUntouched: false,
		billing,
	};
}

const MALFORMED = localFailure(
	'malformedResponse',
	'malformed_response',
	'The result on this line contains no image.',
);

const billedBy = ({ kind }: Failure): Billed =>
	REACTIONS[kind].billed === 'no' ? 'no' : 'unknown';

function failureOf(
	record: Record<string, unknown>,
	response: Record<string, unknown>,
	source: Source | null,
): FailedLine {
	if (source !== null) {
		// OpenAI has it in the body; other servers beside it, or where there should be one.
		const { body, message, error } = response;
		const failure = failureFromBody(body ?? { message, error: error ?? record.error }, source);
		return { ok: false, failure, billed: billedBy(failure), isUntouched: false, billing: null };
	}
	const error = asRecord(record.error);
	const requestId = asText(response.request_id) ?? asText(record.id);
	const words = asText(error.message) ?? asText(record.error) ?? asText(response.message);
	const code = asText(error.code) ?? 'batch_line_failed';
	const isUntouched = UNTOUCHED.test(code);
	const isNamed = words !== null || Object.keys(error).length > 0;
	const named = localFailure(
		'batchEnded',
		code,
		presentable(words ?? 'The provider gave no explanation.'),
	);
	return {
		ok: false,
		failure: { ...(isNamed ? named : MALFORMED), requestId },
		billed: isUntouched ? 'no' : 'unknown',
		isUntouched,
		billing: null,
	};
}

/** OpenAI's codes of requests that it never came to (Batch guide, "Batch expiration"). */
const UNTOUCHED = /^batch_(?:expired|cancelled)$/;
