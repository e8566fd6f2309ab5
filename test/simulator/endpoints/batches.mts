/** `/v1/batches` ("Batch" API reference). Wordings are assumptions in the API's style. */
import { checkAccount } from '../account.mts';
import { StoredBatch } from '../batches/batch.mts';
import { checkLines } from '../batches/lines.mts';
import { refusalOf, takeRoom } from '../batches/queueLimit.mts';
import { runBatch } from '../batches/run.mts';
import {
	ApiError,
	invalidRequest,
	invalidType,
	missingParameter,
	unknownParameter,
} from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { isObject, readJsonObject } from '../http/json.mts';
import { enumeration, integer, typeName } from '../images/values.mts';
import type { State } from '../state.mts';
import { currentTime, unixSeconds } from '../state.mts';
import { takeLate } from '../troubles/next.mts';
import { findFile } from './files.mts';

const ENDPOINTS = ['/v1/images/generations', '/v1/images/edits'] as const;
const KNOWN = [
	'input_file_id',
	'endpoint',
	'completion_window',
	'metadata',
	'output_expires_after',
];
const MAX_PER_HOUR = 2000;

function text(values: Record<string, unknown>, name: string): string {
	const value = values[name];
	if (value === undefined || value === null) throw missingParameter(name);
	if (typeof value !== 'string') throw invalidType(name, 'a string', typeName(value));
	return value;
}

/** "Set of 16 key-value pairs … keys up to 64 characters, values up to 512". */
function parseMetadata(value: unknown): Record<string, string> | null {
	if (value === undefined || value === null) return null;
	if (!isObject(value)) throw invalidType('metadata', 'an object', typeName(value));
	const entries = Object.entries(value);
	if (entries.length > 16)
		throw invalidRequest(
			`Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with ${entries.length} properties instead.`,
			'metadata',
			'object_above_max_properties',
		);
	for (const [key, entry] of entries) {
		if (typeof entry !== 'string')
			throw invalidType(`metadata.${key}`, 'a string', typeName(entry));
		if (key.length > 64)
			throw invalidRequest(
				`Invalid 'metadata': key too long. Expected at most 64 characters.`,
				'metadata',
				'string_above_max_length',
			);
		if (entry.length > 512)
			throw invalidRequest(
				`Invalid 'metadata.${key}': string too long. Expected a string with maximum length 512, but got a string with length ${entry.length} instead.`,
				`metadata.${key}`,
				'string_above_max_length',
			);
	}
	return value as Record<string, string>;
}

function parseLifetime(value: unknown): number | null {
	if (value === undefined || value === null) return null;
	if (!isObject(value)) throw invalidType('output_expires_after', 'an object', typeName(value));
	enumeration(
		value.anchor ?? missing('output_expires_after.anchor'),
		'output_expires_after.anchor',
		['created_at'],
	);
	const rule = { minimum: 3600, maximum: 2_592_000, textual: false };
	return (
		integer(
			value.seconds ?? missing('output_expires_after.seconds'),
			'output_expires_after.seconds',
			rule,
		) ?? null
	);
}

function missing(name: string): never {
	throw missingParameter(name);
}

function checkPace(state: State): void {
	const since = unixSeconds(currentTime(state)) - 3600;
	const recent = [...state.batches.values()].filter(({ createdAt }) => createdAt > since).length;
	if (recent < MAX_PER_HOUR) return;
	throw new ApiError(429, {
		message: `Batch creation rate limit reached: at most ${MAX_PER_HOUR} batches per hour.`,
		type: 'batches',
		param: null,
		code: 'rate_limit_exceeded',
	});
}

/** Where the account's limit refuses the creation, and not only the batch. */
async function checkRoom(
	state: State,
	batch: StoredBatch,
	path: string,
	status: number,
): Promise<void> {
	const checked = await checkLines(state, path, batch.endpoint);
	batch.model = checked.model;
	const problem = checked.problems.length === 0 ? takeRoom(state, batch, checked) : null;
	if (problem !== null) throw refusalOf(status, problem);
}

