import { CATALOGUE } from './catalogue';
import { catalogueSchema } from './catalogueSchema';
import { findModel, ROLES } from './resolve';
import type { Catalogue } from './types';

/** A catalogue that may be used, or one sentence on why not. */
export type CatalogueCheck = { ok: true; catalogue: Catalogue } | { ok: false; problem: string };

/** Far more than there will ever be, and little to read. */
export const MAX_CATALOGUE_BYTES = 512 * 1024;
const MAX_MODELS = 200;

/**
 * A catalogue from elsewhere, laid over the one of this version: its entries take the place of ours with the same
 * id, and its roles that of ours. It holds facts of models and nothing else.
 */
export function readCatalogueFile(text: string, own: Catalogue = CATALOGUE): CatalogueCheck {
	const parsed = catalogueSchema.safeParse(parsedOrNull(text));
	if (!parsed.success) {
		return refuse(wordsOfIssue(parsed.error.issues[0] as unknown as Issue));
	}
	const given = parsed.data as Catalogue;
	if (given.models.length > MAX_MODELS) return refuse(`it has ${given.models.length} models; at most ${MAX_MODELS} are allowed`);
	const ids = given.models.map(({ id }) => id);
	const twice = ids.find((id, index) => ids.indexOf(id) !== index);
	if (twice !== undefined) return refuse(`it has the model ${twice} twice`);
	if (given.pricesAsOf < own.pricesAsOf) return refuse(`it is of ${given.pricesAsOf}, older than the one of this version (${own.pricesAsOf})`);
	const models = [...given.models, ...own.models.filter(({ id }) => !ids.includes(id))];
	const catalogue: Catalogue = { ...given, models };
	for (const role of ROLES) {
		const unknown = given.roles[role].find((id) => findModel(id, catalogue) === null);
		if (unknown !== undefined) return refuse(`roles.${role} names ${unknown}, which is no model of it`);
		if (given.roles[role].length === 0) return refuse(`roles.${role} is empty`);
	}
	return { ok: true, catalogue };
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
	if (code === 'unrecognized_keys') return `${where}: has the unknown field ${(keys ?? []).slice(0, 3).join(', ').slice(0, 80)}`;
	if (code === 'invalid_type') return `${where}: must be ${expected === 'object' ? 'an object' : `of the type ${expected}`}`;
	if (code === 'invalid_value') return `${where}: must be one of ${(values ?? []).join(', ')}`;
	return `${where}: ${message}`;
}

const refuse = (problem: string): CatalogueCheck => ({ ok: false, problem });

function parsedOrNull(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
