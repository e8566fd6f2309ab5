import { estimateImagePrice } from '../pricing/estimate';
import { toReadableUsd } from '../pricing/money';
import { CATALOGUE } from './catalogue';
import { isGone } from './lifecycle';
import { findModel, modelForRole, ROLE_NAMES, ROLES } from './resolve';
import type { Catalogue, ModelEntry } from './types';
import { looksLikeImageModel } from './unknownModel';

/** One line of the model list in the editor. */
export interface ModelListItem {
	name: string;
	value: string;
	description: string;
}

const LISTED_SIZE = '1024x1024';

/**
 * The roles, then the models.
 * @param liveIds what the API says the key may use; `null` = no answer, so the catalogue decides by date
 */
export function listModels(
	liveIds: readonly string[] | null,
	now: Date,
	catalogue: Catalogue = CATALOGUE,
): ModelListItem[] {
	const roles = ROLES.map((role) => {
		const model = modelForRole(role, now, catalogue);
		return { name: `${ROLE_NAMES[role]} (Now ${model.id})`, value: role, description: describe(model) };
	});
	const known = catalogue.models
		.filter((model) => (liveIds === null ? !isGone(model, now) : liveIds.includes(model.id)))
		.map((model) => ({ name: model.id, value: model.id, description: describe(model) }));
	const others = (liveIds ?? [])
		.filter((id) => looksLikeImageModel(id) && !known.some(({ value }) => value === id))
		.map((id) => ({ name: id, value: id, description: describeOther(id, catalogue) }));
	return [...roles, ...known, ...others];
}

/** "$0.0022 low, $0.0084 medium an image. Shuts down on 2026-12-01." */
function describe(model: ModelEntry): string {
	const prices = model.capabilities.qualities.flatMap((quality) => {
		const price = estimateImagePrice(model, quality, LISTED_SIZE);
		if (price === null) return [];
		const about = price.certainty === 'approximate' ? 'about ' : '';
		return `${about}${toReadableUsd(price.amount)} ${quality}`;
	});
	const price =
		prices.length === 0 ? 'Price not known.' : `${prices.join(', ')} for ${LISTED_SIZE}, prompt not included.`;
	const end = model.lifecycle.shutdown === null ? '' : ` Shuts down on ${model.lifecycle.shutdown}.`;
	return `${price}${end}`;
}

function describeOther(id: string, catalogue: Catalogue): string {
	const model = findModel(id, catalogue);
	return model === null ? 'Price not known to this version; the cost will be unknown.' : `Same as ${model.id}. ${describe(model)}`;
}
