import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { findModel } from '../../core/models/resolve';
import { toUsdNumber, type Picodollars } from '../../core/pricing/money';
import type { Failure } from '../../core/run/failure';
import type { Outcome } from '../../core/run/outcome';
import { byPosition } from '../../core/run/parts';
import { draftFile } from '../draftFile';
import { explainFailure, problemsError, toNodeError } from '../errors';
import { inputRow, wantedRow } from '../inputRow';
import { failedItem } from '../errorItems';
import { imageItem, NEVER_SENT, skippedItem, type Operation } from '../items';
import type { RunTally } from '../telemetry';
import { aboutItem } from '../whichItem';
import { refusedKey, requestKey, type ImageCall, type ImageJob } from './call';
import { priceOf, type Delivered } from './deliver';
import { positionOf, type PlannedItem } from './plan';
import type { Kept } from './receipts';
import { stopError } from './stopError';

export interface FinishedRun {
	operation: Operation;
	/** Which of the node's runs it is. */
	run: string;
	items: PlannedItem[];
	jobs: ImageJob[];
	outcomes: Array<Outcome<Delivered, ImageCall>>;
	/** By time; `null` = none in this run. */
	firstFailure: Outcome<Delivered, ImageCall> | null;
	tally: RunTally;
	/** Whether a second try finds what this one has made. */
	isKept: boolean;
	now: Date;
}

/** A request that has ended, in this run or in an earlier one. */
export type Ended = Outcome<Delivered, ImageCall> & { key: string; reused: boolean };

/** What ends the node: the first failure, unless it continues on errors; `null` = nothing. */
export function endOfRun(
	context: IExecuteFunctions,
	run: FinishedRun,
): ReturnType<typeof stopError> | null {
	const failed = context.continueOnFail() ? null : (run.firstFailure ?? refusedBefore(run));
	return failed?.ok === false ? stopError(context, run, failed) : null;
}

/** The items that come out, in the order of the input items and of each item's images. */
export function assembleItems(context: IExecuteFunctions, run: FinishedRun): INodeExecutionData[] {
	const ended = endedByJob(run);
	const jobs = new Map(run.jobs.map((job, index) => [job.item, index]));
	const beyond = new Map<number, number>();
	return run.items.flatMap((item) => {
		if (!item.plan.ok) return [refusedItem(context, run, item, item.plan.problems)];
		const index = jobs.get(item) ?? -1;
		return (ended[index] ?? []).flatMap((one) => itemsOf(context, run, one, beyond));
	});
}

/** The first of those that an earlier try was refused for good; `null` = there is none. */
export function refusedBefore({ jobs, run }: Pick<FinishedRun, 'jobs' | 'run'>): Ended | null {
	const kept = jobs.flatMap((job, index) =>
		job.kept.map((one) => fromReceipt(job, index, one, run)),
	);
	return kept.find(({ ok }) => !ok) ?? null;
}

/** What an earlier run made and what this one brought, for each job in the order of its images. */
function endedByJob({ jobs, outcomes, run }: FinishedRun): Ended[][] {
	const ended: Ended[][] = jobs.map((job, index) =>
		job.kept.map((kept) => fromReceipt(job, index, kept, run)),
	);
	for (const outcome of outcomes)
		ended[outcome.request.part.job]?.push({
			...outcome,
			key: requestKey(outcome.request),
			reused: false,
		});
	return ended.map((list) => list.sort((a, b) => byPosition(a.request.part, b.request.part)));
}

