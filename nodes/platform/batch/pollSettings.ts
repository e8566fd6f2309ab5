import type { IPollFunctions } from 'n8n-workflow';
import { FINISHED_STATUSES } from '../../core/batch/batch';
import type { FinishedFilter } from '../../core/batch/finished';
import type { AttemptOptions } from '../../core/run/attempts';
import type { RunWorld } from '../../core/run/runRequests';
import { realWorld } from '../world';
import type { WantedResults } from './collect';

/** A poll is repeated anyway, so it gives up soon. */
export const POLL_ATTEMPTS: AttemptOptions = { maxAttempts: 3, maxWaitMs: 10_000 };
export const POLL_TIMEOUT_MS = 30_000;

/** What n8n 2.41 grants where it sets no limit of its own; older versions have no such function. */
const DEFAULT_BUDGET_MS = 5 * 60_000;

export interface FinishedSettings {
	filter: FinishedFilter;
	collect: boolean;
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
		results: (options.results ?? 'all') as WantedResults,
		field: String(options.outputBinaryField ?? '').trim() || 'data',
	};
}

/** A world that ends when the time that n8n grants this poll is over. */
export function pollWorld(context: IPollFunctions): RunWorld {
	const world = realWorld({});
	const end = world.now() + (context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS);
	return { ...world, cancelled: () => world.now() >= end };
}
