import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import type { SendResult } from '../../core/scheduler/outcome';
import type { Runtime } from '../../core/scheduler/types';
import type { BatchApi } from '../api/batchApi';
import { priceCatalogue } from '../api/models';
import type { StoredImage } from '../n8n/binary';
import { NameBook } from '../n8n/nameBook';
import { batchItem } from './batchItem';
import { collectBatch } from './collectBatch';
import { collectedItems } from './collectItems';
import type { Collected, Collector } from './collectTypes';
import { type FinishedSettings, POLL_ATTEMPTS } from './pollSettings';

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
	runtime: Runtime,
): Promise<SendResult<INodeExecutionData[]>> {
	if (!collect) return { ok: true, value: [{ json: batchItem(batch) }] };
	const { catalogue } = await priceCatalogue(context);
	const key = JSON.stringify([context.getWorkflow().id, context.getNode().id, batch.id]);
	const collector = {
		store: context,
		api,
		options: POLL_ATTEMPTS,
		runtime,
		catalogue,
		results,
		now: new Date(),
		names: new NameBook({}),
		progress: () => undefined,
	};
	const collected = await goOn(key, collector, batch);
	if (collected.failure !== null) return { ok: false, failure: collected.failure };
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

/** With the images that earlier polls have stored. */
async function goOn(
	key: string,
	collector: Omit<Collector, 'kept'>,
	batch: Batch,
): Promise<Collected> {
	const kept = storedBefore.get(key) ?? new Map<string, StoredImage[]>();
	const collected = await collectBatch({ ...collector, kept }, batch);
	storedBefore.delete(key);
	if (collected.failure !== null && kept.size > 0) remember(key, kept);
	return collected;
}

function remember(key: string, kept: Map<string, StoredImage[]>): void {
	storedBefore.set(key, kept);
	const [oldest = ''] = storedBefore.keys();
	if (storedBefore.size > MOST_REMEMBERED) storedBefore.delete(oldest);
}
