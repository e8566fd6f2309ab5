import type { INodeProperties } from 'n8n-workflow';

export const variationsField: INodeProperties = {
	displayName: 'Variations',
	name: 'variations',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Axis', sortable: true },
	placeholder: 'Add Axis',
	default: {},
	description:
		"Makes the image in every combination of the words of its axes. A word takes the place of {axis} in the prompt, or is appended. For a part of the combinations, set 'Variation Sample' under 'Options'.",
	options: [
		{
			displayName: 'Axis',
			name: 'axes',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. lighting',
					description: 'What it is called in the prompt, where it stands in braces: {lighting}',
				},
				{
					displayName: 'Words',
					name: 'words',
					type: 'string',
					typeOptions: { rows: 3 },
					default: '',
					placeholder: 'e.g. soft morning light, neon, candlelight',
					description: 'One a line, or separated by commas on a single line. Each makes an image.',
				},
			],
		},
	],
};
