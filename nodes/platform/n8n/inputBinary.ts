import { createHash } from 'crypto';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { HEADER_BYTES, inspectImage } from '../../core/images/inspect';
import type { InputFile } from '../../core/requests/inputImages';
import { digestOf } from './digest';
import { LazyFile } from './lazyFile';
import { namedFile } from './toolImages';

/** An input image and where its bytes are. */
export interface BinaryInput extends InputFile {
	/** `null` = the API fetches it, or has it, or it is missing. */
	binary: IBinaryData | null;
}

/** Looks at a binary field's first bytes only, so that checking many items stays cheap. */
export async function describeInput(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
): Promise<BinaryInput> {
	const binary = namedFile(context, itemIndex, field);
	const identity = binary.id ?? digestOf(binary.data);
	const { header, bytes } = await readHeader(context, binary);
	return {
		field,
		isField: true,
		reference: null,
		fileName: binary.fileName ?? '',
		bytes,
		identity,
		facts: inspectImage(header),
		declaredType: binary.mimeType,
		binary,
	};
}

/** The whole file for an upload, labelled with what its bytes are, whatever the item says. */
export async function readUpload(
	context: IExecuteFunctions,
	input: BinaryInput,
	name: string,
): Promise<File> {
	const { facts } = input;
	const bytes = await bytesOf(context, existing(input));
	return new File(
		[new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length)],
		`${name}.${facts?.extension ?? 'bin'}`,
		{
			type: facts?.mimeType ?? 'application/octet-stream',
		},
	);
}

async function bytesOf(context: IExecuteFunctions, { id, data }: IBinaryData): Promise<Buffer> {
	if (!id) return Buffer.from(data, 'base64');
	const chunks: Buffer[] = [];
	for await (const chunk of await context.helpers.getBinaryStream(id)) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** The same for an upload that reads the file while it is sent. @throws when n8n does not know it any more */
export async function openUpload(
	context: IExecuteFunctions,
	input: BinaryInput,
	name: string,
): Promise<LazyFile> {
	const { facts, bytes } = input;
	const { id, data } = existing(input);
	const fileName = `${name}.${facts?.extension ?? 'bin'}`;
	const type = facts?.mimeType ?? 'application/octet-stream';
	if (!id) return new LazyFile(fileName, type, bytes, () => decoded(data, bytes));
	// What stands in the item may be another file's size.
	const { fileSize } = await context.helpers.getBinaryMetadata(id);
	return new LazyFile(fileName, type, fileSize, async function* () {
		yield* (await context.helpers.getBinaryStream(id)) as AsyncIterable<Buffer>;
	});
}

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function digestBinary(
	context: IExecuteFunctions,
	input: BinaryInput,
): Promise<string> {
	const [, known] = /^sha256:([\da-f]{64})$/.exec(input.identity) ?? [];
	if (known !== undefined) return known;
	const binary = existing(input);
	const hash = createHash('sha256');
	if (!binary.id) return hash.update(Buffer.from(binary.data, 'base64')).digest('hex');
	for await (const chunk of await context.helpers.getBinaryStream(binary.id))
		hash.update(chunk as Buffer);
	return hash.digest('hex');
}

function existing({ binary, missing }: BinaryInput): IBinaryData {
	if (binary === null) throw new Error(missing ?? 'Its bytes are not in n8n');
	return binary;
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
