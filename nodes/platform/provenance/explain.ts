import { CATALOGUE } from '../../core/catalogue/catalogue';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import { type ApiServer, catalogueAt } from '../../core/providers/connection';
import { explainFailure, type Explanation } from '../n8n/errors';

/** A check is about no model. */
const NO_MODEL: Omit<ChosenModel, 'catalogue'> = {
	requested: '',
	id: 'the model',
	role: null,
	entry: null,
};

/** OpenAI's guide: 404 where an organization has no access, 429 beyond limits that are tight. */
export function explainCheckFailure(failure: Failure, server: ApiServer): Explanation {
	if (failure.status === 404)
		return {
			message: 'The account has no access to provenance checks',
			remedy: `Check the account that the key belongs to, or use openai.com/verify. The API says: ${failure.message}`,
		};
	const model = { ...NO_MODEL, catalogue: catalogueAt(CATALOGUE, server, '') };
	const explained = explainFailure(failure, model, new Date());
	return failure.kind === 'rateLimit'
		? {
				...explained,
				remedy:
					"OpenAI limits these checks strictly. Check fewer images at once, or raise 'Max Wait (Minutes)' under 'Run Settings'.",
			}
		: explained;
}
