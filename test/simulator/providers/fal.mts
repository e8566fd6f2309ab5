/** fal.ai's queue (docs.fal.ai, "Queue"): submit, look, fetch. Addresses instead of base64, no usage, no cost. */
import { ApiError } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { readJsonObject, shortened } from '../http/json.mts';
import { editJob, generationJob } from '../images/jobs.mts';
import { perform } from '../images/work.mts';
import { imageFacts, recordOf } from '../recording.mts';
import { earlyTrouble, throughTrouble } from '../troubles/next.mts';
import type { Trouble } from '../troubles/trouble.mts';
import type { Quality } from '../types.mts';
import type { ProviderQuirks, Sale } from './index.mts';
import { fetchResult, publish } from './transform.mts';

const TAKEN = [
	'prompt',
	'image_urls',
	'image_size',
	'background',
	'quality',
	'num_images',
	'output_format',
	'sync_mode',
];
/** USD 0.01 in 10^-12 USD. */
const CENT = 10_000_000_000n;
/** Per image, in 10^-12 USD: square, other (fal.ai/models/fal-ai/gpt-image-1-mini). */
const PRICES: Partial<Record<Quality, readonly [bigint, bigint]>> = {
	low: [5_000_000_000n, 6_000_000_000n],
	medium: [11_000_000_000n, 15_000_000_000n],
	high: [36_000_000_000n, 52_000_000_000n],
};
/** "$0.002 per 1,000 input text tokens"; image tokens at OpenAI's price are an ASSUMPTION. */
const PER_TEXT_TOKEN = 2_000_000n;
const PER_IMAGE_TOKEN = 2_500_000n;

/** The sum of images and tokens, rounded up to a cent. */
function priceOfSale({ usage, size, job: { options } }: Sale): bigint {
	const perImage = PRICES[options.quality]?.[size.width === size.height ? 0 : 1] ?? 0n;
	const { text_tokens: text, image_tokens: image } = usage.input_tokens_details;
	const sum =
		perImage * BigInt(options.n) + PER_TEXT_TOKEN * BigInt(text) + PER_IMAGE_TOKEN * BigInt(image);
	return ((sum + CENT - 1n) / CENT) * CENT;
}

const validation = (field: string, message: string): ApiError =>
	new ApiError(422, { message, type: 'value_error', param: field, code: null });

export const fal: ProviderQuirks = {
	checkKey: ({ authorization }, key) => {
		if (authorization === `Key ${key}`) return;
		throw new ApiError(401, {
			message: 'Cannot access application: invalid key',
			type: null,
			param: null,
			code: null,
		});
	},
	path: (url) => {
		throw new ApiError(404, {
			message: `Path ${url.pathname} not found`,
			type: null,
			param: null,
			code: null,
		});
	},
	model: (name) => name,
	own: [],
	listed: (model) => ({ ...model }),
	extras: () => ({}),
	price: priceOfSale,
	headers: (requestId) => ({ 'x-fal-request-id': requestId.slice(4) }),
	/** "Validation errors" in its documentation: always 422, a refusal by its content checker too. */
	errorStatus: (status) => (status === 400 ? 422 : status),
	errorBody: ({ message, type, param, code }) =>
		param === null && code === null
			? { detail: message }
			: {
					detail: [
						{
							loc: ['body', param ?? 'prompt'],
							msg: message,
							type: code === 'moderation_blocked' ? 'content_policy_violation' : type,
						},
					],
				},
	open: async (exchange) => fetchResult(exchange) ?? (await queue(exchange)),
};

