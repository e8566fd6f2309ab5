import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { accountWords } from '../../core/batch/account';
import { awaitsFiles, isFinished, type Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { resultsNotReady } from '../../core/batch/unfinishedLines';
import { sendRepeatedly } from '../../core/run/attempts';
import type { RequestPrice } from '../../core/pricing/price';
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
import { FilesToDelete } from './filesToDelete';
import { joinRows, readRows } from './joinRows';
import { perFoundBatch, type BatchTask } from './perBatch';

interface CollectSettings {
	whenUnfinished: 'status' | 'error';
	results: WantedResults;
	field: string;
	deleteFiles: boolean;
}

/** Lines between two messages on how far it is. */
const PROGRESS_EVERY = 20;

/**
 * Collects the batch of each input item. Files are deleted once all items of the node are there.
 * @throws NodeApiError or NodeOperationError for the first that fails, unless the node continues on errors
 */
export async function collectItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const hints = new Hints();
	const rows = readRows(context);
	const files = new FilesToDelete(hints);
	const collect = once(
		context,
		hints,
		async (task, batch) => await collectOne(context, task, batch, { hints, files }),
	);
	const output = await perFoundBatch(
		context,
		async (task) => await findBatch(context, task),
		collect,
	);
	const joined = output.map((items) => joinRows(items, rows, hints));
	await files.delete();
	context.addExecutionHints(...hints.all());
	return joined;
}

type Collect = (task: BatchTask, batch: Batch) => Promise<SendResult<INodeExecutionData[]>>;

/** Rows may all name the batch that they went into: its images are downloaded and handed on once. */
function once(context: IExecuteFunctions, hints: Hints, collect: Collect): Collect {
	const done = new Set<string>();
	return async (task, batch) => {
		const key = JSON.stringify([batch.id, readCollectSettings(context, task.itemIndex)]);
		if (done.has(key)) {
			hints.add(
				'warning',
				`Several input items name ${batch.id}: it was collected once, for the first of them.`,
			);
			return { ok: true, value: [] };
		}
		const result = await collect(task, batch);
		if (result.ok) done.add(key);
		return result;
	};
}

/** The batch as it is; one that has finished is waited for, a little, until its files are there. */
async function findBatch(
	context: IExecuteFunctions,
	{ api, batchId, itemIndex, settings, world }: BatchTask,
): Promise<SendResult<Batch>> {
	const found = new Map<string, Batch>();
	const looked = await sendRepeatedly(
		async () => {
			const batch = await api.retrieve(batchId);
			found.delete(batchId);
			// It was tried often enough.
			if (!batch.ok) return { ok: false, failure: { ...batch.failure, shouldRetry: false } };
			found.set(batchId, batch.value);
			if (!awaitsFiles(batch.value, new Date())) return batch;
			return { ok: false, failure: { ...resultsNotReady(batch.value), shouldRetry: true } };
		},
		settings,
		world,
	);
	const batch = found.get(batchId);
	if (batch === undefined) return looked;
	const { whenUnfinished } = readCollectSettings(context, itemIndex);
	return isFinished(batch) || whenUnfinished === 'status'
		? { ok: true, value: batch }
		: { ok: false, failure: notFinished(batch) };
}

function notFinished({ id, status, counts: { completed, failed, total } }: Batch): Failure {
	const words = `The batch ${id} is not finished: its status is ${status}, ${completed + failed} of ${total} requests are done`;
	return localFailure('batchUnfinished', 'batch_not_finished', words);
}

interface Telling {
	hints: Hints;
	files: FilesToDelete;
}

