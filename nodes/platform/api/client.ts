import type { Catalogue } from '../../core/catalogue/types';
import { withoutKeyInResults } from '../http/withoutKeyInResults';
import { cancelSignalOf, type RequestContext } from '../http/http';
import { LargeBodies } from '../http/largeBodies';
import { connect } from '../http/sdk';
import type { ImageApi } from '../providers/imageApi';
import { apiFor } from '../providers/registry';
import { withFetchedImages } from '../providers/resultImages';

/**
 * @param timeoutMs for one request
 * @param catalogue knows models by all their names
 * @throws NodeOperationError when the credential's base URL can't be used
 */
export async function createImageApi(
	context: RequestContext,
	timeoutMs: number,
	catalogue: Catalogue,
): Promise<ImageApi> {
	const connection = await connect(context, timeoutMs);
	const bodies = new LargeBodies({ timeoutMs, signal: cancelSignalOf(context) });
	const { style } = connection.server.provider;
	const api = apiFor(style)({ ...connection, context, timeoutMs, catalogue, bodies });
	return withoutKeyInResults(
		withFetchedImages(api, { ...connection, context, timeoutMs, bodies }),
		connection.credential,
	);
}
