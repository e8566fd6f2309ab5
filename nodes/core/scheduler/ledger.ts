import { picodollars, type Picodollars, ZERO } from '../util/money';

/** The most that a request may cost. */
export interface Bound {
	amount: Picodollars;
	/** The same for all that is priced alike, such as a model at a quality and size. */
	priceKey: string;
	/** `false` = a price of ours, and the provider states its own: it may charge more. */
	isCertain: boolean;
}

/** What a request in flight may cost. It is settled or released once. */
export interface Reservation {
	/** `null` = not known. */
	readonly bound: Bound | null;
}

/** Whether a request may be sent: now, perhaps once others have ended for less than was reserved, or never. */
type Admission = 'now' | 'later' | 'never';

/** By how much a price is above its bound, as a fraction, once a provider has charged it. */
interface Surcharge {
	charged: bigint;
	bound: bigint;
}

/**
 * The money of the runs that share a budget. What is reserved is the sum over the requests in flight, and nothing
 * else is kept of it, so it can't differ from them. An attempt whose fate is unknown counts in full. Once a provider
 * has charged more than the bound, all bounds of that price rise with it, also those that were counted before.
 */
export class Ledger {
	private paid: Picodollars;

	/** Something was charged, or may have been, of which not even the most is known: more than `spent` was spent. */
	private isMore = false;

	/** What was not told, by the bounds of what was sent, for each price. */
	private readonly untold = new Map<string, bigint>();

	private readonly open = new Set<Reservation>();

	private readonly surcharges = new Map<string, Surcharge>();

	private readonly listeners = new Set<() => void>();

	/** @param spent before, such as by an earlier try */
	constructor(spent: Picodollars = ZERO) {
		this.paid = spent;
	}

	get spent(): Picodollars {
		let total: bigint = this.paid;
		for (const [priceKey, amount] of this.untold) total += this.raised(amount, priceKey);
		return picodollars(total);
	}

	get isAtLeast(): boolean {
		return this.isMore;
	}

	/** Also what is unknown of before. */
	noteUnknown(): void {
		this.isMore = true;
	}

	get reserved(): Picodollars {
		let total = 0n;
		for (const { bound } of this.open) total += this.amountOf(bound);
		return picodollars(total);
	}

	/** @param limit of `spent` and `reserved` together; `null` = none */
	admits(bound: Bound | null, limit: Picodollars | null): Admission {
		if (limit === null) return 'now';
		if (bound === null) return 'never';
		const amount = this.amountOf(bound);
		if (this.spent + amount > limit) return 'never';
		if (this.isBeingFoundOut(bound)) return 'later';
		return this.spent + this.reserved + amount <= limit ? 'now' : 'later';
	}

	reserve(bound: Bound | null): Reservation {
		const reservation = { bound };
		this.open.add(reservation);
		return reservation;
	}

	/**
	 * An answer came.
	 * @param cost what was charged; `null` = not told, so the whole bound counts
	 * @param fee charged on top of a cost that is not told
	 */
	settle(reservation: Reservation, cost: Picodollars | null, fee: Picodollars = ZERO): void {
		const { bound } = reservation;
		this.close(reservation, () => {
			if (bound !== null) this.learn(bound, cost ?? bound.amount + fee);
			if (cost === null) this.countUntold(bound);
			else this.paid = picodollars(this.paid + cost);
		});
	}

	/** Nobody knows what became of it: it counts as if it had been charged in full, and shows nothing of the price. */
	writeOff(reservation: Reservation): void {
		this.close(reservation, () => this.countUntold(reservation.bound));
	}

	/** Nothing was charged. */
	release(reservation: Reservation): void {
		this.close(reservation, () => undefined);
	}

	/**
	 * Told after each reservation that is settled or released.
	 * @returns ends it
	 */
	listen(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	private close(reservation: Reservation, count: () => void): void {
		if (!this.open.delete(reservation))
			throw new RangeError('A reservation is settled or released once.');
		count();
		for (const listener of this.listeners) listener();
	}

	private countUntold(bound: Bound | null): void {
		if (bound === null) this.noteUnknown();
		else this.untold.set(bound.priceKey, (this.untold.get(bound.priceKey) ?? 0n) + bound.amount);
	}

	private learn({ priceKey, amount }: Bound, charged: bigint): void {
		const known = this.surcharges.get(priceKey) ?? { charged: 1n, bound: 1n };
		const isMore = amount > 0n && charged * known.bound > amount * known.charged;
		this.surcharges.set(priceKey, isMore ? { charged, bound: amount } : known);
	}

	/** One request shows what a provider charges before more are sent. */
	private isBeingFoundOut({ priceKey, isCertain }: Bound): boolean {
		if (isCertain || this.surcharges.has(priceKey)) return false;
		return [...this.open].some(({ bound }) => bound?.priceKey === priceKey);
	}

	private amountOf(bound: Bound | null): Picodollars {
		return bound === null ? ZERO : picodollars(this.raised(bound.amount, bound.priceKey));
	}

	/** Rounded up to a picodollar. */
	private raised(amount: bigint, priceKey: string): bigint {
		const { charged, bound } = this.surcharges.get(priceKey) ?? { charged: 1n, bound: 1n };
		return (amount * charged + bound - 1n) / bound;
	}
}