async function collectOne(
	context: IExecuteFunctions,
	task: BatchTask,
	batch: Batch,
	{ hints, files }: Telling,
): Promise<SendResult<INodeExecutionData[]>> {
	const { api, batchId, itemIndex, settings, world } = task;
	const wanted = readCollectSettings(context, itemIndex);
	if (!isFinished(batch)) {
		hints.add(
			'warning',
			`${notFinished(batch).message}. There is nothing to collect yet: run this again later.`,
		);
		return statusItem(batch, itemIndex);
	}
	const { catalogue } = await priceCatalogue(context);
	const progress = (done: number): void => {
		if (done % PROGRESS_EVERY === 0)
			context.sendMessageToUI(
				`GPT Image: ${done} of ${batch.counts.total} results of ${batchId} collected`,
			);
	};
	const collected = await collectBatch(
		{
			catalogue,
			store: context,
			api,
			options: settings,
			world,
			results: wanted.results,
			now: new Date(),
			names: new NameBook(nodeMemory(context).data),
			progress,
		},
		batch,
	);
	const { failure } = collected;
	if (failure?.kind === 'batchUnfinished' && wanted.whenUnfinished === 'status') {
		hints.add('warning', failure.message);
		return statusItem(batch, itemIndex);
	}
	if (failure !== null) return { ok: false, failure: withWhatCame(collected, failure) };
	reportSpending(context, collected, hints);
	tellAccount(collected, hints);
	const items = collectedItems(collected, {
		...wanted,
		getNode: () => context.getNode(),
		itemIndex,
		catalogue,
		now: new Date(),
	});
	if (wanted.deleteFiles) files.add(task, collected, wanted.results);
	return { ok: true, value: items };
}

function readCollectSettings(context: IExecuteFunctions, itemIndex: number): CollectSettings {
	const options = context.getNodeParameter('options', itemIndex, {}) as Record<string, unknown>;
	return {
		whenUnfinished: context.getNodeParameter(
			'whenUnfinished',
			itemIndex,
			'status',
		) as CollectSettings['whenUnfinished'],
		results: (options.results ?? 'all') as WantedResults,
		field: String(options.outputBinaryField ?? '').trim() || 'data',
		deleteFiles: options.deleteFiles === true,
	};
}

function statusItem(batch: Batch, itemIndex: number): SendResult<INodeExecutionData[]> {
	return {
		ok: true,
		value: [{ json: { ...batchItem(batch), finished: false }, pairedItem: { item: itemIndex } }],
	};
}

function withWhatCame({ lines, batch }: Collected, failure: Failure): Failure {
	const message = `${failure.message} ${lines.length} of ${batch.counts.total} results of ${batch.id} had been collected; they stay with the provider, so collecting again costs nothing.`;
	return { ...failure, message };
}

/** A request that was billed and brought nothing. */
function addLost(spending: Spending, price: RequestPrice): void {
	spending.add(price, 0);
	spending.addLost(price.total);
}

/** Costs to n8n's own counter and to the user, once for each batch. */
function reportSpending(
	context: IExecuteFunctions,
	{ lines, batch }: Collected,
	hints: Hints,
): void {
	const spending = new Spending();
	let failed = 0;
	for (const { outcome, entry } of lines) {
		if (!outcome.ok) {
			failed += entry?.images ?? 1;
			if (outcome.price !== null) addLost(spending, outcome.price);
			continue;
		}
		const made = outcome.price.perImage.length;
		spending.add(outcome.price, made);
		if (entry !== null && made < entry.images) {
			hints.add(
				'warning',
				`Fewer images were made than asked for: ${made} of ${entry.images} of ${entry.customId}.`,
			);
		}
	}
	spending.reportTokens(context);
	const { label } = readMetadata(batch.metadata);
	const name = label === '' ? batch.id : `${batch.id} (${label})`;
	const summary = [
		`${spending.summary()} at batch price`,
		...(failed > 0 ? [`${failed} failed`] : []),
	].join(', ');
	hints.add('info', `${name}: ${summary}`);
	new RunLog(context).finished(`batch ${batch.id} collected: ${summary}`, { batchId: batch.id });
	for (const { message, line } of batch.problems) {
		hints.add(
			'warning',
			`The provider says of ${batch.id}${line === null ? '' : `, line ${line}`}: ${message}`,
		);
	}
}

/** What is not as it should be. */
function tellAccount({ batch, account, manifest }: Collected, hints: Hints): void {
	const words = accountWords(batch, account);
	if (words !== null) hints.add('warning', words);
	if (manifest.problem !== null) hints.add('warning', manifest.problem);
	const [first] = account.doubled;
	if (first !== undefined)
		hints.add(
			'warning',
			`${account.doubled.size} custom IDs of ${batch.id} have more than one line, such as ${first}. The first one counts, and what was made comes before a failure.`,
		);
}
