import { exampleModel } from '../catalogue/resolve';
import type { Capabilities, Catalogue } from '../catalogue/types';
import { type InputFile, megabytes } from './inputFile';
import { FIELD_LABELS, type FieldName, type Problem } from './parameters';

interface Overlay {
	field: FieldName;
	/** What it is called in a sentence. */
	name: string;
	/** What its transparent part means. */
	meaning: string;
}

const MASK: Overlay = {
	field: 'maskBinaryField',
	name: 'mask',
	meaning: 'whose transparent areas may be changed',
};

const MARKUP: Overlay = {
	field: 'markupBinaryField',
	name: 'markup',
	meaning: 'that is transparent but for what you drew',
};

/** OpenAI API reference, `mask`: a PNG with alpha channel, as large in pixels as the first image. */
export function maskProblem(
	mask: InputFile,
	first: InputFile | undefined,
	maxBytes: number,
): Problem[] {
	const refuse = refusal(MASK, mask);
	const drawn = drawingProblem(MASK, mask);
	if (drawn !== null) return refuse(drawn);
	const { width, height } = sizeOf(first);
	if (width && (mask.facts?.width !== width || mask.facts.height !== height))
		return refuse(otherSize(mask, first));
	return mask.bytes >= maxBytes ? refuse(tooLarge(mask, maxBytes)) : [];
}

/** What lies over the first image of an edit, and what it is to become. */
export interface Overlays {
	mask: InputFile | null;
	markup: InputFile | null;
	/** As it was asked for. */
	outputFormat: unknown;
}

/** What overlays have against each other, the format and the model. */
export function overlayProblems(
	{ mask, markup, outputFormat }: Overlays,
	images: readonly InputFile[],
	capabilities: Pick<Capabilities, 'markup' | 'maxInputImageBytes'>,
	model: { id: string; catalogue: Catalogue },
): Problem[] {
	const ofMask: Problem[] =
		mask === null || outputFormat !== 'gif'
			? []
			: [
					{
						field: MASK.field,
						message: `'${FIELD_LABELS[MASK.field]}' is set, but 'Output Format' is 'gif', and OpenAI makes GIFs only without a mask. Remove the mask, or choose another format.`,
					},
				];
	const ofMarkup =
		markup === null ? [] : markupProblems(markup, images, capabilities, { mask, model });
	return [...ofMask, ...ofMarkup];
}

/**
 * OpenAI API reference, `markup`: a transparent PNG that lies over the first image, as large as that is once it is turned
 * upright, which photos say of themselves in ways that are not read here. Whether a pixel is transparent is in compressed data.
 * @param others what else the edit asks for
 */
function markupProblems(
	markup: InputFile,
	images: readonly InputFile[],
	capabilities: Pick<Capabilities, 'markup' | 'maxInputImageBytes'>,
	{ mask, model }: { mask: InputFile | null; model: { id: string; catalogue: Catalogue } },
): Problem[] {
	const refuse = refusal(MARKUP, markup);
	if (capabilities.markup !== true) {
		const other = exampleModel((one) => one.markup === true, model.catalogue);
		const orModel = other === null ? '' : ` or choose a model that does, such as ${other}`;
		return [
			{
				field: MARKUP.field,
				message: `'${FIELD_LABELS[MARKUP.field]}' is set, but ${model.id} does not support markup. Remove it,${orModel}.`,
			},
		];
	}
	if (mask !== null)
		return [
			{
				field: MARKUP.field,
				message: `'${FIELD_LABELS[MARKUP.field]}' and '${FIELD_LABELS[MASK.field]}' are both set, but OpenAI accepts only one of them. Remove the other.`,
			},
		];
	if (images.some(({ reference }) => reference !== null))
		return [
			{
				field: MARKUP.field,
				message: `'${FIELD_LABELS[MARKUP.field]}' is set, but OpenAI documents markup only for images that are sent as files. Use binary fields, or URLs without 'Send URLs', for all images, or remove the markup.`,
			},
		];
	const drawn = drawingProblem(MARKUP, markup);
	if (drawn !== null) return refuse(drawn);
	const [first] = images;
	if (!isAsLarge(markup, first)) return refuse(otherSize(markup, first));
	const { maxInputImageBytes } = capabilities;
	return markup.bytes >= maxInputImageBytes ? refuse(tooLarge(markup, maxInputImageBytes)) : [];
}

/** Also where the sides are swapped. What is not known is as large. */
function isAsLarge({ facts }: InputFile, first: InputFile | undefined): boolean {
	const { width, height } = sizeOf(first);
	if (!width) return true;
	return [
		[width, height],
		[height, width],
	].some((size) => size[0] === facts?.width && size[1] === facts?.height);
}

const refusal =
	({ field }: Overlay, file: InputFile) =>
	(why: string): Problem[] => [
		{ field, message: `'${FIELD_LABELS[field]}': the file in '${file.field}' ${why}` },
	];

/** Why it can't lie over an image; `null` = it can. */
function drawingProblem(
	{ name, meaning }: Overlay,
	{ facts, declaredType }: InputFile,
): string | null {
	if (facts?.format !== 'png')
		return `is ${facts?.mimeType ?? `not an image (declared as ${declaredType})`}. A ${name} must be a PNG ${meaning}.`;
	return facts.alphaChannel === true
		? null
		: `has no alpha channel. Save it as a 32-bit PNG (RGBA) ${meaning}.`;
}

const sizeOf = (file: InputFile | undefined) => ({
	width: file?.facts?.width ?? null,
	height: file?.facts?.height ?? null,
});

const otherSize = ({ facts }: InputFile, first: InputFile | undefined): string =>
	`is ${facts?.width}x${facts?.height} pixels, but the first image is ${sizeOf(first).width}x${sizeOf(first).height}. Both must be the same size.`;

const tooLarge = ({ bytes }: InputFile, maxBytes: number): string =>
	`has ${megabytes(bytes)} MB; it must be smaller than ${megabytes(maxBytes)} MB.`;
