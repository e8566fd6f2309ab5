/** Asks every fact and never spends more than was announced. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './calls.mts';
import { callsFor, mostCost, PROMPT } from './calls.mts';
import type { Context, Fact, Seen } from './fact.mts';
import { NotTold } from './fact.mts';
import { factsFor } from './facts/index.mts';
import type { Knowledge } from './knowledge.mts';
import type { Answer, Question, Target } from './target.mts';
import { ask } from './target.mts';

/** 10^-12 USD. */
export const MOST_SPENT = 100_000_000_000n;

export interface Finding {
	name: string;
	area: Fact['area'];
	expected: Seen;
	/** Null where it could not be told. */
	seen: Seen;
	verdict: 'same' | 'different' | 'not told';
	/** Why it could not be told. */
	why?: string;
	writtenIn: Fact['writtenIn'];
	/** 10^-12 USD of the paid request that this fact was the first to need. */
	cost: bigint;
}

export interface Plan {
	facts: Fact[];
	calls: Call[];
	/** The most that it may cost, in 10^-12 USD: all calls, and one request that should have been refused and was not. */
	most: bigint;
}

/** @throws when it would cost more than it may, or what it would cost isn't known */
export function planFor(
	knowledge: Knowledge,
	target: Target,
	now: Date,
	only?: (fact: Fact) => boolean,
): Plan {
	const calls = callsFor(knowledge, now);
	const facts = factsFor(knowledge, calls, now).filter(
		(fact) =>
			(fact.needs === undefined || target.has.includes(fact.needs)) && (only?.(fact) ?? true),
	);
	const needed = calls.all.filter((call) => facts.some((fact) => fact.calls?.includes(call)));
	const costs = needed.map((call) => mostCost(knowledge, call));
	const unknown = needed.find((_, index) => costs[index] === null);
	if (unknown !== undefined)
		throw new Error(`What ${unknown.name} costs is not known, so nothing is asked.`);
	const risks = [
		mostRefused(knowledge, calls.plain.model.id, false),
		mostRefused(knowledge, calls.two.model.id, true),
	];
	const reserve = facts.some(({ area }) => area === 'errors')
		? risks.reduce<bigint>((most, risk) => larger(most, risk ?? MOST_SPENT), 0n)
		: 0n;
	const most = costs.reduce<bigint>((sum, cost) => sum + (cost ?? 0n), reserve);
	if (most > MOST_SPENT)
		throw new Error(`It would cost up to ${usd(most)}; more than ${usd(MOST_SPENT)} is refused.`);
	return { facts, calls: needed, most };
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** What a request that has to be refused may cost if it is not; null: not known. */
function mostRefused(knowledge: Knowledge, id: string, hasInputs: boolean): bigint | null {
	const model = knowledge.catalogue.models.find((one) => one.id === id);
	const asked = { prompt: PROMPT, quality: 'low', size: '1024x1024' } as const;
	return model === undefined
		? null
		: knowledge.mostCost(model, asked, 1, hasInputs ? [{ width: 512, height: 512 }] : []);
}

export function usd(amount: bigint): string {
	return `$${(Number(amount) / 1e12).toFixed(4)}`;
}

export interface Verification {
	findings: Finding[];
	spent: bigint;
	/** What could not be removed at the end. */
	left: string[];
}

export interface VerifyOptions {
	pauseMs?: number;
	onFinding?: (finding: Finding) => void;
}

export async function verify(
	knowledge: Knowledge,
	target: Target,
	plan: Plan,
	{ pauseMs = 3000, onFinding }: VerifyOptions = {},
): Promise<Verification> {
	const purse = createPurse(plan.most);
	const cleanup: Cleanup[] = [];
	const context = createContext(knowledge, target, purse, cleanup, pauseMs);
	const findings: Finding[] = [];
	const left: string[] = [];
	try {
		for (const fact of plan.facts) {
			const before = purse.spent;
			const found = await find(fact, context);
			const finding = { ...found, cost: purse.spent - before };
			findings.push(finding);
			onFinding?.(finding);
		}
	} finally {
		for (const { what, work } of cleanup.reverse()) {
			const problem = await work().then(
				({ status }) => (GONE.has(status) ? null : `status ${status}`),
				String,
			);
			if (problem !== null) left.push(`${what}: ${problem}`);
		}
	}
	return { findings, spent: purse.spent, left };
}

interface Cleanup {
	what: string;
	work: () => Promise<Answer>;
}

/** Removed, not there any more, or a batch that has ended. */
const GONE = new Set([200, 202, 204, 404, 409]);

async function find(
	{ name, area, expected, writtenIn, probe }: Fact,
	context: Context,
): Promise<Omit<Finding, 'cost'>> {
	const base = { name, area, expected, writtenIn };
	try {
		const seen = await probe(context);
		return {
			...base,
			seen,
			verdict: canonical(seen) === canonical(expected) ? 'same' : 'different',
		};
	} catch (error) {
		// A mistake of ours must not end a run that was paid for; it is told as what it is.
		const why =
			error instanceof NotTold
				? error.message
				: `${String(error)}${error instanceof Error && error.cause !== undefined ? `: ${String(error.cause)}` : ''}`;
		return { ...base, seen: null, verdict: 'not told', why };
	}
}

/** The same text for the same value, in whatever order its fields come. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_, part: unknown) =>
		typeof part === 'object' && part !== null && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
			: part,
	);
}

interface Purse {
	spent: bigint;
	/** Sends a request only if what it may cost is still there; `priced` tells what it did cost. */
	pay(
		most: bigint,
		send: () => Promise<Answer>,
		priced: (answer: Answer) => bigint | null,
	): Promise<Answer>;
}

