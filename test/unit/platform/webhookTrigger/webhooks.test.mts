import { createHmac, randomUUID } from 'node:crypto';
import {
	createServer,
	request as httpRequest,
	type IncomingHttpHeaders,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { receiveWebhook } from '../../../../nodes/platform/webhookTrigger/receive';
import { isRegistered } from '../../../../nodes/platform/webhookTrigger/registration';
import {
	endpointsFor,
	keepEndpoint,
} from '../../../../nodes/platform/webhookTrigger/webhookSecrets';
import { fakeN8n, jsonAnswer, NODE, type FakeAnswer } from '../../fixtures/fakeN8n.mts';

const SECRET = 'whsec_c2VjcmV0IG9uZQ==';
const OTHER = 'whsec_c2VjcmV0IHR3bw==';

const batchOf = (more: object = {}): FakeAnswer =>
	jsonAnswer({
		id: 'batch_1',
		object: 'batch',
		status: 'completed',
		endpoint: '/v1/images/generations',
		created_at: 1,
		completed_at: 2,
		input_file_id: 'file-i',
		output_file_id: 'file-o',
		request_counts: { total: 1, completed: 1, failed: 0 },
		...more,
	});

/** n8n with a published webhook trigger, behind a real HTTP server. */
class Hook {
	readonly url = `https://n8n.example/webhook/${randomUUID()}`;

	/** As n8n has stored it. */
	data: IDataObject = { endpoint: { id: 'we_1', url: this.url, secret: SECRET } };

	readonly started: IDataObject[] = [];

	readonly log: string[] = [];

	answer: (url: string) => FakeAnswer | Promise<FakeAnswer> = () => batchOf();

	/** Called with a request that has come. */
	onArrival: () => unknown = () => undefined;

	/** Held back until then. */
	ready: (response: ServerResponse) => Promise<unknown> = async () => undefined;

	/** Of the request that came last. */
	response: ServerResponse | null = null;

	/** What n8n answers once it has stored an execution. */
	storedStatus = 200;

	private readonly workflow = randomUUID();

	private server: Server | null = null;

	async listen(): Promise<void> {
		this.server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => void this.handle(request.headers, Buffer.concat(chunks), response));
		});
		await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
	}

	async close(): Promise<void> {
		this.server?.closeAllConnections();
		await new Promise((resolve) => this.server?.close(resolve));
	}

	get port(): number {
		return (this.server?.address() as AddressInfo).port;
	}

	private async handle(
		headers: IncomingHttpHeaders,
		rawBody: Buffer,
		response: ServerResponse,
	): Promise<void> {
		this.response = response;
		this.onArrival();
		await this.ready(response);
		const express = Object.assign(response, {
			status: (code: number) => Object.assign(express, { statusCode: code }),
			json: (body: unknown) => void response.end(JSON.stringify(body)),
		});
		// n8n reads it for each call, and saves it unless it fails.
		const data = structuredClone(this.data);
		const result = await receiveWebhook(this.context({ headers, rawBody }, express, data));
		if (result.noWebhookResponse === true) return;
		if (this.storedStatus === 200) this.data = data;
		if (result.workflowData && this.storedStatus === 200)
			this.started.push(...result.workflowData.flat().map(({ json }) => json));
		express.status(result.workflowData ? this.storedStatus : 200).json({});
	}

	private context(request: object, response: unknown, data: IDataObject): IWebhookFunctions {
		return {
			...fakeN8n({ answer: async ({ url }) => await this.answer(url) }).context,
			logger: Object.fromEntries(
				['info', 'warn', 'error'].map((level) => [
					level,
					(message: string) => this.log.push(`${level}: ${message}`),
				]),
			),
			getMode: () => 'webhook',
			getNode: () => NODE,
			getWorkflow: () => ({ id: this.workflow }),
			getWorkflowStaticData: () => data,
			getNodeWebhookUrl: () => this.url,
			getNodeParameter: (name: string, fallback: unknown) =>
				name === 'simplify' ? false : fallback,
			getRequestObject: () => request,
			getResponseObject: () => response,
		} as unknown as IWebhookFunctions;
	}
}

let hook: Hook;
beforeEach(async () => {
	hook = new Hook();
	await hook.listen();
});
afterEach(async () => await hook.close());

const now = (): number => Math.floor(Date.now() / 1000);

interface Delivered {
	secret?: string;
	id?: string;
	later?: number;
	/** Hangs up once the whole request has come. */
	hangUp?: boolean;
}

/** @returns the status; `null` = there was no answer */
async function deliver({
	secret = SECRET,
	id = 'wh_1',
	later = 0,
	hangUp = false,
}: Delivered = {}): Promise<number | null> {
	const body = JSON.stringify({
		id: 'evt_1',
		object: 'event',
		type: 'batch.completed',
		created_at: now(),
		data: { id: 'batch_1' },
	});
	const timestamp = String(now() + later);
	const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
	const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
	const headers = {
		'webhook-id': id,
		'webhook-timestamp': timestamp,
		'webhook-signature': `v1,${signature}`,
		'content-length': Buffer.byteLength(body),
	};
	return await new Promise((resolve) => {
		const request = httpRequest(
			{ port: hook.port, host: '127.0.0.1', method: 'POST', headers, agent: false },
			(response) => resolve(response.resume().statusCode ?? null),
		);
		request.on('error', () => resolve(null));
		hook.onArrival = () => hangUp && request.destroy();
		request.end(body);
	});
}

/** As OpenAI does, until it is no longer told that the delivery is being accepted. */
async function deliverAgain(): Promise<number | null> {
	for (let later = 1; ; later += 1) {
		const status = await deliver({ later });
		if (status !== 409 || later > 200) return status;
	}
}

