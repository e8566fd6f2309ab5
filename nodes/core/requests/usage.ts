/**
 * Tokens of one request by the rate at which they are billed. The cached ones are not contained in
 * the uncached ones, so all six add up to what the API reported (to more where its details exceed its totals).
 */
export interface BilledTokens {
	textInput: number;
	cachedTextInput: number;
	imageInput: number;
	cachedImageInput: number;
	imageOutput: number;
	textOutput: number;
}

export type TokenKind = keyof BilledTokens;

export const TOKEN_KINDS: readonly TokenKind[] = [
	'textInput',
	'cachedTextInput',
	'imageInput',
	'cachedImageInput',
	'imageOutput',
	'textOutput',
];

/** `usage` of an images response as the API reports it, checked for shape. */
export interface ReportedUsage {
	inputTokens: number;
	outputTokens: number;
	inputDetails: { text: number; image: number } | null;
	outputDetails: { text: number; image: number } | null;
	/** Cached tokens in total, and by kind where the API says so; they are contained in the input tokens. */
	cached: { total: number; text: number | null; image: number | null } | null;
}

/** `svg_usage` of an images response: what the author of an SVG took, apart from the image that it was made from. */
export interface SvgUsage {
	model: string;
	inputTokens: number;
	/** With those of reasoning. */
	outputTokens: number;
	reasoningTokens: number;
}

export interface BilledUsage {
	tokens: BilledTokens;
	/** The API left out how tokens divide into text and image, so the dearer reading was taken: an upper bound. */
	estimated: boolean;
}

/**
 * Sorts reported tokens by the rate that applies. Where the API does not say what a token was, the
 * dearer kind is taken and the result marked as estimated.
 * @param hasInputImages whether images were sent, which is what unexplained input tokens then are
 */
export function billedTokens(usage: ReportedUsage, hasInputImages: boolean): BilledUsage {
	const input = divide(usage.inputTokens, usage.inputDetails, hasInputImages ? 'image' : 'text');
	const output = divide(usage.outputTokens, usage.outputDetails, 'image');
	const cached = cachedByKind(usage.cached, input);
	return {
		tokens: {
			textInput: input.text - cached.text,
			cachedTextInput: cached.text,
			imageInput: input.image - cached.image,
			cachedImageInput: cached.image,
			imageOutput: output.image,
			textOutput: output.text,
		},
		estimated: input.estimated || output.estimated || cached.estimated,
	};
}

interface Division {
	text: number;
	image: number;
	estimated: boolean;
}

function divide(
	total: number,
	details: { text: number; image: number } | null,
	unexplained: 'text' | 'image',
): Division {
	const text = details?.text ?? 0;
	const image = details?.image ?? 0;
	// Should the parts be more than the total, they count: the cost is then an upper bound.
	const rest = Math.max(0, total - text - image);
	return {
		text: unexplained === 'text' ? text + rest : text,
		image: unexplained === 'image' ? image + rest : image,
		estimated: details === null ? total > 0 : total !== text + image,
	};
}

/** Without a split, cached tokens are counted as text first: text is where caching saves least, so the cost is an upper bound. */
function cachedByKind(cached: ReportedUsage['cached'], input: Division): Division {
	if (cached === null) return { text: 0, image: 0, estimated: false };
	const text = Math.min(input.text, cached.text ?? Math.max(0, cached.total - (cached.image ?? 0)));
	// More cached text than text says that something is wrong; none of it becomes images, where caching saves more.
	const image = Math.min(
		input.image,
		cached.image ?? Math.max(0, cached.total - (cached.text ?? text)),
	);
	const guessed = cached.text === null && cached.image === null && text > 0 && input.image > 0;
	const tooMany = Math.max(cached.total, (cached.text ?? 0) + (cached.image ?? 0)) > text + image;
	return { text, image, estimated: guessed || tooMany };
}