function createPurse(announced: bigint): Purse {
	const purse: Purse = {
		spent: 0n,
		pay: async (most, send, priced) => {
			if (purse.spent + most > announced)
				throw new NotTold(`the ${usd(announced)} that were announced are used up`);
			// Whoever loses the connection may have paid all the same.
			purse.spent += most;
			const answer = await send();
			// A server that broke, or a gateway that gave up on it, may have made the image.
			const isRefused = answer.status >= 400 && answer.status < 500;
			const cost = isRefused ? 0n : (priced(answer) ?? most);
			purse.spent += cost - most;
			return answer;
		},
	};
	return purse;
}

const MOST_TRIES = 6;
const LONGEST_WAIT_MS = 65_000;

/** New accounts may make five images a minute: a refusal for the rate limit says nothing of a fact, and costs nothing. */
async function patiently(send: () => Promise<Answer>): Promise<Answer> {
	for (let tries = 1; ; tries += 1) {
		const answer = await send();
		const [ms, seconds] = [answer.headers.get('retry-after-ms'), answer.headers.get('retry-after')];
		if (answer.status !== 429 || (ms === null && seconds === null) || tries === MOST_TRIES)
			return answer;
		await sleep(
			Math.min(
				LONGEST_WAIT_MS,
				ms === null ? Number(seconds) * 1000 || LONGEST_WAIT_MS : Number(ms),
			),
		);
	}
}

function createContext(
	knowledge: Knowledge,
	target: Target,
	purse: Purse,
	cleanup: Cleanup[],
	pauseMs: number,
): Context {
	const done = new Map<string, Promise<unknown>>();
	const once = <T,>(name: string, work: () => Promise<T>): Promise<T> => {
		const started = done.get(name) ?? work();
		done.set(name, started);
		return started as Promise<T>;
	};
	const send = (path: string, question: Question = {}): Promise<Answer> =>
		patiently(async () => await ask(target, path, question));
	const context: Context = {
		knowledge,
		modelName: (id) => target.modelPrefix + id,
		ask: send,
		askRefused: async (path, question, id, isTwiceWrong = false) => {
			const model = knowledge.catalogue.models.find((one) => one.id === id);
			const hasInputs = path.endsWith('/edits');
			const most = isTwiceWrong ? 0n : mostRefused(knowledge, id, hasInputs);
			if (model === undefined || most === null) throw new NotTold(`what ${id} costs is not known`);
			return await purse.pay(
				most,
				async () => await send(path, question),
				({ body }) => knowledge.cost(model, body, hasInputs),
			);
		},
		call: (call) =>
			once(`call ${call.name}`, async () => {
				const question = await call.question(context);
				const most = mostCost(knowledge, call) ?? 0n;
				return await purse.pay(
					most,
					async () => await send(call.endpoint, question),
					({ body }) => knowledge.cost(call.model, body, call.inputs.length > 0),
				);
			}),
		once,
		afterwards: (what, work) => cleanup.push({ what, work }),
		pause: async () => await sleep(pauseMs),
	};
	return context;
}
