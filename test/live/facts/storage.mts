/** Files, batches and webhook endpoints. All of it is free: the lines of the batches are refused, and what was made is removed at the end. */
import { picture, PROMPT, upload, uploadedId } from '../calls.mts';
import type { Context, Fact, Seen } from '../fact.mts';
import { NotTold, tell } from '../fact.mts';
import type { Knowledge } from '../knowledge.mts';
import { list, record } from '../target.mts';

const BATCH_FIELDS = [
	'cancelled_at',
	'cancelling_at',
	'completed_at',
	'completion_window',
	'created_at',
	'endpoint',
	'error_file_id',
	'errors',
	'expired_at',
	'expires_at',
	'failed_at',
	'finalizing_at',
	'id',
	'in_progress_at',
	'input_file_id',
	'metadata',
	'object',
	'output_file_id',
	'request_counts',
	'status',
];

function fileFacts(): Fact[] {
	const purposes = ['batch', 'vision', 'user_data'].map((purpose): Fact => ({
		name: `Whether a file of the purpose ${purpose} is taken`,
		area: 'files',
		expected: 'taken',
		writtenIn: { file: 'test/simulator/endpoints/files.mts', what: 'PURPOSES' },
		needs: 'files',
		probe: async (context) =>
			(await stored(context, purpose))?.['purpose'] === purpose ? 'taken' : 'refused',
	}));
	return [
		...purposes,
		{
			name: 'When a file for a batch expires by itself, in seconds',
			area: 'files',
			expected: 30 * 24 * 3600,
			writtenIn: { file: 'test/simulator/endpoints/files.mts', what: 'BATCH_EXPIRY_SECONDS' },
			needs: 'files',
			probe: async (context) => {
				const { created_at: created, expires_at: expires } = record(await stored(context, 'batch'));
				return typeof expires === 'number' ? expires - Number(created) : null;
			},
		},
	];
}

const FILES: Readonly<Record<string, string>> = {
	batch: 'verify.jsonl',
	vision: 'verify.png',
	user_data: 'verify.txt',
};

const stored = (context: Context, purpose: string): Promise<Record<string, unknown> | null> =>
	context.once(
		`file ${purpose}`,
		async () =>
			await upload(
				context,
				purpose,
				purpose === 'vision' ? await picture(1) : Buffer.from('{}\n'),
				FILES[purpose] ?? 'verify.txt',
			),
	);

/** No model takes this size, so that the line is refused and costs nothing. */
const lineOf = (model: string): string =>
	JSON.stringify({
		custom_id: 'verify-1',
		method: 'POST',
		url: '/v1/images/generations',
		body: { model, prompt: PROMPT, quality: 'low', size: '16x16' },
	});

/** How often it looks at most. */
const LOOKS = 40;

interface Submitted {
	batch: Record<string, unknown>;
	/** After it was looked at by the API. */
	checked: Record<string, unknown>;
}

const submitted = (context: Context, id: string): Promise<Submitted> =>
	context.once(`batch ${id}`, async () => {
		const fileId = await uploadedId(
			context,
			'batch',
			Buffer.from(`${lineOf(context.modelName(id))}\n`),
			'verify.jsonl',
		);
		const answer = tell(
			await context.ask('/batches', {
				json: {
					input_file_id: fileId,
					endpoint: '/v1/images/generations',
					completion_window: '24h',
					metadata: { verify: 'true' },
				},
			}),
			[200],
		);
		const batch = record(answer.body);
		if (answer.status !== 200)
			throw new NotTold(
				`the batch was refused with status ${answer.status}: ${answer.text.slice(0, 200)}`,
			);
		const path = `/batches/${String(batch['id'])}`;
		context.afterwards(
			'a batch',
			async () => await context.ask(`${path}/cancel`, { method: 'POST' }),
		);
		return { batch, checked: await until(context, path, (status) => status !== 'validating') };
	});

async function until(
	context: Context,
	path: string,
	isIt: (status: string) => boolean,
): Promise<Record<string, unknown>> {
	for (let look = 0; look < LOOKS; look += 1) {
		const { status, body } = tell(await context.ask(path), [200]);
		if (status !== 200) throw new NotTold(`the batch could not be looked at: status ${status}`);
		const batch = record(body);
		if (isIt(String(batch['status']))) return batch;
		await context.pause();
	}
	throw new NotTold('the batch took too long');
}

