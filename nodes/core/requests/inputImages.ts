import type { Capabilities } from '../catalogue/types';
import { type InputFile, megabytes } from './inputFile';
import { maskProblem } from './overlays';
import { FIELD_LABELS, type FieldName, type Problem } from './parameters';

export type { ImageReference, InputFile } from './inputFile';

const ACCEPTED = ['png', 'jpeg', 'webp'];

/**
 * Checks the images and the mask of an edit (OpenAI API reference, image edits): number, type and size
 * of the images; the mask a PNG with alpha channel, as large in pixels as the first image.
 * @param field that names the images
 */
export function checkInputImages(
	images: readonly InputFile[],
	mask: InputFile | null,
	capabilities: Capabilities,
	field: FieldName = 'inputBinaryFields',
): Problem[] {
	return [
		...countProblem(images.length, capabilities.maxInputImages, field),
		...images.flatMap((image) => imageProblem(image, capabilities.maxInputImageBytes, field)),
		...(images.some(({ reference }) => reference !== null)
			? images.flatMap((image) => inlineProblem(image, field))
			: []),
		...(mask === null ? [] : maskProblem(mask, images[0], capabilities.maxMaskBytes)),
	];
}

/** Beside a reference a file is written into the request as base64, which has 20,971,520 characters at most. */
const MAX_INLINE_BYTES = 15_000_000;

function inlineProblem(image: InputFile, field: FieldName): Problem[] {
	if (image.bytes <= MAX_INLINE_BYTES) return [];
	const message = `${nameOf(field, image)} has ${megabytes(image.bytes)} MB; together with a file ID or a sent URL, at most 15 MB are allowed. Upload it with 'Reference' > 'Upload' and use its file ID.`;
	return [{ field, message }];
}

/** What stands against their number alone, which is known before any is looked at. */
export function countProblem(count: number, most: number, field: FieldName): Problem[] {
	const label = FIELD_LABELS[field];
	if (count === 0) return [{ field, message: `'${label}' is empty. ${whatToEnter(field)}` }];
	if (count <= most) return [];
	const message = `'${label}' names ${count} images; at most ${most} are allowed. Remove ${count - most}.`;
	return [{ field, message }];
}

function whatToEnter(field: FieldName): string {
	if (field === 'inputBinaryFields')
		return 'Enter the binary field that contains the image, e.g. data. Separate several with commas.';
	const example = field === 'inputFileIds' ? 'file-abc123' : 'https://example.com/photo.png';
	return `Enter at least one image, e.g. ${example}, or check the expression that should return it.`;
}

/** As the request names it, and the beginning of a sentence on it. */
const nameOf = (field: FieldName, { field: name, isField }: InputFile): string =>
	`'${FIELD_LABELS[field]}': ${isField ? `the file in '${name}'` : `the image at ${name}`}`;

function imageProblem(image: InputFile, maxBytes: number, field: FieldName): Problem[] {
	if (image.reference !== null || image.missing !== undefined) return [];
	const name = nameOf(field, image);
	const refuse = (why: string): Problem[] => [{ field, message: `${name} ${why}` }];
	if (image.bytes === 0) return refuse('is empty. Check the node that it comes from.');
	if (image.facts === null || !ACCEPTED.includes(image.facts.format)) {
		return refuse(
			`is ${image.facts?.mimeType ?? `not an image that can be edited${labelOf(image)}`}. Use PNG, JPEG or WebP; n8n's 'Edit Image' node can convert it.`,
		);
	}
	if (image.bytes >= maxBytes) {
		return refuse(
			`has ${megabytes(image.bytes)} MB; it must be smaller than ${megabytes(maxBytes)} MB.`,
		);
	}
	return [];
}

const labelOf = ({ declaredType }: InputFile): string =>
	declaredType === '' ? '' : ` (declared as ${declaredType})`;
