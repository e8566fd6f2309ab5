import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { awaitsFiles, type Batch, isFinished } from '../../core/batch/batch';
import { unfinishedWords, waitWords } from '../../core/batch/unfinished';
import { resultsNotReady } from '../../core/batch/unfinishedLines';
import { type Failure, localFailure } from '../../core/failures/failure';
import { sendRepeatedly } from '../../core/scheduler/sendRepeatedly';
import type { SendResult } from '../../core/scheduler/outcome';
import { priceCatalogue } from '../api/models';
import { problemsError } from '../n8n/errors';
import { Hints } from '../n8n/hints';
import { linkProblems, Links, wantedLink } from '../n8n/links';
import { NameBook } from '../n8n/nameBook';
import { nodeMemory } from '../n8n/nodeContext';
import { collectBatch } from './collectBatch';
import { reportSpending, statusItem, tellAccount, withCollectedCount } from './collectHints';
import { collectedItems } from './collectItems';
import type { Collector, WantedResults } from './collectTypes';
import { FilesToDelete } from './filesToDelete';
import { joinRows, readRows } from './joinRows';
import { type BatchTask, perFoundBatch } from './perBatch';

interface CollectSettings {
	whenUnfinished: 'status' | 'error';
	results: WantedResults;
	field: string;
	/** How long links to the images shall last; see wantedLink. */
	linkHours: unknown;
	deleteFiles: boolean;
}

/** Lines between two messages on how far it is. */
const PROGRESS_EVERY = 20;

/**
 * Collects the batch of each input item. Files are deleted once all items of the node are there.
 * @throws NodeApiError or NodeOperationError for the first that fails, unless the node continues on errors
 */
export async function collectBatches(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const hints = new Hints();
	const rows = readRows(context);
	const files = new FilesToDelete(hints);
	const links = new Links(context);
	const collect = once(
		context,
		hints,
		async (task, batch) => await collectOne(context, task, batch, { hints, files, links }),
	);
	const output = await perFoundBatch(
		context,
		async (task) => await findBatch(context, task),
		collect,
	);
	const joined = output.map((items) => joinRows(items, rows, hints));
	await files.delete();
	context.addExecutionHints(...hints.all(), ...links.hints());
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
				`Several input items name ${batch.id}, so it was collected once, for the first of them.`,
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
	{ api, batchId, itemIndex, settings, runtime }: BatchTask,
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
		runtime,
	);
	const batch = found.get(batchId);
	if (batch === undefined) return looked;
	const { whenUnfinished } = readCollectSettings(context, itemIndex);
	return isFinished(batch) || whenUnfinished === 'status'
		? { ok: true, value: batch }
		: { ok: false, failure: notFinished(batch) };
}

const notFinished = (batch: Batch): Failure =>
	localFailure('batchUnfinished', 'batch_not_finished', unfinishedWords(batch));

interface Telling {
	hints: Hints;
	files: FilesToDelete;
	links: Links;
}

async function collectOne(
	context: IExecuteFunctions,
	task: BatchTask,
	batch: Batch,
	{ hints, files, links }: Telling,
): Promise<SendResult<INodeExecutionData[]>> {
	const { itemIndex } = task;
	const wanted = readCollectSettings(context, itemIndex);
	const wait = waitWords(batch);
	if (wait !== null) {
		hints.add('warning', wait);
		return statusItem(batch, itemIndex);
	}
	const { catalogue } = await priceCatalogue(context);
	const collected = await collectBatch(
		collectorOf(context, task, batch, { catalogue, results: wanted.results }),
		batch,
	);
	const { failure } = collected;
	if (failure?.kind === 'batchUnfinished' && wanted.whenUnfinished === 'status') {
		hints.add('warning', failure.message);
		return statusItem(batch, itemIndex);
	}
	if (failure !== null) return { ok: false, failure: withCollectedCount(collected, failure) };
	reportSpending(context, collected, hints);
	tellAccount(collected, hints);
	const items = collectedItems(collected, {
		...wanted,
		links,
		getNode: () => context.getNode(),
		itemIndex,
		catalogue,
		now: new Date(),
	});
	if (wanted.deleteFiles) files.add(task, collected, wanted.results);
	return { ok: true, value: items };
}

function collectorOf(
	context: IExecuteFunctions,
	{ api, batchId, settings, runtime }: BatchTask,
	batch: Batch,
	wanted: Pick<Collector, 'catalogue' | 'results'>,
): Collector {
	const names = new NameBook(nodeMemory(context).data);
	const progress = (done: number): void => {
		if (done % PROGRESS_EVERY !== 0) return;
		context.sendMessageToUI(
			`GPT Image: ${done} of ${batch.counts.total} results of ${batchId} collected`,
		);
	};
	return {
		...wanted,
		store: context,
		api,
		options: settings,
		runtime,
		now: new Date(),
		names,
		progress,
	};
}

function readCollectSettings(context: IExecuteFunctions, itemIndex: number): CollectSettings {
	const options = context.getNodeParameter('options', itemIndex, {}) as Record<string, unknown>;
	const linkHours = wantedLink(options);
	const problems = linkProblems(linkHours);
	if (problems.length > 0) throw problemsError(context.getNode(), problems, itemIndex);
	return {
		whenUnfinished: context.getNodeParameter(
			'whenUnfinished',
			itemIndex,
			'status',
		) as CollectSettings['whenUnfinished'],
		results: (options.results ?? 'all') as WantedResults,
		field: String(options.outputBinaryField ?? '').trim() || 'data',
		linkHours,
		deleteFiles: options.deleteFiles === true,
	};
}
