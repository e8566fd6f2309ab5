/** Lumenfall: OpenAI's endpoints below `/openai/v1`, addresses instead of base64 unless asked for it, and what it cost in `metadata`. */
import { checkKey } from '../account.mts';
import { ApiError } from '../errors.mts';
import { json } from '../http/answer.mts';
import type { Answer } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { readJsonObject } from '../http/json.mts';
import { generationJob } from '../images/jobs.mts';
import { quote } from '../images/work.mts';
import type { ProviderQuirks } from './index.mts';
import { bodyOf, fetchResult, imagesOf, publish, stated } from './transform.mts';

export const lumenfall: ProviderQuirks = {
	checkKey: ({ authorization }, key) => checkKey(authorization, key),
	path: (url) => {
		if (/^\/openai\/v1\/images\/(?:generations|edits)$/.test(url.pathname))
			return url.pathname.replace('/openai', '');
		throw new ApiError(404, {
			message: 'Not found',
			type: 'not_found',
			param: null,
			code: 'not_found',
		});
	},
	model: (name) => name,
	own: ['response_format'],
	listed: (model) => ({ ...model }),
	extras: ({ costPicodollars }, { statedCost = 'number' }) => ({
		metadata: {
			cost: stated(costPicodollars, statedCost),
			cost_currency: 'USD',
			provider: 'openai',
			attempts: 1,
		},
	}),
	open: async (exchange) =>
		fetchResult(exchange) ??
		(exchange.query.get('dryRun') === 'true' ? await dryRun(exchange) : undefined),
	answer: async (exchange, answer, values) => {
		if (values['response_format'] === 'b64_json') return answer;
		const body = await bodyOf(answer);
		if (body === null) return answer;
		return json({
			...body,
			data: imagesOf(body).map((image) => ({ url: publish(exchange, image, 'image/jpeg') })),
		});
	},
};

/** Says what it would cost; nothing is made. */
async function dryRun({ state, request, record }: Exchange): Promise<Answer> {
	record.parameters = await readJsonObject(request);
	const { response_format: _, ...values } = record.parameters;
	const cost = quote(state, generationJob(state, values));
	return json({ estimated: true, total_cost_micros: Number(cost / 1_000_000n), components: [] });
}