export async function createBatch(exchange: Exchange): Promise<Answer> {
	const { state, request, record } = exchange;
	const values = await readJsonObject(request);
	record.parameters = values;
	const stranger = Object.keys(values).find((name) => !KNOWN.includes(name));
	if (stranger !== undefined) throw unknownParameter(stranger);
	const inputFileId = text(values, 'input_file_id');
	const endpoint = enumeration(text(values, 'endpoint'), 'endpoint', ENDPOINTS) ?? '';
	enumeration(text(values, 'completion_window'), 'completion_window', ['24h']);
	const metadata = parseMetadata(values.metadata);
	const outputLifetime = parseLifetime(values.output_expires_after);
	const file = findFile(state, inputFileId);
	if (file?.purpose !== 'batch')
		throw invalidRequest(
			`Invalid 'input_file_id'. No file of purpose batch with id '${inputFileId}'.`,
			'input_file_id',
			'invalid_value',
		);
	checkAccount(state.options, 'batch');
	checkPace(state);
	const batch = new StoredBatch(
		{ endpoint, inputFileId, metadata, outputLifetime },
		unixSeconds(currentTime(state)),
	);
	const refusal = state.options.batchQueue?.refusedWith;
	if (refusal !== undefined) await checkRoom(state, batch, file.path, refusal);
	state.batches.set(batch.id, batch);
	const answer = json(batch.describe());
	void runBatch(state, batch, file.path);
	return takeLate(state) ? { kind: 'drop' } : answer;
}

/** A batch that is still worked on a day after its creation expires. */
async function existing({ state, params }: Exchange): Promise<StoredBatch> {
	const batch = state.batches.get(params[0] ?? '');
	if (!batch) {
		throw new ApiError(404, {
			message: `No batch found with id '${params[0]}'.`,
			type: 'invalid_request_error',
			param: null,
			code: null,
		});
	}
	if (!batch.isFinished && unixSeconds(currentTime(state)) >= batch.expiresAt) {
		batch.release({ outcome: 'expired', completed: null });
		await batch.done;
	}
	return batch;
}

/** Whether a batch names a file that is not there, and how, differs: see the options. */
function shown({ options, looks }: State, batch: StoredBatch): Record<string, unknown> {
	const described = batch.describe();
	const late = options.filesComeAfter ?? 0;
	const isEarly = late > 0 && (looks.get(batch.id) ?? 0) <= late;
	for (const name of ['output_file_id', 'error_file_id']) {
		if (described[name] !== null && !isEarly) continue;
		described[name] =
			options.noFile === 'empty' ? '' : options.noFile === 'absent' ? undefined : null;
	}
	return described;
}

export async function retrieveBatch(exchange: Exchange): Promise<Answer> {
	const { state } = exchange;
	const batch = await existing(exchange);
	if (batch.isFinished) state.looks.set(batch.id, (state.looks.get(batch.id) ?? 0) + 1);
	return json(shown(state, batch));
}

export async function listBatches({ state, query }: Exchange): Promise<Answer> {
	const limit =
		integer(query.get('limit') ?? '20', 'limit', { minimum: 1, maximum: 100, textual: true }) ?? 20;
	const all = [...state.batches.values()].reverse();
	const after = query.get('after');
	const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
	if (after !== null && start === 0)
		throw invalidRequest(`Invalid 'after': no batch with id '${after}'.`, 'after', 'invalid_value');
	const page = all.slice(start, start + limit);
	return json({
		object: 'list',
		data: page.map((batch) => shown(state, batch)),
		first_id: page[0]?.id ?? null,
		last_id: page.at(-1)?.id ?? null,
		has_more: start + limit < all.length,
	});
}

export async function cancelBatch(exchange: Exchange): Promise<Answer> {
	const batch = await existing(exchange);
	if (batch.isFinished) {
		const message = `Cannot cancel a batch with status '${batch.status}'.`;
		throw new ApiError(409, { message, type: 'invalid_request_error', param: null, code: null });
	}
	if (batch.status !== 'cancelling')
		batch.enter('cancelling', unixSeconds(currentTime(exchange.state)));
	const answer = json(batch.describe());
	batch.release({ outcome: 'cancelled', completed: null });
	return answer;
}
