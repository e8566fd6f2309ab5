/** What the package believes of models, prices and errors: the same code that the nodes run. */
import type { Catalogue, ModelEntry, Quality } from '../../nodes/core/catalogue/types.ts';
import type { ImageRequest } from '../../nodes/core/requests/imageRequest.ts';

/** Width and height in pixels. */
export interface Pixels {
	width: number;
	height: number;
}

/** An error answer, as it came. */
export interface Refusal {
	status: number;
	/** Parsed, or the text that came. */
	body: unknown;
	header: (name: string) => string | null;
}

export interface Knowledge {
	catalogue: Catalogue;
	isGone(model: ModelEntry, now: Date): boolean;
	outputTokens(model: ModelEntry, quality: Quality, size: string): number | null;
	inputImageTokens(model: ModelEntry, size: Pixels): number;
	/** 10^-12 USD; null: a price is not known. */
	mostCost(
		model: ModelEntry,
		request: Pick<ImageRequest, 'prompt' | 'quality' | 'size'>,
		images: number,
		inputs: readonly Pixels[],
	): bigint | null;
	/** 10^-12 USD of what an answer says of its usage; null: not known. */
	cost(model: ModelEntry, answer: unknown, hasInputs: boolean): bigint | null;
	/** Which kind of failure the nodes take an error for. */
	kindOf(refusal: Refusal): string;
}

/** @param load one of the modules below nodes/core, by its path without an ending */
export function knowledgeFrom(load: (path: string) => unknown): Knowledge {
	const { CATALOGUE } = load(
		'catalogue/catalogue',
	) as typeof import('../../nodes/core/catalogue/catalogue.ts');
	const { isGone } = load(
		'catalogue/lifecycle',
	) as typeof import('../../nodes/core/catalogue/lifecycle.ts');
	const { estimateOutputTokens } = load(
		'pricing/outputTokens',
	) as typeof import('../../nodes/core/pricing/outputTokens.ts');
	const { inputImageTokens } = load(
		'pricing/inputTokens',
	) as typeof import('../../nodes/core/pricing/inputTokens.ts');
	const { highestCost } = load(
		'pricing/highestCost',
	) as typeof import('../../nodes/core/pricing/highestCost.ts');
	const { priceRequest } = load(
		'pricing/price',
	) as typeof import('../../nodes/core/pricing/price.ts');
	const { parseImageResponse } = load(
		'requests/imageResponse',
	) as typeof import('../../nodes/core/requests/imageResponse.ts');
	const { failureFromBody } = load(
		'failures/errorBody',
	) as typeof import('../../nodes/core/failures/errorBody.ts');
	return {
		catalogue: CATALOGUE,
		isGone,
		outputTokens: (model, quality, size) =>
			estimateOutputTokens(model, quality, size)?.tokens ?? null,
		inputImageTokens: (model, size) => inputImageTokens(model, size, 'low').tokens,
		mostCost: (model, request, images, inputs) =>
			highestCost(model, request as ImageRequest, images, inputs),
		cost: (model, answer, hasInputImages) => {
			const response = parseImageResponse(answer);
			if (response === null) return null;
			const { usage, stated } = response;
			return priceRequest({
				model,
				usage,
				stated,
				images: response.images.length,
				hasInputImages,
				batch: false,
			}).total;
		},
		kindOf: ({ body, ...source }) => failureFromBody(body, { ...source, requestId: null }).kind,
	};
}
