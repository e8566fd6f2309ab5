/** One request on its way through the simulator. */
import type { IncomingMessage } from 'node:http';
import type { State } from '../state.mts';
import type { RecordedRequest } from '../types.mts';

export interface Exchange {
	state: State;
	request: IncomingMessage;
	record: RecordedRequest;
	url: URL;
	/** Path parameters, decoded, in order. */
	params: string[];
	query: URLSearchParams;
}
