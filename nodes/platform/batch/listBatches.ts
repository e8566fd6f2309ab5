import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import type { SendResult } from '../../core/run/outcome';
import type { BatchApi } from '../batchApi';

/** Most that OpenAI lists at once. */
const PAGE = 100;

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
	for (let after: string | null = null; ; ) {
		const page = await api.list(after, PAGE);
		if (!page.ok) return page;
		for (const batch of page.value.batches) if (isWanted(batch) && passes(batch, filter)) found.push(batch);
		if (limit !== null && found.length >= limit) return { ok: true, value: found.slice(0, limit) };
		after = page.value.batches.at(-1)?.id ?? null;
		if (!page.value.hasMore || after === null) return { ok: true, value: found };
	}
}

export function passes(batch: Batch, { label, statuses }: BatchFilter): boolean {
	const hasLabel = label === '' || readMetadata(batch.metadata).label === label;
	return hasLabel && (statuses.length === 0 || statuses.includes(batch.status));
}
