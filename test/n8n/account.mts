import type { LedgerEntry, Simulator } from '../simulator/index.mts';
import { picodollars } from './money.mts';
import type { Run } from './workshop.mts';

type Json = Record<string, any>;

/** What the items of a run, or the error that ended it, say of the money. Amounts in 10^-12 USD. */
export interface Told {
	/** Items with an image. */
	images: number;
	/** Sum of the costs of those images that have a known one. */
	delivered: bigint;
	/** Images whose cost is not known. */
	unknown: number;
	skipped: number;
	failed: number;
	/** Known costs of what brought nothing. */
	lost: bigint;
	/** Attempts that may have been billed; each request counts once, whatever number of items it has. */
	maybeBilled: number;
}

/** @param outputs of the node: with an error output there are two */
export function toldBy({ output }: Pick<Run, 'output'>): Told {
	const json: Json[] = output.outputs.flat().map((item) => item.json);
	const made = json.filter(({ image }) => image !== undefined);
	const known = made.filter(({ cost }) => cost.exact !== null);
	const failed = json.filter(({ error }) => typeof error === 'string');
	const attempts = new Map(
		json.map(({ request }, index) => [
			request?.key ?? index,
			Number(request?.maybeBilledAttempts ?? 0),
		]),
	);
	return {
		images: made.length,
		delivered: sum(known.map(({ cost }) => picodollars(cost.exact))),
		unknown: made.length - known.length,
		skipped: json.filter(({ skipped }) => skipped === 'budget').length,
		failed: failed.length,
		lost: sum(failed.map(({ cost }) => (cost?.exact ? picodollars(cost.exact) : 0n))),
		maybeBilled:
			[...attempts.values()].reduce((total, count) => total + count, 0) +
			toldByError(output.error?.description),
	};
}

/** "5 attempts without an answer may have been billed." */
function toldByError(description: string | null | undefined): number {
	return Number(
		/(\d+) attempts? without an answer may have been billed/.exec(description ?? '')?.[1] ?? 0,
	);
}

/** What the server billed and did not bring. */
export function undelivered(simulator: Simulator): LedgerEntry[] {
	return simulator.ledger().filter(({ billed, delivered }) => billed > 0n && !delivered);
}

/** What each request of the items cost by what they say, by the server's id of it; `null` = an image of it has no known cost. */
export function costByRequest({ output }: Pick<Run, 'output'>): Map<string, bigint | null> {
	const costs = new Map<string, bigint | null>();
	for (const { json } of output.outputs.flat() as Array<{ json: Json }>) {
		if (json['image'] === undefined) continue;
		const id = String(json['request'].id);
		const before = costs.get(id) ?? 0n;
		costs.set(
			id,
			costs.get(id) === null || json['cost'].exact === null
				? null
				: before + picodollars(json['cost'].exact),
		);
	}
	return costs;
}

/** What the server billed for requests that it delivered. */
export function billedByRequest(simulator: Simulator): Map<string, bigint> {
	return new Map(
		simulator
			.ledger()
			.flatMap(({ requestId, billed, delivered }) =>
				billed > 0n && delivered ? [[requestId, billed] as const] : [],
			),
	);
}

const sum = (amounts: bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
