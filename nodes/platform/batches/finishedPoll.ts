import { type INodeExecutionData, type IPollFunctions, NodeOperationError } from 'n8n-workflow';
import { isImageBatch } from '../../core/batch/finished';
import { createBatchApi } from '../api/batchApi';
import { isStartedByN8n } from '../n8n/nodeContext';
import { inForm } from '../n8n/simplify';
import { projectKeyOf } from './projectKey';
import { finishedItems } from './finishedItems';
import { FinishedReporter } from './finishedReporter';
import { listBatches } from './listBatches';
import { batchError } from './perBatch';
import { type NodeState, type PollTurn, takeTurn } from './pollLock';
import {
	type FinishedSettings,
	LOG_NAME,
	POLL_ATTEMPTS,
	POLL_TIMEOUT_MS,
	pollBudget,
	pollRuntime,
	readFinishedSettings,
} from './pollSettings';
import { tookTooLong, withTimeLimit } from './tookTooLong';

/**
 * Looks for batches that have finished since the last poll and starts the workflow once for each.
 *
 * Not by what it returns: n8n makes one execution of that, and drops it when the workflow has been published
 * anew meanwhile. `__emit` starts one execution each time, in every version of n8n that knows polling, and
 * saves the static data with it. What that means when n8n is killed: see docs/batches.md.
 * @throws NodeApiError when batches can't be listed, NodeOperationError when it takes too long; nothing is forgotten then
 */
export async function pollFinished(
	context: IPollFunctions,
): Promise<INodeExecutionData[][] | null> {
	const budgetMs = pollBudget(context);
	if (context.getMode() === 'manual') return await example(context, budgetMs);
	const turn = takeTurn(`${context.getWorkflow().id ?? ''} ${context.getNode().id}`);
	if (turn === null) return null;
	const error = await lookOnce(context, budgetMs, turn).catch(asError).finally(turn.end);
	tell(context, turn.state, error);
	if (error === null) return null;
	if (!isStartedByN8n(context)) throw error;
	// n8n would not poll until it has tried again.
	context.__emitError(error);
	return null;
}

const asError = (error: unknown): Error =>
	error instanceof Error ? error : new Error(String(error));

/** @returns why not all could be looked at; `null` = it was */
async function lookOnce(
	context: IPollFunctions,
	budgetMs: number,
	turn: PollTurn,
): Promise<Error | null> {
	const settings = readFinishedSettings(context);
	const runtime = pollRuntime(budgetMs);
	let reporter: FinishedReporter | null = null;
	const work = async (): Promise<Error | null> => {
		const api = await createBatchApi(context, POLL_TIMEOUT_MS, POLL_ATTEMPTS, runtime);
		const poll = {
			context,
			api,
			credential: await projectKeyOf(context),
			settings,
			runtime,
			turn,
			budgetMs,
		};
		reporter = new FinishedReporter(poll);
		const failure = await reporter.run();
		if (failure === null) return null;
		return failure.kind === 'cancelled'
			? tookTooLong(context, budgetMs)
			: batchError(context, api, failure, '', 0);
	};
	return await withTimeLimit(budgetMs, work(), () => {
		reporter?.giveUp();
		return tookTooLong(context, budgetMs);
	});
}

/** In n8n's log, once when it begins and once when it is over; in between each poll fails, which n8n shows. */
function tell({ logger }: IPollFunctions, state: NodeState, error: Error | null): void {
	if (error === null && state.failingSince !== null) {
		const minutes = Math.round((Date.now() - state.failingSince) / 60_000);
		logger.info(
			`${LOG_NAME}: it can check for finished batches again, after ${minutes} minutes. Nothing was lost.`,
		);
	}
	if (error !== null && state.failingSince === null) {
		const { message, description } = error as Error & { description?: string | null };
		logger.error(
			`${LOG_NAME}: it can't check for finished batches. ${message}. ${description ?? ''}`,
		);
	}
	state.failingSince = error === null ? null : (state.failingSince ?? Date.now());
}

/** For the editor; what the trigger remembers stays as it is. */
async function example(context: IPollFunctions, budgetMs: number): Promise<INodeExecutionData[][]> {
	const settings = readFinishedSettings(context);
	const runtime = pollRuntime(budgetMs);
	const api = await createBatchApi(context, POLL_TIMEOUT_MS, POLL_ATTEMPTS, runtime);
	const found = await listBatches(api, settings.filter, 1, isImageBatch);
	if (!found.ok) throw batchError(context, api, found.failure, '', 0);
	const [batch] = found.value;
	if (batch === undefined) throw noExample(context, settings);
	const items = await finishedItems(context, api, batch, settings, runtime);
	if (!items.ok) throw batchError(context, api, items.failure, batch.id, 0);
	return inForm(settings.form, [items.value]);
}

function noExample(context: IPollFunctions, { filter }: FinishedSettings) {
	const labelled = filter.label === '' ? '' : ` with the label '${filter.label}'`;
	return new NodeOperationError(
		context.getNode(),
		`There is no finished batch${labelled} to test with`,
		{
			description: `None of this project's batches of images has one of the statuses ${filter.statuses.join(', ')}${labelled}. Submit one with the GPT Image node, or publish the workflow: it starts as soon as a batch finishes.`,
		},
	);
}
