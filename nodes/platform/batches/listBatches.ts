import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { type Failure, localFailure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import type { BatchApi, BatchPage } from '../api/batchApi';

interface BatchFilter {
	/** Empty = any. */
	label: string;
	/** Empty = any. */
	statuses: readonly string[];
}

/**
 * Batches that pass the filter, newest first.
 * @param limit `null` = all
 */
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

/** Most that OpenAI lists at once. */
const PAGE = 100;

const NO_PROGRESS = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API says that there are more batches, but lists none, or the same ones again.',
);

/**
 * Reads the list of batches page by page, newest first.
 * @param isEnough after which no further page is needed
 * @returns why not all pages came; `null` = they did, or there were enough
 */
export async function listPages(
	api: Pick<BatchApi, 'list'>,
	isEnough: (page: BatchPage) => boolean,
): Promise<Failure | null> {
	const ends = new Set<string>();
	for (let after: string | null = null; ;) {
		const page = await api.list(after, PAGE);
		if (!page.ok) return page.failure;
		if (isEnough(page.value) || !page.value.hasMore) return null;
		after = page.value.batches.at(-1)?.id ?? null;
		if (after === null || ends.has(after)) return NO_PROGRESS;
		ends.add(after);
	}
}
