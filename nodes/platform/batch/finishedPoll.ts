import { NodeOperationError, type INodeExecutionData, type IPollFunctions } from 'n8n-workflow';
import type { RunWorld } from '../../core/run/runRequests';
import { createBatchApi, type BatchApi } from '../batchApi';
import { finishedItems } from './finishedItems';
import { FinishedReporter } from './finishedReporter';
import { listBatches } from './listBatches';
import { batchError } from './perBatch';
import { POLL_ATTEMPTS, POLL_TIMEOUT_MS, pollWorld, readFinishedSettings, type FinishedSettings } from './pollSettings';
import { takeTurn } from './pollTurns';

/**
 * Looks for batches that have finished since the last poll and starts the workflow once for each.
 *
 * Not by what it returns: n8n makes one execution of that, and drops it when the workflow has been published
 * anew meanwhile. `__emit` starts one execution each time, in every version of n8n that knows polling, and
 * saves the static data with it. What that means when n8n is killed: see docs/batches.md.
 * @throws NodeApiError when batches can't be listed; nothing is forgotten then
 */
export async function pollFinished(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	const settings = readFinishedSettings(context);
	const world = pollWorld(context);
	const api = await createBatchApi(context, POLL_TIMEOUT_MS, POLL_ATTEMPTS, world);
	if (context.getMode() === 'manual') return [await newestFinished(context, api, settings, world)];
	const turn = takeTurn(`${context.getWorkflow().id ?? ''} ${context.getNode().id}`);
	if (turn === null) return null;
	try {
		const failure = await new FinishedReporter(context, api, settings, world, turn.reported).run();
		if (failure !== null) throw batchError(context, api, failure, '', 0);
	} finally {
		turn.end();
	}
	return null;
}

/** An example for the editor; what the trigger remembers stays as it is. */
async function newestFinished(
	context: IPollFunctions,
	api: BatchApi,
	settings: FinishedSettings,
	world: RunWorld,
): Promise<INodeExecutionData[]> {
	const found = await listBatches(api, settings.filter, 1);
	if (!found.ok) throw batchError(context, api, found.failure, '', 0);
	const [batch] = found.value;
	if (batch === undefined) throw noExample(context, settings);
	const items = await finishedItems(context, api, batch, settings, world);
	if (!items.ok) throw batchError(context, api, items.failure, batch.id, 0);
	return items.value;
}

function noExample(context: IPollFunctions, { filter }: FinishedSettings) {
	const labelled = filter.label === '' ? '' : ` with the label '${filter.label}'`;
	return new NodeOperationError(context.getNode(), `There is no finished batch${labelled} to test with`, {
		description: `None of this project's batches has one of the statuses ${filter.statuses.join(', ')}${labelled}. Submit one with the GPT Image node, or publish the workflow: it starts as soon as a batch finishes.`,
	});
}
