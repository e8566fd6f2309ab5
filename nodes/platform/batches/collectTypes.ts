import { BatchAccount } from '../../core/batch/account';
import type { Batch } from '../../core/batch/batch';
import type { ManifestEntry } from '../../core/batch/manifest';
import type { Billing, FailedLine } from '../../core/batch/resultLine';
import type { Catalogue } from '../../core/catalogue/types';
import type { Failure } from '../../core/failures/failure';
import type { RequestPrice } from '../../core/pricing/price';
import type { ImageResponse } from '../../core/requests/imageResponse';
import type { AttemptOptions } from '../../core/scheduler/sendRepeatedly';
import type { Runtime } from '../../core/scheduler/types';
import type { BatchApi } from '../api/batchApi';
import type { BinaryStore, StoredImage } from '../n8n/binary';
import type { NameBook } from '../n8n/nameBook';
import type { Manifest } from './manifestReader';

/** Which results become items. */
export type WantedResults = 'all' | 'images' | 'failed';

export interface Collector {
	store: BinaryStore;
	api: Pick<BatchApi, 'open' | 'withoutKey'>;
	options: AttemptOptions;
	runtime: Runtime;
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
