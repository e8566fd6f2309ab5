import type { IDataObject, ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

const TIMEOUT_MS = 10_000;
const PAGE = 100;
/** Without anything to show, before the editor is answered. */
const MOST_PAGES = 10;
const ONCE = { maxAttempts: 1, maxWaitMs: 0 };

/** Batches of images for the list in the editor, newest first, a page at a time. */
export async function searchBatches(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	// Behind these lie the SDK and zod, which n8n shall not load when it starts.
	const { isImageBatch } = await import('../../core/batch/finished');
	const { createBatchApi } = await import('../../platform/api/batchApi');
	const { batchItem } = await import('../../platform/batches/batchItem');
	const { batchError } = await import('../../platform/batches/perBatch');
	const { n8nRuntime } = await import('../../platform/n8n/runtime');

	const api = await createBatchApi(this, TIMEOUT_MS, ONCE, n8nRuntime({}));
	const wanted = (filter ?? '').trim().toLowerCase();
	let after = paginationToken ?? null;
	// The editor asks for more only when it has something to show.
	for (let pages = 1; ; pages++) {
		const page = await api.list(after, PAGE);
		if (!page.ok) throw batchError(this, api, page.failure, '', 0);
		const results = page.value.batches
			.filter(isImageBatch)
			.map((batch) => ({ name: describe(batchItem(batch)), value: batch.id }))
			.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
		const last = page.value.batches.at(-1)?.id ?? null;
		if (!page.value.hasMore || last === null || last === after) return { results };
		if (results.length > 0 || pages === MOST_PAGES) return { results, paginationToken: last };
		after = last;
	}
}

/**
 * "nightly, 2026-11-20 22:15:04, 200 images, gpt-image-2, completed (…a1b2c3)": the editor shows nothing but the name, cut where the
 * field ends. The end of the ID tells apart what is the same in all else.
 */
function describe({
	batchId,
	label,
	status,
	requestCount,
	imageCount,
	model,
	createdAt,
}: IDataObject): string {
	const time = String(createdAt).slice(0, 19).replace('T', ' ');
	const count =
		typeof imageCount === 'number'
			? `${imageCount} ${imageCount === 1 ? 'image' : 'images'}`
			: `${String(requestCount)} requests`;
	const all = [label, time, count, model, status].filter(
		(part) => part !== null && part !== undefined && part !== '',
	);
	return `${all.map(String).join(', ')} (…${String(batchId).slice(-6)})`;
}
