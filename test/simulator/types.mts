/** What callers of the simulator see: its records, its handle. */
import type { CachedTokens, SimulatorOptions } from './options.mts';
import type { RealAnswerName } from './troubles/realAnswers.mts';
import type {
	AnswerToGive,
	ChaosOptions,
	DownloadOddity,
	Fault,
	LedgerEntry,
	Oddity,
} from './troubles/types.mts';

export type { CachedTokens, LatencyQuestion, SimulatorOptions } from './options.mts';
export type { Fault } from './troubles/types.mts';

export type Quality = 'low' | 'medium' | 'high' | 'xhigh' | 'max';
export type OutputFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'svg';
export type ImageEndpoint = 'generations' | 'edits';

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
	/** What was made to go wrong; null: nothing. */
	fault: string | null;
	/** The whole answer with its images went out before the client left. */
	delivered: boolean;
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

/** What the author of an SVG took, beside the image. */
export interface SvgUsage {
	input_tokens: number;
	model: string;
	output_tokens: number;
	/** Within the output. */
	reasoning_tokens: number;
	total_tokens: number;
}

export interface BilledRequest {
	requestId: string;
	model: string;
	endpoint: ImageEndpoint;
	n: number;
	/** The full usage, also when the `usage` option kept it from the client. */
	usage: Usage;
	svgUsage?: SvgUsage;
	/** What the provider bills, 10^-12 USD; half for a line of a batch. */
	costPicodollars: bigint;
	/** What OpenAI alone would bill: the same but at a provider with prices of its own. */
	listPicodollars: bigint;
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
	/** Each request for images since the start or the last `reset()`, in order of arrival; lines of batches are not among them. */
	ledger(): LedgerEntry[];
	/** Queues a fault, a real answer or an oddity for the next `times` requests for images, or for those whose path starts with `path`. */
	failNext(fault: Fault | RealAnswerName | Oddity, times?: number, path?: string): void;
	/** Queues answers, one a request for images, or for those whose path starts with `path`. */
	answerNext(answers: AnswerToGive | readonly AnswerToGive[], path?: string): void;
	/** Asks for each request for images (or whose path starts with `path`) that nothing is queued for; null lets it through. Null instead of a function ends it. */
	answerWhen(
		choose: ((request: RecordedRequest) => AnswerToGive | null) | null,
		path?: string,
	): void;
	/** Random troubles for all further requests for images that nothing else was ordered for; null ends them. */
	chaos(options: ChaosOptions | null): void;
	/** The model and its aliases are gone, from the list too. The function that is given back brings them back, as with the two below. */
	removeModel(id: string): () => void;
	/** The model "does not exist" for so many ms, or until the function is called, while the list still shows it. */
	outage(id: string, ms?: number): () => void;
	/** 403: this project may not use the model, which the list still shows. */
	denyModel(id: string): () => void;
	/** The next downloads of files break after so many bytes. */
	cutNextDownload(afterBytes: number, times?: number): void;
	/** The next downloads of files, or of one file, are odd. */
	nextDownload(oddity: DownloadOddity, times?: number): void;
	/** Ids and states of all batches, in order of creation. */
	readonly batches: { id: string; status: string }[];
	/** Lets a held batch go on; resolves when it has ended. `completed`: requests done before it ends. */
	finishBatch(id: string, outcome?: BatchOutcome, completed?: number): Promise<void>;
	/** Resolves when no batch is being worked on and no webhook is on its way. */
	settled(): Promise<void>;
	readonly webhookDeliveries: WebhookDelivery[];
	/** Changes options while running (not the port). */
	configure(options: SimulatorOptions): void;
	/** Forgets records, bills, faults, chaos, what was done to models, files and the used part of the rate limit; keeps the options. */
	reset(): void;
	close(): Promise<void>;
}
