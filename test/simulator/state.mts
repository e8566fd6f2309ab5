/** Everything a running simulator remembers. */
import type { Answer } from './http/answer.mts';
import { performance } from 'node:perf_hooks';
import type { StoredBatch } from './batches/batch.mts';
import { Spool } from './files/spool.mts';
import type { ImageBucket } from './rateLimit.mts';
import { createImageBucket } from './rateLimit.mts';
import { createImageIntervals } from './rateIntervals.mts';
import { createImageWindow } from './rateWindow.mts';
import type { Availability } from './models/availability.mts';
import { createAvailability } from './models/availability.mts';
import type { Chaos } from './troubles/chaos.mts';
import type { Trouble } from './troubles/trouble.mts';
import type { AnswerToGive, DownloadOddity } from './troubles/types.mts';
import type { BilledRequest, RecordedRequest, SimulatorOptions } from './types.mts';
import type { Webhooks } from './webhooks/endpoint.mts';

export interface StoredFile {
	id: string;
	filename: string;
	purpose: string;
	/** Where it lies on disk. */
	path: string;
	bytes: number;
	/** Unix seconds. */
	createdAt: number;
	expiresAt: number | null;
}

/** A request in fal's queue. */
export interface QueuedJob {
	looks: number;
	cancelled: boolean;
	/** Its request; results are fetched by others. */
	record: RecordedRequest;
	/** Once it is worked on. */
	answer: Promise<Answer> | undefined;
	work: () => Promise<Answer>;
}

export interface State {
	options: SimulatorOptions;
	apiKey: string;
	requests: RecordedRequest[];
	/** Files of results that a provider gives addresses of, by name. */
	results: Map<string, { content: Buffer; contentType: string; failures: number }>;
	/** Of fal's queue, by id. */
	queue: Map<string, QueuedJob>;
	/** Requests for the list of models, which stand apart. */
	modelLists: RecordedRequest[];
	/** How many of `options.svgs` were delivered. */
	svgsGiven: number;
	billed: BilledRequest[];
	/** When each of them was, by the id of its request. */
	billedAt: Map<string, Date>;
	/** What was ordered to go wrong, in order; without a path it is for requests for images. */
	troubles: { trouble: Trouble; path: string | null }[];
	answerWhen: {
		choose: (request: RecordedRequest) => AnswerToGive | null;
		path: string | null;
	} | null;
	chaos: Chaos | null;
	availability: Availability;
	/** Whose images the answer to a request carries; nobody's when it is missing. */
	carries: Map<RecordedRequest, RecordedRequest>;
	/** In order of upload. */
	files: Map<string, StoredFile>;
	spool: Spool;
	/** In order of creation. */
	batches: Map<string, StoredBatch>;
	/** Downloads that will be odd, in order. */
	downloads: DownloadOddity[];
	/** How often a finished batch was retrieved, by id. */
	looks: Map<string, number>;
	webhooks: Webhooks;
	bucket: ImageBucket | null;
	inFlight: number;
	maxInFlight: number;
	/** Aborted by `close()`: ends every wait. */
	closing: AbortController;
}

const RATE_LIMIT_OPTIONS = [
	'imagesPerMinute',
	'rateLimitClock',
	'rateLimitCounts',
	'rateLimitHeaders',
] as const;

function makeBucket(options: SimulatorOptions): ImageBucket | null {
	if (options.imagesPerMinute === undefined) return null;
	const clock = options.rateLimitClock ?? (() => performance.now());
	if (options.rateLimitCounts === 'seconds')
		return createImageIntervals(options.imagesPerMinute, clock);
	const create = options.rateLimitCounts === 'window' ? createImageWindow : createImageBucket;
	return create(options.imagesPerMinute, clock, options.rateLimitHeaders ?? true);
}

export function createState(options: SimulatorOptions): State {
	return {
		options,
		apiKey: options.apiKey ?? 'sk-simulator',
		requests: [],
		modelLists: [],
		results: new Map(),
		queue: new Map(),
		svgsGiven: 0,
		billed: [],
		billedAt: new Map(),
		troubles: [],
		answerWhen: null,
		chaos: null,
		availability: createAvailability(),
		carries: new Map(),
		files: new Map(),
		spool: new Spool(),
		batches: new Map(),
		downloads: [],
		looks: new Map(),
		webhooks: { endpoints: new Map(), deliveries: [], underWay: new Set() },
		bucket: makeBucket(options),
		inFlight: 0,
		maxInFlight: 0,
		closing: new AbortController(),
	};
}

/** Changes options in place; a new rate limit starts full. */
export function configure(state: State, changes: SimulatorOptions): void {
	const newLimit = RATE_LIMIT_OPTIONS.some((name) => name in changes);
	state.options = { ...state.options, ...changes };
	state.apiKey = state.options.apiKey ?? 'sk-simulator';
	if (newLimit) state.bucket = makeBucket(state.options);
}

/** Empties the records in place, so that arrays handed out before stay the current ones. */
export function reset(state: State): void {
	state.requests.length = 0;
	state.modelLists.length = 0;
	state.results.clear();
	state.queue.clear();
	state.svgsGiven = 0;
	state.billed.length = 0;
	state.billedAt.clear();
	state.troubles.length = 0;
	state.answerWhen = null;
	state.chaos = null;
	state.availability = createAvailability();
	state.carries.clear();
	state.files.clear();
	for (const batch of state.batches.values()) batch.abandon();
	state.batches.clear();
	state.downloads.length = 0;
	state.looks.clear();
	state.webhooks.endpoints.clear();
	state.webhooks.deliveries.length = 0;
	state.spool.clear();
	state.spool = new Spool();
	state.bucket = makeBucket(state.options);
	state.maxInFlight = state.inFlight;
}

/** The present time of the simulated service. */
export function currentTime(state: State): Date {
	return state.options.now?.() ?? new Date();
}

export function unixSeconds(date: Date): number {
	return Math.floor(date.getTime() / 1000);
}
