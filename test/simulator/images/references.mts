/**
 * Input images of a JSON edit: `{image_url}` (data URL or an address) or `{file_id}`
 * ("Create image edit" API reference, application/json body).
 */
import { findFile } from '../endpoints/files.mts';
import {
	invalidRequest,
	invalidType,
	notSimulated,
	stringTooLong,
	unknownParameter,
} from '../errors.mts';
import { readWhole } from '../files/spool.mts';
import { isObject } from '../http/json.mts';
import type { UploadedFile } from '../http/multipart.mts';
import type { State } from '../state.mts';
import { typeName } from './values.mts';

const MAX_URL_CHARACTERS = 20_971_520;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

async function fromUrl(url: string, field: string): Promise<UploadedFile> {
	const param = `${field}.image_url`;
	if (url.length > MAX_URL_CHARACTERS) throw stringTooLong(param, MAX_URL_CHARACTERS, url.length);
	const data = /^data:([^;,]+);base64,([A-Za-z0-9+/]*={0,2})$/.exec(url);
	if (data) {
		return {
			field,
			filename: '',
			mimeType: data[1] ?? '',
			content: Buffer.from(data[2] ?? '', 'base64'),
			truncated: false,
		};
	}
	const address = URL.canParse(url) ? new URL(url) : undefined;
	if (!address || !['http:', 'https:'].includes(address.protocol)) {
		throw invalidRequest(
			`Invalid '${param}'. Expected a valid URL or a base64-encoded data URL.`,
			param,
			'invalid_value',
		);
	}
	// The real API downloads from anywhere; a test double stays on its own machine.
	if (!LOOPBACK.has(address.hostname))
		throw notSimulated('Downloading from other hosts than 127.0.0.1', param);
	const answer = await fetch(address).catch(() => undefined);
	if (!answer?.ok) throw invalidRequest(`Error while downloading ${url}.`, param, 'invalid_value');
	const mimeType = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
	return {
		field,
		filename: address.pathname.split('/').at(-1) ?? '',
		mimeType,
		content: Buffer.from(await answer.arrayBuffer()),
		truncated: false,
	};
}

async function fromFile(state: State, id: string, field: string): Promise<UploadedFile> {
	const file = findFile(state, id);
	// Neither this refusal nor which purposes are allowed is documented; vision and user_data are the plausible ones.
	if (!file)
		throw invalidRequest(`No such File object: ${id}`, `${field}.file_id`, 'invalid_value');
	if (file.purpose !== 'vision' && file.purpose !== 'user_data') {
		throw invalidRequest(
			`File '${id}' has purpose '${file.purpose}' and cannot be used as an image.`,
			`${field}.file_id`,
			'invalid_value',
		);
	}
	const content = await readWhole(file.path);
	const start = content.subarray(0, 12);
	const mimeType =
		start.subarray(1, 4).toString('latin1') === 'PNG'
			? 'image/png'
			: start[0] === 0xff
				? 'image/jpeg'
				: start.subarray(8, 12).toString('latin1') === 'WEBP'
					? 'image/webp'
					: 'application/octet-stream';
	return { field, filename: file.filename, mimeType, content, truncated: false };
}

/** One reference. Exactly one of the two keys, no others. */
export async function readReference(
	state: State,
	value: unknown,
	field: string,
): Promise<UploadedFile> {
	if (!isObject(value)) throw invalidType(field, 'an object', typeName(value));
	const stranger = Object.keys(value).find((key) => key !== 'image_url' && key !== 'file_id');
	if (stranger !== undefined) throw unknownParameter(`${field}.${stranger}`);
	const { image_url: url, file_id: id } = value;
	if ((url === undefined) === (id === undefined)) {
		throw invalidRequest(
			`Invalid '${field}'. Provide exactly one of 'image_url' or 'file_id'.`,
			field,
			'invalid_value',
		);
	}
	if (id !== undefined) {
		if (typeof id !== 'string') throw invalidType(`${field}.file_id`, 'a string', typeName(id));
		return fromFile(state, id, field);
	}
	if (typeof url !== 'string') throw invalidType(`${field}.image_url`, 'a string', typeName(url));
	return fromUrl(url, field);
}

/** The `images` array of a JSON edit. */
export async function readReferences(state: State, value: unknown): Promise<UploadedFile[]> {
	if (value === undefined) return [];
	if (!Array.isArray(value)) throw invalidType('images', 'an array', typeName(value));
	if (value.length === 0) {
		const message =
			"Invalid 'images': empty array. Expected an array with minimum length 1, but got an empty array instead.";
		throw invalidRequest(message, 'images', 'empty_array');
	}
	const files: UploadedFile[] = [];
	for (const [index, entry] of value.entries())
		files.push(await readReference(state, entry, `images[${index}]`));
	return files;
}
