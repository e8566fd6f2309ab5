import { NO_ORIGIN } from '../core/lineage/origin';
import type { ChosenModel } from '../core/models/resolve';
import { checkImageRequest } from '../core/requests/imageRequest';
import type { AskedParameters } from '../core/requests/parameters';
import { varyPrompt, type AskedVariations, type Variation } from '../core/requests/variations';
import { NO_FILES, type PlannedItem } from './plan';

export interface AskedGeneration {
	itemIndex: number;
	model: ChosenModel;
	asked: AskedParameters;
}

/** Checks a generation for each variation of the prompt; nothing is sent. */
export function planVariations(generation: AskedGeneration, variations: AskedVariations): PlannedItem[] {
	const { itemIndex, model, asked } = generation;
	const varied = varyPrompt(asked.prompt, variations);
	if (!varied.ok) return [{ itemIndex, model, origin: NO_ORIGIN, identity: null, prompt: asked.prompt, plan: varied }];
	return varied.prompts.map(({ prompt, variation }) =>
		planGenerate({ ...generation, asked: { ...asked, prompt } }, variation, varied.warnings),
	);
}

/** Checks one generation; nothing is sent. */
export function planGenerate(
	{ itemIndex, model, asked }: AskedGeneration,
	variation: Variation | null = null,
	warnings: readonly string[] = [],
): PlannedItem {
	const checked = checkImageRequest(asked, model);
	const item = { itemIndex, model, origin: { ...NO_ORIGIN, variation }, identity: null, prompt: asked.prompt };
	if (!checked.ok) return { ...item, plan: checked };
	const { request } = checked.value;
	return {
		...item,
		plan: {
			ok: true,
			value: {
				...checked.value,
				warnings: [...checked.value.warnings, ...warnings],
				files: NO_FILES,
				inputImages: [],
				send: async (api, options) => await api.generate(request, options),
			},
		},
	};
}
