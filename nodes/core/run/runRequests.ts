import { localFailure, type Failure } from './failure';
import { REACTIONS, waitBeforeRetry } from './retry';

export type SendResult<T> = { ok: true; value: T } | { ok: false; failure: Failure };

/** How a request ended, whatever it took. */
export type Outcome<T> = SendResult<T> & {
	/** 0 = it was never sent. */
	attempts: number;
	/** Attempts that brought nothing but may have been billed. */
	maybeBilledAttempts: number;
	/** From the first attempt's start to the last one's end, in ms. */
	durationMs: number;
};

export interface RunOptions {
	/** Most requests in flight at once. */
	maxConcurrency: number;
	/** Most attempts for one request. */
	maxAttempts: number;
	/** Start nothing new after the first request that failed for good. */
	stopOnFailure: boolean;
}

/** The world, passed in: tests need no real time. */
export interface RunWorld {
	/** Milliseconds of any steady clock. */
	now: () => number;
	random: () => number;
	/** Ends early when the run is cancelled. */
	sleep: (ms: number) => Promise<void>;
	cancelled: () => boolean;
}

/**
 * Works through requests with a fixed number of lanes, each taking the next one as soon as it is free.
 * What is in flight when the run stops is finished, because it is paid for; nothing is sent after that, no retry either.
 * @param send sends one request and delivers what it brought; it never throws
 * @param onProgress called after each request that ended
 * @returns outcomes in the order of `requests`
 */
export async function runRequests<Request, T>(
	requests: readonly Request[],
	send: (request: Request, attempt: number) => Promise<SendResult<T>>,
	options: RunOptions,
	world: RunWorld,
	onProgress: (outcome: Outcome<T>, index: number) => void = () => undefined,
): Promise<Array<Outcome<T>>> {
	const outcomes = new Array<Outcome<T>>(requests.length);
	let next = 0;
	let stop: Failure | null = null;

	const lane = async (): Promise<void> => {
		while (next < requests.length) {
			const index = next++;
			const request = requests[index] as Request;
			const reason = world.cancelled() ? CANCELLED : stop;
			const outcome = reason
				? neverSent<T>(reason)
				: await sendWithRetries((attempt) => send(request, attempt), options.maxAttempts, world, () => stop);
			outcomes[index] = outcome;
			stop ??= reasonToStop(outcome, options);
			onProgress(outcome, index);
		}
	};

	const lanes = Math.max(1, Math.min(options.maxConcurrency, requests.length));
	await Promise.all(Array.from({ length: lanes }, lane));
	return outcomes;
}

const CANCELLED = localFailure('cancelled', 'cancelled', 'The execution was cancelled.');

function neverSent<T>(failure: Failure): Outcome<T> {
	return { ok: false, failure, attempts: 0, maybeBilledAttempts: 0, durationMs: 0 };
}

/** The failure that requests not yet sent are given, or `null` to go on. */
function reasonToStop<T>(outcome: Outcome<T>, options: RunOptions): Failure | null {
	if (outcome.ok) return null;
	if (REACTIONS[outcome.failure.kind].reaction === 'stopRun') return outcome.failure;
	return options.stopOnFailure
		? localFailure('stopped', 'not_started', 'Stopped, because another item failed.')
		: null;
}

async function sendWithRetries<T>(
	send: (attempt: number) => Promise<SendResult<T>>,
	maxAttempts: number,
	world: RunWorld,
	stopped: () => Failure | null,
): Promise<Outcome<T>> {
	const startedAt = world.now();
	let maybeBilledAttempts = 0;
	for (let attempt = 1; ; attempt++) {
		const result = await send(attempt);
		const ended = { attempts: attempt, maybeBilledAttempts, durationMs: Math.round(world.now() - startedAt) };
		if (result.ok) return { ...result, ...ended };
		const { reaction, maybeBilled } = REACTIONS[result.failure.kind];
		if (maybeBilled) maybeBilledAttempts += 1;
		const last = attempt >= maxAttempts || reaction !== 'retry' || world.cancelled();
		if (!last && stopped() === null) {
			await world.sleep(waitBeforeRetry(result.failure, attempt, world.random()));
		}
		if (last || world.cancelled()) return { ...result, ...ended, maybeBilledAttempts };
		const failure = stopped();
		if (failure !== null) return { ok: false, failure, ...ended, maybeBilledAttempts };
	}
}
