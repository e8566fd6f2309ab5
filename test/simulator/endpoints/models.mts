/** `GET /v1/models` and `GET /v1/models/{id}` ("Models" API reference). */
import { SERVERS } from '../providers/index.mts';
import { ApiError } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { listedModels } from '../models/availability.mts';

export async function listAllModels({ state }: Exchange): Promise<Answer> {
	const provider = SERVERS[state.options.provider ?? 'openai'];
	return json({ object: 'list', data: listedModels(state).map((model) => provider.listed(model)) });
}

export async function retrieveModel({ state, params }: Exchange): Promise<Answer> {
	const [id] = params;
	const model = listedModels(state).find((entry) => entry.id === id);
	if (model) return json(model);
	throw new ApiError(404, {
		message: `The model '${id}' does not exist`,
		type: 'invalid_request_error',
		param: 'model',
		code: 'model_not_found',
	});
}