function fromReceipt(job: ImageJob, index: number, { receipt, images }: Kept, run: string): Ended {
	const { attempts, maybeBilledAttempts, durationMs, requestId, made, refused, key } = receipt;
	const { plan, item, output } = job;
	const part = { job: index, offset: receipt.offset, images: receipt.images };
	const request: ImageCall = {
		item,
		plan,
		output,
		run,
		part,
		bound: null,
		limitKey: item.model.id,
		maybeBilledBefore: 0,
	};
	const spent = { key, attempts, maybeBilledAttempts, durationMs, reused: true };
	if (made === null)
		return { ...spent, request, ok: false, failure: refused as Failure, cost: null };
	const model = {
		...item.model,
		id: made.model,
		entry: findModel(made.model, item.model.catalogue),
	};
	const price = priceOf(model, plan, made.response, made.count);
	// It may have been made before the model was gone.
	const sent = { ...item, model, origin: { ...item.origin, replaced: made.replaced } };
	const asked = { ...plan, request: { ...plan.request, ...made.asked } };
	return {
		...spent,
		request: { ...request, item: sent, plan: asked },
		ok: true,
		value: { images, failure: null, response: made.response, requestId, price },
	};
}

function itemsOf(
	context: IExecuteFunctions,
	run: FinishedRun,
	ended: Ended,
	beyond: Map<number, number>,
): INodeExecutionData[] {
	if (ended.ok) return imageItems(context, run, ended, beyond);
	const { item, plan, output, part, bound } = ended.request;
	const base = {
		...baseOf(run, item, inputRow(context, item.itemIndex, output.includeInputFields)),
		prompt: plan.request.prompt,
		key: ended.key,
		spent: ended,
	};
	if (ended.failure.kind === 'overBudget') {
		return [
			skippedItem({ ...base, images: part.images, estimateUsd: usdOrNull(bound?.amount ?? null) }),
		];
	}
	const { failure, cost } = ended;
	const told = toNodeError(
		context.getNode(),
		failure,
		explainFailure(failure, item.model, run.now),
		item.itemIndex,
	);
	const error = aboutItem(context, told, item.itemIndex, base.prompt);
	return [failedItem(context, { ...base, code: failure.code, failure, cost, error })];
}

/** @param beyond how many images more than asked for have been seen of each input item */
function imageItems(
	context: IExecuteFunctions,
	run: FinishedRun,
	ended: Extract<Ended, { ok: true }>,
	beyond: Map<number, number>,
): INodeExecutionData[] {
	const { item, plan, output, part } = ended.request;
	const { images, response, requestId, price } = ended.value;
	const base = baseOf(run, item, inputRow(context, item.itemIndex, output.includeInputFields));
	return images.map((stored, share) =>
		imageItem({
			...base,
			request: plan.request,
			response,
			name: { key: ended.key, id: requestId },
			price,
			share,
			...placeOf(ended.request, share, part.images, beyond),
			stored,
			spent: ended,
			binaryField: output.field,
			otherFiles: draftFile(
				context,
				item.itemIndex,
				output.draftField,
				plan.files.images.map(({ field }) => field),
			),
		}),
	);
}

/** Images that nobody asked for stand after the others. */
function placeOf(
	{ item, plan, part }: ImageCall,
	share: number,
	asked: number,
	beyond: Map<number, number>,
): { index: number; count: number } {
	const place = positionOf(item.origin, plan.count, part.offset + share);
	if (share < asked) return place;
	const more = beyond.get(item.itemIndex) ?? 0;
	beyond.set(item.itemIndex, more + 1);
	return { index: place.count + more, count: place.count + more + 1 };
}

function refusedItem(
	context: IExecuteFunctions,
	run: FinishedRun,
	item: PlannedItem,
	problems: Parameters<typeof problemsError>[1],
): INodeExecutionData {
	return failedItem(context, {
		...baseOf(run, item, wantedRow(context, item.itemIndex)),
		prompt: item.prompt,
		code: 'invalid_input',
		failure: null,
		cost: null,
		key: refusedKey(run.run, item.itemIndex),
		spent: NEVER_SENT,
		error: aboutItem(
			context,
			problemsError(context.getNode(), problems, item.itemIndex),
			item.itemIndex,
			item.prompt,
		),
	});
}

function baseOf(
	{ operation }: FinishedRun,
	{ model, origin, itemIndex }: PlannedItem,
	input: IDataObject | null,
) {
	return { operation, model, origin, itemIndex, input };
}

const usdOrNull = (amount: Picodollars | null): number | null =>
	amount === null ? null : toUsdNumber(amount);
