import { failureInside } from '../../core/failures/errorBody';
import { localFailure } from '../../core/failures/failure';
import { signalFromHeaders } from '../../core/failures/rateSignal';
import { imageAt, type ImageSpan, withoutImages } from '../../core/requests/encodedImages';
import { answerInEvents, isEventStream } from '../../core/requests/eventStream';
import { parseImageResponse } from '../../core/requests/imageResponse';
import type { SendResult } from '../../core/scheduler/outcome';
import type { BodyStream } from '../http/answerBody';
import { failureFromSdk } from '../http/failures';
import type { LargeBody } from '../http/largeBodies';
import type { Answer, ApiConnection } from './imageApi';

const MALFORMED = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API answered, but without an image.',
);

/**
 * Reads an answer in OpenAI's form, once its turn has come.
 * @param call the SDK's, with its body still to be read
 */
export async function imagesFrom(
	call: Promise<Response>,
	{ server, bodies }: Pick<ApiConnection, 'server' | 'bodies'>,
): Promise<SendResult<Answer>> {
	const body = bodies.next();
	let requestId: string | null = null;
	let isInUse = false;
	try {
		const response = await call;
		requestId = response.headers.get('x-request-id');
		const read = await readAnswer(response, body);
		const answer = answerOf(read, response, requestId, body);
		if (!answer.ok) return answer;
		isInUse = answer.value.images.length > 0;
		const { stated } = answer.value.response;
		return {
			ok: true,
			value: {
				...answer.value,
				response: { ...answer.value.response, stated: server.provider.statesCost ? stated : null },
			},
		};
	} catch (error) {
		const failure = failureFromSdk(error);
		return { ok: false, failure: { ...failure, requestId: failure.requestId ?? requestId } };
	} finally {
		if (!isInUse) body.end();
	}
}

interface ReadAnswer {
	/** Parsed JSON with markers in the place of the images, or the text that came. */
	data: unknown;
	images: ImageSpan[];
}

async function readAnswer(response: Response, body: LargeBody): Promise<ReadAnswer> {
	const bytes = await body.read(
		response.body as unknown as BodyStream,
		statedLength(response.headers),
	);
	if (bytes.length === 0) return { data: undefined, images: [] };
	const { json, images } = withoutImages(bytes);
	if (isJson(response.headers)) return { data: JSON.parse(json) as unknown, images };
	return { data: otherwise(json) ?? bytes.toString('utf8', 0, MOST_OF_A_TEXT), images };
}

/** Of what is neither JSON nor an answer, in bytes: it can only be words. */
const MOST_OF_A_TEXT = 64 * 1024;

/** An answer that does not say that it is JSON: it was paid for all the same. `null` = it is none. */
function otherwise(text: string): unknown {
	if (isEventStream(text)) return answerInEvents(text);
	try {
		return /^\s*\{/.test(text) ? JSON.parse(text) : null;
	} catch {
		return null;
	}
}

/** @returns `null` = not stated, or of the body as it is compressed */
export function statedLength(headers: Headers): number | null {
	const length = Number(headers.get('content-length') ?? Number.NaN);
	return Number.isSafeInteger(length) && length >= 0 && !headers.has('content-encoding')
		? length
		: null;
}

function isJson(headers: Headers): boolean {
	const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
	return type.includes('application/json') || type.endsWith('+json');
}

function answerOf(
	{ data, images: spans }: ReadAnswer,
	{ status, headers }: Response,
	requestId: string | null,
	body: LargeBody,
): SendResult<Answer> {
	const header = (name: string): string | null => headers.get(name);
	const parsed = parseImageResponse(data);
	if (parsed === null) {
		const failure = failureInside(data, { status, requestId, header }) ?? MALFORMED;
		return { ok: false, failure: { ...failure, requestId: failure.requestId ?? requestId } };
	}
	const { images, urls, ...response } = parsed;
	const encoded = images.map((text) => imageAt(text, spans));
	const value: Answer = {
		response,
		images: encoded.map((image) => () => image.decodeInto(body.roomFor(image.room))),
		...(urls !== undefined && { urls }),
		requestId,
		rate: signalFromHeaders(header),
		done: () => body.end(),
	};
	return { ok: true, value };
}
