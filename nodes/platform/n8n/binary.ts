import { randomBytes } from 'crypto';
import { type IBinaryData, type IExecuteFunctions, sleep } from 'n8n-workflow';
import { type ImageFacts, inspectImage } from '../../core/images/inspect';
import { asRecord, asText } from '../../core/util/json';
import { wordsOf } from '../../core/util/text';
import { digestOf } from './digest';
import { CANCEL_CHECK_MS } from './runtime';

/** A made image, kept where n8n keeps binary data. */
export interface StoredImage {
	/** Ours, and no other image's, wherever its item goes. */
	id: string;
	binary: IBinaryData;
	facts: ImageFacts | null;
	bytes: number;
	fileName: string;
	mimeType: string;
	/** SHA-256 of the file in hexadecimal. */
	sha256: string;
}

interface ImageNaming {
	/** Of an image that is known again; absent = a new one. */
	id?: string;
	/** Of its file, without extension: no other's, and one that every file system takes. */
	name: string;
}

/** Where n8n lets a node keep files: while it runs, or while it polls. */
export interface BinaryStore {
	helpers: Pick<IExecuteFunctions['helpers'], 'prepareBinaryData'>;
	/** Absent where nothing can be cancelled. */
	getExecutionCancelSignal?: IExecuteFunctions['getExecutionCancelSignal'];
}

/** Hands an image to n8n, byte for byte as it came. Type, extension and size come from the bytes themselves. */
export async function storeImage(
	context: BinaryStore,
	bytes: Buffer,
	naming: ImageNaming,
): Promise<StoredImage> {
	const facts = inspectImage(bytes);
	const extension = facts?.extension ?? 'bin';
	const mimeType = facts?.mimeType ?? 'application/octet-stream';
	const fileName = `${naming.name}.${extension}`;
	const binary = await insist(
		context,
		async () => await context.helpers.prepareBinaryData(bytes, fileName, mimeType),
	);
	const { id = newImageId() } = naming;
	return { id, binary, facts, bytes: bytes.length, fileName, mimeType, sha256: digestOf(bytes) };
}

const newImageId = (): string => imageId(randomBytes(12).toString('hex'));

/**
 * The same image of the same request again, such as of a batch that is collected twice.
 * @param of what knows it
 */
export const sameImageId = (of: readonly unknown[]): string =>
	imageId(digestOf(JSON.stringify(of)));

const imageId = (hex: string): string => `img_${hex.slice(0, 24)}`;

/** Waits between attempts to store an image, in ms: a minute in all, in which a database is back from a restart. */
const STORE_AGAIN_AFTER = [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000];

/** What does not pass by itself. */
const FOR_GOOD = /^(?:ENOSPC|EDQUOT|EACCES|EPERM|EROFS|ENOENT|ENOTDIR)$/;

/** An image is paid for by the time it is stored, so a store that is away for a moment is asked again. */
async function insist<T>(context: BinaryStore, store: () => Promise<T>): Promise<T> {
	for (const wait of STORE_AGAIN_AFTER) {
		const attempt = store();
		const failure = await attempt.then(
			() => null,
			(error: unknown) => ({ error }),
		);
		if (failure === null || !mayPass(failure.error) || isCancelled(context)) return await attempt;
		for (let left = wait; left > 0 && !isCancelled(context); left -= CANCEL_CHECK_MS)
			await sleep(Math.min(left, CANCEL_CHECK_MS));
	}
	return await store();
}

const isCancelled = (context: BinaryStore): boolean =>
	context.getExecutionCancelSignal?.()?.aborted === true;

const mayPass = (error: unknown): boolean =>
	!FOR_GOOD.test(asText(asRecord(error).code) ?? '') && !/too large|exceeds/i.test(wordsOf(error));

/**
 * Copies an image that an earlier execution made into this one.
 * @throws when n8n no longer has it
 */
export async function restoreImage(
	context: IExecuteFunctions,
	image: StoredImage,
): Promise<StoredImage> {
	// Kept inside the item.
	if (!image.binary.id) return image;
	const bytes = await context.helpers.getBinaryStream(image.binary.id);
	const binary = await context.helpers.prepareBinaryData(bytes, image.fileName, image.mimeType);
	return { ...image, binary };
}
