/**
 * A file that is read while it is sent, so that it never lies in memory as a whole. axios asks a part of a form, or
 * a body, for `size`, `type` and `stream()` only (lib/adapters/http, lib/helpers/formDataToStream).
 */
export class LazyFile extends File {
	/** Why it could not be read; `null` = nothing went wrong so far. */
	failure: { error: unknown } | null = null;

	private readonly chunks: () => AsyncIterable<Buffer>;

	/**
	 * @param bytes exactly
	 * @param chunks the content, from its beginning each time it is called
	 */
	constructor(name: string, type: string, bytes: number, chunks: () => AsyncIterable<Buffer>) {
		super([], name, { type });
		this.chunks = chunks;
		Object.defineProperty(this, 'size', { value: bytes });
	}

	override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
		const pieces = this.pieces();
		return new ReadableStream({
			pull: async (controller) => {
				const { done, value } = await pieces.next();
				if (done === true) controller.close();
				else controller.enqueue(value as Buffer<ArrayBuffer>);
			},
			cancel: async () => {
				await pieces.return(undefined);
			},
		});
	}

	override async arrayBuffer(): Promise<ArrayBuffer> {
		const whole = new Uint8Array(this.size);
		let length = 0;
		for await (const piece of this.pieces()) {
			whole.set(piece, length);
			length += piece.length;
		}
		return whole.buffer;
	}

	override async text(): Promise<string> {
		return Buffer.from(await this.arrayBuffer()).toString('utf8');
	}

	/** What is sent must be as long as was said, or the server would wait for the rest. */
	private async *pieces(): AsyncGenerator<Buffer> {
		let left = this.size;
		try {
			for await (const chunk of this.chunks()) {
				left -= chunk.length;
				if (left < 0) break;
				for (let at = 0; at < chunk.length; at += PIECE_BYTES)
					yield chunk.subarray(at, at + PIECE_BYTES);
			}
			if (left !== 0)
				throw new Error(`it has ${left < 0 ? 'more' : 'fewer'} bytes than n8n reported`);
		} catch (error) {
			this.failure = { error };
		}
		if (this.failure !== null) throw this.failure.error;
	}
}

/** axios keeps 16 pieces ahead of what it has sent. */
const PIECE_BYTES = 16 * 1024;
