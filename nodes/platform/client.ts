import { CATALOGUE } from '../core/models/catalogue';
import type { LiveModel } from '../core/models/liveModels';
import type { Catalogue } from '../core/models/types';
import type { ImageRequest } from '../core/requests/imageRequest';
import type { ImageResponse } from '../core/requests/imageResponse';
import type { Failure } from '../core/run/failure';
import type { SendResult } from '../core/run/outcome';
import type { RateSignal } from '../core/run/rateSignal';
import { discreet } from './discreet';
import { doorFor } from './doors/registry';
import { withFetchedImages } from './doors/resultImages';
import { cancelSignalOf, type RequestContext } from './http';
import { LargeBodies } from './largeBodies';
import { connect } from './sdk';

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
	images: File[];
	mask: File | null;
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

/**
 * @param timeoutMs for one request
 * @param catalogue knows models by all their names
 * @throws NodeOperationError when the credential's base URL can't be used
 */
export async function createImageApi(
	context: RequestContext,
	timeoutMs: number,
	catalogue: Catalogue = CATALOGUE,
): Promise<ImageApi> {
	const connection = await connect(context, timeoutMs);
	const bodies = new LargeBodies({ timeoutMs, signal: cancelSignalOf(context) });
	const { style } = connection.door.provider;
	const api = doorFor(style)({ ...connection, context, timeoutMs, catalogue, bodies });
	return discreet(
		withFetchedImages(api, { ...connection, context, timeoutMs, bodies }),
		connection.credential,
	);
}
