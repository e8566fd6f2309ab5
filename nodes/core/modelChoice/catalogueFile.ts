import { isGone } from '../catalogue/lifecycle';
import { findEntry, ROLES } from '../catalogue/resolve';
import { catalogueSchema } from '../catalogue/schema';
import type { Catalogue, ModelEntry } from '../catalogue/types';
import { estimateImagePrice } from '../pricing/outputTokens';
import { jsonOrNull } from '../util/json';
import { DAY_MS } from '../util/time';
import { likeQuality, successorOf } from './successor';

/** A catalogue that may be used, or one sentence on why not. */
type CatalogueCheck = { ok: true; catalogue: Catalogue } | { ok: false; problem: string };

/** Far more than there will ever be, and little to read. */
export const MAX_CATALOGUE_BYTES = 512 * 1024;
const MAX_MODELS = 200;
/** Prices may be announced, but not long before. */
const MAX_AHEAD_MS = 31 * DAY_MS;

/** Where prices are compared. */
const SIZE = '1024x1024';

/**
 * A catalogue from elsewhere, laid over the one of this version: its entries take the place of ours with the same
 * id, and its roles that of ours. It holds facts of models and nothing else. Whoever writes it decides what is spent,
 * so what can only be a mistake or an attack is refused.
 */
export function readCatalogueFile(text: string, now: Date, own: Catalogue): CatalogueCheck {
	const parsed = catalogueSchema.safeParse(jsonOrNull(text));
	if (!parsed.success) {
		return refuse(wordsOfIssue(parsed.error.issues[0] as unknown as Issue));
	}
	const given = parsed.data as Catalogue;
	if (given.models.length > MAX_MODELS)
		return refuse(`it has ${given.models.length} models; at most ${MAX_MODELS} are allowed`);
	const ids = given.models.map(({ id }) => id);
	const twice = ids.find((id, index) => ids.indexOf(id) !== index);
	if (twice !== undefined) return refuse(`it has the model ${twice} twice`);
	const latest = new Date(now.getTime() + MAX_AHEAD_MS).toISOString().slice(0, 10);
	if (given.pricesAsOf > latest)
		return refuse(`it is dated ${given.pricesAsOf}, which is in the future`);
	if (given.pricesAsOf < own.pricesAsOf)
		return refuse(
			`it is dated ${given.pricesAsOf}, which is older than the catalogue of this version (${own.pricesAsOf})`,
		);
	const catalogue = laidOver(own, given, ids);
	const problem = nameProblem(catalogue, own) ?? endProblem(catalogue, own, now);
	if (problem !== null) return refuse(problem);
	for (const role of ROLES) {
		const unknown = given.roles[role].find((id) => findEntry(id, catalogue) === null);
		if (unknown !== undefined)
			return refuse(`roles.${role} names ${unknown}, which is not one of its models`);
		if (given.roles[role].length === 0) return refuse(`roles.${role} is empty`);
	}
	return { ok: true, catalogue };
}

function laidOver(own: Catalogue, given: Catalogue, ids: readonly string[]): Catalogue {
	const kept = own.models
		.filter(({ id }) => !ids.includes(id))
		.map((model) => ({ ...model, pricesAsOf: model.pricesAsOf ?? own.pricesAsOf }));
	return {
		...given,
		models: [...given.models, ...kept],
		svgAuthors: { ...own.svgAuthors, ...given.svgAuthors },
	};
}

/** A name that already means another model, so that one would be taken for the other. */
function nameProblem({ models }: Catalogue, own: Catalogue): string | null {
	const owners = new Map<string, string>();
	for (const { id, aliases } of models) {
		for (const name of [id, ...aliases]) {
			const other = owners.get(name) ?? findEntry(name, own)?.id ?? id;
			if (other !== id || owners.has(name))
				return `it gives ${id} the name ${name}, which ${other === id ? 'it already has' : `belongs to ${other}`}`;
			owners.set(name, id);
		}
	}
	return null;
}

/**
 * A cheap model that is said to have ended, so that a dearer one takes its place without a word. A file may well know
 * of an end that this version does not; but then the API refuses the model by itself, and the run moves on all the
 * same. So nothing is lost where it is not believed.
 */
function endProblem(catalogue: Catalogue, own: Catalogue, now: Date): string | null {
	for (const model of catalogue.models) {
		const before = findEntry(model.id, own);
		if (before === null || isGone(before, now) || !isGone(model, now)) continue;
		const next = successorOf(model, now, catalogue);
		const dearer = next !== null && isDearer(before, next);
		if (dearer)
			return `it says that ${model.id} was shut down on ${model.lifecycle.shutdown}, which this version does not know, and ${next.id}, its successor, costs more. Remove that date: the API itself reports when a model is gone`;
	}
	return null;
}

/** At any quality; where a price is not known it is taken to be. */
function isDearer(from: ModelEntry, to: ModelEntry): boolean {
	return from.capabilities.qualities.some((quality) => {
		const [before, after] = [
			estimateImagePrice(from, quality, SIZE),
			estimateImagePrice(to, likeQuality(from, to, quality) ?? quality, SIZE),
		];
		return before === null || after === null || after.amount > before.amount;
	});
}

interface Issue {
	code?: string;
	path: PropertyKey[];
	message: string;
	keys?: string[];
	expected?: string;
	values?: unknown[];
}

/** zod's small build comes without words. */
function wordsOfIssue({ code, path, message, keys, expected, values }: Issue): string {
	const where = path.map(String).join('.') || 'it';
	if (code === 'unrecognized_keys')
		return `${where}: has the unknown field ${(keys ?? []).slice(0, 3).join(', ').slice(0, 80)}`;
	if (code === 'invalid_type')
		return `${where}: must be ${expected === 'object' ? 'an object' : `of the type ${expected}`}`;
	if (code === 'invalid_value') return `${where}: must be one of ${(values ?? []).join(', ')}`;
	return `${where}: ${message}`;
}

const refuse = (problem: string): CatalogueCheck => ({ ok: false, problem });
