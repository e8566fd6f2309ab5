import { randomBytes } from 'crypto';
import type { ImageReference } from '../../core/requests/inputImages';
import { LazyFile } from '../n8n/lazyFile';

/** A body in JSON, for APIs that take no forms: each file in it is written as a data: address, while it is sent. */
export function jsonWithFiles(body: unknown): LazyFile {
	const files: File[] = [];
	const marker = randomBytes(16).toString('hex');
	const json = JSON.stringify(body, (_key, value: unknown) =>
		value instanceof File ? marker + (files.push(value) - 1) : value,
	);
	const texts = json.split(new RegExp(`"${marker}\\d+"`)).map((text) => Buffer.from(text, 'utf8'));
	const heads = files.map(({ type }) => Buffer.from(`"data:${type};base64,`, 'utf8'));
	const bytes =
		[...texts, ...heads].reduce((sum, { length }) => sum + length, 0) +
		files.reduce((sum, { size }) => sum + 4 * Math.ceil(size / 3) + 1, 0);
	return new LazyFile('body.json', 'application/json', bytes, async function* () {
		for (const [index, text] of texts.entries()) {
			yield text;
			const file = files[index];
			if (file === undefined) continue;
			yield heads[index] as Buffer;
			yield* base64Of(file);
			yield Buffer.from('"');
		}
	});
}

/** An image for an API that takes addresses alone, and has no files: they are refused before. */
export const addressOf = (image: File | ImageReference): File | string =>
	image instanceof File ? image : 'image_url' in image ? image.image_url : image.file_id;

/** Of bytes in threes, so that the pieces make one text. */
async function* base64Of(file: File): AsyncGenerator<Buffer> {
	let rest: Buffer = Buffer.alloc(0);
	for await (const chunk of file.stream() as unknown as AsyncIterable<Uint8Array>) {
		const bytes = Buffer.concat([rest, chunk]);
		const whole = bytes.length - (bytes.length % 3);
		yield Buffer.from(bytes.toString('base64', 0, whole), 'latin1');
		rest = bytes.subarray(whole);
	}
	yield Buffer.from(rest.toString('base64'), 'latin1');
}
