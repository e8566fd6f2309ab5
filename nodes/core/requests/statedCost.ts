import { asRecord } from '../util/json';
import { picodollars, type Picodollars, readUsd, toExactUsd, ZERO } from '../util/money';

/** A cost that does not come from tokens. Plain data, because it is kept with the execution. */
export interface StatedCost {
	/** Exact decimal; `null` = an amount is stated, but not what it cost: free credit, or a gateway's fee alone. */
	usd: string | null;
	/** A gateway's fee, exact decimal, where it is stated without the cost that it comes on top of. */
	fee?: string;
	basis: 'provider' | 'table';
}

/** The parts of a response that gateways put a cost into. */
interface Stating {
	usage?: unknown;
	metadata?: unknown;
	/** Vercel AI Gateway, in either spelling. */
	providerMetadata?: unknown;
	provider_metadata?: unknown;
}

/**
 * What a gateway says that a request cost.
 * @returns `null` = it says nothing
 */
export function statedCost({
	usage,
	metadata,
	providerMetadata,
	provider_metadata: snakeCase,
}: Stating): StatedCost | null {
	const amounts = [
		gatewayCost(asRecord(providerMetadata).gateway),
		gatewayCost(asRecord(snakeCase).gateway),
		plainCost(asRecord(metadata).cost),
		usageCost(usage),
	].filter((amount) => amount !== undefined);
	if (amounts.length === 0) return null;
	const known = amounts.find((amount) => amount !== null) ?? null;
	const fee = known === null ? feeAlone(usage) : null;
	return {
		usd: known === null ? null : toExactUsd(known),
		...(fee !== null && { fee: toExactUsd(fee) }),
		basis: 'provider',
	};
}

/** OpenRouter keeps what the key's owner is billed to itself. */
function feeAlone(usage: unknown): Picodollars | null {
	const { cost, is_byok: isByok } = asRecord(usage);
	return isByok === true ? (plainCost(cost) ?? null) : null;
}

/** `undefined` = not stated; `null` = stated, but not known. A stated 0 is free credit or a gap, not a free image. */
type Stated = Picodollars | null | undefined;

function plainCost(value: unknown): Stated {
	if (value === undefined || value === null) return undefined;
	return readUsd(value) || null;
}

/** Vercel: where a request cost nothing, its market price stands beside (credit, or a key of one's own). */
function gatewayCost(gateway: unknown): Stated {
	const { cost, marketCost } = asRecord(gateway);
	const stated = plainCost(cost);
	return stated === null ? (plainCost(marketCost) ?? null) : stated;
}

/** OpenRouter: with a key of one's own, `cost` is its fee, and what the key's owner is billed stands in the details. */
function usageCost(usage: unknown): Stated {
	const { cost, is_byok: isByok, cost_details: details } = asRecord(usage);
	if (isByok !== true) return plainCost(cost);
	const upstream = plainCost(asRecord(details).upstream_inference_cost);
	const fee = cost === undefined || cost === null ? ZERO : readUsd(cost);
	return fee === null || !upstream ? null : readUsd(toExactUsd(picodollars(fee + upstream)));
}
