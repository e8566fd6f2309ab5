import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';

const TIMEOUT_MS = 10_000;
const PAGE = 100;
/** Without anything to show, before the editor is answered. */
const MOST_PAGES = 10;
const ONCE = { maxAttempts: 1, maxWaitMs: 0 };

/** Reference images for the list in the editor, newest first, a page at a time. */
export async function searchReferences(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	// Behind these lie the SDK and zod, which n8n shall not load when it starts.
	const { createFileApi } = await import('../../platform/api/fileApi');
	const { failedReference, isReference, listedItem } =
		await import('../../platform/references/references');
	const { n8nRuntime } = await import('../../platform/n8n/runtime');

	const api = await createFileApi(this, TIMEOUT_MS, ONCE, n8nRuntime({}));
	const wanted = (filter ?? '').trim().toLowerCase();
	let after = paginationToken ?? null;
	// The editor asks for more only when it has something to show.
	for (let pages = 1; ; pages++) {
		const page = await api.list(after, PAGE);
		if (!page.ok) throw failedReference(this, api, page.failure, 0).error;
		const results = page.value.files
			.filter(isReference)
			.map((file) => {
				const { fileName, createdAt, fileId } = listedItem(file);
				const time = String(createdAt ?? '')
					.slice(0, 16)
					.replace('T', ' ');
				const name = [fileName, time].filter((part) => part !== '').join(', ');
				return { name: `${name} (…${String(fileId).slice(-6)})`, value: String(fileId) };
			})
			.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
		const last = page.value.files.at(-1)?.id ?? null;
		if (!page.value.hasMore || last === null || last === after) return { results };
		if (results.length > 0 || pages === MOST_PAGES) return { results, paginationToken: last };
		after = last;
	}
}
