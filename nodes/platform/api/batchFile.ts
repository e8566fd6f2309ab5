import type { OpenedFile } from '../../core/batch/downloadBody';
import type { SendResult } from '../../core/scheduler/outcome';
import { bodyChunks, type BodyLimits, type BodyStream } from '../http/answerBody';
import { resultOf } from '../http/failures';
import { statedLength } from '../providers/imagesAnswer';

export async function openFile(
	get: (headers: Record<string, string>) => Promise<Response>,
	fromByte: number,
	limits: BodyLimits,
): Promise<SendResult<OpenedFile>> {
	// A part of a compressed file can't be read by itself.
	const asIs = { 'Accept-Encoding': 'identity' };
	const opened = await resultOf(
		async () => await get(fromByte === 0 ? asIs : { ...asIs, Range: `bytes=${fromByte}-` }),
	);
	if (!opened.ok && opened.failure.status === 416)
		return { ok: true, value: { startsAt: fromByte, length: 0, chunks: nothingMore() } };
	if (!opened.ok) return opened;
	const { status, headers, body } = opened.value;
	return {
		ok: true,
		value: {
			...partOf(status, headers, fromByte),
			chunks: bodyChunks(body as unknown as BodyStream, limits),
		},
	};
}

/** The file ends where it was to go on. */
async function* nothingMore(): AsyncGenerator<Buffer> {}

/** Which part of a file an answer brings, up to the file's end. */
function partOf(
	status: number,
	headers: Headers,
	fromByte: number,
): Pick<OpenedFile, 'startsAt' | 'length'> {
	const stated = statedLength(headers);
	// Without 206 the server has ignored the range and begins at the beginning.
	if (status !== 206) return { startsAt: 0, length: stated };
	const [, first = '', total = ''] =
		/^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
	const startsAt = first === '' ? fromByte : Number(first);
	return { startsAt, length: /^\d+$/.test(total) ? Number(total) - startsAt : stated };
}
