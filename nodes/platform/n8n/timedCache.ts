import { MINUTE_MS } from '../../core/util/time';

/** For models and catalogues: end dates and prices are announced weeks ahead. */
export const KEPT_MS = 180 * MINUTE_MS;

/** After no answer, so that a run does not wait for it each time. */
export const KEPT_AFTER_FAILURE_MS = 5 * MINUTE_MS;

/** What a process remembers for some time. Each worker has its own. */
export class TimedCache<T> {
	private readonly entries = new Map<string, { value: T; until: number }>();

	private readonly most: number;

	/** @param most entries that are kept; the oldest go first */
	constructor(most = 200) {
		this.most = most;
	}

	/** `null` = nothing, or nothing that still holds. */
	get(key: string): T | null {
		const entry = this.entries.get(key);
		return entry !== undefined && Date.now() < entry.until ? entry.value : null;
	}

	/** Also what does not hold any more. */
	stale(key: string): T | null {
		return this.entries.get(key)?.value ?? null;
	}

	set(key: string, value: T, forMs: number): void {
		this.entries.delete(key);
		this.entries.set(key, { value, until: Date.now() + forMs });
		for (const oldest of this.entries.keys()) {
			if (this.entries.size <= this.most) break;
			this.entries.delete(oldest);
		}
	}

	delete(key: string): void {
		this.entries.delete(key);
	}
}
