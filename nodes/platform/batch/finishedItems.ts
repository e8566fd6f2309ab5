import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import type { SendResult } from '../../core/run/outcome';
import type { RunWorld } from '../../core/run/runRequests';
import type { BatchApi } from '../batchApi';
import type { StoredImage } from '../binary';
import { priceCatalogue } from '../models';
import { NameBook } from '../nameBook';
import { batchItem } from './batchItem';
import { collectBatch } from './collect';
import { collectedItems } from './collectItems';
import { POLL_ATTEMPTS, type FinishedSettings } from './pollSettings';

/**
 * Images that n8n has stored for polls that could not collect the rest, by node and batch, then by line: n8n lets no node
 * delete them, so the next poll goes on with them.
 */
const storedBefore = new Map<string, Map<string, StoredImage[]>>();

/** Batches of which images are remembered; the oldest is forgotten first. */
const MOST_REMEMBERED = 20;

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
	const key = JSON.stringify([context.getWorkflow().id, context.getNode().id, batch.id]);
	const kept = storedBefore.get(key) ?? new Map<string, StoredImage[]>();
	const collector = {
		store: context,
		api,
		options: POLL_ATTEMPTS,
		world,
		results,
		now: new Date(),
		names: new NameBook({}),
		kept,
		progress: () => undefined,
	};
	const collected = await collectBatch({ ...collector, catalogue }, batch);
	storedBefore.delete(key);
	if (collected.failure !== null) {
		if (kept.size > 0) remember(key, kept);
		return { ok: false, failure: collected.failure };
	}
	const output = {
		getNode: () => context.getNode(),
		results,
		field,
		itemIndex: 0,
		catalogue,
		now: new Date(),
	};
	// A trigger has no input that an item could be paired to.
	const items = collectedItems(collected, output).map(({ json, binary }) => ({
		json,
		...(binary && { binary }),
	}));
	return { ok: true, value: items.length > 0 ? items : [{ json: batchItem(batch) }] };
}

function remember(key: string, kept: Map<string, StoredImage[]>): void {
	storedBefore.set(key, kept);
	const [oldest = ''] = storedBefore.keys();
	if (storedBefore.size > MOST_REMEMBERED) storedBefore.delete(oldest);
}
