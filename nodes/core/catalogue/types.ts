/** Quality names of the API, cheapest first; `auto` lets the model choose. */
export const QUALITIES = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Quality = (typeof QUALITIES)[number];

export const OUTPUT_FORMATS = ['png', 'jpeg', 'webp', 'gif', 'svg'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export type Role = 'draft' | 'final';

/** USD per 1 million tokens as exact decimals; `null` = no price is published. */
export interface TokenPrices {
	textInput: string;
	cachedTextInput: string | null;
	imageInput: string;
	cachedImageInput: string | null;
	imageOutput: string;
	textOutput: string | null;
}

/** How many image output tokens one image takes, by quality and size. */
export type OutputTokens =
	| { kind: 'table'; table: Partial<Record<Quality, Record<string, number>>> }
	| {
			kind: 'formula';
			/** Length of the image's longer side in patches, by quality. */
			axisFactor: Partial<Record<Quality, number>>;
			/** Measured tokens divided by the formula's, where a model uses more than it. */
			scale?: Partial<Record<Quality, number>>;
			/** `derived`: equal to every published reading; `approximate`: a few measured points only. */
			certainty: 'derived' | 'approximate';
	  };

/** How many input tokens one input image takes, by its size in pixels. */
type InputImageTokens =
	| {
			/** Scaled down to a shortest side, then counted in tiles; high fidelity adds a fixed number. */
			kind: 'tiles';
			shortestSide: number;
			tilePixels: number;
			base: number;
			tile: number;
			highSquare: number;
			highOther: number;
	  }
	/** No rule is published; a few readings suggest this. */
	| { kind: 'area'; pixelsPerToken: number };

/** Limits for a free choice of width and height, in pixels. */
export interface CustomSizeRules {
	edgeMultipleOf: number;
	maxEdge: number;
	maxAspectRatio: number;
	minPixels: number;
	maxPixels: number;
	experimentalAbovePixels: number;
}

/** How the frames of an animation lie on the one sheet that the model draws, for animations of up to so many frames. */
export interface GifSheet {
	frames: number;
	/** Of frames on the longer side of the grid, and on the shorter one; which is across is not known. */
	long: number;
	short: number;
}

interface Lifecycle {
	released: string | null;
	deprecated: string | null;
	/** Day (UTC, YYYY-MM-DD) from which the API refuses the model; `null` = none announced. */
	shutdown: string | null;
	/** What to use instead, the closest in price first. */
	replacements: readonly string[];
}

export interface Capabilities {
	sizes: readonly string[];
	customSizes: CustomSizeRules | null;
	qualities: readonly Quality[];
	outputFormats: readonly OutputFormat[];
	transparentBackground: boolean;
	/** OpenAI calls it a preview. */
	transparencyIsPreview: boolean;
	/** Accepted values of `input_fidelity`; empty = the parameter must be left out. */
	inputFidelity: readonly string[];
	/** Accepted values of `complexity`; empty = the model does not know the parameter. */
	complexity: readonly string[];
	/** Takes `markup` with edits; absent = it does not. */
	markup?: boolean;
	/** By number of frames, fewest first, where it makes GIFs; absent = not known, so neither are their sizes and prices. */
	gifSheets?: readonly GifSheet[];
	/** `uncertain`: public sources contradict each other. */
	batch: 'yes' | 'no' | 'uncertain';
	maxImagesPerRequest: number;
	maxInputImages: number;
	inputImageTokens: InputImageTokens;
	/** Most input tokens of one image, at low and at high fidelity. */
	maxInputImageTokens: { low: number; high: number };
	maxInputImageBytes: number;
	maxMaskBytes: number;
	maxPromptCharacters: number;
}

/** One model with everything the nodes know of it. Plain data: it survives JSON. */
export interface ModelEntry {
	id: string;
	/** Dated snapshots and other names of the same model. */
	aliases: readonly string[];
	lifecycle: Lifecycle;
	/** `null` = the price is not known, so neither is any cost. */
	prices: TokenPrices | null;
	/** Not from OpenAI's own pages. */
	pricesAreSecondHand: boolean;
	/** The most that may be charged where they are billed, not what surely is. */
	pricesAreHighest?: true;
	/** Day (YYYY-MM-DD) of the prices, where it is another than the catalogue's. */
	pricesAsOf?: string;
	outputTokens: OutputTokens | null;
	capabilities: Capabilities;
	/** Titles or addresses of the pages that the facts are from. */
	sources: readonly string[];
}

/** A text model that writes SVGs, which is billed apart from the image. */
export interface SvgAuthor {
	/** USD per 1 million tokens: the most that one of the input costs, because an answer does not say which were cached. */
	input: string;
	output: string;
	/** The most input tokens for which these prices hold. */
	maxInputTokens: number;
	maxOutputTokens: number;
}

export interface Catalogue {
	/** Day (YYYY-MM-DD) on which the prices were last checked. */
	pricesAsOf: string;
	models: readonly ModelEntry[];
	/** For each role the models that serve it, best first; the first live one is used. */
	roles: Readonly<Record<Role, readonly string[]>>;
	/** By id of a text model. One that is not here has no known price. */
	svgAuthors?: Readonly<Record<string, SvgAuthor>>;
	/** Ids that the API does not offer this key; a role takes another one as long as there is one. Absent = none. */
	notOffered?: readonly string[];
	/** Names that the customer gave to models, and the models' ids. They win over ids that sound the same. */
	deployments?: Readonly<Record<string, string>>;
	/** What is particular of the provider; absent = OpenAI's own. */
	provider?: ProviderLimits;
}

/** A provider's pages for people; `null` = no address that fits everyone is known. */
export interface ProviderPages {
	keys: string | null;
	/** Credit and payment. */
	billing: string | null;
	/** Rate limits and spend limits. */
	limits: string | null;
	/** Which models a key may use. */
	models: string | null;
	/** Verification of the organization. */
	verification: string | null;
	status: string | null;
}

/** What a provider lacks, and how it bills. Plain data. */
export interface ProviderLimits {
	/** As it stands in a sentence. */
	name: string;
	pages: ProviderPages;
	/** Ids of the only models that it has; absent = not known. */
	models?: readonly string[];
	mask: boolean;
	/** Takes IDs of files as images of an edit. */
	files: boolean;
	/** Takes addresses as images of an edit. */
	imageUrls: boolean;
	markup: boolean;
	/** The only output formats that it is known to make; absent = all that its models make. */
	formats?: readonly OutputFormat[];
	/** Names of request parameters that it refuses. */
	notTaken: readonly string[];
	/** What it asks for an image, whatever that takes in tokens; absent = it bills tokens. */
	priceList?: PriceList;
	/** Its answers state what they cost, which then counts. */
	statesCost: boolean;
	/** Is known to bill batches at half. */
	batchDiscount: boolean;
	/** One of OpenAI's addresses for a region, where some models cost more. */
	dataResidency: boolean;
}

/** Prices of a provider that bills by the image. The total of a request is rounded up to a cent. */
export interface PriceList {
	/** USD per image by our id, quality and size. */
	images: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
	/** USD per 1 million tokens of the prompt. */
	textInput: string;
	/** USD per 1 million tokens of the images that go with an edit; `null` = not published, so an edit's cost is not known. */
	imageInput: string | null;
}
