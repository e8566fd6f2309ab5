/** From a checked request to its answer: limits, moderation, pictures, bill. */
import { setTimeout as sleep } from 'node:timers/promises';
import { checkAccount } from '../account.mts';
import { SERVERS } from '../providers/index.mts';
import type { Sale } from '../providers/index.mts';
import { drawPictures } from '../drawing/pictures.mts';
import type { Picture } from '../drawing/pictures.mts';
import { ApiError, moderationBlocked } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { svgPriceOf, svgUsageOf } from '../models/authors.mts';
import { makeUsage, priceOf } from '../models/billing.mts';
import { imageInputTokens, outputTokens, textOutputTokens, textTokens } from '../models/tokens.mts';
import type { State } from '../state.mts';
import { currentTime } from '../state.mts';
import type { Trouble } from '../troubles/trouble.mts';
import type { Oddity } from '../troubles/types.mts';
import type { BilledRequest, ImageEndpoint, SimulatorOptions, SvgUsage, Usage } from '../types.mts';
import type { SeenInputs } from './inputs.mts';
import type { Head, Options } from './parameters.mts';
import { answerWithImages } from './respond.mts';
import type { Size } from './sizes.mts';
import { automaticSize, sheetOf } from './sizes.mts';

export interface Job {
	endpoint: ImageEndpoint;
	head: Head;
	options: Options;
	inputs: SeenInputs;
}

/** `n` images are billed as `n` runs, input included. */
function usageOf(job: Job, size: Size, options: SimulatorOptions): Usage {
	const { head, inputs } = job;
	const { n, quality, inputFidelity, animation } = job.options;
	// An animation is one sheet, and costs as one image of that size (docs.comfy.org).
	const drawn = animation === undefined ? size : sheetOf(size, animation.frames);
	const imageIn = inputs.images.reduce(
		(sum, { facts }) =>
			sum + imageInputTokens(head.model, facts.width, facts.height, inputFidelity),
		0,
	);
	const counts = {
		textIn: n * textTokens(head.prompt),
		imageIn: n * imageIn,
		imageOut: n * outputTokens(head.model, quality, drawn.width, drawn.height),
		textOut: n * textOutputTokens(head.model, head.prompt, job.endpoint),
	};
	return makeUsage(counts, options.cachedTokens);
}

async function waitForModel(state: State, job: Job, size: Size): Promise<void> {
	const { latencyMs = 0 } = state.options;
	const { n, quality } = job.options;
	const question = {
		model: job.head.requestedModel,
		n,
		quality,
		size: `${size.width}x${size.height}`,
	};
	const ms = typeof latencyMs === 'number' ? latencyMs : await latencyMs(question);
	if (ms > 0) await sleep(ms, undefined, { signal: state.closing.signal }).catch(() => undefined);
}

function draw({ head, options, inputs }: Job, size: Size, state: State): Promise<Picture[]> {
	const { svgs, imageBytes } = state.options;
	if (options.svg !== undefined && svgs !== undefined) {
		const svg = svgs[state.svgsGiven++ % svgs.length] ?? Buffer.alloc(0);
		return Promise.resolve([() => svg]);
	}
	return drawPictures({
		prompt: head.prompt,
		model: head.requestedModel,
		quality: options.quality,
		size,
		n: options.n,
		format: options.format,
		compression: options.compression,
		transparent: options.background === 'transparent',
		inputs: inputs.images.map((image) => image.content),
		masked: inputs.masked,
		animation: options.animation,
		imageBytes,
	});
}

/** What the provider bills: OpenAI's price and what it takes on top, unless it has prices of its own. */
function priceAtProvider(state: State, sale: Omit<Sale, 'options'>): bigint {
	const { provider = 'openai', surchargePercent = 0 } = state.options;
	const { list } = sale;
	return (
		SERVERS[provider].price?.({ ...sale, options: state.options }) ??
		(list * BigInt(100 + surchargePercent)) / 100n
	);
}

const sizeOf = ({ options, inputs }: Job): Size =>
	options.size ?? automaticSize(inputs.images[0]?.facts, options.animation !== undefined);

