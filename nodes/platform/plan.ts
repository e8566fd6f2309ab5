import type { IExecuteFunctions } from 'n8n-workflow';
import type { ChosenModel } from '../core/models/resolve';
import { UNKNOWN_MODEL } from '../core/models/unknownModel';
import type { Checked, CheckedRequest } from '../core/requests/imageRequest';
import type { SendResult } from '../core/run/runRequests';
import { splitCount } from '../core/run/splitCount';
import type { Answer, ImageApi, SendOptions } from './client';
import { problemsError } from './errors';
import { readOutputOptions, type OutputOptions } from './parameters';

/** One input item, read and checked; nothing of it has been sent. */
export interface PlannedItem {
	itemIndex: number;
	model: ChosenModel;
	/** As asked, for the item of a failure. */
	prompt: unknown;
	plan: Checked<ImagePlan>;
}

/** A request that can be served, and how the operation sends it. */
export interface ImagePlan extends CheckedRequest {
	hasInputImages: boolean;
	send: (api: ImageApi, options: SendOptions) => Promise<SendResult<Answer>>;
}

/** One request of an item; an item that asks for more images than a request may make has several. */
export interface ImageCall {
	item: PlannedItem;
	plan: ImagePlan;
	output: OutputOptions;
	/** Images of this request, and how many of the item's images come before it. */
	count: number;
	offset: number;
	idempotencyKey: string;
}

/**
 * Reads and checks every input item before any is sent.
 * @throws NodeOperationError for the first that can't be served, unless the node continues on errors
 */
export async function planItems(
	context: IExecuteFunctions,
	plan: (itemIndex: number) => Promise<PlannedItem>,
): Promise<PlannedItem[]> {
	const items: PlannedItem[] = [];
	for (let index = 0; index < context.getInputData().length; index++) {
		const item = await plan(index);
		if (!item.plan.ok && !context.continueOnFail()) {
			throw problemsError(context.getNode(), item.plan.problems, index);
		}
		items.push(item);
	}
	return items;
}

/** The requests that an item takes, none when it can't be served. */
export function callsOf(context: IExecuteFunctions, item: PlannedItem): ImageCall[] {
	if (!item.plan.ok) return [];
	const plan = item.plan.value;
	const most = (item.model.entry?.capabilities ?? UNKNOWN_MODEL).maxImagesPerRequest;
	const output = readOutputOptions(context, item.itemIndex);
	let offset = 0;
	return splitCount(plan.count, most).map((count) => {
		const call = { item, plan, output, count, offset, idempotencyKey: crypto.randomUUID() };
		offset += count;
		return call;
	});
}
