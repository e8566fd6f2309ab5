/** Files lie on disk, so that gigabytes of them take no memory. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Spooled {
	path: string;
	bytes: number;
	sha256: string;
}

export class Spool {
	private readonly folder = mkdtempSync(join(tmpdir(), 'gpt-image-simulator-'));

	private next = 0;

	/** A path for a file to come. */
	path(): string {
		this.next += 1;
		return join(this.folder, `file-${this.next}`);
	}

	async store(source: Readable): Promise<Spooled> {
		const path = this.path();
		const hash = createHash('sha256');
		let bytes = 0;
		const count = new Transform({
			transform(chunk: Buffer, _, done) {
				bytes += chunk.length;
				hash.update(chunk);
				done(null, chunk);
			},
		});
		await pipeline(source, count, createWriteStream(path));
		return { path, bytes, sha256: hash.digest('hex') };
	}

	remove(path: string): void {
		rmSync(path, { force: true });
	}

	/** Everything is gone; another spool is needed for more. */
	clear(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}

export const readWhole = async (path: string): Promise<Buffer> => await readFile(path);

/** @param until `null` = to the end; else the byte to stop before */
export function readFrom(path: string, start: number, until: number | null): Readable {
	return createReadStream(path, {
		start,
		highWaterMark: 1024 * 1024,
		...(until !== null && { end: until - 1 }),
	});
}