/** What a job would cost, without doing it. */
export function quote(state: State, job: Job): bigint {
	const size = sizeOf(job);
	const usage = usageOf(job, size, state.options);
	return priceAtProvider(state, { list: priceOf(usage, job.head.model.prices), usage, size, job });
}

/** How many images are made of those that were asked for. */
function imagesMade(asked: number, { fewerImages = asked, moreImages = 0 }: Oddity): number {
	return Math.max(Math.min(asked, fewerImages), moreImages);
}

const drawnAsPng = (job: Job): Job => ({
	...job,
	options: { ...job.options, format: 'png', animation: undefined, svg: undefined },
});

const firstHalf =
	(picture: Picture): Picture =>
	() => {
		const whole = picture();
		return whole.subarray(0, Math.ceil(whole.length / 2));
	};

/** The line of a batch that a request is. */
export interface BatchedBy {
	batchId: string;
	customId: string;
}

export interface Done {
	size: Size;
	usage: Usage;
	/** Of an SVG. */
	svgUsage: SvgUsage | undefined;
	pictures: Picture[];
	bill: BilledRequest;
}

/** The model's own part, free of HTTP: moderation, pictures, bill. Throws when moderation blocks. */
export async function perform(
	state: State,
	requestId: string,
	asked: Job,
	batch: BatchedBy | null = null,
	oddity: Oddity = state.options,
): Promise<Done> {
	const job = { ...asked, options: { ...asked.options, n: imagesMade(asked.options.n, oddity) } };
	const { head, options, endpoint } = job;
	if (head.prompt.includes('[blocked]')) throw moderationBlocked('input', requestId);
	const size = sizeOf(job);
	const waited = batch === null ? waitForModel(state, job, size) : undefined;
	const [drawn] = await Promise.all([
		draw(oddity.asPng === true ? drawnAsPng(job) : job, size, state),
		waited,
	]);
	const pictures = oddity.cutImages === true ? drawn.map(firstHalf) : drawn;
	if (head.prompt.includes('[blocked-output]')) throw moderationBlocked('output', requestId);
	const usage = usageOf(job, size, state.options);
	// "50% cost discount compared to synchronous APIs" (Batch guide).
	const svgUsage = options.svg && svgUsageOf(head.prompt, options.svg);
	const listPicodollars =
		(priceOf(usage, head.model.prices) + (svgUsage ? svgPriceOf(svgUsage) : 0n)) /
		(batch === null ? 1n : 2n);
	const costPicodollars = priceAtProvider(state, { list: listPicodollars, usage, size, job });
	const bill = {
		requestId,
		model: head.requestedModel,
		endpoint,
		n: options.n,
		usage,
		...(svgUsage && { svgUsage }),
		costPicodollars,
		listPicodollars,
		...batch,
	};
	state.billed.push(bill);
	state.billedAt.set(requestId, currentTime(state));
	return { size, usage, svgUsage, pictures, bill };
}

/** @param trouble what becomes of it; its answer is the caller's business */
export async function work(
	{ state, record }: Exchange,
	job: Job,
	trouble: Trouble,
): Promise<Answer> {
	checkAccount(state.options, job.head.requestedModel);
	state.bucket?.take(job.options.n, job.head.requestedModel);
	// As they were when the request was let in; they come with refusals by moderation too.
	const limits = state.bucket?.headers() ?? {};
	const oddity = { ...state.options, ...trouble.oddity };
	const done = await perform(state, record.requestId, job, null, oddity).catch((error: unknown) => {
		if (error instanceof ApiError) Object.assign(error.headers, limits);
		throw error;
	});
	state.carries.set(record, record);
	const extras = SERVERS[state.options.provider ?? 'openai'].extras(done.bill, state.options);
	const stated = {
		statedUsage: oddity.usage ?? 'full',
		bare: oddity.bare === true,
		empty: trouble.damage === 'empty',
		contentType: oddity.contentType,
		extras,
	};
	return answerWithImages({ ...done, ...stated, state, options: job.options, limits });
}
