import { isGone, type LiveModel, withLiveModels } from '../catalogue/lifecycle';
import {
	findModel,
	looksLikeImageModel,
	modelForRole,
	ROLE_NAMES,
	ROLES,
} from '../catalogue/resolve';
import type { Catalogue, ModelEntry } from '../catalogue/types';
import { estimateImagePrice } from '../pricing/outputTokens';
import { toReadableUsd } from '../util/money';

/** One line of the model list in the editor. */
interface ModelListItem {
	name: string;
	value: string;
	/** What fits into the rest of a line: "ends 2026-12-01, $0.0022–$0.0333 each" */
	brief: string;
	description: string;
}

const LISTED_SIZE = '1024x1024';

/**
 * The roles, then the models.
 * @param live what the API says the key may use; `null` = no answer, so the catalogue decides by date
 */
export function listModels(
	live: readonly LiveModel[] | null,
	now: Date,
	builtIn: Catalogue,
): ModelListItem[] {
	const catalogue = live === null ? builtIn : withLiveModels(builtIn, live);
	const liveIds = live && live.map(({ id }) => id);
	const roles = ROLES.map((role) => {
		const model = modelForRole(role, now, catalogue);
		const name = `${ROLE_NAMES[role]} (now ${model.id})`;
		return { name, value: role, brief: priceRange(model), description: describe(model) };
	});
	const known = catalogue.models
		.filter((model) => (liveIds === null ? !isGone(model, now) : liveIds.includes(model.id)))
		.map((model) => ({
			name: model.id,
			value: model.id,
			brief: brief(model),
			description: describe(model),
		}));
	const others = (liveIds ?? [])
		.filter((id) => looksLikeImageModel(id) && !known.some(({ value }) => value === id))
		.map((id) => ({ name: id, value: id, ...describeOther(id, catalogue) }));
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
		prices.length === 0
			? 'Price not known.'
			: `${prices.join(', ')} for ${LISTED_SIZE}, prompt not included.`;
	const end =
		model.lifecycle.shutdown === null ? '' : ` Shuts down on ${model.lifecycle.shutdown}.`;
	return `${price}${end}`;
}

function brief(model: ModelEntry): string {
	const { shutdown } = model.lifecycle;
	return `${shutdown === null ? '' : `ends ${shutdown}, `}${priceRange(model)}`;
}

/** From the cheapest quality to the dearest. */
function priceRange(model: ModelEntry): string {
	const prices = model.capabilities.qualities
		.flatMap((quality) => estimateImagePrice(model, quality, LISTED_SIZE) ?? [])
		.sort((a, b) => (a.amount < b.amount ? -1 : 1));
	const [lowest, highest] = [prices[0], prices.at(-1)];
	if (lowest === undefined || highest === undefined) return 'price not known';
	const about = prices.some(({ certainty }) => certainty === 'approximate') ? 'about ' : '';
	return `${about}${toReadableUsd(lowest.amount)}–${toReadableUsd(highest.amount)} each`;
}

function describeOther(
	id: string,
	catalogue: Catalogue,
): Pick<ModelListItem, 'brief' | 'description'> {
	const model = findModel(id, catalogue);
	return model === null
		? {
				brief: 'price not known',
				description: 'This version does not know its price, so the cost will be unknown.',
			}
		: { brief: brief(model), description: `Same as ${model.id}. ${describe(model)}` };
}
