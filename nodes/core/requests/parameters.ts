/** What a user asked for, as it comes out of the node's fields: nothing is checked yet. */
export interface AskedParameters {
	prompt: unknown;
	quality: unknown;
	/** One of the named sizes, "WIDTHxHEIGHT", `auto`, or `custom` with `width` and `height`. */
	size: unknown;
	width?: unknown;
	height?: unknown;
	count: unknown;
	outputFormat?: unknown;
	outputCompression?: unknown;
	background?: unknown;
	moderation?: unknown;
	inputFidelity?: unknown;
	complexity?: unknown;
	safetyIdentifier?: unknown;
}

/** Display names, which error messages use. */
export const FIELD_LABELS = {
	model: 'Model',
	prompt: 'Prompt',
	quality: 'Quality',
	size: 'Size',
	width: 'Width',
	height: 'Height',
	count: 'Number of Images',
	outputFormat: 'Output Format',
	outputCompression: 'Output Compression',
	background: 'Background',
	moderation: 'Moderation',
	inputFidelity: 'Input Fidelity',
	complexity: 'Complexity',
	safetyIdentifier: 'Safety Identifier',
	inputBinaryFields: 'Input Binary Fields',
	maskBinaryField: 'Mask Binary Field',
	budgetUsd: 'Budget (USD)',
	timeoutSeconds: 'Timeout (Seconds)',
	maxWaitMinutes: 'Max Wait (Minutes)',
	maxQueueWaitMinutes: 'Max Queue Wait (Minutes)',
	includeInputFields: 'Include Input Fields',
	customId: 'Custom ID',
	label: 'Label',
	requestsPerBatch: 'Requests per Batch',
	batchId: 'Batch',
	rows: 'Rows',
	matchingField: 'Matching Field',
	endpoint: 'Make Images By',
	variations: 'Variations',
	variationSample: 'Variation Sample',
	mode: 'Mode',
	draftBinaryField: 'Keep Draft Image in Field',
	inputImages: 'Number of Input Images',
	acceptanceRate: 'Acceptance Rate (%)',
} as const;

export type FieldName = keyof typeof FIELD_LABELS;

/** One thing that is wrong with the input, in words for the person who filled in the form. */
export interface Problem {
	field: FieldName;
	/** Names the field, the value and what is allowed. */
	message: string;
}

/** How a value is shown in a message: short, and never more than a line. */
export function showValue(value: unknown): string {
	if (value === undefined || value === null) return 'empty';
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
	return `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`;
}

/** "a, b or c" */
export function orList(values: readonly (string | number)[]): string {
	return values.length < 2
		? values.join('')
		: `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}
