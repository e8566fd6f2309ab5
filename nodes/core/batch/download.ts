import { jsonOf } from '../requests/encodedImages';
import type { AttemptOptions } from '../run/attempts';
import { asRecord, wordsOf } from '../run/errorBody';
import { localFailure, type Failure } from '../run/failure';
import { CANCELLED, type SendResult } from '../run/outcome';
import { isWorthRetrying, waitBeforeRetry } from '../run/retry';
import type { RunWorld } from '../run/runRequests';
import { pause } from '../run/sync';
import { isBlank, LineSplitter, withoutMark } from './lines';

/** A file on its way, from `startsAt` on: the server may begin elsewhere than asked. */
export interface OpenedFile {
	startsAt: number;
	/** Bytes from `startsAt` to the file's end; `null` = the server does not say. */
	length: number | null;
	chunks: AsyncIterable<Buffer>;
}

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
	world: RunWorld,
): Promise<Failure | null> {
	const progress: Progress = { position: 0, hasRanges: true };
	for (let attempts = 1; ; attempts++) {
		const before = progress.position;
		const failure = await readOnce(reader, progress, world);
		if (failure === null) return null;
		if (progress.position > before) attempts = 1;
		if (!isWorthRetrying(failure, attempts, options)) return failure;
		await pause(world, waitBeforeRetry(failure, attempts, world.random()), world.cancelled);
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
	world: RunWorld,
): Promise<Failure | null> {
	const opened = await open(progress.hasRanges ? progress.position : 0);
	if (!opened.ok) return opened.failure;
	const body = new Body(opened.value);
	try {
		return await readBody(body, reader, progress, world);
	} finally {
		await body.close();
	}
}

async function readBody(
	body: Body,
	reader: Omit<LineReader, 'open'>,
	progress: Progress,
	world: RunWorld,
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
			if (world.cancelled()) return CANCELLED;
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

class Body {
	readonly startsAt: number;

	private readonly length: number | null;

	private received = 0;

	private readonly earlyScavenge = new EarlyScavenge();

	private readonly iterator: AsyncIterator<Buffer>;

	constructor({ startsAt, length, chunks }: OpenedFile) {
		this.startsAt = startsAt;
		this.length = length;
		this.iterator = chunks[Symbol.asyncIterator]();
	}

	/** The server says how long it is. */
	get isMeasured(): boolean {
		return this.length !== null;
	}

	get isCut(): boolean {
		return this.length !== null && this.received < this.length;
	}

	/** @returns `null` = it has ended */
	async next(): Promise<SendResult<Buffer | null>> {
		try {
			const { done, value } = await this.iterator.next();
			if (done === true) return { ok: true, value: null };
			this.received += value.length;
			this.earlyScavenge.allocate(value.length);
			return { ok: true, value };
		} catch (error) {
			const code = asRecord(error).code;
			return {
				ok: false,
				failure: {
					...CUT,
					code: isDecoder(code) ? UNDECODABLE : CUT.code,
					message: `${CUT.message} (${wordsOf(error)})`,
				},
			};
		}
	}

	/** Never throws; a body that has ended stays as it is. */
	async close(): Promise<void> {
		await Promise.resolve(this.iterator.return?.()).catch(() => undefined);
	}
}

/**
 * Chunks lie outside of V8's heap, and what points to them is tiny: so hundreds of megabytes of them come together before its
 * cheap collection of young objects is due, and it collects the whole heap instead, again and again. Where that is the heap
 * of n8n, it took three quarters of the time of a download (measured with Node 24 and a heap of 200 MB). Young objects that
 * nobody needs bring the cheap collection forward.
 */
class EarlyScavenge {
	/** Only the last one is reachable. */
	last: unknown[] = [];

	allocate(chunkBytes: number): void {
		for (let left = chunkBytes; left > 0; left -= YOUNG_FOR)
			this.last = new Array<unknown>(YOUNG_SLOTS);
	}
}

/** Of 8 bytes each: 64 KB, which V8 still keeps among the young objects. */
const YOUNG_SLOTS = 8000;
/** Bytes of a chunk that one piece is for. */
const YOUNG_FOR = 32 * 1024;

const UNDECODABLE = 'download_undecodable';

const isDecoder = (code: unknown): boolean =>
	/^(?:Z_|ERR_.*BROTLI|ERR__ERROR_FORMAT)/.test(String(code));

/** A part of a compressed file can't be read without what comes before it. */
function undecodable(failure: Failure, progress: Progress): Failure {
	if (failure.code === UNDECODABLE) progress.hasRanges = false;
	return failure;
}

const CUT = localFailure(
	'connectionLost',
	'download_cut',
	'The download ended before the file did.',
);

/** Nobody says how long the file is, but it lacks lines. */
const ENDED_EARLY = localFailure(
	'connectionLost',
	'download_ended_early',
	'The download ended before the last line of the file.',
);

const TOO_LONG = localFailure(
	'malformedResponse',
	'line_too_long',
	'A line of the file is longer than can be held in memory.',
);

/** The file may have ended there: what it lacks is for its account to tell. */
export const isEndedEarly = ({ code }: Failure): boolean => code === ENDED_EARLY.code;
