/** Input images, mask and markup of an edit: where they come from and what they must be. */
import sharp from 'sharp';
import {
	arrayTooLong,
	imageUserError,
	invalidRequest,
	invalidType,
	missingParameter,
} from '../errors.mts';
import type { UploadedFile } from '../http/multipart.mts';
import type { ImageModel } from '../models/catalogue.mts';
import type { ImageFacts } from '../recording.mts';
import type { OutputFormat } from '../types.mts';

/** One file with what its bytes really are. */
export interface InputFile extends UploadedFile {
	/** Null when the bytes are no image. */
	facts: ImageFacts | null;
}

export interface Inputs {
	images: InputFile[];
	mask: InputFile | undefined;
	markup: InputFile | undefined;
}

export type SeenInputs = { images: (InputFile & { facts: ImageFacts })[]; masked: boolean };

const MAX_IMAGES = 16;
/** "Each image should be a png, webp, or jpg file less than 50MB." */
export const MAX_IMAGE_BYTES = 50 * 1024 * 1024;
/** "Must be a valid PNG file, less than 4MB, and have the same dimensions as image." */
const MAX_MASK_BYTES = 4 * 1024 * 1024;
const MIME_TYPES: Record<string, string> = {
	'image/jpeg': 'jpeg',
	'image/png': 'png',
	'image/webp': 'webp',
};

/** Count and declared types: what the API looks at before it opens a file. */
export function checkDeclared(inputs: Inputs, name: 'image' | 'images', notAFile: boolean): void {
	if (inputs.images.length === 0) {
		if (notAFile) throw invalidType(name, 'one of an array of files or file', 'a string');
		throw missingParameter(name);
	}
	if (inputs.images.length > MAX_IMAGES) throw arrayTooLong(name, MAX_IMAGES, inputs.images.length);
	for (const image of inputs.images)
		checkMimeType(image, ['image/jpeg', 'image/png', 'image/webp']);
	for (const overlay of [inputs.mask, inputs.markup])
		if (overlay) checkMimeType(overlay, ['image/png']);
}

function checkMimeType(file: InputFile, supported: string[]): void {
	const really = Object.keys(MIME_TYPES).find((type) => MIME_TYPES[type] === file.facts?.format);
	const declared = file.mimeType.toLowerCase();
	// Bytes of another format than declared are as unsupported as a foreign type; unreadable bytes are not a matter of type.
	const wrong = !supported.includes(declared)
		? declared
		: file.facts && really !== declared
			? (really ?? `image/${file.facts.format}`)
			: undefined;
	if (wrong === undefined) return;
	const quoted = supported.map((type) => `'${type}'`);
	const list =
		quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
	throw invalidRequest(
		`Invalid file '${file.field}': unsupported mimetype ('${wrong}'). Supported file formats are ${list}.`,
		file.field,
		'unsupported_file_mimetype',
	);
}

async function isDecodable(content: Buffer): Promise<boolean> {
	try {
		await sharp(content, { failOn: 'truncated' }).resize(16, 16).raw().toBuffer();
		return true;
	} catch {
		return false;
	}
}

/** Sizes, decodability and the rules of mask and markup. */
export async function openInputs(
	inputs: Inputs,
	model: ImageModel,
	format: OutputFormat,
): Promise<SeenInputs> {
	const images: SeenInputs['images'] = [];
	for (const [index, image] of inputs.images.entries()) {
		if (image.truncated || image.content.length >= MAX_IMAGE_BYTES) {
			// The wording is an assumption; the limit is documented.
			throw invalidRequest(
				`Invalid file '${image.field}': the image is too large. Images must be less than 50MB.`,
				image.field,
				'image_too_large',
			);
		}
		if (!image.facts || !(await isDecodable(image.content))) {
			const message = `Invalid image file or mode for image ${index + 1}, please check your image file.`;
			throw imageUserError(message, null, 'invalid_image_file');
		}
		images.push({ ...image, facts: image.facts });
	}
	const first = images[0]?.facts;
	if (inputs.mask && inputs.markup)
		throw imageUserError("'markup' cannot be combined with 'mask'.", 'markup', 'invalid_value');
	if (inputs.mask && format === 'gif')
		throw imageUserError("'mask' is not supported for GIF output format", 'mask', 'invalid_value');
	if (inputs.mask) await checkOverlay(inputs.mask, first, 'mask');
	if (inputs.markup) {
		if (!model.markup)
			throw imageUserError(
				`The model '${model.id}' does not support the 'markup' parameter.`,
				'markup',
				'unsupported_parameter',
			);
		await checkOverlay(inputs.markup, first, 'markup');
		if (!(await hasTransparentPixels(inputs.markup.content)))
			throw imageUserError(
				'Invalid markup image format - markup must contain transparent pixels',
				'markup',
				'invalid_markup_image_format',
			);
	}
	return { images, masked: inputs.mask !== undefined };
}

const hasTransparentPixels = async (content: Buffer): Promise<boolean> =>
	!(await sharp(content).stats()).isOpaque;

/** Only the sentence about the size was seen; the others follow its form. */
async function checkOverlay(
	overlay: InputFile,
	first: ImageFacts | undefined,
	name: 'mask' | 'markup',
): Promise<void> {
	const refuse = (why: string): Error =>
		imageUserError(
			`Invalid ${name} image format - ${name} ${why}`,
			name,
			`invalid_${name}_image_format`,
		);
	if (overlay.truncated || overlay.content.length >= MAX_MASK_BYTES)
		throw refuse('must be less than 4MB');
	if (overlay.facts?.format !== 'png' || !(await isDecodable(overlay.content)))
		throw refuse('must be a valid PNG file');
	if (!overlay.facts.hasAlpha) throw refuse('must have an alpha channel');
	if (overlay.facts.width !== first?.width || overlay.facts.height !== first.height)
		throw refuse('size does not match image size');
}
