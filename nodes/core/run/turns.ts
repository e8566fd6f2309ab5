/** Lets a few pieces of work run side by side, in the order in which they ask for it. */
export class Turns {
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
export class Turn {
	private isHeld = false;

	private readonly turns: Turns;

	constructor(turns: Turns) {
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
