import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { wordsOf } from '../../core/util/text';
import { errorFields, errorItem } from '../n8n/errorItems';
import { isRefusedInput } from '../n8n/errors';
import { hint } from '../n8n/hints';
import { wantedRow } from '../n8n/inputRow';
import { NEVER_SENT, requestField } from '../n8n/items';
import { nodeMemory } from '../n8n/nodeContext';
import { refusedKey, runName } from './call';

/**
 * An item for each input item, when something is wrong with the whole run and the node continues on errors. n8n itself
 * would hand on the input items, as if all were well.
 */
export function allFailed(context: IExecuteFunctions, thrown: unknown): INodeExecutionData[][] {
	const isOurs = thrown instanceof NodeOperationError || thrown instanceof NodeApiError;
	const error = isOurs ? thrown : new NodeOperationError(context.getNode(), wordsOf(thrown));
	context.addExecutionHints(hint('warning', `Every item failed: ${error.message}`));
	const isRefused = isRefusedInput(error);
	const json = {
		status: 'failed',
		...errorFields(error, isRefused ? 'invalid_input' : 'node_failed', null),
		cost: { usd: null, basis: 'unknown' },
	};
	const name = isRefused ? runName(context, nodeMemory(context)) : null;
	return [
		context
			.getInputData()
			.map((_item, itemIndex) =>
				errorItem(
					context,
					{ ...json, ...neverSent(name, itemIndex), ...rowField(context, itemIndex) },
					error,
					itemIndex,
				),
			),
	];
}

/**
 * By its key the report counts it as a failure that cost nothing.
 * @param run `null` = something may have been sent
 */
const neverSent = (run: string | null, itemIndex: number): IDataObject =>
	run === null
		? {}
		: { request: requestField(NEVER_SENT, { key: refusedKey(run, itemIndex), id: null }) };

function rowField(context: IExecuteFunctions, itemIndex: number): IDataObject {
	const input = wantedRow(context, itemIndex);
	return input === null ? {} : { input };
}
