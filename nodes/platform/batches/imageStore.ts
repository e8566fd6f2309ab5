import type { ManifestEntry } from '../../core/batch/manifest';
import type { Failure } from '../../core/failures/failure';
import { baseFromPrompt } from '../../core/images/fileName';
import type { UniqueNames } from '../../core/images/uniqueNames';
import type { EncodedImage } from '../../core/requests/encodedImages';
import { notStored } from '../http/failures';
import { type BinaryStore, sameImageId, type StoredImage, storeImage } from '../n8n/binary';

/** Lines whose images n8n is writing while the next ones are read. Each holds a few megabytes. */
const LINES_UNDER_WAY = 8;

/** Hands images to n8n while the download goes on, a few lines at a time. */
export class ImageStore {
	/** Why n8n could not keep an image; nothing more is started then. */
	failure: Failure | null = null;

	private readonly underWay = new Set<Promise<void>>();

	/** Memory of images that n8n has written: new memory for each would keep the garbage collector busy. */
	private readonly spare: Buffer[] = [];

	private readonly store: BinaryStore;

	private readonly batchId: string;

	private readonly names: UniqueNames;

	private readonly kept: Map<string, StoredImage[]> | undefined;

	/**
	 * @param names for images that were not expected
	 * @param kept images that an earlier try has stored, by the id of their line; those of this one are added
	 */
	constructor(
		store: BinaryStore,
		batchId: string,
		names: UniqueNames,
		kept?: Map<string, StoredImage[]>,
	) {
		this.store = store;
		this.batchId = batchId;
		this.names = names;
		this.kept = kept;
	}

	/** Starts with the images of a line, which come into `stored` in their order; waits when enough are under way. */
	async start(
		stored: StoredImage[],
		images: readonly EncodedImage[],
		entry: ManifestEntry | null,
		lineId: string,
	): Promise<void> {
		const earlier = this.kept?.get(lineId);
		if (earlier?.length === images.length) {
			stored.push(...earlier);
			return;
		}
		const work = this.keep(stored, images, entry, lineId).finally(() => this.underWay.delete(work));
		this.underWay.add(work);
		// The line is gone once this returns, and only its first image is decoded by then.
		if (images.length > 1) await work;
		else if (this.underWay.size >= LINES_UNDER_WAY) await Promise.race(this.underWay);
	}

	async finished(): Promise<void> {
		await Promise.all(this.underWay);
	}

	private nameOf(entry: ManifestEntry | null, lineId: string, index: number): string {
		if (entry === null) return this.names.one(baseFromPrompt(lineId));
		return entry.fileNames[index] ?? this.names.another(baseFromPrompt(entry.prompt || lineId));
	}

	private take(bytes: number): Buffer {
		const spare = this.spare.pop();
		return spare !== undefined && spare.length >= bytes ? spare : Buffer.allocUnsafeSlow(bytes);
	}

	private async keep(
		stored: StoredImage[],
		images: readonly EncodedImage[],
		entry: ManifestEntry | null,
		lineId: string,
	): Promise<void> {
		try {
			for (const [index, image] of images.entries()) {
				const id = sameImageId([this.batchId, lineId, index]);
				const memory = this.take(image.room);
				stored.push(
					await storeImage(this.store, image.decodeInto(memory), {
						id,
						name: this.nameOf(entry, lineId, index),
					}),
				);
				this.spare.push(memory);
			}
			// What lies in the item itself would be held in memory.
			if (stored.every(({ binary }) => binary.id !== undefined)) this.kept?.set(lineId, stored);
		} catch (error) {
			this.failure = notStored(error);
		}
	}
}
