import { BatchAccount } from '../../core/batch/account';
import { awaitsFiles, type Batch } from '../../core/batch/batch';
import type { ManifestEntry } from '../../core/batch/manifest';
import type { Billing, FailedLine } from '../../core/batch/resultLine';
import { resultsNotReady } from '../../core/batch/unfinishedLines';
import type { Catalogue } from '../../core/models/types';
import type { RequestPrice } from '../../core/pricing/price';
import type { ImageResponse } from '../../core/requests/imageResponse';
import type { AttemptOptions } from '../../core/run/attempts';
import type { Failure } from '../../core/run/failure';
import type { RunWorld } from '../../core/run/runRequests';
import type { BatchApi } from '../batchApi';
import type { BinaryStore, StoredImage } from '../binary';
import { Collection } from './collection';
import type { NameBook } from '../nameBook';
import { readManifest, type Manifest } from './manifestReader';

/** Which results become items. */
export type WantedResults = 'all' | 'images' | 'failed';

export interface Collector {
	store: BinaryStore;
	api: Pick<BatchApi, 'open' | 'withoutKey'>;
	options: AttemptOptions;
	world: RunWorld;
	results: WantedResults;
	/** Of file names that the node has given. */
	names: NameBook;
	/** For the prices. */
	catalogue: Catalogue;
	/** Tells whether a file that is not there may still come. */
	now: Date;
	/** Images of an earlier try that ended too soon, by the id of their line; filled with those of this one. */
	kept?: Map<string, StoredImage[]>;
	/** Called after each line; cheap, because there may be thousands. */
	progress: (linesDone: number) => void;
}

/** What became of one request of a batch. */
export interface CollectedLine {
	/** `null` = nothing is known of the line but its id. */
	entry: ManifestEntry | null;
	/** `null` = not even that. */
	lineId: string | null;
	requestId: string | null;
	outcome:
		| {
				ok: true;
				images: StoredImage[];
				response: Omit<ImageResponse, 'images'>;
				price: RequestPrice;
		  }
		| (Omit<FailedLine, 'billing'> & {
				billing?: Billing | null;
				/** `null` = nothing is known to have been billed. */ price: RequestPrice | null;
		  });
}

export interface Collected {
	batch: Batch;
	manifest: Manifest;
	account: BatchAccount;
	/** In the order of the submission, each request once. */
	lines: CollectedLine[];
	/** Why not everything came; `null` = it did. */
	failure: Failure | null;
}

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