async function queue(exchange: Exchange): Promise<Answer | undefined> {
	const { record, url } = exchange;
	const [, owner, app, rest = ''] = /^\/([\w-]+)\/([\w.-]+)(\/.*)?$/.exec(url.pathname) ?? [];
	if (owner !== 'fal-ai' || app !== 'gpt-image-1-mini') return undefined;
	if (record.method === 'POST' && (rest === '' || rest === '/edit')) {
		const values = await readJsonObject(exchange.request);
		record.parameters = shortened(values) as Record<string, unknown>;
		return await throughTrouble(
			exchange,
			async (trouble) => await submit(exchange, values, rest === '/edit', trouble),
		);
	}
	const trouble = await earlyTrouble(exchange);
	if (trouble) return trouble;
	const [, id, action = ''] = /^\/requests\/([\w-]+)(\/status|\/cancel)?$/.exec(rest) ?? [];
	const job = exchange.state.queue.get(id ?? '');
	const options = exchange.state.options.queue ?? {};
	if (job === undefined)
		throw new ApiError(404, { message: 'Request not found', type: null, param: null, code: null });
	if (action === '/cancel' && record.method === 'PUT') {
		if (job.answer !== undefined || options.isDoneWhenCancelled === true) {
			job.looks = Infinity;
			return json({ status: 'ALREADY_COMPLETED' }, {}, 400);
		}
		job.cancelled = true;
		return json({ status: 'CANCELLATION_REQUESTED' }, {}, 202);
	}
	job.looks += 1;
	if (options.isBusy === true && job.looks % 2 === 1)
		throw new ApiError(job.looks % 4 === 1 ? 429 : 502, {
			message: 'Try again',
			type: null,
			param: null,
			code: null,
		});
	const done = job.looks > (options.looks ?? 2);
	if (action === '/status')
		return json(
			{ status: done ? 'COMPLETED' : job.looks > 1 ? 'IN_PROGRESS' : 'IN_QUEUE', request_id: id },
			{},
			done ? 200 : 202,
		);
	job.answer ??= job.work();
	const answer = await job.answer;
	if (options.hasNoResults === true)
		throw new ApiError(502, { message: 'Bad gateway', type: null, param: null, code: null });
	exchange.state.carries.set(record, job.record);
	return answer;
}

async function submit(
	exchange: Exchange,
	values: Record<string, unknown>,
	isEdit: boolean,
	trouble: Trouble,
): Promise<Answer> {
	const { state, request, record } = exchange;
	const strange = Object.keys(values).find((name) => !TAKEN.includes(name));
	if (strange !== undefined) throw validation(strange, 'extra fields not permitted');
	if (Number(values['num_images'] ?? 1) > 4)
		throw validation('num_images', 'ensure this value is less than or equal to 4');
	const body: Record<string, unknown> = {
		model: 'gpt-image-1-mini',
		prompt: values['prompt'],
		size: values['image_size'],
		quality: values['quality'],
		background: values['background'],
		output_format: values['output_format'],
		n: values['num_images'] ?? 1,
	};
	const job = isEdit
		? await editJob(
				state,
				{
					...body,
					images: ((values['image_urls'] ?? []) as string[]).map((image_url) => ({ image_url })),
				},
				async (file) => {
					const facts = await imageFacts(file.content);
					record.files.push(recordOf(file, facts));
					return { ...file, facts };
				},
			)
		: generationJob(state, body);
	const id = record.requestId.slice(4);
	const base = `http://${state.options.queue?.host ?? request.headers.host}/fal-ai/gpt-image-1-mini/requests/${id}`;
	const work = async (): Promise<Answer> => {
		const { pictures, size } = await perform(state, record.requestId, job, null, {
			...state.options,
			...trouble.oddity,
		});
		const type = `image/${String(values['output_format'] ?? 'png')}`;
		return json({
			images: pictures.map((picture, index) => ({
				url: publish(exchange, picture(), type),
				content_type: type,
				file_name: `${index}.png`,
				...size,
			})),
		});
	};
	// A client that never learns of its request leaves it to be done, and billed.
	const isLost = trouble.answer !== undefined || trouble.damage !== null || trouble.delayMs > 0;
	const answer = isLost ? work() : undefined;
	await answer;
	state.queue.set(id, { looks: 0, cancelled: false, record, answer, work });
	return json({
		status: 'IN_QUEUE',
		request_id: id,
		status_url: `${base}/status`,
		response_url: base,
		cancel_url: `${base}/cancel`,
		queue_position: 0,
	});
}
