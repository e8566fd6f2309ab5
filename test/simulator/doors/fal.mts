/** fal.ai's queue (docs.fal.ai, "Queue"): submit, look, fetch. Addresses instead of base64, no usage, no cost. */
import { ApiError } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { readJsonObject, shortened } from '../http/json.mts';
import { editJob, generationJob } from '../images/jobs.mts';
import { perform } from '../images/work.mts';
import { imageFacts, recordOf } from '../recording.mts';
import type { DoorQuirks } from './index.mts';
import { fetchResult, publish } from './transform.mts';

const TAKEN = ['prompt', 'image_urls', 'image_size', 'background', 'quality', 'num_images', 'output_format', 'sync_mode'];
const validation = (field: string, message: string): ApiError =>
	new ApiError(422, { message, type: 'value_error', param: field, code: null });

export const fal: DoorQuirks = {
	checkKey: ({ authorization }, key) => {
		if (authorization === `Key ${key}`) return;
		throw new ApiError(401, { message: 'Cannot access application: invalid key', type: null, param: null, code: null });
	},
	path: (url) => {
		throw new ApiError(404, { message: `Path ${url.pathname} not found`, type: null, param: null, code: null });
	},
	model: (name) => name,
	own: [],
	listed: (model) => ({ ...model }),
	extras: () => ({}),
	errorBody: ({ message, type, param, code }) =>
		param === null && code === null ? { detail: message } : { detail: [{ loc: ['body', param ?? 'prompt'], msg: message, type: code === 'moderation_blocked' ? 'content_policy_violation' : type }] },
	open: async (exchange) => fetchResult(exchange) ?? (await queue(exchange)),
};

async function queue(exchange: Exchange): Promise<Answer | undefined> {
	const { record, url } = exchange;
	const [, owner, app, rest = ''] = /^\/([\w-]+)\/([\w.-]+)(\/.*)?$/.exec(url.pathname) ?? [];
	if (owner !== 'fal-ai' || app !== 'gpt-image-1-mini') return undefined;
	if (record.method === 'POST' && (rest === '' || rest === '/edit')) return await submit(exchange, rest === '/edit');
	const [, id, action = ''] = /^\/requests\/([\w-]+)(\/status|\/cancel)?$/.exec(rest) ?? [];
	const job = exchange.state.queue.get(id ?? '');
	const options = exchange.state.options.queue ?? {};
	if (job === undefined) throw new ApiError(404, { message: 'Request not found', type: null, param: null, code: null });
	if (action === '/cancel' && record.method === 'PUT') {
		if (job.answer !== undefined || options.isDoneWhenCancelled === true) {
			job.looks = Infinity;
			return json({ status: 'ALREADY_COMPLETED' }, {}, 400);
		}
		job.cancelled = true;
		return json({ status: 'CANCELLATION_REQUESTED' }, {}, 202);
	}
	job.looks += 1;
	if (options.isBusy === true && job.looks % 2 === 1) throw new ApiError(job.looks % 4 === 1 ? 429 : 502, { message: 'Try again', type: null, param: null, code: null });
	const done = job.looks > (options.looks ?? 2);
	if (action === '/status') return json({ status: done ? 'COMPLETED' : job.looks > 1 ? 'IN_PROGRESS' : 'IN_QUEUE', request_id: id }, {}, done ? 200 : 202);
	job.answer ??= await job.work();
	if (options.hasNoResults === true) throw new ApiError(502, { message: 'Bad gateway', type: null, param: null, code: null });
	return job.answer;
}

async function submit(exchange: Exchange, isEdit: boolean): Promise<Answer> {
	const { state, request, record } = exchange;
	const values = await readJsonObject(request);
	record.parameters = shortened(values) as Record<string, unknown>;
	const strange = Object.keys(values).find((name) => !TAKEN.includes(name));
	if (strange !== undefined) throw validation(strange, 'extra fields not permitted');
	if (Number(values['num_images'] ?? 1) > 4) throw validation('num_images', 'ensure this value is less than or equal to 4');
	const body: Record<string, unknown> = { model: 'gpt-image-1-mini', prompt: values['prompt'], size: values['image_size'], quality: values['quality'], background: values['background'], output_format: values['output_format'], n: values['num_images'] ?? 1 };
	const job = isEdit
		? await editJob(state, { ...body, images: ((values['image_urls'] ?? []) as string[]).map((image_url) => ({ image_url })) }, async (file) => {
				const facts = await imageFacts(file.content);
				record.files.push(recordOf(file, facts));
				return { ...file, facts };
			})
		: generationJob(state, body);
	const id = record.requestId.slice(4);
	const base = `http://${state.options.queue?.host ?? request.headers.host}/fal-ai/gpt-image-1-mini/requests/${id}`;
	const work = async (): Promise<Answer> => {
		const { pictures, size } = await perform(state, record.requestId, job);
		const type = `image/${String(values['output_format'] ?? 'png')}`;
		return json({ images: pictures.map((picture, index) => ({ url: publish(exchange, picture(), type), content_type: type, file_name: `${index}.png`, ...size })) });
	};
	state.queue.set(id, { looks: 0, cancelled: false, answer: undefined, work });
	return json({ status: 'IN_QUEUE', request_id: id, status_url: `${base}/status`, response_url: base, cancel_url: `${base}/cancel`, queue_position: 0 });
}
