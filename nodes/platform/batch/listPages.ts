import { localFailure, type Failure } from '../../core/run/failure';
import type { BatchApi, BatchPage } from '../batchApi';

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
