import type { LiveModel } from '../../core/catalogue/lifecycle';
import type { Catalogue } from '../../core/catalogue/types';
import type { Failure } from '../../core/failures/failure';
import type { RateSignal } from '../../core/failures/rateSignal';
import type { ImageRequest } from '../../core/requests/imageRequest';
import type { ImageReference } from '../../core/requests/inputImages';
import type { ImageResponse } from '../../core/requests/imageResponse';
import type { SendResult } from '../../core/scheduler/outcome';
import type { RequestContext } from '../http/http';
import type { LargeBodies } from '../http/largeBodies';
import type { Connection } from '../http/sdk';

/** A finished request: its images, its usage and the API's id of it. */
export interface Answer {
	response: Omit<ImageResponse, 'images' | 'urls'>;
	/** Each gives an image's bytes, which last until the next one is asked for or `done`. */
	images: ReadonlyArray<() => Buffer>;
	/** Where images are that are yet to be fetched; absent = none. */
	urls?: string[];
	requestId: string | null;
	/** What the answer's headers say of the rate limit. */
	rate: RateSignal | null;
	/** Images that were made and could not be fetched; absent = none. */
	unfetched?: { images: number; failure: Failure };
	/** Lets the next answer be read: to be called once the images are stored, come what may. */
	done: () => void;
}

export interface SendOptions {
	/** Images to make in this request. */
	count: number;
	/** The same for every attempt at one request. */
	idempotencyKey: string;
}

export interface EditFiles {
	images: Array<File | ImageReference>;
	mask: File | null;
	/** Absent or `null` = none. */
	markup?: File | null;
}

/** The endpoints that we use. Failures are values; nothing is retried here. */
export interface ImageApi {
	generate(request: ImageRequest, options: SendOptions): Promise<SendResult<Answer>>;
	edit(request: ImageRequest, files: EditFiles, options: SendOptions): Promise<SendResult<Answer>>;
	/** What the provider says that a generation would cost, as an exact decimal of USD; nothing is made. `null` = it does not say. */
	quote?(request: ImageRequest, images: number): Promise<SendResult<string | null>>;
	/** Models that this key may use. */
	listModels(): Promise<SendResult<LiveModel[]>>;
}

/** What an API of images is made from. */
export interface ApiConnection extends Connection {
	context: RequestContext;
	/** For one request. */
	timeoutMs: number;
	/** Knows models by all their names. */
	catalogue: Catalogue;
	bodies: LargeBodies;
}
