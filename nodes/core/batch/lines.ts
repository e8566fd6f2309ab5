const NEWLINE = 10;

/** Cuts a stream of bytes into lines without ever holding more than one of them. */
export class LineSplitter {
	private rest: Buffer[] = [];

	/** Whole lines, without their newline. They share memory with the chunk. */
	*push(chunk: Buffer): Generator<Buffer> {
		let start = 0;
		for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
			yield this.take(chunk.subarray(start, end));
			start = end + 1;
		}
		if (start < chunk.length) this.rest.push(chunk.subarray(start));
	}

	/** What comes after the last newline; empty when nothing does. */
	end(): Buffer {
		return this.take(Buffer.alloc(0));
	}

	private take(tail: Buffer): Buffer {
		if (this.rest.length === 0) return tail;
		return Buffer.concat([...this.rest.splice(0), tail]);
	}
}