const isClosed = async (response: ServerResponse): Promise<void> =>
	await new Promise((resolve) => {
		if (response.destroyed) resolve();
		else response.once('close', () => resolve());
	});

describe('a delivery whose caller hung up', () => {
	it('before it was looked at starts once, and the next one is told that it came', async () => {
		hook.ready = isClosed;
		expect(await deliver({ hangUp: true })).toBeNull();
		hook.ready = async () => undefined;

		expect(await deliverAgain()).toBe(200);
		expect(hook.started).toHaveLength(1);
	});

	it.each([
		[
			'the batch could not be retrieved',
			() => (hook.answer = () => jsonAnswer({ error: { message: 'no' } }, 401)),
		],
		['n8n could not store the execution', () => (hook.storedStatus = 500)],
	])('in the middle is not taken for accepted when %s', async (_, breakIt) => {
		breakIt();
		const { answer } = hook;
		hook.answer = async () => {
			await isClosed(hook.response as ServerResponse);
			return await answer('');
		};
		expect(await deliver({ hangUp: true })).toBeNull();
		// Until the first one has ended.
		while (hook.response?.writableEnded === false) await new Promise(setImmediate);
		hook.answer = () => batchOf();
		hook.storedStatus = 200;

		expect(await deliverAgain()).toBe(200);
		expect(hook.started).toMatchObject([{ batchId: 'batch_1' }]);
		expect(await deliver({ later: 250 })).toBe(200);
		expect(hook.started).toHaveLength(1);
	});
});

describe('a delivery', () => {
	it('is checked with the secret that is stored and with the one that this process has registered', async () => {
		keepEndpoint({}, { id: 'we_0', url: hook.url, secret: OTHER });
		const statuses = [
			await deliver({ id: 'wh_a' }),
			await deliver({ id: 'wh_b', secret: OTHER }),
			await deliver({ id: 'wh_c', secret: 'whsec_bm9uZQ==' }),
		];

		expect(statuses).toEqual([200, 200, 401]);
		expect(endpointsFor(hook.data, hook.url).map(({ id }) => id)).toEqual(['we_0', 'we_1']);
	});

	it('of a batch for another endpoint is taken and starts nothing', async () => {
		hook.answer = () => batchOf({ endpoint: '/v1/responses' });

		expect(await deliver()).toBe(200);
		expect(hook.started).toEqual([]);
	});

	it('of a batch whose file is to come is wanted again, for an hour', async () => {
		hook.answer = () => batchOf({ output_file_id: '', completed_at: now() });
		expect(await deliver()).toBe(503);
		expect(hook.started).toEqual([]);
		expect(hook.log).toEqual([
			'warn: GPT Image Webhook Trigger: the results of batch_1 are counted, but not in a file yet. OpenAI will deliver again.',
		]);
		hook.answer = () => batchOf({ output_file_id: '', completed_at: now() - 3700 });
		expect(await deliver({ id: 'wh_2' })).toBe(200);
		expect(hook.started).toMatchObject([{ outputFileId: null }]);
	});
});

describe('a batch that there was no room for', () => {
	const withoutRoom = (failedAt: number, hasFile: boolean) => (url: string) => {
		if (url.includes('/files/'))
			return jsonAnswer(
				hasFile ? { id: 'file-i' } : { error: { message: 'no' } },
				hasFile ? 200 : 404,
			);
		return batchOf({
			status: 'failed',
			failed_at: failedAt,
			completed_at: null,
			errors: { data: [{ code: 'token_limit_exceeded', message: 'Enqueued token limit reached' }] },
			metadata: { created_by: 'n8n-nodes-gpt-image', submission: 's' },
			request_counts: { total: 0, completed: 0, failed: 0 },
		});
	};

	it('is wanted again until Submit has seen it, and starts nothing when it has', async () => {
		hook.answer = withoutRoom(now() - 5, true);
		expect(await deliver()).toBe(503);
		hook.answer = withoutRoom(now() - 5, false);
		expect(await deliver({ later: 1 })).toBe(200);

		expect(hook.started).toEqual([]);
		expect(hook.log.at(-1)).toMatch(/Submit took its requests back/);
	});

	it('starts when Submit has left it', async () => {
		hook.answer = withoutRoom(now() - 1900, true);

		expect(await deliver()).toBe(200);
		expect(hook.started).toMatchObject([{ batchId: 'batch_1', status: 'failed' }]);
	});
});

describe('the registration', () => {
	const hookOf = (activation: string, status: number, log: string[] = []): IHookFunctions =>
		({
			...fakeN8n({ answer: () => jsonAnswer({ error: { message: 'no' } }, status) }).context,
			logger: { warn: (message: string) => log.push(message) },
			getActivationMode: () => activation,
			getNodeParameter: (_: string, fallback: unknown) => fallback,
			getNodeWebhookUrl: () => hook.url,
			getWorkflowStaticData: () => hook.data,
		}) as unknown as IHookFunctions;

	it('is taken to stand when n8n starts and the API can not be asked', async () => {
		const log: string[] = [];

		expect(await isRegistered(hookOf('init', 503, log))).toBe(true);
		expect(log).toEqual([
			expect.stringMatching(
				/could not be asked whether its webhook is still registered.*unpublish and publish/,
			),
		]);
	});

	it('is not when the API says otherwise, or the user publishes', async () => {
		await expect(isRegistered(hookOf('init', 401))).rejects.toThrow('could not be registered');
		await expect(isRegistered(hookOf('activate', 503))).rejects.toThrow('could not be registered');
		expect(await isRegistered(hookOf('init', 404))).toBe(false);
	});
});
