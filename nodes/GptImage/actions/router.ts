import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import * as batch from './batch';
import * as cost from './cost';
import * as image from './image';
import * as reference from './reference';

type Execute = (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>;

const ACTIONS: Record<string, Record<string, { execute: Execute }>> = {
	image: image.operations,
	batch: batch.operations,
	cost: cost.operations,
	reference: reference.operations,
};

/**
 * Hands the whole run to the chosen operation, so that it can work on its items side by side.
 * @param continues whether a failure becomes items
 */
export async function route(
	context: IExecuteFunctions,
	continues: boolean,
): Promise<INodeExecutionData[][]> {
	const { execute } = chosenAction(context);
	const { inForm, readForm, SIMPLIFIED } = await import('../../platform/n8n/simplify');
	let form = SIMPLIFIED;
	const run = async (): Promise<INodeExecutionData[][]> => {
		form = readForm(context);
		return await execute(context);
	};
	const outputs = continues
		? run().catch(async (error: unknown) => await failed(context, error))
		: run();
	return inForm(form, await outputs);
}

function chosenAction(context: IExecuteFunctions): { execute: Execute } {
	const resource = context.getNodeParameter('resource', 0) as string;
	const operation = context.getNodeParameter('operation', 0) as string;
	const action = ACTIONS[resource]?.[operation];
	if (action !== undefined) return action;
	throw new NodeOperationError(
		context.getNode(),
		`The resource '${resource}' has no operation '${operation}'`,
		{
			description: 'Choose an operation from the list, or update the package n8n-nodes-gpt-image.',
		},
	);
}

async function failed(context: IExecuteFunctions, error: unknown): Promise<INodeExecutionData[][]> {
	const { allFailed } = await import('../../platform/images/allFailed');
	return allFailed(context, error);
}
