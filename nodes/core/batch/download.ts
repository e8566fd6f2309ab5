import type { AttemptOptions } from '../run/attempts';
import { wordsOf } from '../run/errorBody';
import { localFailure, type Failure } from '../run/failure';
import { CANCELLED, type SendResult } from '../run/outcome';
import { isWorthRetrying, waitBeforeRetry } from '../run/retry';
import type { RunWorld } from '../run/runRequests';
import { pause } from '../run/sync';
import { LineSplitter } from './lines';

/** A file on its way, from `startsAt` on: the server may begin earlier than asked. */
export interface OpenedFile {
	startsAt: number;
	/** Bytes from `startsAt` to the file's end; `null` = the server does not say. */
	length: number | null;
	chunks: AsyncIterable<Buffer>;
}

/**
 * Hands each line of a file to `onLine`, one after the other. When the connection ends early, it goes on
 * after the last whole line, so that no line is handed over twice.
 * @param open the file from this byte on
 * @param onLine never throws
 * @returns why not all lines came; `null` = all did
 */
export async function readLines(
	open: (fromByte: number) => Promise<SendResult<OpenedFile>>,
	onLine: (line: Buffer) => Promise<void>,
	options: AttemptOptions,
	world: RunWorld,
): Promise<Failure | null> {
	const progress = { position: 0 };
	for (let attempts = 1; ; attempts++) {
		const before = progress.position;
		const failure = await readOnce(open, onLine, progress, world);
		if (failure === null) return null;
		if (progress.position > before) attempts = 1;
		if (!isWorthRetrying(failure, attempts, options)) return failure;
		await pause(world, waitBeforeRetry(failure, attempts, world.random()), world.cancelled);
	}
}

async function readOnce(
	open: (fromByte: number) => Promise<SendResult<OpenedFile>>,
	onLine: (line: Buffer) => Promise<void>,
	progress: { position: number },
	world: RunWorld,
): Promise<Failure | null> {
	const opened = await open(progress.position);
	if (!opened.ok) return opened.failure;
	const { chunks, startsAt, length } = opened.value;
	const lines = new LineSplitter();
	let toSkip = progress.position - startsAt;
	let received = 0;
	const iterator = chunks[Symbol.asyncIterator]();
	for (;;) {
		const next = await nextChunk(iterator);
		if (!next.ok) return next.failure;
		if (next.value === null) break;
		received += next.value.length;
		const chunk = next.value.subarray(Math.min(toSkip, next.value.length));
		toSkip -= next.value.length - chunk.length;
		for (const line of lines.push(chunk)) {
			if (world.cancelled()) return await stopReading(iterator);
			if (line.length > 0) await onLine(line);
			progress.position += line.length + 1;
		}
	}
	if (length !== null && received < length) return CUT;
	const last = lines.end();
	if (last.length > 0) await onLine(last);
	return null;
}

const CUT = localFailure('connectionLost', 'download_cut', 'The download ended before the file did.');

async function nextChunk(iterator: AsyncIterator<Buffer>): Promise<SendResult<Buffer | null>> {
	try {
		const { done, value } = await iterator.next();
		return { ok: true, value: done === true ? null : value };
	} catch (error) {
		return { ok: false, failure: { ...CUT, message: `${CUT.message} (${wordsOf(error)})` } };
	}
}

async function stopReading(iterator: AsyncIterator<Buffer>): Promise<Failure> {
	await iterator.return?.();
	return CANCELLED;
}
