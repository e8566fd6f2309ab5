import { type Failure, localFailure } from '../failures/failure';
import { jsonOf } from '../requests/encodedImages';
import type { AttemptOptions } from '../scheduler/sendRepeatedly';
import { CANCELLED, type SendResult } from '../scheduler/outcome';
import { isWorthRetrying, waitBeforeRetry } from '../scheduler/retry';
import { pause } from '../scheduler/sync';
import type { Runtime } from '../scheduler/types';
import { Body, CUT, type OpenedFile, UNDECODABLE } from './downloadBody';
import { isBlank, LineSplitter, withoutMark } from './lines';

export interface LineReader {
	/** The file from this byte on. */
	open: (fromByte: number) => Promise<SendResult<OpenedFile>>;
	/** Never throws. */
	onLine: (line: Buffer) => Promise<void>;
	/** Whether all lines came that the file should have; asked where the server says nothing of its length. Absent = it is not known. */
	isComplete?: () => boolean;
	/** Absent = as long as can be held. */
	longestLine?: number;
}

/**
 * Hands over each line of a file that is not blank, one after the other. When the connection ends early, it goes on
 * after the last whole line, so that no line is handed over twice.
 * @returns why not all lines came; `null` = all did
 */
export async function readLines(
	reader: LineReader,
	options: AttemptOptions,
	runtime: Runtime,
): Promise<Failure | null> {
	const progress: Progress = { position: 0, hasRanges: true };
	for (let attempts = 1; ; attempts++) {
		const before = progress.position;
		const failure = await readOnce(reader, progress, runtime);
		if (failure === null) return null;
		if (progress.position > before) attempts = 1;
		if (!isWorthRetrying(failure, attempts, options)) return failure;
		await pause(runtime, waitBeforeRetry(failure, attempts, runtime.random()), runtime.cancelled);
	}
}

interface Progress {
	/** Where the first line begins that was not handed over. */
	position: number;
	/** `false` = a part of the file can't be had, so it is read from its beginning again. */
	hasRanges: boolean;
}

async function readOnce(
	{ open, ...reader }: LineReader,
	progress: Progress,
	runtime: Runtime,
): Promise<Failure | null> {
	const opened = await open(progress.hasRanges ? progress.position : 0);
	if (!opened.ok) return opened.failure;
	const body = new Body(opened.value);
	try {
		return await readBody(body, reader, progress, runtime);
	} finally {
		await body.close();
	}
}

async function readBody(
	body: Body,
	reader: Omit<LineReader, 'open'>,
	progress: Progress,
	runtime: Runtime,
): Promise<Failure | null> {
	const lines = new LineSplitter(reader.longestLine);
	let toSkip = progress.position - body.startsAt;
	if (toSkip < 0) {
		progress.hasRanges = false;
		return CUT;
	}
	const textOf = (line: Buffer): Buffer => (progress.position === 0 ? withoutMark(line) : line);
	const handOver = async (line: Buffer): Promise<void> => {
		const text = textOf(line);
		if (!isBlank(text)) await reader.onLine(text);
		progress.position += line.length + 1;
	};
	for (;;) {
		const next = await body.next();
		if (!next.ok) return undecodable(next.failure, progress);
		if (next.value === null) break;
		const chunk = next.value.subarray(Math.min(toSkip, next.value.length));
		toSkip -= next.value.length - chunk.length;
		for (const line of lines.push(chunk)) {
			if (runtime.cancelled()) return CANCELLED;
			await handOver(line);
		}
		if (lines.isTooLong) return TOO_LONG;
	}
	if (body.isCut) return CUT;
	const last = lines.end();
	if (!body.isMeasured && !isBlank(last) && jsonOf(textOf(last)) === undefined) return ENDED_EARLY;
	if (last.length > 0) await handOver(last);
	return body.isMeasured || reader.isComplete?.() !== false ? null : ENDED_EARLY;
}

/** A part of a compressed file can't be read without what comes before it. */
function undecodable(failure: Failure, progress: Progress): Failure {
	if (failure.code === UNDECODABLE) progress.hasRanges = false;
	return failure;
}

/** Nobody says how long the file is, but it lacks lines. */
const ENDED_EARLY = localFailure(
	'connectionLost',
	'download_ended_early',
	'The download ended before the last line of the file.',
);

const TOO_LONG = localFailure(
	'malformedResponse',
	'line_too_long',
	'A line of the file is too long to be held in memory.',
);

/** The file may have ended there: what it lacks is for its account to tell. */
export const isEndedEarly = ({ code }: Failure): boolean => code === ENDED_EARLY.code;
