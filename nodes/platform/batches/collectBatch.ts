import { BatchAccount } from '../../core/batch/account';
import { awaitsFiles, type Batch } from '../../core/batch/batch';
import { resultsNotReady } from '../../core/batch/unfinishedLines';
import type { Failure } from '../../core/failures/failure';
import { Collection } from './collection';
import type { Collected, Collector } from './collectTypes';
import { readManifest } from './manifestReader';

/**
 * Reads what a finished batch brought, line by line, and keeps each image as it is decoded: memory holds a
 * few lines, however large the file is.
 */
export async function collectBatch(collector: Collector, batch: Batch): Promise<Collected> {
	if (awaitsFiles(batch, collector.now)) return nothing(batch, resultsNotReady(batch));
	const manifest = await readManifest(collector, batch);
	if (!manifest.ok) return nothing(batch, manifest.failure);
	const collection = new Collection(collector, batch, manifest.value);
	// The errors first: nothing is stored yet when they can't be had.
	return collection.finish((await collection.read('errors')) ?? (await collection.read('output')));
}

const nothing = (batch: Batch, failure: Failure): Collected => ({
	batch,
	manifest: { entries: new Map(), ownFileIds: [], problem: null },
	account: new BatchAccount(batch, []),
	lines: [],
	failure,
});
