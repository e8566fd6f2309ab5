/** What callers of the simulator see: its options, its records, its handle. */

import type { DoorName } from './doors/index.mts';
export type Quality = 'low' | 'medium' | 'high' | 'xhigh' | 'max';
export type OutputFormat = 'png' | 'jpeg' | 'webp';
export type ImageEndpoint = 'generations' | 'edits';

/** Something that goes wrong on the way, independent of the request's content. */
export type Fault =
	| 'serverError'
	| 'overloaded'
	| 'rateLimit'
	| 'dropBeforeWork'
	| 'dropBeforeAnswer'
	| 'malformedJson'
	| 'emptyData'
	| 'htmlError'
	| 'nullMessage'
	| 'redirect';

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
	door?: DoorName;
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
	/** What the door takes on top of OpenAI's price, in percent. Default 0. */
	surchargePercent?: number;
	/** The only key that is let in. Default `sk-simulator`. */
	apiKey?: string;
	/** Decides which models are live and every `created` time. Default: the real clock. */
	now?: () => Date;
	/** How the limit is counted: a bucket that refills continuously (default), or the images of the last 60 seconds. */
	rateLimitCounts?: 'bucket' | 'window';
	/** Whether answers carry `x-ratelimit-*` headers. Default true. */
	rateLimitHeaders?: boolean;
	/** The clock of the rate limit, in ms. Default: a monotonic clock. Tests can turn it by hand. */
	rateLimitClock?: () => number;
	/** Least time an image request takes, in ms. Default 0. */
	latencyMs?: number | ((question: LatencyQuestion) => number);
	/** Pads every image to this many bytes (for load tests) and draws one plain picture per size. */
	imageBytes?: number;
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
	/** Whether batches take gpt-image-2.5; sources contradict each other. Default true. */
	batchFor25?: boolean;
	/** Batches stay in progress until `finishBatch`. */
	holdBatches?: boolean;
	/** Least time from the creation of a batch to its end, in ms. Default 0. */
	batchLatencyMs?: number;
	batchLineFault?: ((customId: string, index: number) => LineFault | undefined) | undefined;
	/** Waits before a webhook is sent again, in ms. Default 200, 400, 800. */
	webhookRetryDelaysMs?: readonly number[];
	usage?: 'full' | 'withoutDetails' | 'missing';
	/**
	 * `code` of the 400 for a model that is gone. OpenAI documents none; a live probe of retired
	 * dall-e ids (August 2026) saw `invalid_value`, the Models endpoint uses `model_not_found`.
	 */
	goneModelCode?: 'model_not_found' | 'invalid_value';
}

export interface RecordedFile {
	field: string;
	filename: string;
	mimeType: string;
	/** Length in bytes. */
	bytes: number;
	sha256: string;
	/** Pixels; null when the bytes are not an image. */
	width: number | null;
	height: number | null;
}

export interface RecordedRequest {
	method: string;
	/** Path without the query. */
	path: string;
	query: Record<string, string>;
	/** Names in lower case. */
	headers: Record<string, string>;
	/** Parsed parameters; long data URLs are shortened. */
	parameters: Record<string, unknown>;
	files: RecordedFile[];
	/** Null until the answer's head was sent (and for ever when the connection was dropped). */
	status: number | null;
	requestId: string;
	startedAt: Date;
	endedAt: Date | null;
	/** The client dropped the connection before the whole answer was out. */
	aborted: boolean;
}

export interface Usage {
	input_tokens: number;
	input_tokens_details: {
		text_tokens: number;
		image_tokens: number;
		cached_tokens?: number;
		cached_tokens_details?: CachedTokens;
	};
	output_tokens: number;
	output_tokens_details: { image_tokens: number; text_tokens: number };
	total_tokens: number;
}

export interface BilledRequest {
	requestId: string;
	model: string;
	endpoint: ImageEndpoint;
	n: number;
	/** The full usage, also when the `usage` option kept it from the client. */
	usage: Usage;
	/** 10^-12 USD; half for a line of a batch. */
	costPicodollars: bigint;
	batchId?: string;
	customId?: string;
}

export type BatchOutcome = 'completed' | 'expired' | 'cancelled';

/** What a line of a batch fails with although it is valid. */
export type LineFault = 'serverError' | 'moderation' | 'noResult';

export interface WebhookDelivery {
	url: string;
	/** `batch.completed` and the like. */
	type: string;
	batchId: string;
	webhookId: string;
	/** From 1. */
	attempt: number;
	/** Null: no answer came. */
	status: number | null;
}

export interface Simulator {
	/** `http://127.0.0.1:PORT/v1` */
	readonly baseUrl: string;
	/** Every request since the start or the last `reset()`, in order of arrival. */
	readonly requests: RecordedRequest[];
	/** Requests for the list of models, which are not among `requests`. */
	readonly modelLists: RecordedRequest[];
	/** One entry per image request whose work was done, answered or not. */
	readonly billed: BilledRequest[];
	/** Sum of `billed`, in 10^-12 USD. */
	billedPicodollars(): bigint;
	/** Image requests whose connection is open now, and the most there ever were. */
	readonly inFlight: number;
	readonly maxInFlight: number;
	/** Queues a fault for the next `times` requests whose path starts with `path` (default `/v1/images/`). */
	failNext(fault: Fault, times?: number, path?: string): void;
	/** The next downloads of files break after so many bytes. */
	cutNextDownload(afterBytes: number, times?: number): void;
	/** Ids and states of all batches, in order of creation. */
	readonly batches: { id: string; status: string }[];
	/** Lets a held batch go on; resolves when it has ended. `completed`: requests done before it ends. */
	finishBatch(id: string, outcome?: BatchOutcome, completed?: number): Promise<void>;
	/** Resolves when no batch is being worked on and no webhook is on its way. */
	settled(): Promise<void>;
	readonly webhookDeliveries: WebhookDelivery[];
	/** Changes options while running (not the port). */
	configure(options: SimulatorOptions): void;
	/** Forgets records, bills, faults, files and the used part of the rate limit; keeps the options. */
	reset(): void;
	close(): Promise<void>;
}
