import type { Batch } from '../../core/batch/batch';
import { localFailure, type Failure } from '../../core/run/failure';
import type { BatchApi, BatchPage } from '../batchApi';

/** Most that OpenAI lists at once. */
const PAGE = 100;

const EMPTY_PAGE = localFailure('malformedResponse', 'malformed_response', 'The API says that there are more batches, but lists none.');

/**
 * Reads the list of batches page by page, newest first.
 * @param isEnough after which no further page is needed
 * @returns why not all pages came; `null` = they did, or there were enough
 */
export async function listPages(api: Pick<BatchApi, 'list'>, isEnough: (page: BatchPage) => boolean): Promise<Failure | null> {
	for (let last: Batch | null = null; ; ) {
		const page = await api.list(last?.id ?? null, PAGE);
		if (!page.ok) return page.failure;
		if (isEnough(page.value) || !page.value.hasMore) return null;
		last = page.value.batches.at(-1) ?? null;
		if (last === null) return EMPTY_PAGE;
	}
}
