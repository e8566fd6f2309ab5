import { localFailure } from '../../core/failures/failure';
import type { ApiServer } from '../../core/providers/connection';
import { type AttemptOptions, sendRepeatedly } from '../../core/scheduler/sendRepeatedly';
import type { SendResult } from '../../core/scheduler/outcome';
import type { Runtime } from '../../core/scheduler/types';
import { asRecord, asText } from '../../core/util/json';
import { withoutKeyInResults } from '../http/withoutKeyInResults';
import { resultOf } from '../http/failures';
import type { RequestContext } from '../http/http';
import { connect, type Connection, notOffered } from '../http/sdk';

/** A file at the API. */
export interface ApiFile {
	id: string;
	fileName: string;
	bytes: number | null;
	purpose: string;
	/** Seconds since 1970; `null` = the API does not say. */
	createdAt: number | null;
	/** `null` = it stays until it is deleted. */
	expiresAt: number | null;
}

export interface FilePage {
	files: ApiFile[];
	hasMore: boolean;
}

/** Images that are kept at the API. Failures are values; what is worth it is tried again. */
export interface FileApi {
	/** Whose they are. */
	server: ApiServer;
	/** @param expiresAfter seconds from now; `null` = it stays until it is deleted */
	upload(file: File, expiresAfter: number | null): Promise<SendResult<ApiFile>>;
	/** `null` = there is none of this ID, or not any more. */
	retrieve(fileId: string): Promise<SendResult<ApiFile | null>>;
	/** Newest first. @param after ID of the last one of the page before; `null` = the first page */
	list(after: string | null, limit: number): Promise<SendResult<FilePage>>;
	/** Also well where it is gone already. */
	delete(fileId: string): Promise<SendResult<null>>;
}

/** What OpenAI keeps images for that a model is to look at. */
export const PURPOSE = 'vision';

/**
 * @param timeoutMs for one request
 * @throws NodeOperationError when the credential's base URL can't be used, or the provider keeps no files
 */
export async function createFileApi(
	context: RequestContext,
	timeoutMs: number,
	options: AttemptOptions,
	runtime: Runtime,
): Promise<FileApi> {
	const { client, server, credential } = await connect(context, timeoutMs);
	if (!server.provider.offers.files)
		throw notOffered(
			context,
			server.provider,
			'reference files',
			'Use binary fields or URLs for the images of an edit, or choose an OpenAI credential.',
		);
	const repeatedly: Repeatedly = async (call) =>
		await sendRepeatedly(async () => await resultOf(call), options, runtime);
	return withoutKeyInResults({ server, ...callsOf(client, repeatedly) }, credential);
}

type Repeatedly = <T>(call: () => Promise<T>) => Promise<SendResult<T>>;

const callsOf = (
	client: Connection['client'],
	repeatedly: Repeatedly,
): Omit<FileApi, 'server'> => ({
	upload: async (file, expiresAfter) =>
		fileFrom(
			await repeatedly(
				async () => await client.post('/files', { body: formOf(file, expiresAfter) }),
			),
		),
	retrieve: async (id) => {
		const found = await repeatedly(async () => await client.files.retrieve(id));
		return !found.ok && found.failure.status === 404 ? { ok: true, value: null } : fileFrom(found);
	},
	list: async (after, limit) =>
		pageFrom(
			await repeatedly(
				async () =>
					await client.get('/files', {
						query: { purpose: PURPOSE, order: 'desc', limit, ...(after !== null && { after }) },
					}),
			),
		),
	delete: async (id) => {
		const deleted = await repeatedly(async () => await client.files.delete(id));
		// An attempt without an answer may have deleted it.
		const isGone = deleted.ok || deleted.failure.status === 404;
		return isGone ? { ok: true, value: null } : deleted;
	},
});

/** Not by the SDK's own upload, which would read the whole file first. */
function formOf(file: File, expiresAfter: number | null): FormData {
	const form = new FormData();
	form.append('purpose', PURPOSE);
	if (expiresAfter !== null) {
		form.append('expires_after[anchor]', 'created_at');
		form.append('expires_after[seconds]', String(expiresAfter));
	}
	form.append('file', file);
	return form;
}

const MALFORMED = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API answered, but not in the expected format.',
);

function fileFrom(result: SendResult<unknown>): SendResult<ApiFile> {
	if (!result.ok) return result;
	const file = parseFile(result.value);
	return file === null ? { ok: false, failure: MALFORMED } : { ok: true, value: file };
}

function pageFrom(result: SendResult<unknown>): SendResult<FilePage> {
	if (!result.ok) return result;
	const { data, has_more: hasMore } = asRecord(result.value);
	if (!Array.isArray(data)) return { ok: false, failure: MALFORMED };
	const files = data.flatMap((file: unknown) => parseFile(file) ?? []);
	return { ok: true, value: { files, hasMore: hasMore === true } };
}

function parseFile(value: unknown): ApiFile | null {
	const file = asRecord(value);
	const id = asText(file.id);
	if (id === null) return null;
	return {
		id,
		fileName: asText(file.filename) ?? '',
		bytes: numberOrNull(file.bytes),
		purpose: asText(file.purpose) ?? '',
		createdAt: numberOrNull(file.created_at),
		expiresAt: numberOrNull(file.expires_at),
	};
}

const numberOrNull = (value: unknown): number | null =>
	typeof value === 'number' && Number.isFinite(value) ? value : null;
