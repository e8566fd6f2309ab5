import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { CATALOGUE } from '../../core/catalogue/catalogue';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import { catalogueAt } from '../../core/providers/connection';
import { isoFromUnix } from '../../core/util/time';
import { type ApiFile, createFileApi, type FileApi } from '../api/fileApi';
import { errorFields, errorItem } from '../n8n/errorItems';
import { explainFailure, toNodeError } from '../n8n/errors';
import { forEachItem, type Worked } from '../n8n/forEachItem';
import { BATCH_TIMEOUT, readRunSettings } from '../n8n/runSettings';
import { n8nRuntime } from '../n8n/runtime';

/** What became of an input item. */
export type ReferenceResult = { json: IDataObject[] } | FailedReference;

export interface FailedReference {
	error: ReturnType<typeof toNodeError>;
	code: string;
	/** What had been done of it by then. */
	done?: IDataObject[];
}

/**
 * Works on the reference images at the API for each input item.
 * @throws NodeApiError or NodeOperationError for the first item that fails, unless the node continues on errors
 */
export async function forEachReference(
	context: IExecuteFunctions,
	work: (api: FileApi, itemIndex: number) => Promise<ReferenceResult>,
): Promise<INodeExecutionData[][]> {
	const settings = readRunSettings(context, BATCH_TIMEOUT);
	const api = await createFileApi(context, settings.timeoutMs, settings, n8nRuntime(context));
	const finished: IDataObject[] = [];
	const items = await forEachItem(
		context,
		async (itemIndex): Promise<Worked<INodeExecutionData[]>> => {
			const outcome = await work(api, itemIndex);
			const done = ('json' in outcome ? outcome.json : outcome.done) ?? [];
			finished.push(...done);
			const pairedItem = { item: itemIndex };
			const value: INodeExecutionData[] = done.map((json) => ({ json, pairedItem }));
			if ('json' in outcome) return { value, error: null };
			const { error, code } = outcome;
			const json = { status: 'failed', ...errorFields(error, code, null) };
			value.push(errorItem(context, json, error, itemIndex));
			if (!context.continueOnFail()) nameFinished(error, finished);
			return { value, error };
		},
	);
	return [items.flat()];
}

const MOST_NAMED = 10;

/** Where the node stops, only its error can say what it has done. */
function nameFinished(error: FailedReference['error'], finished: readonly IDataObject[]): void {
	if (finished.length === 0) return;
	const named = finished.slice(0, MOST_NAMED).map(({ fileId }) => String(fileId));
	const more = finished.length - named.length;
	const all = more === 0 ? named.join(', ') : `${named.join(', ')} and ${more} more`;
	error.description = `${error.description ?? ''} Done before it: ${all}.`.trim();
}

/** Not what Submit has uploaded for the lines of a batch, which would fail without it. */
export const isReference = ({ fileName }: Pick<ApiFile, 'fileName'>): boolean =>
	!/^input-[\da-f]{16}\./.test(fileName);

/** An item for a file that is listed. */
export const listedItem = (file: ApiFile): IDataObject => ({
	fileId: file.id,
	fileName: file.fileName,
	bytes: file.bytes,
	createdAt: isoFromUnix(file.createdAt),
	expiresAt: isoFromUnix(file.expiresAt),
});

/** Failures of calls that are about no model are explained without one. */
const NO_MODEL = { requested: '', id: 'the model', role: null, entry: null } as const;

export function failedReference(
	context: Pick<IExecuteFunctions, 'getNode'>,
	{ server }: Pick<FileApi, 'server'>,
	failure: Failure,
	itemIndex: number,
): FailedReference {
	const model: ChosenModel = { ...NO_MODEL, catalogue: catalogueAt(CATALOGUE, server, '') };
	const explanation = explainFailure(failure, model, new Date());
	return {
		error: toNodeError(context.getNode(), failure, explanation, itemIndex),
		code: failure.code,
	};
}
