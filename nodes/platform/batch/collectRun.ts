import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { isFinished, type Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { localFailure, type Failure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import { Hints } from '../hints';
import { RunLog } from '../runLog';
import { Spending } from '../spending';
import { priceCatalogue } from '../models';
import { NameBook } from '../nameBook';
import { nodeMemory } from '../nodeContext';
import { batchItem } from './batchItem';
import { collectBatch, type Collected, type WantedResults } from './collect';
import { collectedItems } from './collectItems';
import { perBatch, type BatchTask } from './perBatch';

interface CollectSettings {
	whenUnfinished: 'status' | 'error';
	results: WantedResults;
	field: string;
	deleteFiles: boolean;
}

/** Lines between two messages on how far it is. */
const PROGRESS_EVERY = 20;

/**
 * Collects the batch of each input item.
 * @throws NodeApiError or NodeOperationError for the first that fails, unless the node continues on errors
 */
export async function collectItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const hints = new Hints();
	const output = await perBatch(context, async (task) => await collectOne(context, task, hints));
	context.addExecutionHints(...hints.all());
	return output;
}

async function collectOne(context: IExecuteFunctions, task: BatchTask, hints: Hints): Promise<SendResult<INodeExecutionData[]>> {
	const { api, batchId, itemIndex, settings, world } = task;
	const wanted = readCollectSettings(context, itemIndex);
	const batch = await api.retrieve(batchId);
	if (!batch.ok) return batch;
	if (!isFinished(batch.value)) return unfinished(batch.value, wanted, itemIndex);
	const { catalogue } = await priceCatalogue(context);
	const collected = await collectBatch(
		{
			catalogue,
			store: context,
			api,
			options: settings,
			world,
			results: wanted.results,
			names: new NameBook(nodeMemory(context).data),
			progress: (done) => {
				if (done % PROGRESS_EVERY === 0) context.sendMessageToUI(`GPT Image: ${done} of ${batch.value.counts.total} results of ${batchId} collected`);
			},
		},
		batch.value,
	);
	if (collected.failure !== null) return { ok: false, failure: withWhatCame(collected, collected.failure) };
	reportSpending(context, collected, hints);
	const items = collectedItems(collected, { ...wanted, getNode: () => context.getNode(), itemIndex, catalogue, now: new Date() });
	if (wanted.deleteFiles) await deleteFiles(task, collected, wanted, hints);
	return { ok: true, value: items };
}

function readCollectSettings(context: IExecuteFunctions, itemIndex: number): CollectSettings {
	const options = context.getNodeParameter('options', itemIndex, {}) as Record<string, unknown>;
	return {
		whenUnfinished: context.getNodeParameter('whenUnfinished', itemIndex, 'status') as CollectSettings['whenUnfinished'],
		results: (options.results ?? 'all') as WantedResults,
		field: String(options.outputBinaryField ?? '').trim() || 'data',
		deleteFiles: options.deleteFiles === true,
	};
}

function unfinished(batch: Batch, { whenUnfinished }: CollectSettings, itemIndex: number): SendResult<INodeExecutionData[]> {
	if (whenUnfinished === 'status') return { ok: true, value: [{ json: batchItem(batch), pairedItem: { item: itemIndex } }] };
	const { completed, failed, total } = batch.counts;
	const words = `The batch ${batch.id} is not finished: its status is ${batch.status}, ${completed + failed} of ${total} requests are done`;
	return { ok: false, failure: localFailure('batchUnfinished', 'batch_not_finished', words) };
}

function withWhatCame({ lines, batch }: Collected, failure: Failure): Failure {
	const message = `${failure.message} ${lines.length} of ${batch.counts.total} results of ${batch.id} had been collected; they stay with the provider, so collecting again costs nothing.`;
	return { ...failure, message };
}

/** Costs to n8n's own counter and to the user, once for each batch. */
function reportSpending(context: IExecuteFunctions, { lines, batch }: Collected, hints: Hints): void {
	const spending = new Spending();
	let failed = 0;
	for (const { outcome, entry } of lines) {
		if (!outcome.ok) {
			failed += entry?.images ?? 1;
			continue;
		}
		const made = outcome.price.perImage.length;
		spending.add(outcome.price, made);
		if (entry !== null && made < entry.images) {
			hints.add('warning', `Fewer images were made than asked for: ${made} of ${entry.images} of ${entry.customId}.`);
		}
	}
	spending.reportTokens(context);
	const { label } = readMetadata(batch.metadata);
	const name = label === '' ? batch.id : `${batch.id} (${label})`;
	const summary = [`${spending.summary()} at batch price`, ...(failed > 0 ? [`${failed} failed`] : [])].join(', ');
	hints.add('info', `${name}: ${summary}`);
	new RunLog(context).finished(`batch ${batch.id} collected: ${summary}`, { batchId: batch.id });
	for (const { message, line } of batch.problems) {
		hints.add('warning', `The provider says of ${batch.id}${line === null ? '' : `, line ${line}`}: ${message}`);
	}
}

async function deleteFiles({ api }: BatchTask, { batch, manifest }: Collected, { results }: CollectSettings, hints: Hints): Promise<void> {
	if (results === 'failed') {
		hints.add('warning', `The files of ${batch.id} were not deleted, because its images were not collected.`);
		return;
	}
	const { manifestFileId } = readMetadata(batch.metadata);
	const ids = [batch.outputFileId, batch.errorFileId, batch.inputFileId, manifestFileId, ...manifest.ownFileIds];
	for (const id of ids) {
		const deleted = id ? await api.deleteFile(id) : null;
		if (deleted?.ok === false) hints.add('warning', `The file ${id} could not be deleted at the provider: ${deleted.failure.message}`);
	}
}
