/** Whatever a test orders, in one form. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../http/answer.mts';
import type { State } from '../state.mts';
import { faultTrouble, isFault } from './faults.mts';
import { isRealAnswer, realAnswer } from './realAnswers.mts';
import type { RealAnswerName } from './realAnswers.mts';
import type { AnswerToGive, Fault, Oddity, ScriptedAnswer } from './types.mts';

export interface Trouble {
	/** As the ledger has it; null: nothing goes wrong. */
	name: string | null;
	/** In place of the true answer. */
	answer?: (model: string, requestId: string) => Answer;
	/** Whether the work is done, and billed, before that answer. Always so without one. */
	billed: boolean;
	/** How long the answer is held back, in ms. */
	delayMs: number;
	/** The true answer ends too soon, carries no image, or loses its connection or comes to a halt half-way. */
	damage: 'cut' | 'empty' | 'broken' | 'stalled' | null;
	oddity: Oddity;
}

export const NO_TROUBLE: Trouble = {
	name: null,
	billed: true,
	delayMs: 0,
	damage: null,
	oddity: {},
};

function contentTypeOf({ body, contentType }: ScriptedAnswer): string {
	if (contentType !== undefined) return contentType;
	if (typeof body !== 'string') return 'application/json';
	return body.trimStart().startsWith('<') ? 'text/html' : 'text/plain';
}

function toAnswer(scripted: ScriptedAnswer): Answer {
	const { status = 200, headers = {}, body = '' } = scripted;
	const content = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
	return {
		kind: 'bytes',
		status,
		contentType: contentTypeOf(scripted),
		content,
		headers: { ...headers },
	};
}

/** A scripted or a real answer. */
export function answerTrouble(given: AnswerToGive): Trouble {
	const scripted = typeof given === 'string' ? realAnswer(given) : given;
	const { name = 'scripted', billed = false, delayMs = 0, status, body } = scripted;
	if (status === undefined && body === undefined) return { ...NO_TROUBLE, name, delayMs };
	const worded = (model: string): ScriptedAnswer =>
		typeof given === 'string' ? realAnswer(given, model) : given;
	return { ...NO_TROUBLE, name, billed, delayMs, answer: (model) => toAnswer(worded(model)) };
}

/** Throws when there is nothing of that name. */
export function troubleOf(ordered: Fault | RealAnswerName | Oddity): Trouble {
	if (typeof ordered !== 'string')
		return { ...NO_TROUBLE, name: Object.keys(ordered).join(' ') || null, oddity: ordered };
	if (isFault(ordered)) return faultTrouble(ordered);
	if (isRealAnswer(ordered)) return answerTrouble(ordered);
	throw new Error(`The simulator knows no fault '${String(ordered)}'`);
}

/** Holds an answer back, unless the simulator closes. */
export async function holdBack(state: State, ms: number): Promise<void> {
	if (ms > 0) await sleep(ms, undefined, { signal: state.closing.signal }).catch(() => undefined);
}
