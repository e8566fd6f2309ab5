import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { findModel } from '../core/models/resolve';
import { toUsdNumber } from '../core/pricing/money';
import type { Failure } from '../core/run/failure';
import type { Outcome } from '../core/run/outcome';
import { byPosition } from '../core/run/parts';
import { priceOf, type Delivered } from './deliver';
import { draftFile } from './draftFile';
import { explainFailure, problemsError, toNodeError } from './errors';
import { failedItem, imageItem, skippedItem, type Operation, type Spent } from './items';
import { readOutputOptions } from './parameters';
import { costBound, positionOf, type ImageJob, type PlannedItem } from './plan';
import type { Kept } from './receipts';
import type { RunTally } from './telemetry';

export interface FinishedRun {
	operation: Operation;
	items: PlannedItem[];
	jobs: ImageJob[];
	outcomes: Array<Outcome<Delivered>>;
	/** By time; `null` = none in this run. */
	firstFailure: Outcome<Delivered> | null;
	tally: RunTally;
	/** Images that a second attempt can't reuse, because n8n holds files in memory only. */
	notKept: number;
	now: Date;
}

/** A request that has ended, in this run or in an earlier one. */
type Ended = Outcome<Delivered> & { reused: boolean };

const NEVER_SENT: Spent = { attempts: 0, durationMs: 0, maybeBilledAttempts: 0, reused: false };

/**
 * The items that come out, in the order of the input items and of each item's images.
 * @throws the first failure, unless the node continues on errors
 */
export function assembleItems(context: IExecuteFunctions, run: FinishedRun): INodeExecutionData[] {
	const ended = endedByJob(run);
	if (!context.continueOnFail()) throwFirstFailure(context, run, ended.flat());
	const jobs = new Map(run.jobs.map((job, index) => [job.item, index]));
	return run.items.flatMap((item) => {
		if (!item.plan.ok) return [refusedItem(context, run, item, item.plan.problems)];
		const index = jobs.get(item) ?? -1;
		const job = run.jobs[index];
		return job === undefined ? [] : (ended[index] ?? []).flatMap((one) => itemsOf(context, run, job, one));
	});
}

/** What an earlier run made and what this one brought, for each job in the order of its images. */
function endedByJob({ jobs, outcomes }: FinishedRun): Ended[][] {
	const ended: Ended[][] = jobs.map((job, index) => job.kept.map((kept) => fromReceipt(job, index, kept)));
	for (const outcome of outcomes) ended[outcome.part.job]?.push({ ...outcome, reused: false });
	return ended.map((list) => list.sort((a, b) => byPosition(a.part, b.part)));
}

function fromReceipt(job: ImageJob, index: number, { receipt, images }: Kept): Ended {
	const { attempts, maybeBilledAttempts, durationMs, requestId, made, refused } = receipt;
	const { plan, item } = job;
	const part = { job: index, offset: receipt.offset, images: receipt.images };
	const spent = { part, attempts, maybeBilledAttempts, durationMs, reused: true };
	if (made === null) return { ...spent, ok: false, failure: refused as Failure };
	const model = { ...item.model, id: made.model, entry: findModel(made.model, item.model.catalogue) };
	const price = priceOf(model, plan, made.response, images.length);
	// It may have been made before the model was gone.
	const sent = { ...item, model, origin: { ...item.origin, replaced: made.replaced } };
	return { ...spent, ok: true, value: { item: sent, images, response: made.response, requestId, price } };
}

function throwFirstFailure(context: IExecuteFunctions, run: FinishedRun, ended: Ended[]): void {
	// The one that stopped the run, not one that was waiting for its next attempt when it did.
	const failed = run.firstFailure ?? ended.find((one) => !one.ok && one.failure.kind !== 'overBudget');
	const job = failed && run.jobs[failed.part.job];
	if (failed === undefined || failed.ok || job === undefined) return;
	const explained = explainFailure(failed.failure, job.item.model, run.now);
	const error = toNodeError(context.getNode(), failed.failure, explained, job.item.itemIndex);
	error.description = `${error.description ?? ''}${whatIsKept(run)}`;
	throw error;
}

function whatIsKept({ tally, notKept }: FinishedRun): string {
	if (tally.imageCount === 0) return '';
	const kept =
		notKept > 0
			? 'This n8n holds files in memory and drops them when a node fails.'
			: "They are kept with this execution: trying again (Retry On Fail, or 'Retry' of this execution) does not pay for them again.";
	return ` Before the run stopped, ${tally.summary()} had been made. ${kept} To have them delivered at once, set 'On Error' to 'Continue' in this node's settings.`;
}

function itemsOf(context: IExecuteFunctions, run: FinishedRun, job: ImageJob, ended: Ended): INodeExecutionData[] {
	if (ended.ok) return imageItems(context, run, job, ended);
	if (ended.failure.kind !== 'overBudget') return [failedPartItem(context, run, job, ended, ended.failure)];
	const estimate = costBound(job.item, job.plan, ended.part.images);
	return [
		skippedItem({
			operation: run.operation,
			prompt: job.plan.request.prompt,
			model: job.item.model,
			images: ended.part.images,
			estimateUsd: estimate === null ? null : toUsdNumber(estimate),
			origin: job.item.origin,
			inputFields: inputFields(context, job.item.itemIndex, job.output.includeInputFields),
			itemIndex: job.item.itemIndex,
		}),
	];
}

function imageItems(
	context: IExecuteFunctions,
	run: FinishedRun,
	{ plan, output }: ImageJob,
	ended: Extract<Ended, { ok: true }>,
): INodeExecutionData[] {
	const { item, images, response, requestId, price } = ended.value;
	const request = item.plan.ok ? item.plan.value.request : plan.request;
	return images.map((stored, share) =>
		imageItem({
			operation: run.operation,
			model: item.model,
			request,
			response,
			requestId,
			price,
			share,
			...positionOf(item.origin, plan.count, ended.part.offset + share),
			origin: item.origin,
			stored,
			spent: ended,
			binaryField: output.field,
			otherFiles: draftFile(context, item.itemIndex, output.draftField, plan.files.images.map(({ field }) => field)),
			inputFields: inputFields(context, item.itemIndex, output.includeInputFields),
			itemIndex: item.itemIndex,
		}),
	);
}

function failedPartItem(
	context: IExecuteFunctions,
	run: FinishedRun,
	{ item, output, plan }: ImageJob,
	spent: Spent,
	failure: Failure,
): INodeExecutionData {
	const explained = explainFailure(failure, item.model, run.now);
	return failedItem({
		operation: run.operation,
		prompt: plan.request.prompt,
		model: item.model,
		origin: item.origin,
		code: failure.code,
		failure,
		spent,
		error: toNodeError(context.getNode(), failure, explained, item.itemIndex),
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
		origin: item.origin,
		code: 'invalid_input',
		failure: null,
		spent: NEVER_SENT,
		error: problemsError(context.getNode(), problems, item.itemIndex),
		toErrorOutput: hasErrorOutput(context),
		inputFields: inputFields(context, item.itemIndex, readOutputOptions(context, item.itemIndex).includeInputFields),
		itemIndex: item.itemIndex,
	});
}

function hasErrorOutput(context: IExecuteFunctions): boolean {
	return context.getNode().onError === 'continueErrorOutput';
}

function inputFields(context: IExecuteFunctions, itemIndex: number, wanted: boolean): IDataObject {
	return wanted ? (context.getInputData()[itemIndex]?.json ?? {}) : {};
}
