import { picodollars, type Picodollars, ZERO } from '../util/money';
import type { Sighting } from './imageRecord';

/** An item with a cost of ours whose `image.id` was removed. */
export interface Nameless {
	seen: Sighting;
	/** What its whole request cost; `null` = not known. */
	requestCost: Picodollars | null;
}

/** What is counted already of a request. */
export interface CountedImage {
	requestKey: string | null;
	requestId: string | null;
	cost: Picodollars | null;
}

/** Of one request. */
const MOST_IMAGES = 100n;

interface Placed {
	/** They fit into what their request cost, so they are images that stand nowhere else. */
	images: Sighting[];
	/** What their request cost is counted in full without them. */
	duplicates: number;
	/** What can't be told apart: an image, or one that is counted already. */
	leftOut: Array<Picodollars | null>;
}

/**
 * Two items of one request without image ids may be two images, or one image twice. But the images of a request cost
 * together what the request did: so they count as long as there is something left of it. One that costs the same as an
 * image whose request is gone may be that image.
 */
export function placeNameless(
	nameless: readonly Nameless[],
	counted: Iterable<CountedImage>,
): Placed {
	const spent = new CountedCosts();
	for (const one of counted) spent.add(one);
	const placed: Placed = { images: [], duplicates: 0, leftOut: [] };
	for (const { seen, requestCost } of nameless) {
		const { requestKey, requestId, amount } = seen;
		const own = amount?.cost ?? null;
		if (
			own === null ||
			requestCost === null ||
			(requestKey ?? requestId) === null ||
			spent.hasWithoutRequest(own)
		) {
			placed.leftOut.push(own);
			continue;
		}
		const cost = fitted(own, picodollars(requestCost - spent.of(seen)));
		if (cost === null) {
			placed.duplicates += 1;
		} else {
			spent.add({ requestKey, requestId, cost });
			placed.images.push({ ...seen, amount: { cost, rank: 'exact' } });
		}
	}
	return placed;
}

/**
 * The images of a request differ by a picodollar where its cost can't be divided evenly. So the last one takes what is left.
 * @returns `null` = there is no room for it
 */
function fitted(cost: Picodollars, left: Picodollars): Picodollars | null {
	const difference = left - cost;
	if (difference > MOST_IMAGES) return cost;
	return difference >= -MOST_IMAGES && left > 0n ? left : null;
}

/** By request, which an item names by its key or by its id. */
class CountedCosts {
	private readonly byName = new Map<string, Picodollars>();

	/** About what images cost that don't say of which request they are: those of one request differ by a picodollar. */
	private readonly withoutRequest = new Set<bigint>();

	add({ cost, ...request }: CountedImage): void {
		if (namesOf(request).length === 0 && cost !== null) this.withoutRequest.add(cost / MOST_IMAGES);
		for (const name of namesOf(request))
			this.byName.set(name, picodollars((this.byName.get(name) ?? ZERO) + (cost ?? ZERO)));
	}

	hasWithoutRequest(cost: Picodollars): boolean {
		return [-1n, 0n, 1n].some((step) => this.withoutRequest.has(cost / MOST_IMAGES + step));
	}

	of(request: Omit<CountedImage, 'cost'>): Picodollars {
		const amounts = namesOf(request).map((name) => this.byName.get(name) ?? ZERO);
		return amounts.reduce((most, one) => (one > most ? one : most), ZERO);
	}
}

const namesOf = ({ requestKey, requestId }: Omit<CountedImage, 'cost'>): string[] => [
	...(requestKey === null ? [] : [`key ${requestKey}`]),
	...(requestId === null ? [] : [`id ${requestId}`]),
];
