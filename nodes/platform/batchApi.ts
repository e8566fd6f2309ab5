import { parseBatch, type Batch } from '../core/batch/batch';
import type { OpenedFile } from '../core/batch/download';
import type { Door } from '../core/models/door';
import { sendRepeatedly, type AttemptOptions } from '../core/run/attempts';
import { asRecord, asText } from '../core/run/errorBody';
import { localFailure } from '../core/run/failure';
import type { SendResult } from '../core/run/outcome';
import type { RunWorld } from '../core/run/runRequests';
import { secretForms, withoutSecretsIn } from '../core/run/secrets';
import { bodyChunks, type BodyLimits, type BodyStream } from './answerBody';
import { discreet } from './discreet';
import { statedLength } from './doors/imagesAnswer';
import { resultOf } from './failures';
import { cancelSignalOf, type RequestContext } from './http';
import { connect, notOffered } from './sdk';

export interface NewBatch {
	endpoint: string;
	inputFileId: string;
	metadata: Record<string, string>;
}

export interface BatchPage {
	/** Newest first. */
	batches: Batch[];
	hasMore: boolean;
	/** Whose they are; `null` = the API does not say. */
	project: string | null;
}

/** Batches and files of a provider. Failures are values; what is worth it is tried again. */
export interface BatchApi {
	/** Whose they are. */
	door: Door;
	/** Tried once: whether an attempt without an answer made a batch is for the caller to find out. */
	create(batch: NewBatch): Promise<SendResult<Batch>>;
	retrieve(batchId: string): Promise<SendResult<Batch>>;
	/** @param after id of the last batch of the page before; `null` = the first page */
	list(after: string | null, limit: number): Promise<SendResult<BatchPage>>;
	/** A batch that has finished is refused with a `conflict`, once. */
	cancel(batchId: string): Promise<SendResult<Batch>>;
	/** @returns the id of the file, which the provider deletes by itself after 30 days */
	upload(file: File, purpose: 'batch' | 'vision'): Promise<SendResult<string>>;
	/** `false` = the provider knows no such file, or not any more. */
	hasFile(fileId: string): Promise<SendResult<boolean>>;
	/** A file that is gone counts as deleted. */
	deleteFile(fileId: string): Promise<SendResult<null>>;
	/** Tried once; readLines knows how to go on. */
	open(fileId: string, fromByte: number): Promise<SendResult<OpenedFile>>;
	/** What was read from a file, without the key: a gateway may repeat it there, too. */
	withoutKey<T>(read: T): T;
}

const FILE_LIFETIME_SECONDS = 30 * 24 * 3600;

/**
 * @param timeoutMs for one request; a download may take longer, as long as bytes come
 * @throws NodeOperationError when the credential's base URL can't be used
 */
export async function createBatchApi(
	context: RequestContext,
	timeoutMs: number,
	options: AttemptOptions,
	world: RunWorld,
): Promise<BatchApi> {
	const { client, door, credential } = await connect(context, timeoutMs);
	if (!door.provider.offers.batch)
		throw notOffered(
			context,
			door.provider,
			'batches',
			"Make the images one by one with the resource 'Image', or choose a credential of OpenAI.",
		);
	const repeatedly = async <T>(call: () => Promise<T>) =>
		await sendRepeatedly(async () => await resultOf(call), options, world);
	const api: Omit<BatchApi, 'withoutKey'> = {
		door,
		create: async (batch) =>
			batchFrom(await resultOf(async () => await client.batches.create(bodyOf(batch)))),
		retrieve: async (id) =>
			batchFrom(await repeatedly(async () => await client.batches.retrieve(id))),
		list: async (after, limit) =>
			pageFrom(
				await repeatedly(
					async () =>
						await client.batches.list({ limit, ...(after !== null && { after }) }).withResponse(),
				),
			),
		cancel: async (id) =>
			batchFrom(
				await sendRepeatedly(
					async () => settled(await resultOf(async () => await client.batches.cancel(id))),
					options,
					world,
				),
			),
		upload: async (file, purpose) =>
			idFrom(
				await repeatedly(async () => await client.post('/files', { body: formOf(file, purpose) })),
			),
		hasFile: async (id) => isThere(await repeatedly(async () => await client.files.retrieve(id))),
		deleteFile: async (id) => {
			const deleted = await repeatedly(async () => await client.files.delete(id));
			if (!deleted.ok && deleted.failure.status !== 404) return deleted;
			return { ok: true, value: null };
		},
		open: async (id, fromByte) =>
			await openFile(async (headers) => await client.files.content(id, { headers }), fromByte, {
				timeoutMs,
				signal: cancelSignalOf(context),
			}),
	};
	const forms = secretForms(credential.data?.apiKey);
	return { ...discreet(api, credential), withoutKey: (read) => withoutSecretsIn(read, forms) };
}

