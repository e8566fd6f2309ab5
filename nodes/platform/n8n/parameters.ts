import type { IExecuteFunctions } from 'n8n-workflow';
import {
	INPUT_FIELDS,
	type InputFrom,
	type InputSources,
	readInputSources,
} from '../../core/requests/inputSources';
import type { AskedParameters } from '../../core/requests/parameters';
import type { AskedVariations } from '../../core/requests/variations';
import { wantedLink } from './links';
import { isToolNode, nodeParameter } from './nodeParameter';

/** Options that shape the item, not the request. */
export interface OutputOptions {
	/** Binary field that receives the image. */
	field: string;
	/** The user's own file name, or empty for one made from the prompt. */
	fileName: string;
	/** Binary field that keeps the draft's image beside a promoted one; empty = none. */
	draftField: string;
	/** Have the input item's JSON come along. */
	includeInputFields: boolean;
	/** How long a link to the image shall last; see wantedLink. */
	linkHours: unknown;
}

/** The fields that Generate and Edit share, as the user filled them in. */
export function readAskedParameters(
	context: IExecuteFunctions,
	itemIndex: number,
): AskedParameters {
	const size: unknown = nodeParameter(context, 'size', itemIndex);
	const options = readOptions(context, itemIndex);
	// Not spread: see plainObject.
	const parameters: AskedParameters = {
		prompt: asText(nodeParameter(context, 'prompt', itemIndex)),
		quality: nodeParameter(context, 'quality', itemIndex),
		size,
		count: asNumber(nodeParameter(context, 'count', itemIndex)),
		outputFormat: options.outputFormat,
		outputCompression: asNumber(options.outputCompression),
		frameCount: asNumber(options.frameCount),
		frameDurationMs: asNumber(options.frameDurationMs),
		svgModel: asText(options.svgModel),
		svgReasoningEffort: options.svgReasoningEffort,
		background: options.background,
		moderation: options.moderation,
		inputFidelity: options.inputFidelity,
		complexity: options.complexity,
		safetyIdentifier: asText(options.safetyIdentifier),
	};
	if (size !== 'custom') return parameters;
	parameters.width = asNumber(nodeParameter(context, 'width', itemIndex));
	parameters.height = asNumber(nodeParameter(context, 'height', itemIndex));
	return parameters;
}

/** The images to work on, and who fetches those that are at a URL. */
export function readInputImages(
	context: IExecuteFunctions,
	itemIndex: number,
): InputSources & { sendUrls: boolean } {
	const from = nodeParameter(context, 'inputFrom', itemIndex, 'binary');
	const field = INPUT_FIELDS[from as InputFrom] ?? INPUT_FIELDS.binary;
	const fallback = field === 'inputBinaryFields' ? 'data' : '';
	const sources = readInputSources(from, nodeParameter(context, field, itemIndex, fallback));
	return { ...sources, sendUrls: readOptions(context, itemIndex).sendUrls === true };
}

/** Axes of words that the prompt is varied by. */
export function readVariations(context: IExecuteFunctions, itemIndex: number): AskedVariations {
	const { axes } = (nodeParameter(context, 'variations', itemIndex, {}) ?? {}) as {
		axes?: AskedVariations['axes'];
	};
	const { variationSample: sample, variationSeed: seed } = readOptions(context, itemIndex);
	return { axes: Array.isArray(axes) ? axes : [], sample, seed };
}

/** The role or model id that was chosen. */
export function readModel(context: IExecuteFunctions, itemIndex: number): string {
	const value: unknown = nodeParameter(context, 'model', itemIndex, '', { extractValue: true });
	return String(value ?? '').trim();
}

export function readOutputOptions(context: IExecuteFunctions, itemIndex: number): OutputOptions {
	const options = readOptions(context, itemIndex);
	return {
		field: textOr(options.outputBinaryField, 'data'),
		fileName: textOr(options.fileName, ''),
		draftField: textOr(options.draftBinaryField, ''),
		// What an agent has just said need not come back to it.
		includeInputFields: (options.includeInputFields ?? !isToolNode(context)) === true,
		linkHours: wantedLink(options),
	};
}

/** Names in a comma-separated list. */
export function readNames(value: unknown): string[] {
	return String(value ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');
}

function readOptions(context: IExecuteFunctions, itemIndex: number): Record<string, unknown> {
	return nodeParameter(context, 'options', itemIndex, {}) as Record<string, unknown>;
}

/** Expressions give numbers where a text is meant. */
function asText(value: unknown): unknown {
	return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
}

/** Expressions, and tables read from files, give texts where a number is meant. */
function asNumber(value: unknown): unknown {
	if (typeof value !== 'string' || value.trim() === '') return value;
	const number = Number(value);
	return Number.isNaN(number) ? value : number;
}

function textOr(value: unknown, fallback: string): string {
	const text = String(value ?? '').trim();
	return text === '' ? fallback : text;
}

export function atLeastOne(value: unknown, fallback: number): number {
	const number = Math.floor(Number(value ?? fallback));
	return Number.isFinite(number) ? Math.max(1, number) : fallback;
}
