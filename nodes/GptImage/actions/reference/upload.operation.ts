import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { referenceSourceFields } from '../../fields/inputImages';
import { optionsField } from '../../fields/options';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Upload',
	value: 'upload',
	action: 'Upload references',
	description: 'Upload images once, to use them in many edits by their file IDs',
};

export const properties: INodeProperties[] = showFor('reference', 'upload', [
	...referenceSourceFields,
	optionsField(['expiresAfterDays', 'referenceName']),
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { uploadReferences } = await import('../../../platform/references/upload');

	return await uploadReferences(context);
}
