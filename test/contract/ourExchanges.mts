/** Runs the node itself, as n8n would, against a server: every kind of request that it sends. */
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { GptImage } from '../../nodes/GptImage/GptImage.node';
import { fakeN8n, handedOut } from '../unit/fixtures/fakeN8n.mts';
import type { FakeAnswer, FakeSetup } from '../unit/fixtures/fakeN8n.mts';
import { picture } from './support.mts';

/** Our files are made while they are sent; n8n's axios asks them for their stream, fetch wants their bytes. */
async function withBytes(body: unknown): Promise<BodyInit | undefined> {
	if (body === undefined || typeof body === 'string') return body;
	if (!(body instanceof FormData)) return body as BodyInit;
	const form = new FormData();
	for (const [name, value] of body) {
		if (typeof value === 'string') form.append(name, value);
		else
			form.append(
				name,
				new Blob([await new Response(value.stream()).arrayBuffer()], { type: value.type }),
				value.name,
			);
	}
	return form;
}

async function overTheWire({
	url,
	method = 'GET',
	headers,
	body,
}: IHttpRequestOptions): Promise<FakeAnswer> {
	const content = await withBytes(body);
	const signed = { ...(headers as Record<string, string>), authorization: 'Bearer sk-simulator' };
	const given =
		content instanceof FormData
			? Object.fromEntries(
					Object.entries(signed).filter(([name]) => name.toLowerCase() !== 'content-type'),
				)
			: signed;
	const answer = await fetch(url, {
		method,
		headers: given,
		...(content !== undefined && { body: content }),
	});
	return {
		statusCode: answer.status,
		headers: Object.fromEntries(answer.headers),
		body: Buffer.from(await answer.arrayBuffer()),
	};
}

export async function runNode(
	baseUrl: string,
	parameters: Record<string, unknown>,
	setup: FakeSetup = {},
): Promise<IDataObject[]> {
	const { context } = fakeN8n({ credential: { baseUrl }, parameters, ...setup });
	// Some bodies can be read only once, so that nobody may look at them before they are sent.
	Object.assign(context.helpers, {
		httpRequestWithAuthentication: async (_: string, options: IHttpRequestOptions) =>
			handedOut(await overTheWire(options)),
	});
	const [items = []] = await new GptImage().execute.call(
		Object.assign(context, { getWorkflow: () => ({ id: 'w' }) }),
	);
	return items.map(({ json }) => json);
}

const MODEL = { mode: 'id', value: 'gpt-image-2' };
const COMMON = {
	model: MODEL,
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	count: 1,
	options: {},
	run: { maxAttempts: 1 },
};
const OPTIONS = {
	background: 'opaque',
	outputFormat: 'jpeg',
	outputCompression: 80,
	moderation: 'low',
	safetyIdentifier: 'user-1',
};

async function pictures(): Promise<FakeSetup> {
	const binary = async (alpha?: number) => ({
		data: (await picture('png', 64, 64, alpha)).toString('base64'),
		mimeType: 'image/png',
		fileName: 'x.png',
	});
	return { input: [{ json: {}, binary: { data: await binary(), mask: await binary(0) } }] };
}

/** @returns how many items came of each step, by its name */
export async function sendEverything(baseUrl: string): Promise<Record<string, number>> {
	const counts: Record<string, number> = {};
	const step = async (
		name: string,
		parameters: Record<string, unknown>,
		setup?: FakeSetup,
	): Promise<IDataObject[]> => {
		const items = await runNode(baseUrl, parameters, setup);
		counts[name] = items.length;
		return items;
	};
	const withPictures = await pictures();
	await step('generate', { ...COMMON, resource: 'image', operation: 'generate' });
	await step('generate with options', {
		...COMMON,
		resource: 'image',
		operation: 'generate',
		count: 2,
		options: OPTIONS,
	});
	await step(
		'edit',
		{
			...COMMON,
			resource: 'image',
			operation: 'edit',
			inputBinaryFields: 'data',
			options: { maskBinaryField: 'mask' },
		},
		withPictures,
	);
	const [batch] = await step('submit', {
		...COMMON,
		resource: 'batch',
		operation: 'submit',
		endpoint: 'generate',
		lineId: '',
		requestsPerBatch: 10,
		label: 'x',
	});
	const batchId = String(batch?.['batchId'] ?? '');
	await step('list', {
		resource: 'batch',
		operation: 'getAll',
		returnAll: true,
		filters: {},
		run: {},
	});
	await step('get', {
		resource: 'batch',
		operation: 'get',
		batchId: { mode: 'id', value: batchId },
		run: {},
	});
	await step('cancel', {
		resource: 'batch',
		operation: 'cancel',
		batchId: { mode: 'id', value: batchId },
		run: {},
	});
	return counts;
}
