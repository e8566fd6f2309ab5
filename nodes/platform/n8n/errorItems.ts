import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ChosenModel } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import { type Problem, refusalCode } from '../../core/requests/parameters';
import { type Picodollars, toExactUsd, toUsdNumber } from '../../core/util/money';
import { problemsError, type toNodeError } from './errors';
import { type AttemptFacts, type ItemBase, NEVER_SENT, originFields, requestField } from './items';
import { aboutItem } from './whichItem';

interface FailedItemInput extends ItemBase {
	/** What the user asked for, as far as it could be read. */
	prompt: unknown;
	code: string;
	failure: Failure | null;
	/** What was charged although nothing came; `null` = not known, or nothing. */
	cost: Picodollars | null;
	key: string;
	spent: AttemptFacts;
	error: ReturnType<typeof toNodeError>;
}

/** The item for a request that brought no image, when the node is set to continue. */
export function failedItem(
	context: Pick<IExecuteFunctions, 'getNode'>,
	input: FailedItemInput,
): INodeExecutionData {
	const { failure, cost } = input;
	const json: IDataObject = {
		...input.extra,
		status: 'failed',
		...errorFields(input.error, input.code, failure),
		prompt: typeof input.prompt === 'string' ? input.prompt : null,
		operation: input.operation,
		model: input.model.id,
		requestedModel: input.model.requested,
		cost: costOf(cost, input.model),
		request: requestField(input.spent, { key: input.key, id: failure?.requestId ?? null }),
		...originFields(input),
	};
	return errorItem(context, json, input.error, input.itemIndex);
}

/** The item for an input item that was refused before anything was sent. */
export function refusedItem(
	context: IExecuteFunctions,
	input: ItemBase & Pick<FailedItemInput, 'prompt' | 'key'>,
	problems: readonly Problem[],
): INodeExecutionData {
	const { itemIndex, prompt } = input;
	const error = problemsError(context.getNode(), problems, itemIndex);
	return failedItem(context, {
		...input,
		code: refusalCode(problems),
		failure: null,
		cost: null,
		spent: NEVER_SENT,
		error: aboutItem(context, error, itemIndex, prompt),
	});
}

function costOf(cost: Picodollars | null, { catalogue: { provider } }: ChosenModel): IDataObject {
	if (cost === null) return { usd: null, basis: 'unknown' };
	const basis =
		provider?.statesCost === true
			? 'provider'
			: provider?.priceList === undefined
				? 'usage'
				: 'table';
	return { usd: toUsdNumber(cost), exact: toExactUsd(cost), currency: 'USD', basis };
}

/** What n8n and its users look for in an item that failed. */
export function errorFields(
	error: ReturnType<typeof toNodeError>,
	code: string,
	failure: Failure | null,
): IDataObject {
	return {
		error: error.message,
		description: error.description ?? null,
		code,
		...(failure?.status !== undefined && { httpStatus: failure.status }),
		...(failure?.moderation && { moderation: { ...failure.moderation } }),
	};
}

/** An item of an error, which goes to the node's error output where it has one. */
export function errorItem(
	context: Pick<IExecuteFunctions, 'getNode'>,
	json: IDataObject,
	error: ReturnType<typeof toNodeError>,
	itemIndex: number,
	binary?: INodeExecutionData['binary'],
): INodeExecutionData {
	const item: INodeExecutionData = {
		json,
		...(binary && { binary }),
		pairedItem: { item: itemIndex },
	};
	return context.getNode().onError === 'continueErrorOutput' ? forErrorOutput(item, error) : item;
}

/**
 * n8n 2.41 moves an item with an `error` to the error output, and then replaces the JSON of every item
 * that still has one by `{ error: message }` (workflow-execute: handleNodeErrorOutput, then
 * normalizeNodeErrors), so that code, cost and request id would be lost. It copies items on the way, and
 * a copy leaves out what is not enumerable: so this error is seen by the first step only.
 */
function forErrorOutput(
	item: INodeExecutionData,
	error: FailedItemInput['error'],
): INodeExecutionData {
	return Object.defineProperty(item, 'error', { value: error, enumerable: false });
}
