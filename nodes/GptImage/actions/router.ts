import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import * as batch from './batch';
import * as cost from './cost';
import * as image from './image';

type Execute = (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

const ACTIONS: Record<string, Record<string, { execute: Execute }>> = {
	image: image.operations,
	batch: batch.operations,
	cost: cost.operations,
};

/** Hands the whole run to the chosen operation, so that it can work on its items side by side. @param continues whether a failure becomes items */
export async function route(
	context: IExecuteFunctions,
	continues: boolean,
): Promise<INodeExecutionData[][]> {
	const resource = context.getNodeParameter('resource', 0) as string;
	const operation = context.getNodeParameter('operation', 0) as string;
	const action = ACTIONS[resource]?.[operation];
	if (action === undefined) {
		throw new NodeOperationError(
			context.getNode(),
			`The operation '${operation}' of '${resource}' is not known`,
			{ description: 'Choose one of the list, or update the package n8n-nodes-gpt-image.' },
		);
	}
	const running = action.execute(context);
	if (!continues) return await running;
	return await running.catch(async (error: unknown) => {
		const { allFailed } = await import('../../platform/allFailed');
		return allFailed(context, error);
	});
}
