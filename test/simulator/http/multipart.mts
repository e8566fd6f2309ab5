/** Reads a multipart/form-data body: fields in order, files in memory. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { invalidRequest } from '../errors.mts';

export interface UploadedFile {
	field: string;
	filename: string;
	/** As declared by the part. */
	mimeType: string;
	content: Buffer;
	/** The file was longer than the limit; `content` is its beginning. */
	truncated: boolean;
}

export interface Form {
	fields: { name: string; value: string }[];
	files: UploadedFile[];
}

async function readAll(stream: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

/** @param maxFileBytes longer files are cut and marked. Throws 400 for a body that can't be parsed. */
export async function readForm(
	request: IncomingMessage,
	contentType: string,
	maxFileBytes: number,
): Promise<Form> {
	const form: Form = { fields: [], files: [] };
	const reading: Promise<void>[] = [];
	try {
		const parser = new Busboy({
			headers: { ...request.headers, 'content-type': contentType },
			limits: { fileSize: maxFileBytes, fieldSize: 32 * 1024 * 1024, fieldNameSize: 1000 },
		});
		parser.on('field', (name, value) => form.fields.push({ name, value }));
		parser.on('file', (field, stream, filename, _encoding, mimeType) => {
			const file: UploadedFile = {
				field,
				filename: filename ?? '',
				mimeType,
				content: Buffer.alloc(0),
				truncated: false,
			};
			form.files.push(file);
			reading.push(
				readAll(stream).then((content) => {
					file.content = content;
					file.truncated = stream.truncated;
				}),
			);
		});
		await pipeline(request, parser);
		await Promise.all(reading);
	} catch (error) {
		// A part that was cut off rejects too; the first error says it all.
		await Promise.allSettled(reading);
		if (request.destroyed && !request.complete) throw error;
		throw invalidRequest('Could not parse multipart form.', null, null);
	}
	return form;
}
