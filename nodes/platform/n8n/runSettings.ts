import type { IExecuteFunctions } from 'n8n-workflow';
import { type Problem, showValue } from '../../core/requests/parameters';
import { MOST_IN_FLIGHT } from '../../core/scheduler/rateLimit/rateLimiters';
import type { RunOptions } from '../../core/scheduler/types';
import { asRecord } from '../../core/util/json';
import { readUsd, ZERO } from '../../core/util/money';
import { problemsError } from './errors';
import { nodeParameter } from './nodeParameter';
import { atLeastOne } from './parameters';

export interface RunSettings extends Omit<RunOptions, 'stopOnFailure'> {
	/** For one request, in ms. */
	timeoutMs: number;
	/** What the budget holds for, such as a conversation; `null` = for the node in one execution. */
	budgetSession: string | null;
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
	const raw = asRecord(context.getNode().parameters['run']);
	const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');
	const problems: Problem[] = [];
	const settings: RunSettings = {
		maxConcurrency: readConcurrency(run.maxConcurrency),
		maxAttempts: atLeastOne(run.maxAttempts, 4),
		timeoutMs: readTimeout(run.timeoutSeconds, usualTimeout, problems),
		imagesPerMinute: positiveOrNull(run.imagesPerMinute),
		maxWaitMs: readMaxWait(run.maxWaitMinutes, problems),
		budget: readBudget(run.budgetUsd, isExpression(raw.budgetUsd), problems),
		budgetSession: readSession(run.budgetSession, isExpression(raw.budgetSession), problems),
	};
	if (problems.length > 0) throw problemsError(context.getNode(), problems, null);
	return settings;
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
	const given = isEmpty && isExpression ? 'an expression that returns nothing' : showValue(value);
	const message = `'Budget (USD)' is ${given}. It must be an amount from 0 to ${MOST_USD.toLocaleString('en-US')}, or left empty for no limit.`;
	problems.push({ field: 'budgetUsd', message });
	return ZERO;
}

/** Settings are those of the first item: what another session spends must not count in its budget. */
export function sessionProblems(context: IExecuteFunctions, itemIndex: number): Problem[] {
	const [first, own] = [0, itemIndex].map((index) => {
		const { budgetSession } = asRecord(nodeParameter(context, 'run', index, {}));
		return String(budgetSession ?? '').trim();
	});
	if (first === own) return [];
	const message = `'Budget Session ID' is ${showValue(own)}, but ${showValue(first)} for the first input item. All items of a run must have the same ID. To run them one at a time, add n8n's 'Loop Over Items' node before this one.`;
	return [{ field: 'budgetSession', message }];
}

/** What an expression was to give and did not was meant as a limit. */
function readSession(value: unknown, isExpression: boolean, problems: Problem[]): string | null {
	const session =
		typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (session !== '') return session;
	const isEmpty = value === undefined || value === null || value === '';
	if (isEmpty && !isExpression) return null;
	const given = isEmpty ? 'an expression that returns nothing' : showValue(value);
	const message = `'Budget Session ID' is ${given}. Enter a text that identifies the conversation, such as {{ $json.sessionId }} after a Chat Trigger, or leave it empty.`;
	problems.push({ field: 'budgetSession', message });
	return null;
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
