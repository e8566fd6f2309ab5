import type { Batch } from '../../core/batch/batch';
import { listSince, type FinishedMemory } from '../../core/batch/finished';
import type { SendResult } from '../../core/run/outcome';
import type { BatchApi } from '../batchApi';

/** Most that OpenAI lists at once. */
const PAGE = 100;

/** Everything that may have ended since the last look, newest first: OpenAI can only list by time of creation. */
export async function listForLook(api: Pick<BatchApi, 'list'>, memory: FinishedMemory | null): Promise<SendResult<Batch[]>> {
	const listed: Batch[] = [];
	for (let after: string | null = null; ; ) {
		const page = await api.list(after, PAGE);
		if (!page.ok) return page;
		for (const batch of page.value.batches) listed.push(batch);
		const oldest = page.value.batches.at(-1);
		const since = listSince(memory, listed[0]?.createdAt ?? 0);
		if (!page.value.hasMore || oldest === undefined || oldest.createdAt < since) return { ok: true, value: listed };
		after = oldest.id;
	}
}
