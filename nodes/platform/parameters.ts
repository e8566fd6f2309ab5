import type { IExecuteFunctions } from 'n8n-workflow';
import type { AskedVariations } from '../core/requests/variations';
import { readUsd, ZERO } from '../core/pricing/money';
import { showValue, type AskedParameters, type Problem } from '../core/requests/parameters';
import { asRecord } from '../core/run/errorBody';
import { MOST_IN_FLIGHT } from '../core/run/rateLimiters';
import type { RunOptions } from '../core/run/runRequests';
import { problemsError } from './errors';
import { nodeParameter } from './nodeParameter';

/** Options that shape the item, not the request. */
export interface OutputOptions {
	/** Binary field that receives the image. */
	field: string;
	/** The user's own file name, or empty for one made from the prompt. */
	fileName: string;
	/** Binary field that keeps the draft's image beside a promoted one; empty = none. */
	draftField: string;
	/** Copy the input item's JSON fields to what comes out. */
	includeInputFields: boolean;
}

/** The fields that Generate and Edit share, as the user filled them in. */
export function readAskedParameters(
	context: IExecuteFunctions,
	itemIndex: number,
): AskedParameters {
	const size: unknown = nodeParameter(context, 'size', itemIndex);
	const options = readOptions(context, itemIndex);
	return {
		prompt: asText(nodeParameter(context, 'prompt', itemIndex)),
		quality: nodeParameter(context, 'quality', itemIndex),
		size,
		...(size === 'custom' && {
			width: asNumber(nodeParameter(context, 'width', itemIndex)),
			height: asNumber(nodeParameter(context, 'height', itemIndex)),
		}),
		count: asNumber(nodeParameter(context, 'count', itemIndex)),
		outputFormat: options.outputFormat,
		outputCompression: asNumber(options.outputCompression),
		background: options.background,
		moderation: options.moderation,
		inputFidelity: options.inputFidelity,
		complexity: options.complexity,
		safetyIdentifier: asText(options.safetyIdentifier),
	};
}

/** Binary fields of the images to work on. */
export function readInputFields(context: IExecuteFunctions, itemIndex: number): string[] {
	return readNames(nodeParameter(context, 'inputBinaryFields', itemIndex, 'data'));
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
		includeInputFields: options.includeInputFields === true,
	};
}

export interface RunSettings extends Omit<RunOptions, 'stopOnFailure'> {
	/** For one request, in ms. */
	timeoutMs: number;
}

/** Seconds that a request may take where the user says nothing: OpenAI's own client waits as long for an image. */
const IMAGE_TIMEOUT = 600;

/** Of requests that make no image; the longest of them uploads a file of 200 MB. */
export const BATCH_TIMEOUT = 300;

/**
 * Settings of the whole run; they are read once, for the first item.
 * @param usualTimeout in seconds
 * @throws NodeOperationError when one can't be used
 */
export function readRunSettings(
	context: IExecuteFunctions,
	usualTimeout = IMAGE_TIMEOUT,
): RunSettings {
	const run = (nodeParameter(context, 'run', 0, {}) ?? {}) as Record<string, unknown>;
	const raw = asRecord(context.getNode().parameters['run']).budgetUsd;
	const isExpression = typeof raw === 'string' && raw.startsWith('=');
	const problems: Problem[] = [];
	const settings: RunSettings = {
		maxConcurrency: readConcurrency(run.maxConcurrency),
		maxAttempts: atLeastOne(run.maxAttempts, 4),
		timeoutMs: readTimeout(run.timeoutSeconds, usualTimeout, problems),
		imagesPerMinute: positiveOrNull(run.imagesPerMinute),
		maxWaitMs: readMaxWait(run.maxWaitMinutes, problems),
		budget: readBudget(run.budgetUsd, isExpression, problems),
	};
	if (problems.length > 0) throw problemsError(context.getNode(), problems, null);
	return settings;
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

function atLeastOne(value: unknown, fallback: number): number {
	const number = Math.floor(Number(value ?? fallback));
	return Number.isFinite(number) ? Math.max(1, number) : fallback;
}

/** @returns `null` = Auto, which is also what stands for nothing that could be a number of requests */
function readConcurrency(value: unknown): number | null {
	const number = positiveOrNull(value);
	return number === null ? null : Math.min(MOST_IN_FLIGHT, Math.max(1, Math.floor(number)));
}

function positiveOrNull(value: unknown): number | null {
	const number = Number(value ?? 0);
	return Number.isFinite(number) && number > 0 ? number : null;
}

const MOST_USD = 1_000_000;

/**
 * An empty field means no budget, and 0 that nothing may be spent. What an expression was to give and did not, or what
 * is no amount, was meant as a limit, so it is refused.
 */
function readBudget(
	value: unknown,
	isExpression: boolean,
	problems: Problem[],
): RunSettings['budget'] {
	const isEmpty = value === undefined || value === null || value === '';
	if (isEmpty && !isExpression) return null;
	const usd = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
	// What is left of a sum may be less than nothing.
	if (!isEmpty && usd < 0 && Number.isFinite(usd)) return ZERO;
	if (!isEmpty && usd >= 0 && usd <= MOST_USD) return readUsd(value) ?? readUsd(usd);
	const given = isEmpty && isExpression ? 'an expression that gives nothing' : showValue(value);
	const message = `'Budget (USD)' is ${given}. It must be an amount from 0 to ${MOST_USD.toLocaleString('en-US')}, or left empty for no limit.`;
	problems.push({ field: 'budgetUsd', message });
	return ZERO;
}

/** Node.js can't wait for longer than 24.8 days, and would not wait at all. */
const LONGEST_TIMEOUT_SECONDS = 86_400;

function readTimeout(value: unknown, usual: number, problems: Problem[]): number {
	const seconds = atLeastOne(value, usual);
	if (seconds <= LONGEST_TIMEOUT_SECONDS) return seconds * 1000;
	const message = `'Timeout (Seconds)' is ${showValue(value)}. It must be from 1 to ${LONGEST_TIMEOUT_SECONDS.toLocaleString('en-US')}, which is a day.`;
	problems.push({ field: 'timeoutSeconds', message });
	return LONGEST_TIMEOUT_SECONDS * 1000;
}

function readMaxWait(value: unknown, problems: Problem[]): number {
	const minutes = value === undefined || value === null || value === '' ? 60 : Number(value);
	if (minutes > 0) return minutes * 60_000;
	const message = `'Max Wait (Minutes)' is ${showValue(value)}. It must be a number above 0.`;
	problems.push({ field: 'maxWaitMinutes', message });
	return 0;
}
