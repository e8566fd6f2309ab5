import { checkImageRequest } from '../../core/requests/imageRequest';
import { type AskedVariations, type Variation, varyPrompt } from '../../core/requests/variations';
import { plainObject } from '../../core/util/json';
import { plannedItem } from './plan';
import type { Ask, PlannedItem } from './types';

/** Checks a generation for each variation of the prompt; nothing is sent. */
export function planVariations(ask: Ask, variations: AskedVariations): PlannedItem[] {
	const varied = varyPrompt(ask.parameters.prompt, variations);
	if (!varied.ok) return [plannedItem(ask, { checked: varied })];
	return varied.prompts.map(({ prompt, variation }) =>
		planGenerate(variation === null ? ask : withPrompt(ask, prompt), {
			variation,
			warnings: varied.warnings,
		}),
	);
}

function withPrompt(ask: Ask, prompt: unknown): Ask {
	const { itemIndex, model, parameters, wanted, draft, replaced } = ask;
	return {
		itemIndex,
		model,
		parameters: plainObject(parameters, { prompt }) as unknown as Ask['parameters'],
		wanted,
		draft,
		replaced,
	};
}

/** Checks one generation; nothing is sent. */
export function planGenerate(
	ask: Ask,
	about: { variation?: Variation | null; warnings?: readonly string[] } = {},
): PlannedItem {
	return plannedItem(ask, { ...about, checked: checkImageRequest(ask.parameters, ask.model) });
}
