import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { showValue } from '../../core/requests/parameters';
import { problemsError } from '../n8n/errors';
import { nodeParameter } from '../n8n/nodeParameter';
import { failedReference, forEachReference, isReference } from './references';

/**
 * Deletes the reference image of each input item at the API.
 * @throws NodeApiError or NodeOperationError for the first item that fails, unless the node continues on errors
 */
export async function deleteReferences(
	context: IExecuteFunctions,
): Promise<INodeExecutionData[][]> {
	return await forEachReference(context, async (api, itemIndex) => {
		const given = nodeParameter(context, 'fileId', itemIndex, '', { extractValue: true });
		const fileId = String(given ?? '').trim();
		if (!/^file[-_][\w-]+$/.test(fileId)) {
			const message = `'Reference' is ${showValue(given === '' ? null : given)}, which is not a file ID. Choose a reference, or enter its 'fileId', e.g. file-abc123.`;
			const error = problemsError(context.getNode(), [{ field: 'fileId', message }], itemIndex);
			return { error, code: 'invalid_input' };
		}
		const refuse = (message: string, description: string) => ({
			error: new NodeOperationError(context.getNode(), message, { description, itemIndex }),
		});
		const file = await api.retrieve(fileId);
		if (!file.ok) return failedReference(context, api, file.failure, itemIndex);
		if (file.value === null)
			return { ...refuse(`There is no reference ${fileId}`, GONE), code: 'not_found' };
		const { fileName, purpose } = file.value;
		const keep = (why: string, description: string) => ({
			...refuse(`The file ${fileId} is not a reference: ${why}`, description),
			code: 'not_a_reference',
		});
		if (purpose !== 'vision' && purpose !== 'user_data')
			return keep(`its purpose is '${purpose}'`, NOT_DELETED);
		if (!isReference(file.value)) return keep(`${fileName} is an image of a batch`, OF_BATCH);
		const deleted = await api.delete(fileId);
		return deleted.ok
			? { json: [{ deleted: true, fileId }] }
			: failedReference(context, api, deleted.failure, itemIndex);
	});
}

const GONE =
	"It has expired, was already deleted, or belongs to a different project than the credential's API key. Nothing was deleted.";

const OF_BATCH =
	"'Submit' uploaded it for requests that fail without it. To remove it once they are done, use the option 'Delete Files at OpenAI' of 'Collect'. Nothing was deleted.";

const NOT_DELETED =
	'Only images that were uploaded as references can be deleted here. Nothing was deleted.';
