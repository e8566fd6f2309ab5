/** Which trouble strikes a request, and how it goes through with it. */
import { Readable } from 'node:stream';
import type { Answer } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import type { State } from '../state.mts';
import type { RecordedRequest } from '../types.mts';
import { chaosTrouble } from './chaos.mts';
import { answerTrouble, holdBack, NO_TROUBLE } from './trouble.mts';
import type { Trouble } from './trouble.mts';

/** Stands for the path of a fault that strikes once the work is done. */
export const LATE = 'late:';

/** Whether a request asks for images; quotes make none. */
export function asksForImages({ method, path, query }: RecordedRequest): boolean {
	if (method !== 'POST' || query['dryRun'] === 'true') return false;
	return (
		/\/images(?:\/generations|\/edits)?$/.test(path) || /^\/fal-ai\/[\w.-]+(?:\/edit)?$/.test(path)
	);
}

const isMeant = (path: string | null, record: RecordedRequest): boolean =>
	path === null ? asksForImages(record) : record.path.startsWith(path);

/** Takes the first queued trouble that is meant for this request. */
function takeTrouble(state: State, record: RecordedRequest): Trouble | undefined {
	const index = state.troubles.findIndex(({ path }) => isMeant(path, record));
	if (index >= 0) return state.troubles.splice(index, 1)[0]?.trouble;
	const { answerWhen } = state;
	const answer =
		answerWhen !== null && isMeant(answerWhen.path, record) ? answerWhen.choose(record) : null;
	return answer === null ? undefined : answerTrouble(answer);
}

export function takeLate(state: State): boolean {
	const index = state.troubles.findIndex(({ path }) => path === LATE);
	if (index >= 0) state.troubles.splice(index, 1);
	return index >= 0;
}

const modelOf = ({ parameters }: RecordedRequest): string =>
	String(parameters['model'] ?? 'gpt-image');

/**
 * Faults strike after the body was read, so that the record shows what was asked for.
 * @param act does the work; its refusals go out as they are
 */
export async function throughTrouble(
	exchange: Exchange,
	act: (trouble: Trouble) => Promise<Answer>,
): Promise<Answer> {
	const { state, record } = exchange;
	const trouble = takeTrouble(state, record) ?? chaosTrouble(state, record) ?? NO_TROUBLE;
	const ordered = (): Answer | undefined => trouble.answer?.(modelOf(record), record.requestId);
	record.fault = trouble.name;
	if (!trouble.billed) {
		await holdBack(state, trouble.delayMs);
		return ordered() ?? { kind: 'drop' };
	}
	const truth = await act(trouble).catch((error: unknown) => {
		record.fault = null;
		throw error;
	});
	await holdBack(state, trouble.delayMs);
	if (trouble.answer === undefined && trouble.damage === null) return truth;
	state.carries.delete(record);
	return ordered() ?? (await damaged(truth, trouble.damage));
}

async function damaged(truth: Answer, damage: Trouble['damage']): Promise<Answer> {
	if (damage === 'cut') return cutShort(truth);
	if (damage !== 'broken' && damage !== 'stalled') return truth;
	if (truth.kind !== 'json' && truth.kind !== 'stream')
		throw new Error(`An answer of the kind '${truth.kind}' can't be ${damage}`);
	const content = Buffer.from(
		truth.kind === 'json'
			? JSON.stringify(truth.body)
			: ((await Readable.from(truth.chunks).toArray()) as string[]).join(''),
	);
	return {
		kind: 'half',
		status: truth.status,
		content,
		then: damage === 'broken' ? 'cut' : 'stall',
		...(truth.headers && { headers: truth.headers }),
	};
}

const CUT_AFTER = 120;

/** The beginning of an answer, as from a server that dies while it writes. */
function cutShort(answer: Answer): Answer {
	if (answer.kind === 'stream') return { ...answer, chunks: firstCharacters(answer.chunks) };
	if (answer.kind === 'json')
		return {
			kind: 'bytes',
			status: answer.status,
			contentType: 'application/json',
			content: Buffer.from(JSON.stringify(answer.body).slice(0, CUT_AFTER)),
		};
	return answer;
}

async function* firstCharacters(chunks: AsyncIterable<string>): AsyncGenerator<string> {
	let left = CUT_AFTER;
	for await (const chunk of chunks) {
		yield chunk.slice(0, left);
		left -= chunk.length;
		if (left <= 0) return;
	}
}

/** For endpoints that do no billed work: every trouble strikes at once. */
export async function earlyTrouble({ state, record }: Exchange): Promise<Answer | undefined> {
	const trouble = takeTrouble(state, record);
	if (trouble === undefined) return undefined;
	record.fault = trouble.name;
	await holdBack(state, trouble.delayMs);
	// What makes something does so first: the client must find out that it did.
	if (
		trouble.name === 'dropBeforeAnswer' &&
		record.method === 'POST' &&
		record.path === '/v1/batches'
	) {
		state.troubles.unshift({ trouble, path: LATE });
		return undefined;
	}
	if (trouble.answer) return trouble.answer(modelOf(record), record.requestId);
	if (trouble.damage === 'cut')
		return {
			kind: 'bytes',
			status: 200,
			contentType: 'application/json',
			content: Buffer.from('{"object": "li'),
		};
	if (trouble.damage === 'empty')
		return { kind: 'json', status: 200, body: { object: 'list', data: [] } };
	return undefined;
}
