import type { INodeProperties } from 'n8n-workflow';

/** @param preset an expression for what is usually meant */
export function promptField(placeholder: string, preset = ''): INodeProperties {
	return {
		displayName: 'Prompt',
		name: 'prompt',
		type: 'string',
		typeOptions: { rows: 4 },
		default: preset,
		required: true,
		placeholder,
		description: 'What the image should show, in at most 32,000 characters',
	};
}
