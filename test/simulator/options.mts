/** Options of the simulator. */
import type { ProviderName } from './providers/index.mts';
import type { StatedUsage } from './troubles/types.mts';
import type { LineFault, Quality } from './types.mts';

/** `long` has more than twelve decimals: rounded up, they are the bill. */
export type StatedCost = 'number' | 'text' | 'exponent' | 'long' | 'longText';

export interface LatencyQuestion {
	model: string;
	n: number;
	quality: Quality;
	size: string;
}

export interface CachedTokens {
	text_tokens: number;
	image_tokens: number;
}

export interface SimulatorOptions {
	/** 0 (default) takes a free port; the server listens on 127.0.0.1 only. */
	port?: number;
	/** Which provider it is; each has its own addresses, header of the key, names of models and way to say what it cost. Default OpenAI. */
	provider?: ProviderName;
	/** Azure: which model each deployment is. */
	deployments?: Readonly<Record<string, string>>;
	/** Results that are given as addresses. */
	results?: {
		/** Host and port in the addresses, in place of its own. */
		host?: string;
		/** How often each one answers 503 first. */
		failures?: number;
		/** Sent in place of the image, without a length being said. */
		bytes?: number;
	};
	/** Of fal.ai. */
	queue?: {
		/** How often it has to be asked until a request is done. Default 2. */
		looks?: number;
		/** Host and port in the addresses, in place of its own. */
		host?: string;
		/** Every other look is refused, with 429 and 502 in turn. */
		isBusy?: boolean;
		/** Results can't be had: 502. */
		hasNoResults?: boolean;
		/** A cancellation comes too late. */
		isDoneWhenCancelled?: boolean;
	};
	/** What the provider takes on top of OpenAI's price, in percent. Default 0. */
	surchargePercent?: number;
	/** How a provider that states its costs writes them. Default: as it was seen to. */
	statedCost?: StatedCost;
	/** OpenRouter with a key of OpenAI's own: `cost` is only its fee, `cost_details` the rest unless it keeps that to itself. */
	byok?: { feePercent?: number; hidesUpstream?: boolean };
	/** Vercel: paid out of free credit: `cost` is 0, `marketCost` what it is worth. The ledger has the latter. */
	freeCredit?: boolean;
	/** Vercel: `providerMetadata`, `provider_metadata` with the same names in it, or with all in snake case. Default the first. */
	metadataCase?: 'camel' | 'snake' | 'allSnake';
	/** The only key that is let in. Default `sk-simulator`. */
	apiKey?: string;
	/** The only admin key, for costs and usage. Default `sk-admin-simulator`. */
	adminKey?: string;
	/** Decides which models are live and every `created` time. Default: the real clock. */
	now?: () => Date;
	/** How the limit is counted: a bucket that refills continuously (default), the images of the last 60 seconds, or second by second with Azure's words. */
	rateLimitCounts?: 'bucket' | 'window' | 'seconds' | undefined;
	/** Whether answers carry `x-ratelimit-*` headers. Default true. */
	rateLimitHeaders?: boolean;
	/** The clock of the rate limit, in ms. Default: a monotonic clock. Tests can turn it by hand. */
	rateLimitClock?: () => number;
	/** Least time an image request takes, in ms. Default 0. A promise holds the request back until it is settled. */
	latencyMs?: number | ((question: LatencyQuestion) => number | Promise<number>);
	/** Pads every image to this many bytes (for load tests) and draws one plain picture per size. */
	imageBytes?: number | undefined;
	/** Images per minute of the organization, counted by `n`, refilled continuously. Default: no limit. */
	imagesPerMinute?: number | undefined;
	/** `true`: half of the input tokens are cached; or exact numbers per request (capped). */
	cachedTokens?: boolean | CachedTokens;
	/** Default true. */
	organizationVerified?: boolean;
	quotaExceeded?: boolean;
	billingHardLimit?: boolean;
	/** Whether downloads of files know `Range`. Default true; not documented. */
	acceptRanges?: boolean;
	/** A download that `cutNextDownload` breaks comes to a halt instead, with its connection open. */
	downloadsHalt?: boolean | undefined;
	/** How a batch writes a file that is not there. Default `null`; `absent`: not at all. */
	noFile?: 'null' | 'empty' | 'absent';
	/** How often a batch that has finished is retrieved before it names its files. Default 0. */
	filesComeAfter?: number;
	/** Changes what stands in a file of results before it is stored. */
	rewriteResults?: ((text: string, kind: 'output' | 'error') => string) | undefined;
	/** Whether batches take gpt-image-2.5; sources contradict each other. Default true. */
	batchFor25?: boolean;
	/** Batches stay in progress until `finishBatch`. */
	holdBatches?: boolean;
	/** Least time from the creation of a batch to its end, in ms. Default 0. */
	batchLatencyMs?: number;
	/** What may be in all unfinished batches of a model together. A batch beyond it fails while it is checked, or its creation is refused with this status. */
	batchQueue?: { requests?: number; tokens?: number; refusedWith?: 400 | 429 } | undefined;
	batchLineFault?: ((customId: string, index: number) => LineFault | undefined) | undefined;
	/** Waits before a webhook is sent again, in ms. Default 200, 400, 800. */
	webhookRetryDelaysMs?: readonly number[];
	/** Projects may choose who writes an SVG, and must. Default true. */
	svgModelSelection?: boolean;
	/** Files that are delivered in place of drawn SVGs, one after the other, from the first again after the last. */
	svgs?: readonly Buffer[] | undefined;
	/** What answers say of their usage; the bill knows the truth. Default full. */
	usage?: StatedUsage;
	/** At most so many images are made, delivered and billed. */
	fewerImages?: number;
	/** At least so many. */
	moreImages?: number;
	/** Answers have their images and their usage and say nothing else, with `created: 0`. */
	bare?: boolean;
	/**
	 * `code` of the 400 for a model that is gone. OpenAI documents none; a live probe of retired
	 * dall-e ids (August 2026) saw `invalid_value`, the Models endpoint uses `model_not_found`.
	 */
	goneModelCode?: 'model_not_found' | 'invalid_value';
}
