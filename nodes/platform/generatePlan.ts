import type { ChosenModel } from '../core/models/resolve';
import { checkImageRequest } from '../core/requests/imageRequest';
import type { AskedParameters } from '../core/requests/parameters';
import { NO_FILES, type PlannedItem } from './plan';

export interface AskedGeneration {
	itemIndex: number;
	model: ChosenModel;
	asked: AskedParameters;
}

/** Checks a generation; nothing is sent. */
export function planGenerate({ itemIndex, model, asked }: AskedGeneration): PlannedItem {
	const checked = checkImageRequest(asked, model);
	if (!checked.ok) return { itemIndex, model, prompt: asked.prompt, plan: checked };
	const { request } = checked.value;
	return {
		itemIndex,
		model,
		prompt: asked.prompt,
		plan: {
			ok: true,
			value: {
				...checked.value,
				files: NO_FILES,
				inputImages: [],
				send: async (api, options) => await api.generate(request, options),
			},
		},
	};
}
