import type { INodeProperties } from 'n8n-workflow';
import { ROLE_NAMES } from '../../core/models/resolve';
import type { Role } from '../../core/models/types';
import { showWhen } from './show';

/** With what becomes of a model that is gone; a role always moves on. */
export function modelFields(role: Role): INodeProperties[] {
	return [modelField(role), whenModelIsGoneField];
}

const whenModelIsGoneField: INodeProperties = {
	displayName: 'When Model Is Gone',
	name: 'whenModelIsGone',
	type: 'options',
	options: [
		{ name: 'Use Its Successor', value: 'successor', description: 'With the quality that is most like the one chosen, in detail and price' },
		{ name: 'Fail', value: 'fail', description: 'With a message that names what to choose instead' },
	],
	default: 'successor',
	description: 'What to do from the day on which the model is shut down',
	displayOptions: { hide: { model: ['draft', 'final'] } },
};

/** Another model for the time in which the chosen one is down. Not for batches, which wait. */
export function fallbackFields(role: Role): INodeProperties[] {
	return [
		whenModelIsDownField,
		...showWhen('whenModelIsDown', 'choose', [
			{ ...modelField(role), displayName: 'Fallback Model', name: 'fallbackModel', description: 'Makes the images while the other model is down, with the quality that is most like the one chosen' },
		]),
		...showWhen('whenModelIsDown', ['next', 'choose'], [fallbackPriceCapField]),
	];
}

const whenModelIsDownField: INodeProperties = {
	displayName: 'When Model Is Down',
	name: 'whenModelIsDown',
	type: 'options',
	options: [
		{ name: 'Fail', value: 'fail', description: 'After as many tries as Max Attempts allows' },
		{ name: 'Use Another Model', value: 'choose', description: 'A model of your choice' },
		{ name: 'Use the Next Model', value: 'next', description: 'The next one of the provider that can make the image and is within the price cap' },
	],
	default: 'fail',
	description:
		'What to do when the model fails after all attempts, none of which can have been billed. The item says which model made it and why; once the model answers again, it makes the rest.',
};

const fallbackPriceCapField: INodeProperties = {
	displayName: 'Fallback Price Cap (USD)',
	name: 'fallbackPriceCapUsd',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description: 'The most that an image by the fallback may cost. 0 means no more than by the model itself. A fallback that may cost more, or whose price is not known, is not used.',
};

/** A role, which moves on to the next live model by itself, or a model. */
export function modelField(role: Role): INodeProperties {
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
				typeOptions: { searchListMethod: 'searchModels', searchable: true },
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
