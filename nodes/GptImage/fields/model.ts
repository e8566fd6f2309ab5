import type { INodeProperties } from 'n8n-workflow';
import { ROLE_NAMES } from '../../core/catalogue/resolve';
import type { Role } from '../../core/catalogue/types';

/** With what becomes of a model that is gone; a role always moves on. */
export function modelFields(role: Role): INodeProperties[] {
	return [modelField(role), whenModelIsGoneField];
}

const whenModelIsGoneField: INodeProperties = {
	displayName: 'When Model Is Gone',
	name: 'whenModelIsGone',
	type: 'options',
	options: [
		{
			name: 'Use Its Successor',
			value: 'successor',
			description: 'Uses the quality closest to the chosen one in detail and price',
		},
		{
			name: 'Fail',
			value: 'fail',
			description: 'The error says what to choose instead',
		},
	],
	default: 'successor',
	description: 'What to do once the model has been shut down',
	displayOptions: { hide: { model: ['draft', 'final'] } },
};

/** Another model for the time in which the chosen one is down. */
export const fallbackModelField: INodeProperties = {
	...modelField('draft', 'searchFallbackModels'),
	required: false,
	displayName: 'Fallback Model',
	name: 'fallbackModel',
	default: { mode: 'list', value: 'next', cachedResultName: 'Next Model' },
	hint: "Used only if it costs no more than the chosen model, unless 'Fallback Price Cap (USD)' allows more",
	description:
		"Makes the images while the chosen model is down, that is, after 'Max Attempts' failures that can't have been billed. The item says which model made it and why. Once the chosen model answers again, it makes the rest.",
};

export const fallbackPriceCapField: INodeProperties = {
	displayName: 'Fallback Price Cap (USD)',
	name: 'fallbackPriceCapUsd',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	hint: '0 means no more than with the chosen model',
	description:
		"The most that an image made by the fallback model may cost. A fallback model that may cost more, or whose price is unknown, isn't used.",
};

/** A role, which moves on to the next live model by itself, or a model. */
export function modelField(role: Role, searchListMethod = 'searchModels'): INodeProperties {
	return {
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: role, cachedResultName: ROLE_NAMES[role] },
		required: true,
		description:
			"'Draft' is the cheapest available model, for trying out ideas. 'Final' is the best one, for images that you publish. Both switch to another model automatically when theirs is shut down.",
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod, searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. gpt-image-2.5-flare',
			},
		],
	};
}
