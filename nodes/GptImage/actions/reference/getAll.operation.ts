import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { listFields } from '../../fields/list';
import { runFieldOf } from '../../fields/run';
import { showFor } from '../../fields/show';

export const option = {
	name: 'Get Many',
	value: 'getAll',
	action: 'Get many references',
	description: 'List uploaded reference images, newest first',
};

export const properties: INodeProperties[] = showFor('reference', 'getAll', [
	...listFields,
	runFieldOf(['maxAttempts', 'maxWaitMinutes', 'batchTimeoutSeconds']),
]);

export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// Behind this lie the SDK and zod, which n8n shall not load when it starts.
	const { getManyReferences } = await import('../../../platform/references/getMany');

	return await getManyReferences(context);
}
