import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { localFailure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import type { ApiFile, FileApi } from '../api/fileApi';
import { nodeParameter } from '../n8n/nodeParameter';
import { failedReference, forEachReference, isReference, listedItem } from './references';

/**
 * Lists reference images for each input item, newest first.
 * @throws NodeApiError or NodeOperationError for the first list that fails, unless the node continues on errors
 */
export async function getManyReferences(
	context: IExecuteFunctions,
): Promise<INodeExecutionData[][]> {
	return await forEachReference(context, async (api, itemIndex) => {
		const found = await listReferences(api, readLimit(context, itemIndex));
		return found.ok
			? { json: found.value.map(listedItem) }
			: failedReference(context, api, found.failure, itemIndex);
	});
}

function readLimit(context: IExecuteFunctions, itemIndex: number): number | null {
	if (nodeParameter(context, 'returnAll', itemIndex, false) === true) return null;
	const limit = Number(nodeParameter(context, 'limit', itemIndex, 50));
	return Number.isFinite(limit) ? Math.max(1, Math.floor(limit)) : 50;
}

const PAGE = 100;

/** @param limit `null` = all */
async function listReferences(
	api: Pick<FileApi, 'list'>,
	limit: number | null,
): Promise<SendResult<ApiFile[]>> {
	const found: ApiFile[] = [];
	const ends = new Set<string>();
	for (let after: string | null = null; ;) {
		const page = await api.list(after, PAGE);
		if (!page.ok) return page;
		for (const file of page.value.files) if (isReference(file)) found.push(file);
		if (limit !== null && found.length >= limit) return { ok: true, value: found.slice(0, limit) };
		if (!page.value.hasMore) return { ok: true, value: found };
		after = page.value.files.at(-1)?.id ?? null;
		if (after === null || ends.has(after)) return { ok: false, failure: NO_PROGRESS };
		ends.add(after);
	}
}

const NO_PROGRESS = localFailure(
	'malformedResponse',
	'malformed_response',
	'The API says that there are more files, but lists none, or the same ones again.',
);
