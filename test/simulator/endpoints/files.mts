/** `/v1/files`: upload, list, retrieve, content, delete ("Files" API reference). */
import { randomBytes } from 'node:crypto';
import {
	ApiError,
	invalidRequest,
	invalidType,
	missingParameter,
	noSuchFile,
	refuseDoubled,
	unknownParameter,
} from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { readUpload } from '../http/upload.mts';
import { enumeration, integer } from '../images/values.mts';
import { recordOfSpooled, spooledImageFacts } from '../recording.mts';
import type { State, StoredFile } from '../state.mts';
import { currentTime, unixSeconds } from '../state.mts';
import type { DownloadOddity } from '../troubles/types.mts';

const PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;
const MAX_FILE_BYTES = 512 * 1024 * 1024;
const MAX_BATCH_FILE_BYTES = 200 * 1024 * 1024;
/** "Files with purpose=batch expire after 30 days by default." */
const BATCH_EXPIRY_SECONDS = 30 * 24 * 3600;

function describe(file: StoredFile): Record<string, unknown> {
	return {
		object: 'file',
		id: file.id,
		purpose: file.purpose,
		filename: file.filename,
		bytes: file.bytes,
		created_at: file.createdAt,
		...(file.expiresAt !== null && { expires_at: file.expiresAt }),
		status: 'processed',
	};
}

/** The stored file, unless it was never there or has expired. */
export function findFile(state: State, id: string): StoredFile | undefined {
	const file = state.files.get(id);
	const expired = file?.expiresAt != null && file.expiresAt <= unixSeconds(currentTime(state));
	return expired ? undefined : file;
}

/** Stores content under a new id; for uploads and for what the service itself writes. */
export function storeFile(state: State, file: Omit<StoredFile, 'id' | 'createdAt'>): StoredFile {
	const stored = {
		...file,
		id: `file-${randomBytes(12).toString('hex')}`,
		createdAt: unixSeconds(currentTime(state)),
	};
	state.files.set(stored.id, stored);
	return stored;
}

function expirySeconds(fields: Record<string, unknown>, purpose: string): number | null {
	const anchor = fields['expires_after[anchor]'];
	const seconds = fields['expires_after[seconds]'];
	if (anchor === undefined && seconds === undefined)
		return purpose === 'batch' ? BATCH_EXPIRY_SECONDS : null;
	if (anchor === undefined) throw missingParameter('expires_after.anchor');
	enumeration(anchor, 'expires_after.anchor', ['created_at']);
	if (seconds === undefined) throw missingParameter('expires_after.seconds');
	return (
		integer(seconds, 'expires_after.seconds', {
			minimum: 3600,
			maximum: 2_592_000,
			textual: true,
		}) ?? null
	);
}

/** The Batch guide names the limit; the wording is an assumption. */
function checkBatchFile({ filename, bytes }: { filename: string; bytes: number }): void {
	if (!filename.endsWith('.jsonl')) {
		const message = `Invalid file format for Batch API. Must be .jsonl`;
		throw invalidRequest(message, 'file', 'invalid_file_format');
	}
	if (bytes > MAX_BATCH_FILE_BYTES) {
		throw invalidRequest(
			'The batch input file is too large. The maximum is 200 MB.',
			'file',
			'file_too_large',
		);
	}
}

export async function createFile({ state, request, record }: Exchange): Promise<Answer> {
	const contentType = request.headers['content-type'] ?? '';
	if (!contentType.startsWith('multipart/form-data')) {
		throw invalidRequest(
			`Invalid Content-Type header (${contentType}), expected multipart/form-data.`,
			null,
			null,
		);
	}
	const form = await readUpload(request, contentType, MAX_FILE_BYTES, state.spool);
	const fields = Object.fromEntries(form.fields.map(({ name, value }) => [name, value]));
	record.parameters = fields;
	for (const file of form.files)
		record.files.push(recordOfSpooled(file, await spooledImageFacts(file)));
	const known = ['purpose', 'expires_after[anchor]', 'expires_after[seconds]'];
	refuseDoubled([...form.fields.map(({ name }) => name), ...form.files.map(({ field }) => field)]);
	const stranger =
		Object.keys(fields).find((name) => name !== 'file' && !known.includes(name)) ??
		form.files.find((file) => file.field !== 'file')?.field;
	if (stranger !== undefined) throw unknownParameter(stranger);
	if ('file' in fields) throw invalidType('file', 'a file', 'a string');
	const [file] = form.files;
	if (!file) throw missingParameter('file');
	if (fields.purpose === undefined) throw missingParameter('purpose');
	const purpose = enumeration(fields.purpose, 'purpose', PURPOSES) ?? '';
	if (file.truncated)
		throw new ApiError(413, {
			message: 'File is too large. The maximum is 512 MB.',
			type: 'invalid_request_error',
			param: 'file',
			code: null,
		});
	if (purpose === 'batch') checkBatchFile(file);
	const seconds = expirySeconds(fields, purpose);
	const { filename, path, bytes } = file;
	const stored = storeFile(state, { filename, purpose, path, bytes, expiresAt: null });
	if (seconds !== null) stored.expiresAt = stored.createdAt + seconds;
	return json(describe(stored));
}

