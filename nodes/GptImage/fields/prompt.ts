import type { INodeProperties } from 'n8n-workflow';

export function promptField(placeholder: string): INodeProperties {
	return {
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		required: true,
		placeholder,
		description: 'What the image should show, in at most 32,000 characters',
	};
}
