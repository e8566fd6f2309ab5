import { checkImageRequest } from '../../core/requests/imageRequest';
import { varyPrompt, type AskedVariations, type Variation } from '../../core/requests/variations';
import { plannedItem, type Ask, type PlannedItem } from './plan';

/** Checks a generation for each variation of the prompt; nothing is sent. */
export function planVariations(ask: Ask, variations: AskedVariations): PlannedItem[] {
	const varied = varyPrompt(ask.asked.prompt, variations);
	if (!varied.ok) return [plannedItem(ask, { checked: varied })];
	return varied.prompts.map(({ prompt, variation }) =>
		planGenerate(
			{ ...ask, asked: { ...ask.asked, prompt } },
			{ variation, warnings: varied.warnings },
		),
	);
}

/** Checks one generation; nothing is sent. */
export function planGenerate(
	ask: Ask,
	about: { variation?: Variation | null; warnings?: readonly string[] } = {},
): PlannedItem {
	return plannedItem(ask, { ...about, checked: checkImageRequest(ask.asked, ask.model) });
}
