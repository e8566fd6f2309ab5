/** Slower than any line that people use: what comes by drops would not come to its end, in bytes per ms. */
const SLOWEST = 10;

/** The time that a body has been waited for. */
export class Wait {
	private since = Infinity;

	private totalMs = 0;

	private received = 0;

	private readonly timeoutMs: number;

	constructor(timeoutMs: number) {
		this.timeoutMs = timeoutMs;
	}

	begin(): void {
		this.since = performance.now();
	}

	end(bytes: number): void {
		this.totalMs += this.idleMs;
		this.since = Infinity;
		this.received += bytes;
	}

	/** Since something came last, while it is waited for. */
	get idleMs(): number {
		return Math.max(0, performance.now() - this.since);
	}

	/** Why it should be waited for no longer; `null` = it may. */
	problem(): string | null {
		const totalMs = this.totalMs + this.idleMs;
		if (this.idleMs >= this.timeoutMs)
			return `No data arrived for ${Math.round(this.timeoutMs / 1000)} s`;
		return totalMs > this.timeoutMs + this.received / SLOWEST
			? `Only ${this.received} bytes arrived in ${Math.round(totalMs / 1000)} s`
			: null;
	}
}

/** Nodes may set no timers, but signals have one. */
export function watchEvery(ms: number, look: () => void): { end: () => void } {
	let signal: AbortSignal | null = null;
	const arm = (): void => {
		signal = AbortSignal.timeout(ms);
		signal.onabort = () => {
			arm();
			look();
		};
	};
	arm();
	return {
		end: () => {
			if (signal !== null) signal.onabort = null;
		},
	};
}
