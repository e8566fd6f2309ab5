import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Failure } from '../core/run/failure';
import type { Outcome } from '../core/run/runRequests';
import type { Delivered } from './deliver';
import { explainFailure, problemsError, toNodeError } from './errors';
import { failedItem, imageItem, type Operation } from './items';
import { readOutputOptions } from './parameters';
import type { ImageCall, PlannedItem } from './plan';
import type { RunTally } from './telemetry';

export interface FinishedRun {
	operation: Operation;
	items: PlannedItem[];
	calls: ImageCall[];
	outcomes: Array<Outcome<Delivered>>;
	tally: RunTally;
	now: Date;
}

const NEVER_SENT = { attempts: 0, durationMs: 0, maybeBilledAttempts: 0 };

/**
 * The items that come out, in the order of the input items and of each item's images.
 * @throws the first failure, unless the node continues on errors
 */
export function assembleItems(context: IExecuteFunctions, run: FinishedRun): INodeExecutionData[] {
	if (!context.continueOnFail()) throwFirstFailure(context, run);
	const delivered = new Map<PlannedItem, INodeExecutionData[]>();
	run.calls.forEach((call, index) => {
		const outcome = run.outcomes[index] as Outcome<Delivered>;
		const items = outcome.ok
			? imageItems(context, run, call, outcome)
			: [failedCallItem(context, run, call, outcome)];
		delivered.set(call.item, [...(delivered.get(call.item) ?? []), ...items]);
	});
	return run.items.flatMap((item) =>
		item.plan.ok
			? (delivered.get(item) ?? [])
			: [refusedItem(context, run, item, item.plan.problems)],
	);
}

function throwFirstFailure(context: IExecuteFunctions, run: FinishedRun): void {
	const failed = run.outcomes.findIndex((outcome) => !outcome.ok && outcome.failure.kind !== 'stopped');
	const outcome = run.outcomes[failed];
	const call = run.calls[failed];
	if (outcome === undefined || outcome.ok || call === undefined) return;
	const explained = explainFailure(outcome.failure, call.item.model, run.now);
	const error = toNodeError(context.getNode(), outcome.failure, explained, call.item.itemIndex);
	error.description = `${error.description ?? ''}${lostImages(run.tally)}`;
	throw error;
}

/** Said plainly, because n8n drops the output of a node that fails. */
function lostImages(tally: RunTally): string {
	return tally.imageCount === 0
		? ''
		: ` Before the run stopped, ${tally.summary()} had been made; n8n drops them when a node fails. To keep them, set 'On Error' to 'Continue' in this node's settings.`;
}

function imageItems(
	context: IExecuteFunctions,
	run: FinishedRun,
	call: ImageCall,
	outcome: Extract<Outcome<Delivered>, { ok: true }>,
): INodeExecutionData[] {
	const { images, response, requestId, price } = outcome.value;
	return images.map((stored, share) =>
		imageItem({
			operation: run.operation,
			model: call.item.model,
			request: call.plan.request,
			response,
			requestId,
			price,
			share,
			index: call.offset + share,
			count: call.plan.count,
			stored,
			spent: outcome,
			binaryField: call.output.field,
			inputFields: inputFields(context, call.item.itemIndex, call.output.includeInputFields),
			itemIndex: call.item.itemIndex,
		}),
	);
}

function failedCallItem(
	context: IExecuteFunctions,
	run: FinishedRun,
	{ item, output, plan }: ImageCall,
	outcome: Outcome<Delivered> & { ok: false; failure: Failure },
): INodeExecutionData {
	const explained = explainFailure(outcome.failure, item.model, run.now);
	return failedItem({
		operation: run.operation,
		prompt: plan.request.prompt,
		model: item.model,
		code: outcome.failure.code,
		failure: outcome.failure,
		spent: outcome,
		error: toNodeError(context.getNode(), outcome.failure, explained, item.itemIndex),
		toErrorOutput: hasErrorOutput(context),
		inputFields: inputFields(context, item.itemIndex, output.includeInputFields),
		itemIndex: item.itemIndex,
	});
}

function refusedItem(
	context: IExecuteFunctions,
	run: FinishedRun,
	item: PlannedItem,
	problems: Parameters<typeof problemsError>[1],
): INodeExecutionData {
	return failedItem({
		operation: run.operation,
		prompt: item.prompt,
		model: item.model,
		code: 'invalid_input',
		failure: null,
		spent: NEVER_SENT,
		error: problemsError(context.getNode(), problems, item.itemIndex),
		toErrorOutput: hasErrorOutput(context),
		inputFields: inputFields(
			context,
			item.itemIndex,
			readOutputOptions(context, item.itemIndex).includeInputFields,
		),
		itemIndex: item.itemIndex,
	});
}

function hasErrorOutput(context: IExecuteFunctions): boolean {
	return context.getNode().onError === 'continueErrorOutput';
}

function inputFields(context: IExecuteFunctions, itemIndex: number, wanted: boolean): IDataObject {
	return wanted ? (context.getInputData()[itemIndex]?.json ?? {}) : {};
}
