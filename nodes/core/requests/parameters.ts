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
	frameCount?: unknown;
	frameDurationMs?: unknown;
	svgModel?: unknown;
	svgReasoningEffort?: unknown;
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
	frameCount: 'Frame Count',
	frameDurationMs: 'Frame Duration (Ms)',
	svgModel: 'SVG Model',
	svgReasoningEffort: 'SVG Reasoning Effort',
	background: 'Background',
	moderation: 'Moderation',
	inputFidelity: 'Input Fidelity',
	complexity: 'Complexity',
	safetyIdentifier: 'Safety Identifier',
	inputFrom: 'Input Images From',
	inputBinaryFields: 'Input Binary Fields',
	inputBinaryField: 'Input Binary Field',
	inputUrls: 'URLs',
	inputFileIds: 'File IDs',
	inputMixed: 'Input Images',
	sendUrls: 'Send URLs',
	fileId: 'Reference',
	expiresAfterDays: 'Expires After (Days)',
	maskBinaryField: 'Mask Binary Field',
	markupBinaryField: 'Markup Binary Field',
	budgetUsd: 'Budget (USD)',
	budgetSession: 'Budget Session ID',
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
	mode: 'How to Make It',
	draftBinaryField: 'Keep Draft Image in Field',
	linkExpires: 'Link Expires After (Hours)',
	inputImages: 'Number of Input Images',
	acceptanceRate: 'Acceptance Rate (%)',
} as const;

export type FieldName = keyof typeof FIELD_LABELS;

/** One thing that is wrong with the input, in words for the person who filled in the form. */
export interface Problem {
	field: FieldName;
	/** Names the field, the value and what is allowed. */
	message: string;
	/** Of the item that was refused for it; absent = its input is not valid. */
	code?: string;
}

/** Of an item that was refused before anything was sent. */
export const refusalCode = ([first]: readonly Problem[]): string => first?.code ?? 'invalid_input';

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

/** Most images that one item may ask for; above what one request allows it is split. */
export const MAX_IMAGES_PER_ITEM = 100;
