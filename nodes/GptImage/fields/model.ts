import type { INodeProperties } from 'n8n-workflow';
import { ROLE_NAMES } from '../../core/models/resolve';
import type { Role } from '../../core/models/types';

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
			description: 'With the quality that is most like the one chosen, in detail and price',
		},
		{
			name: 'Fail',
			value: 'fail',
			description: 'With a message that names what to choose instead',
		},
	],
	default: 'successor',
	description: 'What to do from the day on which the model is shut down',
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
		"Makes the images while the chosen model is down: after as many failures as 'Max Attempts' allows, none of which can have been billed. The item says which model made it and why; once the chosen one answers again, it makes the rest.",
};

export const fallbackPriceCapField: INodeProperties = {
	displayName: 'Fallback Price Cap (USD)',
	name: 'fallbackPriceCapUsd',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	hint: '0 means no more than by the chosen model',
	description:
		'The most that an image by the fallback may cost. A fallback that may cost more, or whose price is not known, is not used.',
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
			"'Draft' is the cheapest live model, to try ideas with. 'Final' is the best one, for what ships. Both move on by themselves when a model is shut down.",
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
