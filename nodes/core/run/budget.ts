import { picodollars, ZERO, type Picodollars } from '../pricing/money';

/** Whether a request may be sent: now, perhaps once others have ended for less than was reserved, or never. */
export type Admission = 'now' | 'later' | 'never';

/**
 * Keeps what was spent plus what is reserved for requests in flight within a limit. An attempt whose
 * fate is unknown counts as spent in full.
 */
export class Budget {
	private spent: Picodollars = ZERO;

	private reserved: Picodollars = ZERO;

	private readonly limit: Picodollars | null;

	/** @param limit `null` = none */
	constructor(limit: Picodollars | null) {
		this.limit = limit;
	}

	admits(estimate: Picodollars): Admission {
		if (this.limit === null || this.spent + this.reserved + estimate <= this.limit) return 'now';
		return this.spent + estimate <= this.limit ? 'later' : 'never';
	}

	reserve(estimate: Picodollars): void {
		this.reserved = picodollars(this.reserved + estimate);
	}

	/** @param actual what it cost; `null` = unknown, so the whole estimate counts */
	settle(estimate: Picodollars, actual: Picodollars | null): void {
		this.reserved = picodollars(this.reserved - estimate);
		this.spent = picodollars(this.spent + (actual ?? estimate));
	}
}
