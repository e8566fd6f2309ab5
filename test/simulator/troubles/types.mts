/** What a test can order to go wrong, and what is remembered of it. */
import type { RealAnswerName } from './realAnswers.mts';

/** Something that goes wrong on the way, independent of the request's content. */
export type Fault =
	| 'serverError'
	| 'overloaded'
	| 'rateLimit'
	| 'dropBeforeWork'
	| 'dropBeforeAnswer'
	| 'malformedJson'
	| 'emptyData'
	| 'cutInBody'
	| 'stallInBody'
	| 'htmlError'
	| 'nullMessage'
	| 'redirect';

/** An answer as a test words it. With neither status nor body, the true answer goes out, only late. */
export interface ScriptedAnswer {
	/** Default 200 when there is a body. */
	status?: number;
	headers?: Readonly<Record<string, string>>;
	/** An object is sent as JSON; a text that begins with `<` as HTML, any other as plain text. */
	body?: string | object;
	/** Instead of what the body looks like. */
	contentType?: string;
	/** The image was made and billed all the same. Default false. */
	billed?: boolean;
	/** How long the answer is held back, in ms. */
	delayMs?: number;
	/** For the ledger; default `scripted`. */
	name?: string;
}

/** A download that is not as it was asked for. */
export interface DownloadOddity {
	/** What the file's name ends with: `output`, `error`, `manifest`. Default: any file. */
	of?: string;
	/** Bytes after which it ends. Default: all of it comes. */
	after?: number;
	/** How it ends there: the connection breaks (default), stays open, or the answer is over as if that were all, which only works without a length. */
	then?: 'cut' | 'halt' | 'end';
	/** Its length is not said. */
	hidesLength?: boolean;
	/** It comes compressed, whatever was asked for. */
	gzip?: boolean;
	/** A part of the file begins so many bytes later than asked for, or earlier. */
	shift?: number;
}

/** Of a usage that is billed in full: `full`, no details, none at all, zeros (LiteLLM fills in what is missing), or the input alone. */
export type StatedUsage = 'full' | 'noDetails' | 'missing' | 'zeros' | 'inputOnly';

/** A request that is done, but not as it was asked for. */
export interface Oddity {
	/** What the answer says of its usage; the bill knows the truth. */
	usage?: StatedUsage;
	/** At most so many images are made, delivered and billed. */
	fewerImages?: number;
	/** At least so many images are made, delivered and billed. */
	moreImages?: number;
	/** The answer has its images and its usage and says nothing else; it was made in 1970, as some relays have it. */
	bare?: boolean;
	/** The JSON is labelled as something else, as by some relays. */
	contentType?: string;
	/** Each image comes as a PNG, whatever was asked for, as from servers that don't know the format. */
	asPng?: boolean;
	/** Of each image only the first half comes. */
	cutImages?: boolean;
}

export type AnswerToGive = RealAnswerName | ScriptedAnswer;

/** What the server billed for a request for images, and what the client got. */
export interface LedgerEntry {
	/** From 1, among the requests for images, in order of arrival. */
	requestNumber: number;
	requestId: string;
	at: Date;
	/** How many images were asked for. */
	asked: number;
	/** How many were made and billed. */
	images: number;
	/** As asked for. */
	model: string;
	prompt: string;
	/** 10^-12 USD. */
	billed: bigint;
	/** The whole answer with its images went out before the client left. */
	delivered: boolean;
	/** What was made to go wrong; null: nothing. */
	fault: string | null;
	/** Null: no answer. */
	status: number | null;
	idempotencyKey: string | null;
}

/** What can happen to a request of a chaotic simulator. */
export type ChaosKind =
	| 'ok'
	| 'rateLimit'
	| 'tokensTooLarge'
	| 'serverError'
	| 'badGateway'
	| 'badGatewayBilled'
	| 'gatewayTimeout'
	| 'gatewayTimeoutBilled'
	| 'timeout524'
	| 'timeout524Billed'
	| 'dropBeforeWork'
	| 'dropBeforeAnswer'
	| 'slow'
	| 'moderation'
	| 'forbidden'
	| 'zeroUsage'
	| 'fewerImages'
	| 'modelMissing'
	| 'modelRemoved'
	| 'errorIn200'
	| 'malformedJson'
	| 'noUsage'
	| 'moreImages'
	| 'otherType'
	| 'asPng'
	| 'cutImages'
	| 'emptyData'
	| 'cutInBody';

export interface ChaosOptions {
	/** The same seed gives the same troubles, in order of arrival. */
	seed: string;
	/** In any unit. Kinds that are not named never happen. Without weights: 12 for `ok`, 1 for all others up to `malformedJson` but `modelRemoved`. */
	weights?: Partial<Record<ChaosKind, number>>;
	/** How late `slow` answers. Choose it longer than the client waits. Default 5000. */
	slowMs?: number;
}
