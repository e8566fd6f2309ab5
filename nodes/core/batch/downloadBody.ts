import { localFailure } from '../failures/failure';
import type { SendResult } from '../scheduler/outcome';
import { asRecord } from '../util/json';
import { wordsOf } from '../util/text';

export class Body {
	readonly startsAt: number;

	private readonly length: number | null;

	private received = 0;

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
