import { type Batch, parseBatch } from '../../core/batch/batch';
import type { OpenedFile } from '../../core/batch/downloadBody';
import { localFailure } from '../../core/failures/failure';
import { secretForms, withoutSecretsIn } from '../../core/failures/secrets';
import type { ApiServer } from '../../core/providers/connection';
import { type AttemptOptions, sendRepeatedly } from '../../core/scheduler/sendRepeatedly';
import type { SendResult } from '../../core/scheduler/outcome';
import type { Runtime } from '../../core/scheduler/types';
import { asRecord, asText } from '../../core/util/json';
import type { BodyLimits } from '../http/answerBody';
import { withoutKeyInResults } from '../http/withoutKeyInResults';
import { resultOf } from '../http/failures';
import { cancelSignalOf, type RequestContext } from '../http/http';
import { connect, type Connection, notOffered } from '../http/sdk';
import { openFile } from './batchFile';

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
	server: ApiServer;
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
	runtime: Runtime,
): Promise<BatchApi> {
	const { client, server, credential } = await connect(context, timeoutMs);
	if (!server.provider.offers.batch)
		throw notOffered(
			context,
			server.provider,
			'batches',
			"Make the images one by one with the resource 'Image', or choose an OpenAI credential.",
		);
	const repeatedly: Repeatedly = async (call) =>
		await sendRepeatedly(async () => await resultOf(call), options, runtime);
	const api = {
		server,
		...batchCalls(client, repeatedly),
		cancel: async (id: string) =>
			batchFrom(
				await sendRepeatedly(
					async () => settled(await resultOf(async () => await client.batches.cancel(id))),
					options,
					runtime,
				),
			),
		...fileCalls(client, repeatedly, { timeoutMs, signal: cancelSignalOf(context) }),
	};
	const forms = secretForms(credential.data?.apiKey);
	return {
		...withoutKeyInResults(api, credential),
		withoutKey: (read) => withoutSecretsIn(read, forms),
	};
}

type Repeatedly = <T>(call: () => Promise<T>) => Promise<SendResult<T>>;
type Client = Connection['client'];

function batchCalls(
	client: Client,
	repeatedly: Repeatedly,
): Pick<BatchApi, 'create' | 'retrieve' | 'list'> {
	return {
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
	};
}

function fileCalls(
	client: Client,
	repeatedly: Repeatedly,
	limits: BodyLimits,
): Pick<BatchApi, 'upload' | 'hasFile' | 'deleteFile' | 'open'> {
	return {
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
			await openFile(
				async (headers) => await client.files.content(id, { headers }),
				fromByte,
				limits,
			),
	};
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
	'The API answered, but not in the expected format.',
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