const cancelled = (context: Context): Promise<{ first: Seen; second: Seen }> =>
	context.once('cancellation', async () => {
		const { batch } = await submitted(context, 'gpt-image-2');
		const path = `/batches/${String(batch['id'])}`;
		const answer = tell(await context.ask(`${path}/cancel`, { method: 'POST' }), [200]);
		if (answer.status === 409)
			throw new NotTold('the batch had ended before it could be cancelled');
		await until(context, path, (status) =>
			['cancelled', 'completed', 'failed', 'expired'].includes(status),
		);
		const again = tell(await context.ask(`${path}/cancel`, { method: 'POST' }), [409]);
		return {
			first: { status: answer.status, batch: String(record(answer.body)['status']) },
			second: again.status,
		};
	});

function batchFacts({ catalogue, isGone }: Knowledge, now: Date): Fact[] {
	const models = catalogue.models
		.filter((model) => !isGone(model, now))
		.map((model): Fact => ({
			name: `Whether batches take ${model.id}`,
			area: 'batches',
			expected: model.capabilities.batch === 'no' ? 'refused' : 'taken',
			writtenIn: {
				file: 'nodes/core/catalogue',
				what: `${model.id}: capabilities.batch (now ${model.capabilities.batch})`,
			},
			needs: 'batches',
			probe: async (context) => {
				const { status, errors } = (await submitted(context, model.id)).checked;
				if (status !== 'failed') return 'taken';
				const words = list(record(errors)['data'])
					.map((problem) => String(record(problem)['message']))
					.join(' ');
				// A full queue is the queue of a model, too.
				if (!/\bmodel\b/i.test(words) || /\blimit\b/i.test(words))
					throw new NotTold(`the batch was refused for something else: ${words}`);
				return 'refused';
			},
		}));
	const base = { area: 'batches', needs: 'batches' } as const;
	return [
		...models,
		{
			...base,
			name: 'Fields of a batch that was just created',
			expected: BATCH_FIELDS,
			writtenIn: { file: 'test/simulator/batches/batch.mts', what: 'describe' },
			// The newest ones beside them come and go with the model.
			probe: async (context) =>
				Object.keys((await submitted(context, 'gpt-image-2')).batch)
					.filter((name) => !['model', 'usage'].includes(name))
					.sort(),
		},
		{
			...base,
			name: 'What the cancellation of a batch answers',
			expected: { status: 200, batch: 'cancelling' },
			writtenIn: { file: 'test/simulator/endpoints/batches.mts', what: 'cancelBatch' },
			probe: async (context) => (await cancelled(context)).first,
		},
		{
			...base,
			name: 'Status of cancelling a batch that has ended',
			expected: 409,
			writtenIn: { file: 'test/simulator/endpoints/batches.mts', what: 'cancelBatch' },
			probe: async (context) => (await cancelled(context)).second,
		},
	];
}

const endpoint = (context: Context): Promise<Record<string, unknown>> =>
	context.once('webhook endpoint', async () => {
		const { status, body, text } = tell(
			await context.ask('/webhook_endpoints', {
				json: {
					name: 'verify',
					url: 'https://example.com/verify',
					event_types: ['batch.completed'],
				},
			}),
			[200],
		);
		if (status !== 200) throw new NotTold(`status ${status}: ${text.slice(0, 200)}`);
		const created = record(body);
		context.afterwards(
			'a webhook endpoint',
			async () =>
				await context.ask(`/webhook_endpoints/${String(created['id'])}`, { method: 'DELETE' }),
		);
		return created;
	});

function webhookFacts(): Fact[] {
	const base = {
		area: 'webhooks',
		needs: 'webhooks',
		writtenIn: { file: 'test/simulator/endpoints/webhooks.mts', what: 'describe' },
	} as const;
	return [
		{
			...base,
			name: 'Fields of a webhook endpoint that was just created',
			expected: [
				'created_at',
				'event_types',
				'id',
				'name',
				'object',
				'signing_secret',
				'signing_secret_hint',
				'url',
			],
			probe: async (context) => Object.keys(await endpoint(context)).sort(),
		},
		{
			...base,
			name: 'What a secret of a webhook begins with',
			expected: 'whsec_',
			probe: async (context) => String((await endpoint(context))['signing_secret']).slice(0, 6),
		},
		{
			...base,
			name: 'Whether a webhook endpoint is listed',
			expected: true,
			probe: async (context) => {
				const { id } = await endpoint(context);
				return list(
					record(tell(await context.ask('/webhook_endpoints?limit=100'), [200]).body)['data'],
				).some((one) => record(one)['id'] === id);
			},
		},
	];
}

export function storageFacts(knowledge: Knowledge, now: Date): Fact[] {
	return [...fileFacts(), ...batchFacts(knowledge, now), ...webhookFacts()];
}
