/** The input file of a batch: where its lines lie, and whether they are requests. */
import { open } from 'node:fs/promises';
import { isObject } from '../http/json.mts';
import { textTokens } from '../models/tokens.mts';
import { availableModel } from '../models/availability.mts';
import type { State } from '../state.mts';
import type { BatchProblem } from './batch.mts';
import { readFrom } from '../files/spool.mts';

export interface Line {
	start: number;
	length: number;
}

export interface BatchRequest {
	custom_id: string;
	method: string;
	url: string;
	body: Record<string, unknown>;
}

const MAX_LINES = 50_000;
/** OpenAI was seen to list only some of many. */
const MAX_PROBLEMS = 10;

/** Reads line by line; the file may be of any size. */
export async function* readLines(path: string): AsyncGenerator<{ text: string; line: Line }> {
	let rest: Buffer[] = [];
	let position = 0;
	const take = (tail: Buffer) => {
		const bytes = Buffer.concat([...rest, tail]);
		const line = { start: position, length: bytes.length };
		rest = [];
		position += bytes.length + 1;
		return { text: bytes.toString('utf8'), line };
	};
	for await (const data of readFrom(path, 0, null)) {
		const chunk = data as Buffer;
		let start = 0;
		for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
			yield take(chunk.subarray(start, end));
			start = end + 1;
		}
		if (start < chunk.length) rest.push(chunk.subarray(start));
	}
	if (rest.length > 0) yield take(Buffer.alloc(0));
}

export async function readLine(path: string, { start, length }: Line): Promise<string> {
	const file = await open(path);
	try {
		const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
		return buffer.toString('utf8');
	} finally {
		await file.close();
	}
}

export interface Checked {
	lines: Line[];
	model: string | null;
	/** Of all prompts; those of input images are not counted. */
	tokens: number;
	problems: BatchProblem[];
}

/** Codes and wording of refusals are assumptions but for `custom_id` and JSON, which the Batch guide mentions. */
export async function checkLines(state: State, path: string, endpoint: string): Promise<Checked> {
	const checked: Checked = { lines: [], model: null, tokens: 0, problems: [] };
	const ids = new Set<string>();
	let number = 0;
	for await (const { text, line } of readLines(path)) {
		number += 1;
		if (text.trim() === '') continue;
		checked.lines.push(line);
		const problem = problemOf(text, endpoint, ids, checked);
		if (problem !== null && checked.problems.length < MAX_PROBLEMS)
			checked.problems.push({ ...problem, line: number });
	}
	if (checked.lines.length === 0)
		checked.problems.push(whole('empty_file', 'The input file is empty.', null));
	if (checked.lines.length > MAX_LINES) {
		checked.problems.push(
			whole(
				'too_many_tasks',
				`The batch input file contains too many requests. The maximum is ${MAX_LINES}.`,
				null,
			),
		);
	}
	if (checked.problems.length === 0 && checked.model !== null) {
		const refusal = modelProblem(state, checked.model);
		if (refusal !== null) checked.problems.push(refusal);
	}
	return checked;
}

const whole = (code: string, message: string, param: string | null): BatchProblem => ({
	code,
	line: null,
	message,
	param,
});

function problemOf(
	text: string,
	endpoint: string,
	ids: Set<string>,
	checked: Checked,
): BatchProblem | null {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return whole('invalid_json_line', 'This line is not parseable as valid JSON.', null);
	}
	if (!isObject(value)) return whole('invalid_json_line', 'This line is not a JSON object.', null);
	const missing = ['custom_id', 'method', 'url', 'body'].find((name) => !(name in value));
	if (missing !== undefined)
		return whole(
			'missing_required_parameter',
			`Missing required parameter: '${missing}'.`,
			missing,
		);
	const stranger = Object.keys(value).find(
		(name) => !['custom_id', 'method', 'url', 'body'].includes(name),
	);
	if (stranger !== undefined)
		return whole('unknown_parameter', `Unknown parameter: '${stranger}'.`, stranger);
	const { custom_id: id, method, url, body } = value;
	if (typeof id !== 'string' || id === '')
		return whole('invalid_custom_id', "'custom_id' must be a non-empty string.", 'custom_id');
	if (ids.has(id))
		return whole(
			'duplicate_custom_id',
			`The custom_id for this request is a duplicate of another request: ${id}`,
			'custom_id',
		);
	ids.add(id);
	if (method !== 'POST') return whole('invalid_method', 'Method must be POST.', 'method');
	if (url !== endpoint)
		return whole(
			'mismatched_url',
			`The URL provided for this request does not match the batch endpoint: ${String(url)}`,
			'url',
		);
	return isObject(body)
		? bodyProblem(body, checked)
		: whole('invalid_type', "'body' must be an object.", 'body');
}

function bodyProblem(body: Record<string, unknown>, checked: Checked): BatchProblem | null {
	if (body.stream !== undefined)
		return whole('invalid_request', 'Streaming is not supported in the Batch API.', 'body.stream');
	if (typeof body.model !== 'string')
		return whole(
			'missing_required_parameter',
			"Missing required parameter: 'model'.",
			'body.model',
		);
	checked.model ??= body.model;
	if (typeof body.prompt === 'string') checked.tokens += textTokens(body.prompt);
	if (checked.model === body.model) return null;
	return whole(
		'mismatched_model',
		`The provided model '${body.model}' does not match the model of other requests: '${checked.model}'. A batch can only contain one model.`,
		'body.model',
	);
}

function modelProblem(state: State, id: string): BatchProblem | null {
	const model = availableModel(state, id);
	if (model === undefined || state.availability.denied.has(id))
		return whole(
			'model_not_found',
			`The model \`${id}\` does not exist or you do not have access to it.`,
			'body.model',
		);
	const supported =
		model.tokenRule !== 'gpt-image-2.6' &&
		(model.tokenRule !== 'gpt-image-2.5' || state.options.batchFor25 !== false);
	return supported
		? null
		: whole(
				'model_not_supported',
				`The model \`${id}\` is not supported by the Batch API.`,
				'body.model',
			);
}
