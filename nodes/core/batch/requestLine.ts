import type { OutputFormat } from '../catalogue/types';
import type { ImageRequest } from '../requests/imageRequest';
import type { ImageReference } from '../requests/inputImages';
import { plainObject } from '../util/json';

export const BATCH_ENDPOINTS = {
	generate: '/v1/images/generations',
	edit: '/v1/images/edits',
} as const;
type BatchEndpoint = keyof typeof BATCH_ENDPOINTS;

/** Images that an edit works on. A mask is a file at OpenAI. */
export interface LineInputs {
	images: readonly ImageReference[];
	mask: string | null;
}

/** One request of a batch. */
export interface RequestLine {
	/** Unique in the batch. */
	lineId: string;
	endpoint: BatchEndpoint;
	request: ImageRequest;
	/** Images that this request makes. */
	images: number;
}

/**
 * The line as it stands in the input file, newline included.
 * @param inputs `null` = a generation
 */
export function writeRequestLine(
	{ lineId, endpoint, request, images }: RequestLine,
	inputs: LineInputs | null,
): string {
	const files = inputs && {
		images: inputs.images,
		...(inputs.mask !== null && { mask: { file_id: inputs.mask } }),
	};
	const body = plainObject(request, { n: images }, files);
	return `${JSON.stringify({ custom_id: lineId, method: 'POST', url: BATCH_ENDPOINTS[endpoint], body })}\n`;
}

/** A line of results is one text that Collect holds as a whole, in bytes. */
const MAX_RESULT_BYTES = 16_000_000;

/** Files of the API lie below: PNG of photographs about 2 MB at 1024x1024, the others at the best quality under half of it; GIFs have a byte a pixel and frame at most. */
const BYTES_PER_PIXEL: Record<OutputFormat, number> = {
	png: 2,
	jpeg: 0.8,
	webp: 0.8,
	gif: 16,
	svg: 1,
};

/** `auto` makes none larger. */
const LARGEST_OF_AUTO = 1536 * 1024;

/** How many images a line may ask for, so that its result stays within MAX_RESULT_BYTES; at least one. */
export function imagesPerLine({
	size,
	output_format: format,
}: Pick<ImageRequest, 'size' | 'output_format'>): number {
	const [width = Number.NaN, height = Number.NaN] = size.split('x').map(Number);
	const pixels = width * height || LARGEST_OF_AUTO;
	const base64 = (pixels * BYTES_PER_PIXEL[format] * 4) / 3;
	return Math.max(1, Math.floor(MAX_RESULT_BYTES / base64));
}
