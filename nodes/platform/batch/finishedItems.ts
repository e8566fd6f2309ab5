import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import type { SendResult } from '../../core/run/outcome';
import type { RunWorld } from '../../core/run/runRequests';
import type { BatchApi } from '../batchApi';
import { priceCatalogue } from '../models';
import { NameBook } from '../nameBook';
import { batchItem } from './batchItem';
import { collectBatch } from './collect';
import { collectedItems } from './collectItems';
import { POLL_ATTEMPTS, type FinishedSettings } from './pollSettings';

/** What a workflow starts with: the batch, or what it brought. There is always an item, else nothing would start. */
export async function finishedItems(
	context: IPollFunctions,
	api: BatchApi,
	batch: Batch,
	{ collect, results, field }: FinishedSettings,
	world: RunWorld,
): Promise<SendResult<INodeExecutionData[]>> {
	if (!collect) return { ok: true, value: [{ json: batchItem(batch) }] };
	const { catalogue } = await priceCatalogue(context);
	const collector = { store: context, api, options: POLL_ATTEMPTS, world, results, names: new NameBook({}), progress: () => undefined };
	const collected = await collectBatch({ ...collector, catalogue }, batch);
	if (collected.failure !== null) return { ok: false, failure: collected.failure };
	const output = { getNode: () => context.getNode(), results, field, itemIndex: 0, catalogue, now: new Date() };
	// A trigger has no input that an item could be paired to.
	const items = collectedItems(collected, output).map(({ json, binary }) => ({ json, ...(binary && { binary }) }));
	return { ok: true, value: items.length > 0 ? items : [{ json: batchItem(batch) }] };
}
