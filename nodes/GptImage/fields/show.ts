import type { INodeProperties } from 'n8n-workflow';

/** The same fields, shown for one operation only. Conditions of their own stay. */
export function showFor(
	resource: string,
	operation: string,
	fields: INodeProperties[],
): INodeProperties[] {
	return showWhen('resource', resource, showWhen('operation', operation, fields));
}

/** The same fields, shown while another field has this value, or one of these. */
export function showWhen(
	name: string,
	value: string | string[],
	fields: INodeProperties[],
): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { ...field.displayOptions?.show, [name]: [value].flat() },
		},
	}));
}
