/** Reads a multipart/form-data body of an upload: files go to disk as they come. */
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { invalidRequest } from '../errors.mts';
import type { Spool, Spooled } from '../files/spool.mts';

export interface SpooledFile extends Spooled {
	field: string;
	filename: string;
	mimeType: string;
	/** The file was longer than the limit; what lies on disk is its beginning. */
	truncated: boolean;
}

export interface UploadForm {
	fields: { name: string; value: string }[];
	files: SpooledFile[];
}

/** @param maxFileBytes longer files are cut and marked. Throws 400 for a body that can't be parsed. */
export async function readUpload(
	request: IncomingMessage,
	contentType: string,
	maxFileBytes: number,
	spool: Spool,
): Promise<UploadForm> {
	const form: UploadForm = { fields: [], files: [] };
	const reading: Promise<void>[] = [];
	try {
		const parser = new Busboy({
			headers: { ...request.headers, 'content-type': contentType },
			limits: { fileSize: maxFileBytes, fieldSize: 1024 * 1024, fieldNameSize: 1000 },
		});
		parser.on('field', (name, value) => form.fields.push({ name, value }));
		parser.on('file', (field, stream, filename, _encoding, mimeType) => {
			reading.push(
				spool.store(stream).then((spooled) => {
					form.files.push({
						...spooled,
						field,
						filename: filename ?? '',
						mimeType,
						truncated: stream.truncated === true,
					});
				}),
			);
		});
		await pipeline(request, parser);
		await Promise.all(reading);
	} catch (error) {
		await Promise.allSettled(reading);
		if (request.destroyed && !request.complete) throw error;
		throw invalidRequest('Could not parse multipart form.', null, null);
	}
	return form;
}
