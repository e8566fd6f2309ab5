import type { Runtime } from './types';

/** Longest time between two looks at whether the run has been stopped, in ms. */
export const STOP_CHECK_MS = 1000;

/** Waits, unless the run is stopped meanwhile. */
export async function pause(runtime: Runtime, ms: number, isStopped: () => boolean): Promise<void> {
	const end = runtime.now() + ms;
	for (let left = ms; left > 0 && !isStopped(); left = end - runtime.now()) {
		await runtime.sleep(Math.min(left, STOP_CHECK_MS));
	}
}

/** Lets one piece of work run at a time, in the order in which they came. */
export class Exclusive {
	private last: Promise<unknown> = Promise.resolve();

	async run<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.last.then(work);
		this.last = turn.catch(() => undefined);
		return await turn;
	}
}

/** Wakes whoever waits for the next time that something happens. */
export class Signal {
	private waiting: Array<() => void> = [];

	async next(): Promise<void> {
		await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	tell(): void {
		for (const wake of this.waiting.splice(0)) wake();
	}
}
