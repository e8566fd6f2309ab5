/** OpenRouter: one endpoint for making and editing, references as addresses, usage as of a chat, with its cost ("Image generation API"). */
import { checkKey } from '../account.mts';
import { ApiError, unknownParameter } from '../errors.mts';
import { json } from '../http/answer.mts';
import { isObject } from '../http/json.mts';
import type { ProviderQuirks } from './index.mts';
import type { BilledRequest, SimulatorOptions } from '../types.mts';
import { bodyOf, stated } from './transform.mts';

const TAKEN = [
	'model',
	'prompt',
	'n',
	'size',
	'quality',
	'background',
	'output_format',
	'output_compression',
	'user',
	'input_references',
];

const feeOf = (list: bigint, percent = 5): bigint => (list * BigInt(percent)) / 100n;

/** "Usage accounting" in its documentation: under BYOK, `cost` is what OpenRouter takes and `cost_details` what the provider takes. */
function costs(
	{ costPicodollars, listPicodollars }: BilledRequest,
	{ byok, statedCost = 'number' }: SimulatorOptions,
): Record<string, unknown> {
	if (byok === undefined) return { cost: stated(costPicodollars, statedCost), is_byok: false };
	const fee = stated(feeOf(listPicodollars, byok.feePercent), statedCost);
	if (byok.hidesUpstream === true) return { cost: fee, is_byok: true };
	return {
		cost: fee,
		is_byok: true,
		cost_details: { upstream_inference_cost: stated(listPicodollars, statedCost) },
	};
}

export const openrouter: ProviderQuirks = {
	checkKey: ({ authorization }, key) => checkKey(authorization, key),
	path: (url) => {
		if (url.pathname === '/api/v1/images') return '/v1/images/generations';
		throw new ApiError(404, { message: 'Not Found', type: null, param: null, code: null });
	},
	model: (name) => {
		const id = /^openai\/(.+)$/.exec(String(name))?.[1];
		if (id !== undefined) return id;
		throw new ApiError(400, {
			message: `${String(name)} is not a valid model ID`,
			type: null,
			param: null,
			code: null,
		});
	},
	own: [],
	open: async ({ url, record }) =>
		record.method === 'GET' && url.pathname === '/api/v1/key'
			? json({ data: { label: 'sk-or-v1-…', limit: null, usage: 0 } })
			: undefined,
	listed: (model) => ({ ...model }),
	extras: () => ({}),
	/** With a key of OpenAI's own, OpenAI bills the image and OpenRouter its fee. */
	price: ({ list, options: { byok } }) => (byok ? list + feeOf(list, byok.feePercent) : undefined),
	/** With references it is an edit. */
	values: (values) => {
		const strange = Object.keys(values).find((name) => !TAKEN.includes(name));
		if (strange !== undefined) throw unknownParameter(strange);
		const { input_references: references, ...rest } = values;
		if (!Array.isArray(references) || references.length === 0)
			return { endpoint: 'generations', values: rest };
		const images = references.map((one: unknown) => ({
			image_url: isObject(one) && isObject(one['image_url']) ? one['image_url']['url'] : undefined,
		}));
		return { endpoint: 'edits', values: { ...rest, images } };
	},
	answer: async ({ state, record }, answer) => {
		const body = await bodyOf(answer);
		if (body === null) return answer;
		const usage = body['usage'] as
			{ input_tokens: number; output_tokens: number; total_tokens: number } | undefined;
		const tokens = usage && {
			prompt_tokens: usage.input_tokens,
			completion_tokens: usage.output_tokens,
			total_tokens: usage.total_tokens,
		};
		const bill = state.billed.find(({ requestId }) => requestId === record.requestId);
		const data = (body['data'] as object[]).map((image) => ({
			...image,
			media_type: `image/${String(body['output_format'] ?? 'png')}`,
		}));
		return json({
			created: body['created'],
			data,
			usage: { ...tokens, ...(bill && costs(bill, state.options)) },
		});
	},
};
