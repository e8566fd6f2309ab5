import { imageAt, withoutImages, type EncodedImage } from '../requests/encodedImages';
import { parseImageResponse, type ImageResponse } from '../requests/imageResponse';
import { asRecord, asText, failureFromBody, failureInside } from '../run/errorBody';
import { presentable } from '../run/errorText';
import { localFailure, type Failure } from '../run/failure';

/** One line of a batch's output or error file. */
export interface ResultLine {
	/** `null` = the line is damaged. */
	customId: string | null;
	requestId: string | null;
	result: { ok: true; response: Omit<ImageResponse, 'images'>; images: EncodedImage[] } | { ok: false; failure: Failure };
}

/**
 * Reads a line. Images are left where they are: what is parsed as JSON is the line without them, because
 * a text of some megabytes costs time and memory several times over.
 */
export function parseResultLine(line: Buffer): ResultLine {
	const { json, images } = withoutImages(line);
	const record = asRecord(parsedOrNull(json));
	const customId = asText(record.custom_id);
	const response = asRecord(record.response);
	const requestId = asText(response.request_id) ?? asText(record.id);
	const line_ = { customId, requestId };
	const status = typeof response.status_code === 'number' ? response.status_code : null;
	if (status !== null && status < 300) {
		const parsed = parseImageResponse(response.body);
		if (parsed === null || parsed.images.length === 0) {
			const failure = failureInside(response.body, { status, requestId, header: () => null });
			return { ...line_, result: { ok: false, failure: failure ?? { ...MALFORMED, requestId } } };
		}
		const { images: found, ...rest } = parsed;
		return { ...line_, result: { ok: true, response: rest, images: found.map((text) => imageAt(text, images)) } };
	}
	return { ...line_, result: { ok: false, failure: failureOf(record, response, status, requestId) } };
}

const MALFORMED = localFailure('malformedResponse', 'malformed_response', 'The result of this line holds no image.');

function failureOf(
	record: Record<string, unknown>,
	response: Record<string, unknown>,
	status: number | null,
	requestId: string | null,
): Failure {
	if (status !== null) {
		// OpenAI has it in the body; other servers beside it, or where there should be one.
		const { body, message, error } = response;
		return failureFromBody(body ?? { message, error: error ?? record.error }, { status, requestId, header: () => null });
	}
	const error = asRecord(record.error);
	const words = asText(error.message) ?? asText(record.error) ?? asText(response.message);
	if (words === null && Object.keys(error).length === 0) return { ...MALFORMED, requestId };
	const code = asText(error.code) ?? 'batch_line_failed';
	return { ...localFailure('batchEnded', code, presentable(words ?? 'The provider gives no explanation.')), requestId };
}

function parsedOrNull(json: string): unknown {
	try {
		return JSON.parse(json);
	} catch {
		return null;
	}
}
