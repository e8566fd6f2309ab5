import type { Capabilities } from '../models/types';
import type { ImageFacts } from '../images/inspect';
import type { Problem } from './parameters';

/** A file that was given as input, described by its own first bytes. */
export interface InputFile {
	/** Name of the binary field it came from. */
	field: string;
	/** As the previous node named it; empty = not at all. */
	fileName: string;
	bytes: number;
	/** The same for the same file in a second run. */
	identity: string;
	/** `null` = not an image that is known here. */
	facts: ImageFacts | null;
	/** As the previous node labelled it; only shown in messages. */
	declaredType: string;
}

const ACCEPTED = ['png', 'jpeg', 'webp'];

/**
 * Checks the images and the mask of an edit (OpenAI API reference, image edits): number, type and size
 * of the images; the mask a PNG with alpha channel, as large in pixels as the first image.
 */
export function checkInputImages(
	images: readonly InputFile[],
	mask: InputFile | null,
	capabilities: Capabilities,
): Problem[] {
	return [
		...countProblem(images.length, capabilities.maxInputImages),
		...images.flatMap((image) => imageProblem(image, capabilities.maxInputImageBytes)),
		...(mask === null ? [] : maskProblem(mask, images[0], capabilities.maxMaskBytes)),
	];
}

function countProblem(count: number, most: number): Problem[] {
	if (count === 0) {
		return [
			{
				field: 'inputBinaryFields',
				message: `'Input Binary Fields' is empty. Name the field that holds the image, e.g. data; several are separated by commas.`,
			},
		];
	}
	if (count <= most) return [];
	return [
		{
			field: 'inputBinaryFields',
			message: `'Input Binary Fields' names ${count} images; at most ${most} are allowed. Remove ${count - most}.`,
		},
	];
}

function imageProblem(image: InputFile, maxBytes: number): Problem[] {
	const name = `'Input Binary Fields': the file in '${image.field}'`;
	const refuse = (why: string): Problem[] => [
		{ field: 'inputBinaryFields', message: `${name} ${why}` },
	];
	if (image.bytes === 0) return refuse('is empty. Check the node that it comes from.');
	if (image.facts === null || !ACCEPTED.includes(image.facts.format)) {
		return refuse(
			`is ${image.facts?.mimeType ?? `no image that can be edited (labelled ${image.declaredType})`}. Use png, jpeg or webp; n8n's 'Edit Image' node converts.`,
		);
	}
	if (image.bytes >= maxBytes) {
		return refuse(
			`has ${megabytes(image.bytes)} MB; it must be smaller than ${megabytes(maxBytes)} MB.`,
		);
	}
	return [];
}

function maskProblem(mask: InputFile, first: InputFile | undefined, maxBytes: number): Problem[] {
	const name = `'Mask Binary Field': the file in '${mask.field}'`;
	const refuse = (why: string): Problem[] => [
		{ field: 'maskBinaryField', message: `${name} ${why}` },
	];
	if (mask.facts?.format !== 'png') {
		return refuse(
			`is ${mask.facts?.mimeType ?? `no image (labelled ${mask.declaredType})`}. A mask must be a png whose transparent part is what may change.`,
		);
	}
	if (mask.facts.alphaChannel !== true) {
		return refuse(
			'has no alpha channel. Save it as a 32-bit png (RGBA) whose transparent part is what may change.',
		);
	}
	const image = first?.facts;
	if (image?.width && (mask.facts.width !== image.width || mask.facts.height !== image.height)) {
		return refuse(
			`is ${mask.facts.width}x${mask.facts.height} pixels, but the first image is ${image.width}x${image.height}. Both must be the same size.`,
		);
	}
	if (mask.bytes >= maxBytes) {
		return refuse(
			`has ${megabytes(mask.bytes)} MB; it must be smaller than ${megabytes(maxBytes)} MB.`,
		);
	}
	return [];
}

const megabytes = (bytes: number): string =>
	(bytes / (1024 * 1024)).toFixed(bytes % (1024 * 1024) === 0 ? 0 : 1);
