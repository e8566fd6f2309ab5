import type { IPollFunctions } from 'n8n-workflow';
import { FINISHED_STATUSES } from '../../core/batch/batch';
import type { FinishedFilter } from '../../core/batch/finished';
import type { AttemptOptions } from '../../core/scheduler/sendRepeatedly';
import type { Runtime } from '../../core/scheduler/types';
import { type Form, triggerForm } from '../n8n/simplify';
import { n8nRuntime } from '../n8n/runtime';
import type { WantedResults } from './collectTypes';

/** A poll is repeated anyway, so it gives up soon. */
export const POLL_ATTEMPTS: AttemptOptions = { maxAttempts: 3, maxWaitMs: 10_000 };
export const POLL_TIMEOUT_MS = 30_000;

/** Before what n8n's log says of a poll. */
export const LOG_NAME = 'GPT Image Batch Trigger';

/** What n8n 2.41 grants where it sets no limit of its own; older versions have no such function. */
const DEFAULT_BUDGET_MS = 5 * 60_000;

/** Every poll ends, whatever n8n grants. */
const MOST_BUDGET_MS = 3_600_000;

/** Of the time granted, after which nothing new is begun. */
const BEGIN_WITHIN = 0.9;

export interface FinishedSettings {
	filter: FinishedFilter;
	collect: boolean;
	form: Form;
	results: WantedResults;
	/** Binary field that receives an image. */
	field: string;
}

export function readFinishedSettings(context: IPollFunctions): FinishedSettings {
	const statuses = context.getNodeParameter('statuses', []) as string[];
	const options = context.getNodeParameter('options', {}) as Record<string, unknown>;
	return {
		filter: {
			label: String(context.getNodeParameter('label', '') ?? '').trim(),
			statuses: statuses.length === 0 ? FINISHED_STATUSES : statuses,
		},
		collect: context.getNodeParameter('collect', false) === true,
		form: triggerForm(context),
		results: (options.results ?? 'all') as WantedResults,
		field: String(options.outputBinaryField ?? '').trim() || 'data',
	};
}

/** How long n8n lets this poll take, in whole ms. */
export const pollBudget = (context: IPollFunctions): number =>
	Math.round(Math.min(context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS, MOST_BUDGET_MS));

/** A runtime that ends some time before the poll does. */
export function pollRuntime(budgetMs: number): Runtime {
	const runtime = n8nRuntime({});
	const end = runtime.now() + BEGIN_WITHIN * budgetMs;
	return { ...runtime, cancelled: () => runtime.now() >= end };
}
