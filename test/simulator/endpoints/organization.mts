/** `/v1/organization/costs` and `/v1/organization/usage/images` ("Usage" API reference), from the simulator's own bills. */
import { ApiError, invalidRequest, missingParameter } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { integer } from '../images/values.mts';
import { svgPriceOf } from '../models/authors.mts';
import { findImageModel } from '../models/catalogue.mts';
import type { State } from '../state.mts';
import { currentTime, unixSeconds } from '../state.mts';
import type { BilledRequest } from '../types.mts';

export const PROJECT = 'proj_simulator';
const DAY = 24 * 3600;

/** Throws what an API key gets that is no admin key. */
export function checkAdminKey(authorization: string | undefined, { apiKey, options }: State): void {
	const key = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]?.trim();
	if (key === (options.adminKey ?? 'sk-admin-simulator')) return;
	const message =
		key === apiKey
			? "You have insufficient permissions for this operation. Missing scopes: api.usage.read. Check that you have the correct role in your organization, and if you're using a restricted API key, that it has the necessary scopes."
			: 'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.';
	throw new ApiError(key === apiKey ? 403 : 401, {
		message,
		type: 'invalid_request_error',
		param: null,
		code: key === apiKey ? null : 'invalid_api_key',
	});
}

interface Bucket {
	start: number;
	end: number;
	bills: BilledRequest[];
}

/** A page of days that end at midnight UTC, and what was billed on each. */
function pageOf(
	{ state, query }: Exchange,
	most: number,
): { buckets: Bucket[]; hasMore: boolean; next: string | null } {
	const rule = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, textual: true };
	const start = integer(query.get('start_time') ?? undefined, 'start_time', rule);
	if (start === undefined) throw missingParameter('start_time');
	const end =
		integer(query.get('end_time') ?? undefined, 'end_time', rule) ??
		unixSeconds(currentTime(state)) + 1;
	const width = query.get('bucket_width') ?? '1d';
	if (width !== '1d')
		throw invalidRequest(
			`Invalid value: '${width}'. Supported values are: '1d'.`,
			'bucket_width',
			'invalid_value',
		);
	const limit =
		integer(query.get('limit') ?? '7', 'limit', { minimum: 1, maximum: most, textual: true }) ?? 7;
	const projects = query.getAll('project_ids').concat(query.getAll('project_ids[]'));
	const bills = projects.length === 0 || projects.includes(PROJECT) ? state.billed : [];
	const all: Bucket[] = [];
	for (let at = start; at < end; at = (Math.floor(at / DAY) + 1) * DAY) {
		const until = Math.min(end, (Math.floor(at / DAY) + 1) * DAY);
		const billedAt = ({ requestId }: BilledRequest): number =>
			unixSeconds(state.billedAt.get(requestId) ?? new Date(0));
		all.push({
			start: at,
			end: until,
			bills: bills.filter((bill) => billedAt(bill) >= at && billedAt(bill) < until),
		});
	}
	const first = Number(query.get('page') ?? 0);
	const hasMore = first + limit < all.length;
	return {
		buckets: all.slice(first, first + limit),
		hasMore,
		next: hasMore ? String(first + limit) : null,
	};
}

function answerOf(
	{ buckets, hasMore, next }: ReturnType<typeof pageOf>,
	resultsOf: (bills: BilledRequest[]) => object[],
): Answer {
	const data = buckets.map(({ start, end, bills }) => ({
		object: 'bucket',
		start_time: start,
		end_time: end,
		results: resultsOf(bills),
	}));
	return json({ object: 'page', data, has_more: hasMore, next_page: next });
}

const groupsOf = ({ query }: Exchange): string[] =>
	query.getAll('group_by').concat(query.getAll('group_by[]'));

/** What of a bill stands in which line, in 10^-12 USD. How OpenAI words the lines of images was not found: ASSUMPTION. */
function linesOf(
	state: State,
	{ model: id, usage, svgUsage, costPicodollars, batchId }: BilledRequest,
): Array<[string, bigint]> {
	const model = findImageModel(id, currentTime(state));
	if (model === undefined) return [[id, costPicodollars]];
	const { prices } = model;
	const input = usage.input_tokens_details;
	const cached = input.cached_tokens_details ?? { text_tokens: 0, image_tokens: 0 };
	const parts: Array<[string, number, bigint]> = [
		['input text', input.text_tokens - cached.text_tokens, prices.textIn],
		['cached input text', cached.text_tokens, prices.textInCached],
		['input images', input.image_tokens - cached.image_tokens, prices.imageIn],
		['cached input images', cached.image_tokens, prices.imageInCached],
		['output images', usage.output_tokens_details.image_tokens, prices.imageOut],
		['output text', usage.output_tokens_details.text_tokens, prices.textOut],
	];
	const half = batchId === undefined ? 1n : 2n;
	const author: Array<[string, bigint]> = svgUsage
		? [[`${svgUsage.model}, SVG`, svgPriceOf(svgUsage) / half]]
		: [];
	const ofImage = parts.flatMap(([name, tokens, price]) =>
		tokens === 0
			? []
			: [
					[
						`${id}, ${name}${batchId === undefined ? '' : ' (batch)'}`,
						(BigInt(tokens) * price) / half,
					] as [string, bigint],
				],
	);
	return [...ofImage, ...author];
}

export async function costs(exchange: Exchange): Promise<Answer> {
	const { state } = exchange;
	const groups = groupsOf(exchange);
	const result = (amount: bigint, line: string | null) => ({
		object: 'organization.costs.result',
		amount: { value: Number(amount) / 1e12, currency: 'usd' },
		line_item: line,
		project_id: groups.includes('project_id') ? PROJECT : null,
		api_key_id: null,
		quantity: null,
		quantity_unit: null,
	});
	return answerOf(pageOf(exchange, 180), (bills) => {
		if (!groups.includes('line_item'))
			return bills.length === 0
				? []
				: [
						result(
							bills.reduce((sum, { costPicodollars }) => sum + costPicodollars, 0n),
							null,
						),
					];
		const lines = new Map<string, bigint>();
		for (const [name, amount] of bills.flatMap((bill) => linesOf(state, bill)))
			lines.set(name, (lines.get(name) ?? 0n) + amount);
		return [...lines].map(([name, amount]) => result(amount, name));
	});
}

export async function usageOfImages(exchange: Exchange): Promise<Answer> {
	const groups = groupsOf(exchange);
	return answerOf(pageOf(exchange, 31), (bills) => {
		const names = groups.includes('model')
			? [...new Set(bills.map(({ model }) => model))]
			: bills.length === 0
				? []
				: [null];
		return names.map((name) => {
			const some = bills.filter(({ model }) => name === null || model === name);
			return {
				object: 'organization.usage.images.result',
				images: some.reduce((sum, { n }) => sum + n, 0),
				num_model_requests: some.length,
				size: null,
				source: null,
				project_id: groups.includes('project_id') ? PROJECT : null,
				user_id: null,
				api_key_id: null,
				model: name,
			};
		});
	});
}
