import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
	timeoutMs?: number;
	everyMs?: number;
	pause?: () => Promise<unknown>;
}

/**
 * Asks again and again until there is an answer: for what another process does and doesn't announce.
 *
 * @param what - for the error message
 * @param ask - the answer, or undefined for "not yet"
 * @param timeoutMs - after this many ms it gives up
 * @param everyMs - ms between two questions
 * @param pause - what to do between two questions instead of letting `everyMs` pass
 * @throws when there was no answer in time
 */
export async function until<T>(
	what: string,
	ask: () => Promise<T | undefined> | T | undefined,
	{ timeoutMs = 30_000, everyMs = 50, pause = async () => await delay(everyMs) }: UntilOptions = {},
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
		await pause();
	}
}