const bodyOf = ({ endpoint, inputFileId, metadata }: NewBatch) => ({
	endpoint: endpoint as '/v1/images/generations',
	input_file_id: inputFileId,
	completion_window: '24h' as const,
	metadata,
});

const MALFORMED = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API answered, but not with what was asked for.',
);

/** A conflict says that the batch has come to its end, so the same again changes nothing. */
function settled<T>(result: SendResult<T>): SendResult<T> {
	if (result.ok || result.failure.kind !== 'conflict') return result;
	return { ok: false, failure: { ...result.failure, shouldRetry: false } };
}

function batchFrom(result: SendResult<unknown>): SendResult<Batch> {
	if (!result.ok) return result;
	const batch = parseBatch(result.value);
	return batch === null ? { ok: false, failure: MALFORMED } : { ok: true, value: batch };
}

function pageFrom(
	result: SendResult<{ data: { data: unknown[]; has_more: boolean }; response: Response }>,
): SendResult<BatchPage> {
	if (!result.ok) return result;
	const { data: page, response } = result.value;
	if (!Array.isArray(page.data)) return { ok: false, failure: MALFORMED };
	const batches = page.data.flatMap((batch) => parseBatch(batch) ?? []);
	return {
		ok: true,
		value: { batches, hasMore: page.has_more, project: response.headers.get('openai-project') },
	};
}

function isThere(result: SendResult<unknown>): SendResult<boolean> {
	if (!result.ok && result.failure.status !== 404) return result;
	return { ok: true, value: result.ok };
}

function idFrom(result: SendResult<unknown>): SendResult<string> {
	if (!result.ok) return result;
	const id = asText(asRecord(result.value).id);
	return id === null ? { ok: false, failure: MALFORMED } : { ok: true, value: id };
}

/** Not by the SDK's own upload, which would read the whole file first. */
function formOf(file: File, purpose: string): FormData {
	const form = new FormData();
	form.append('purpose', purpose);
	form.append('expires_after[anchor]', 'created_at');
	form.append('expires_after[seconds]', String(FILE_LIFETIME_SECONDS));
	form.append('file', file);
	return form;
}

async function openFile(
	get: (headers: Record<string, string>) => Promise<Response>,
	fromByte: number,
	limits: BodyLimits,
): Promise<SendResult<OpenedFile>> {
	// A part of a compressed file can't be read by itself.
	const asIs = { 'Accept-Encoding': 'identity' };
	const opened = await resultOf(
		async () => await get(fromByte === 0 ? asIs : { ...asIs, Range: `bytes=${fromByte}-` }),
	);
	if (!opened.ok && opened.failure.status === 416)
		return { ok: true, value: { startsAt: fromByte, length: 0, chunks: nothingMore() } };
	if (!opened.ok) return opened;
	const { status, headers, body } = opened.value;
	return {
		ok: true,
		value: {
			...partOf(status, headers, fromByte),
			chunks: bodyChunks(body as unknown as BodyStream, limits),
		},
	};
}

/** The file ends where it was to go on. */
async function* nothingMore(): AsyncGenerator<Buffer> {}

/** Which part of a file an answer brings, up to the file's end. */
function partOf(
	status: number,
	headers: Headers,
	fromByte: number,
): Pick<OpenedFile, 'startsAt' | 'length'> {
	const stated = statedLength(headers);
	// Without 206 the server has ignored the range and begins at the beginning.
	if (status !== 206) return { startsAt: 0, length: stated };
	const [, first = '', total = ''] =
		/^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
	const startsAt = first === '' ? fromByte : Number(first);
	return { startsAt, length: /^\d+$/.test(total) ? Number(total) - startsAt : stated };
}
