import type { Catalogue, SvgAuthor } from '../catalogue/types';
import type { ImageRequest } from '../requests/imageRequest';
import type { SvgUsage } from '../requests/usage';
import { parseUsd, picodollars, type Picodollars } from '../util/money';

type Authors = Catalogue['svgAuthors'];

const TOKENS_PER_PRICE = 1_000_000n;

/** What the author of an SVG cost; `null` = its usage or its price is not known. */
export function svgPrice(usage: SvgUsage | null, authors: Authors): Picodollars | null {
	const author = usage && authorOf(usage.model, authors);
	if (usage === null || author === null) return null;
	// Numbers that can't be so are no price.
	if (usage.inputTokens > author.maxInputTokens || usage.outputTokens > author.maxOutputTokens)
		return null;
	return priceOf(author, usage.inputTokens, usage.outputTokens);
}

/** The most that the author of an SVG can cost; `null` = not known. */
export function svgBound({ svg }: Pick<ImageRequest, 'svg'>, authors: Authors): Picodollars | null {
	const author = svg === undefined ? null : authorOf(svg.model, authors);
	return author && priceOf(author, author.maxInputTokens, author.maxOutputTokens);
}

/** Also by a dated name: "gpt-6-luna-2026-09-22". */
function authorOf(model: string, authors: Authors = {}): SvgAuthor | null {
	const id = [model, model.replace(/-\d{4}-\d\d-\d\d$/, '')].find((name) =>
		Object.hasOwn(authors, name),
	);
	return id === undefined ? null : (authors[id] ?? null);
}

function priceOf({ input, output }: SvgAuthor, inputs: number, outputs: number): Picodollars {
	const perToken = (decimal: string): bigint => parseUsd(decimal) / TOKENS_PER_PRICE;
	return picodollars(BigInt(inputs) * perToken(input) + BigInt(outputs) * perToken(output));
}