export async function listFiles({ state, query }: Exchange): Promise<Answer> {
	const limit =
		integer(query.get('limit') ?? '10000', 'limit', {
			minimum: 1,
			maximum: 10_000,
			textual: true,
		}) ?? 0;
	const order = enumeration(query.get('order') ?? 'desc', 'order', ['asc', 'desc']);
	const purpose = query.get('purpose');
	const live = [...state.files.keys()].flatMap((id) => findFile(state, id) ?? []);
	const all = live.filter((file) => purpose === null || file.purpose === purpose);
	if (order === 'desc') all.reverse();
	const after = query.get('after');
	const start = after === null ? 0 : all.findIndex((file) => file.id === after) + 1;
	if (after !== null && start === 0) throw noSuchFile(after);
	const page = all.slice(start, start + limit);
	return json({
		object: 'list',
		data: page.map(describe),
		// The schema wants strings; what an empty list really carries here was not found.
		first_id: page[0]?.id ?? '',
		last_id: page.at(-1)?.id ?? '',
		has_more: start + limit < all.length,
	});
}

function existing({ state, params }: Exchange): StoredFile {
	const id = params[0] ?? '';
	const file = findFile(state, id);
	if (!file) throw noSuchFile(id);
	return file;
}

export async function retrieveFile(exchange: Exchange): Promise<Answer> {
	return json(describe(existing(exchange)));
}

export async function deleteFile(exchange: Exchange): Promise<Answer> {
	const { id, path } = existing(exchange);
	exchange.state.files.delete(id);
	exchange.state.spool.remove(path);
	return json({ object: 'file', deleted: true, id });
}

/** The next oddity that is for this file. */
function takeOddity({ downloads }: State, { filename }: StoredFile): DownloadOddity {
	const index = downloads.findIndex(({ of = '' }) => filename.replace(/\.jsonl$/, '').endsWith(of));
	return (index < 0 ? undefined : downloads.splice(index, 1)[0]) ?? {};
}

/** Whether OpenAI answers ranges is not documented: an option. */
export async function fileContent(exchange: Exchange): Promise<Answer> {
	const { state, request } = exchange;
	const file = existing(exchange);
	if (file.purpose === 'assistants') {
		throw invalidRequest('Not allowed to download files of purpose: assistants', null, null);
	}
	const range =
		state.options.acceptRanges === false
			? null
			: /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
	const asked = Number(range?.[1] ?? 0);
	if (range && asked >= file.bytes)
		return json(null, { 'content-range': `bytes */${file.bytes}` }, 416);
	const {
		after,
		then = 'cut',
		hidesLength = false,
		gzip = false,
		shift = 0,
	} = takeOddity(state, file);
	const start = range ? Math.min(Math.max(0, asked + shift), file.bytes - 1) : 0;
	return {
		kind: 'file',
		status: range ? 206 : 200,
		contentType: 'application/octet-stream',
		path: file.path,
		start,
		ending: after === undefined ? null : { after, then },
		gzip,
		headers: {
			'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.filename)}`,
			...(!hidesLength && !gzip && { 'content-length': String(file.bytes - start) }),
			...(gzip && { 'content-encoding': 'gzip' }),
			...(range && {
				'content-range': `bytes ${start}-${file.bytes - 1}/${hidesLength ? '*' : file.bytes}`,
			}),
		},
	};
}
