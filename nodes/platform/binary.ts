import { createHash, randomBytes } from 'crypto';
import { sleep, type IBinaryData, type IExecuteFunctions } from 'n8n-workflow';
import { asRecord, asText, wordsOf } from '../core/run/errorBody';
import { HEADER_BYTES, inspectImage, type ImageFacts } from '../core/images/inspect';
import type { InputFile } from '../core/requests/inputImages';
import { LazyFile } from './lazyFile';

/** A made image, kept where n8n keeps binary data. */
export interface StoredImage {
	/** Ours, and no other image's, wherever its item goes. */
	id: string;
	binary: IBinaryData;
	facts: ImageFacts | null;
	bytes: number;
	fileName: string;
	mimeType: string;
}

export interface ImageNaming {
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

/** Hands an image to n8n. Type, extension and size come from the bytes themselves. */
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
	return { id: naming.id ?? newImageId(), binary, facts, bytes: bytes.length, fileName, mimeType };
}

const ID_BYTES = 12;

const newImageId = (): string => imageId(randomBytes(ID_BYTES));

/** The same image of the same request again, such as of a batch that is collected twice. @param of what knows it */
export const sameImageId = (of: readonly unknown[]): string =>
	imageId(createHash('sha256').update(JSON.stringify(of)).digest());

const imageId = (bytes: Buffer): string => `img_${bytes.subarray(0, ID_BYTES).toString('hex')}`;

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
		for (let left = wait; left > 0 && !isCancelled(context); left -= SLICE_MS)
			await sleep(Math.min(left, SLICE_MS));
	}
	return await store();
}

/** n8n's `sleep` can't be cut short, so a cancel is noticed after this many ms at the latest. */
const SLICE_MS = 250;

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

/** Looks at an input file's first bytes only, so that checking many items stays cheap. */
export async function describeInput(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<InputFile> {
	const binary = context.helpers.assertBinaryData(itemIndex, field);
	const { header, bytes } = await readHeader(context, binary);
	const identity = binary.id ?? createHash('sha256').update(binary.data).digest('hex');
	return {
		field,
		fileName: binary.fileName ?? '',
		bytes,
		identity,
		facts: inspectImage(header),
		declaredType: binary.mimeType,
	};
}

/** The whole file for an upload, labelled with what its bytes are, whatever the item says. */
export async function readUpload(
	context: IExecuteFunctions,
	itemIndex: number,
	{ field, facts }: InputFile,
	name: string,
): Promise<File> {
	const bytes = await context.helpers.getBinaryDataBuffer(itemIndex, field);
	return new File(
		[new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)],
		`${name}.${facts?.extension ?? 'bin'}`,
		{
			type: facts?.mimeType ?? 'application/octet-stream',
		},
	);
}

/** The same for an upload that reads the file while it is sent. @throws when n8n does not know it any more */
export async function openUpload(
	context: IExecuteFunctions,
	itemIndex: number,
	{ field, facts, bytes }: InputFile,
	name: string,
): Promise<LazyFile> {
	const binary = context.helpers.assertBinaryData(itemIndex, field);
	const { id, data } = binary;
	const fileName = `${name}.${facts?.extension ?? 'bin'}`;
	const type = facts?.mimeType ?? 'application/octet-stream';
	if (!id) return new LazyFile(fileName, type, bytes, () => decoded(data, bytes));
	// What stands in the item may be another file's size.
	const { fileSize } = await context.helpers.getBinaryMetadata(id);
	return new LazyFile(fileName, type, fileSize, async function* () {
		yield* (await context.helpers.getBinaryStream(id)) as AsyncIterable<Buffer>;
	});
}

/** A multiple of 4, so that each piece is whole base64. */
const PIECE_CHARACTERS = 32 * 1024;

async function* decoded(base64: string, bytes: number): AsyncGenerator<Buffer> {
	// With anything else between its characters pieces would be torn.
	const isPlain = Math.ceil(bytes / 3) * 4 === base64.length;
	const step = isPlain ? PIECE_CHARACTERS : Math.max(1, base64.length);
	for (let at = 0; at < base64.length; at += step)
		yield Buffer.from(base64.slice(at, at + step), 'base64');
}

async function readHeader(
	context: IExecuteFunctions,
	binary: IBinaryData,
): Promise<{ header: Buffer; bytes: number }> {
	if (!binary.id) {
		const whole = Buffer.from(binary.data, 'base64');
		return { header: whole, bytes: whole.length };
	}
	const stream = await context.helpers.getBinaryStream(binary.id);
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of stream) {
		chunks.push(chunk as Buffer);
		length += (chunk as Buffer).length;
		if (length >= HEADER_BYTES) break;
	}
	const bytes =
		length < HEADER_BYTES
			? length
			: (binary.bytes ?? (await context.helpers.getBinaryMetadata(binary.id)).fileSize);
	return { header: Buffer.concat(chunks), bytes };
}
