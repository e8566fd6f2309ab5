import type { ImageRequest } from '../requests/imageRequest';
import { plainObject } from '../plainObject';

export const BATCH_ENDPOINTS = {
	generate: '/v1/images/generations',
	edit: '/v1/images/edits',
} as const;
export type BatchEndpoint = keyof typeof BATCH_ENDPOINTS;

/** Files at OpenAI that an edit works on. */
export interface LineInputs {
	images: readonly string[];
	mask: string | null;
}

/** One request of a batch. */
export interface RequestLine {
	/** Unique in the batch. */
	customId: string;
	endpoint: BatchEndpoint;
	request: ImageRequest;
	/** Images that this request makes. */
	images: number;
}

/** The line as it stands in the input file, newline included. @param inputs `null` = a generation */
export function writeRequestLine(
	{ customId, endpoint, request, images }: RequestLine,
	inputs: LineInputs | null,
): string {
	const files = inputs && {
		images: inputs.images.map((id) => ({ file_id: id })),
		...(inputs.mask !== null && { mask: { file_id: inputs.mask } }),
	};
	const body = plainObject(request, { n: images }, files);
	return `${JSON.stringify({ custom_id: customId, method: 'POST', url: BATCH_ENDPOINTS[endpoint], body })}\n`;
}
