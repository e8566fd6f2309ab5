import { localFailure } from '../failures/failure';
import type { SendResult } from '../scheduler/outcome';
import { asRecord } from '../util/json';
import { wordsOf } from '../util/text';

export class Body {
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

/** A file on its way, from `startsAt` on: the server may begin elsewhere than asked. */
export interface OpenedFile {
	startsAt: number;
	/** Bytes from `startsAt` to the file's end; `null` = the server does not say. */
	length: number | null;
	chunks: AsyncIterable<Buffer>;
}

export const UNDECODABLE = 'download_undecodable';

const isDecoder = (code: unknown): boolean =>
	/^(?:Z_|ERR_.*BROTLI|ERR__ERROR_FORMAT)/.test(String(code));

export const CUT = localFailure(
	'connectionLost',
	'download_cut',
	'The download ended before the file did.',
);
