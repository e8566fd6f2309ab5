import type { Catalogue, ModelEntry, SvgAuthor, TokenPrices } from '../catalogue/types';
import { parseUsd, picodollars, toExactUsd } from '../util/money';

/** Released since this day, a model may cost more in a region. */
const ELIGIBLE_SINCE = '2026-03-05';

/** Whether requests go to one of OpenAI's addresses for a region: eu.api.openai.com, us.api.openai.com and the like. */
export function isDataResidency(baseUrl: string): boolean {
	try {
		return /^[a-z]{2,4}\.api\.openai\.com$/.test(new URL(baseUrl).hostname);
	} catch {
		return false;
	}
}

/**
 * OpenAI's pricing page: eligible models released since 2026-03-05 cost 10 % more in a region. Which ones are
 * eligible is not published, so all of them are taken for it, and their prices are the most that may be charged.
 */
export function withRegionalPrices(catalogue: Catalogue): Catalogue {
	return {
		...catalogue,
		models: catalogue.models.map((model) => (mayCostMore(model) ? raised(model) : model)),
		svgAuthors: Object.fromEntries(
			Object.entries(catalogue.svgAuthors ?? {}).map(([id, author]): [string, SvgAuthor] => [
				id,
				{ ...author, input: withUplift(author.input), output: withUplift(author.output) },
			]),
		),
	};
}

const mayCostMore = ({ lifecycle: { released } }: ModelEntry): boolean =>
	released === null || released >= ELIGIBLE_SINCE;

function raised(model: ModelEntry): ModelEntry {
	const prices =
		model.prices &&
		Object.fromEntries(
			Object.entries(model.prices).map(([kind, price]) => [kind, price && withUplift(price)]),
		);
	return { ...model, prices: prices as TokenPrices | null, pricesAreHighest: true };
}

/** A price per million tokens has no more than 6 decimals, so that a token costs whole picodollars. */
const GRAIN = 1_000_000n;

function withUplift(price: string): string {
	const amount = (parseUsd(price) * 11n + 9n) / 10n;
	return toExactUsd(picodollars(((amount + GRAIN - 1n) / GRAIN) * GRAIN));
}

/** What to say of costs there; `null` = nothing. */
export function dataResidencyNotice(model: ModelEntry | null): string | null {
	return model?.pricesAreHighest
		? `'Base URL' is one of OpenAI's regional addresses, where OpenAI charges 10% more for some models. OpenAI does not publish whether ${model.id} is one of them, so its costs here are the highest possible, and are marked as estimated.`
		: null;
}
