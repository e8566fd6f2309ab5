import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import type { SendResult } from '../../core/run/outcome';
import type { BatchApi } from '../batchApi';
import { listPages } from './listPages';

export interface BatchFilter {
	/** Empty = any. */
	label: string;
	/** Empty = any. */
	statuses: readonly string[];
}

/** Batches that pass the filter, newest first. @param limit `null` = all */
export async function listBatches(
	api: Pick<BatchApi, 'list'>,
	filter: BatchFilter,
	limit: number | null,
	isWanted: (batch: Batch) => boolean = () => true,
): Promise<SendResult<Batch[]>> {
	const found: Batch[] = [];
	const failure = await listPages(api, ({ batches }) => {
		for (const batch of batches) if (isWanted(batch) && passes(batch, filter)) found.push(batch);
		return limit !== null && found.length >= limit;
	});
	return failure === null
		? { ok: true, value: limit === null ? found : found.slice(0, limit) }
		: { ok: false, failure };
}

export function passes(batch: Batch, { label, statuses }: BatchFilter): boolean {
	const hasLabel = label === '' || readMetadata(batch.metadata).label === label;
	return hasLabel && (statuses.length === 0 || statuses.includes(batch.status));
}
