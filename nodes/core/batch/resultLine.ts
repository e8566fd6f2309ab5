import { parseImageResponse, type ImageResponse } from '../requests/imageResponse';
import { asRecord, asText, failureFromBody, failureInside } from '../run/errorBody';
import { presentable } from '../run/errorText';
import { localFailure, type Failure } from '../run/failure';

/** One line of a batch's output or error file. */
export interface ResultLine {
	/** `null` = the line is damaged. */
	customId: string | null;
	requestId: string | null;
	result: { ok: true; response: Omit<ImageResponse, 'images'>; images: LineImage[] } | { ok: false; failure: Failure };
}

/** An image as it lies in the line, not decoded yet: to be used while the line is there. */
export interface LineImage {
	/** Memory that the image fits into, in bytes. */
	room: number;
	/** @returns the image's bytes, at the beginning of `memory` */
	decodeInto: (memory: Buffer) => Buffer;
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

const KEY = Buffer.from('"b64_json"');
const QUOTE = 0x22;
const COLON = 0x3a;
/** '#' is in no base64 text, so a marker can't be taken for an image. */
const MARKER = '#';

interface Span {
	line: Buffer;
	from: number;
	to: number;
}

/** The line with each image replaced by a marker, and where the images are. */
function withoutImages(line: Buffer): { json: string; images: Span[] } {
	const images: Span[] = [];
	let json = '';
	let copied = 0;
	for (let key = line.indexOf(KEY); key >= 0; key = line.indexOf(KEY, copied)) {
		const from = valueAfter(line, key + KEY.length);
		const to = from === null ? -1 : line.indexOf(QUOTE, from);
		if (from === null || to < 0) break;
		json += line.toString('utf8', copied, from) + MARKER + images.length;
		images.push({ line, from, to });
		copied = to;
	}
	return { json: json + line.toString('utf8', copied), images };
}

/** Where the text after a key begins; `null` = it is no text. */
function valueAfter(line: Buffer, at: number): number | null {
	const colon = skipSpaces(line, at);
	if (line[colon] !== COLON) return null;
	const quote = skipSpaces(line, colon + 1);
	return line[quote] === QUOTE ? quote + 1 : null;
}

function skipSpaces(line: Buffer, from: number): number {
	let at = from;
	while (line[at] === 0x20 || line[at] === 0x09) at += 1;
	return at;
}

function imageAt(text: string, images: readonly Span[]): LineImage {
	const span = text.startsWith(MARKER) ? images[Number(text.slice(MARKER.length))] : undefined;
	// Its key was written in another way, so that it is in the JSON itself.
	const at = span ?? { line: Buffer.from(text, 'latin1'), from: 0, to: text.length };
	return { room: Math.ceil(((at.to - at.from) * 3) / 4), decodeInto: (memory) => decodeBase64(at, memory) };
}

/** A multiple of 4, so that each piece is whole base64. Above 64 KB a text costs four times as much to make (measured). */
const PIECE_CHARACTERS = 32 * 1024;
const BACKSLASH = 0x5c;

function decodeBase64({ line, from, to }: Span, memory: Buffer): Buffer {
	// JSON may write a slash as \/, and base64 has slashes; the decoder skips what is not base64, but pieces would be torn.
	const escaped = line.subarray(from, to).includes(BACKSLASH);
	const step = escaped ? to - from : PIECE_CHARACTERS;
	let length = 0;
	for (let at = from; at < to; at += step) {
		length += memory.write(line.toString('latin1', at, Math.min(at + step, to)), length, 'base64');
	}
	return memory.subarray(0, length);
}
