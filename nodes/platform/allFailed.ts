import { NodeApiError, NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { wordsOf } from '../core/run/errorBody';
import { errorFields, errorItem } from './errorItems';

/**
 * An item for each input item, when something is wrong with the whole run and the node continues on errors. n8n itself
 * would hand on the input items, as if all were well.
 */
export function allFailed(context: IExecuteFunctions, thrown: unknown): INodeExecutionData[][] {
	const isOurs = thrown instanceof NodeOperationError || thrown instanceof NodeApiError;
	const error = isOurs ? thrown : new NodeOperationError(context.getNode(), wordsOf(thrown));
	const json = { ...errorFields(error, 'node_failed', null), cost: { usd: null, basis: 'unknown' } };
	return [context.getInputData().map((_item, itemIndex) => errorItem(context, json, error, itemIndex))];
}
