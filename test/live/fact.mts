/** One thing that the package, its catalogue or its simulator says of the API, and how to find out whether it is so. */
import type { Call } from './calls.mts';
import type { Knowledge } from './knowledge.mts';
import type { Answer, Need, Question } from './target.mts';

/** Anything that survives JSON. */
export type Seen =
	string | number | boolean | null | readonly Seen[] | { readonly [name: string]: Seen };

export interface Fact {
	name: string;
	area:
		| 'models'
		| 'errors'
		| 'parameters'
		| 'usage'
		| 'answers'
		| 'headers'
		| 'files'
		| 'batches'
		| 'webhooks';
	expected: Seen;
	/** Where that is written down: what has to change when it is not so. */
	writtenIn: { file: string; what: string };
	/** Left out where the provider has no such thing. */
	needs?: Need;
	/** Paid requests that it takes; facts share them. */
	calls?: readonly Call[];
	/** @throws NotTold when it can't be found out */
	probe(context: Context): Promise<Seen>;
}

/** What a probe may do. */
export interface Context {
	knowledge: Knowledge;
	/** Model ids as the provider calls them. */
	modelName(id: string): string;
	/** For what makes no image. */
	ask(path: string, question?: Question): Promise<Answer>;
	/**
	 * For what must be refused, but would cost `model`'s cheapest image if it were not.
	 * @param isTwiceWrong two things would have to be taken against all that is known
	 */
	askRefused(
		path: string,
		question: Question,
		model: string,
		isTwiceWrong?: boolean,
	): Promise<Answer>;
	/** The answer to a paid request, which is sent once. */
	call(call: Call): Promise<Answer>;
	/** Does something once, for all facts that share it. */
	once<T>(name: string, work: () => Promise<T>): Promise<T>;
	/** To be done at the end, whatever happens: files, batches and webhooks must not stay. @param what would stay */
	afterwards(what: string, work: () => Promise<Answer>): void;
	/** Waits a little between two looks at something that takes time. */
	pause(): Promise<void>;
}

/** A probe that found out nothing, and why. */
export class NotTold extends Error {}

/** A key that may not, a limit or an outage says nothing of the fact. */
export function tell(answer: Answer, expected: readonly number[]): Answer {
	const { status } = answer;
	if (
		!expected.includes(status) &&
		(status === 401 || status === 403 || status === 429 || status >= 500)
	) {
		const { error } = (answer.body ?? {}) as { error?: { message?: unknown } };
		throw new NotTold(
			`answered with status ${status}: ${String(error?.message ?? answer.text).slice(0, 200)}`,
		);
	}
	return answer;
}
