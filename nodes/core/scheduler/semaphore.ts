/** Lets a few pieces of work run side by side, in the order in which they ask for it. */
export class Semaphore {
	private taken = 0;

	private most: number;

	private readonly waiting: Array<() => void> = [];

	/** @param most at once */
	constructor(most: number) {
		this.most = most;
	}

	/** Nobody waits any more, such as when all of it is to end. */
	letAllIn(): void {
		this.most = Infinity;
		for (const enter of this.waiting.splice(0)) {
			this.taken += 1;
			enter();
		}
	}

	async take(): Promise<void> {
		if (this.taken < this.most) this.taken += 1;
		else await new Promise<void>((resolve) => this.waiting.push(resolve));
	}

	/** Hands the turn to whoever has waited longest. */
	give(): void {
		const next = this.waiting.shift();
		if (next === undefined) this.taken -= 1;
		else next();
	}
}

/** One piece of work's part in it, which it may give back and take again. */
export class Permit {
	private isHeld = false;

	private readonly turns: Semaphore;

	constructor(turns: Semaphore) {
		this.turns = turns;
	}

	async begin(): Promise<void> {
		if (this.isHeld) return;
		await this.turns.take();
		this.isHeld = true;
	}

	end(): void {
		if (!this.isHeld) return;
		this.isHeld = false;
		this.turns.give();
	}
}

/**
 * Works through tasks with at most `limit` of them under way at once.
 * @param work never throws
 * @param stopAfter whether nothing new is started after this result
 * @returns results in the order of the tasks; `undefined` = not started
 */
export async function sideBySide<T, R>(
	tasks: readonly T[],
	limit: number,
	work: (task: T, index: number) => Promise<R>,
	stopAfter: (result: R) => boolean,
): Promise<Array<R | undefined>> {
	const results: Array<R | undefined> = tasks.map(() => undefined);
	let next = 0;
	let stopped = false;
	const worker = async () => {
		while (!stopped && next < tasks.length) {
			const index = next++;
			const result = await work(tasks[index] as T, index);
			results[index] = result;
			if (stopAfter(result)) stopped = true;
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, worker));
	return results;
}
