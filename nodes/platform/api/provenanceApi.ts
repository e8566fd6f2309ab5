import { localFailure } from '../../core/failures/failure';
import type { ApiServer } from '../../core/providers/connection';
import { parseProvenance, type Provenance } from '../../core/requests/provenance';
import type { SendResult } from '../../core/scheduler/outcome';
import { withoutKeyInResults } from '../http/withoutKeyInResults';
import { resultOf } from '../http/failures';
import type { RequestContext } from '../http/http';
import { connect, notOffered } from '../http/sdk';

/** Failures are values; nothing is tried again here. */
export interface ProvenanceApi {
	check(file: File): Promise<SendResult<Provenance>>;
}

/**
 * @param timeoutMs for one request
 * @throws NodeOperationError when the provider has no such checks, or the credential's base URL can't be used
 */
export async function createProvenanceApi(
	context: RequestContext,
	timeoutMs: number,
): Promise<{ api: ProvenanceApi; server: ApiServer }> {
	const { client, server, credential } = await connect(context, timeoutMs);
	if (!server.provider.offers.provenanceChecks)
		throw notOffered(
			context,
			server.provider,
			'provenance checks',
			'Choose an OpenAI credential, or use openai.com/verify.',
		);
	const api: ProvenanceApi = {
		check: async (file) => {
			const body = new FormData();
			body.append('file', file);
			const answer = await resultOf(
				async () => await client.post('/content_provenance_checks', { body }),
			);
			if (!answer.ok) return answer;
			const provenance = parseProvenance(answer.value);
			return provenance === null
				? { ok: false, failure: MALFORMED }
				: { ok: true, value: provenance };
		},
	};
	return { api: withoutKeyInResults(api, credential), server };
}

const MALFORMED = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API answered, but without the result of a check.',
);
