import type { IPollFunctions } from 'n8n-workflow';
import { asText } from '../../core/util/json';
import { readCredential } from '../http/http';

/** Tells projects apart by what a credential says of itself, but for the key: that is no matter for static data. */
export async function projectKeyOf(context: IPollFunctions): Promise<string> {
	const { id, data } = await readCredential(context);
	const fields = [data?.provider, data?.baseUrl, data?.organizationId, data?.projectId].map(
		(field) => asText(field) ?? '',
	);
	return JSON.stringify([id, ...fields]);
}
