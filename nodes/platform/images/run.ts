import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { chooseModel } from '../../core/models/successor';
import type { Catalogue } from '../../core/models/types';
import type { Failure } from '../../core/run/failure';
import type { RequestHandler } from '../../core/run/runRequests';
import { runRequests } from '../../core/run/runRequests';
import { createImageApi, type ImageApi } from '../client';
import { problemsError } from '../errors';
import { forEachItem } from '../forEachItem';
import { readCatalogue } from '../models';
import { NameBook } from '../nameBook';
import { nodeMemory } from '../nodeContext';
import { readModel, readOutputOptions, readRunSettings, type RunSettings } from '../parameters';
import { RunLog } from '../runLog';
import { runHints } from '../runHints';
import { RunTally } from '../telemetry';
import { aboutItem } from '../whichItem';
import { realWorld } from '../world';
import { assembleItems, endOfRun, refusedBefore, type FinishedRun } from './assemble';
import { ledgerOf } from './budget';
import { callsOf, forPart, type ImageCall, type ImageJob } from './call';
import { broughtBy, deliver, type Delivered } from './deliver';
import type { LeftOver } from './leftOver';
import { DownFallback, readFallback } from './downFallback';
import { ModelFallback } from './modelFallback';
import { ImageNames } from './names';
import { boundOf, unknownPriceProblem, type PlannedItem } from './plan';
import { planItem, readWhenGone, unreadableItem, type MadeBy } from './planItem';
import { Receipts } from './receipts';
import { runName } from './runName';
import { stopError } from './stopError';

/**
 * Makes the images of all input items: checks everything first, leaves out what an earlier attempt has
 * made, then sends requests side by side, prices each and keeps each image as it arrives.
 * @throws NodeApiError or NodeOperationError for the first item that failed, unless the node continues on errors
 */
export async function runImageItems(
	context: IExecuteFunctions,
	operation: MadeBy,
): Promise<INodeExecutionData[][]> {
	const now = new Date();
	const settings = readRunSettings(context);
	const { catalogue, problem } = await readCatalogue(context);
	const api = await createImageApi(context, settings.timeoutMs, catalogue);
	const items = await planItems(
		context,
		settings,
		plannerOf(context, operation, { catalogue, now }),
	);
	const memory = nodeMemory(context);
	const receipts = new Receipts(context, memory);
	const jobs = await jobsOf(context, items, receipts);
	const world = realWorld(context);
	const tally = new RunTally(context, jobs, world.now);
	const leftOver = leftOverOf(jobs, receipts, tally);
	const log = new RunLog(context);
	const name = runName(context, memory);
	const about = { operation, run: name, items, jobs, tally, isKept: memory.isKept, now };
	refuseAgain(context, about, receipts);
	const names = new ImageNames(new NameBook(memory.data), memory.run, jobs);
	const finished = await runRequests(
		jobs.flatMap((job, index) => callsOf(job, index, name)),
		handlerOf(context, api, new ModelFallback(context, operation, world.now), {
			operation,
			items,
			log,
			names,
		}),
		{ ...settings, stopOnFailure: !context.continueOnFail() },
		ledgerOf(memory),
		world,
		{
			ended: (outcome, state) => {
				receipts.add(outcome);
				tally.ended(outcome, state);
				log.ended(outcome);
			},
			waiting: (state) => tally.waiting(state),
		},
	);
	const run: FinishedRun = { ...about, ...finished };
	tally.reportTokens();
	context.addExecutionHints(
		...runHints(run, {
			waitedMs: finished.waitedMs,
			lostReceipts: receipts.lost,
			leftOverImages: leftOver.images,
			catalogueProblem: problem,
		}),
	);
	log.finished([tally.summary(), ...tally.remarks()].join(', '), { waitedMs: finished.waitedMs });
	return [deliverItems(context, run, receipts)];
}

/** Items of an input item; `error` as it was thrown, where an expression of it fails. */
type Planner = (itemIndex: number) => Promise<{ items: PlannedItem[]; error: Error | null }>;

function plannerOf(
	context: IExecuteFunctions,
	operation: MadeBy,
	{ catalogue, now }: { catalogue: Catalogue; now: Date },
): Planner {
	return async (itemIndex) => {
		try {
			// What is read again later, so that it fails here if it does.
			readOutputOptions(context, itemIndex);
			readFallback(context, itemIndex);
			const model = chooseModel(
				readModel(context, itemIndex),
				now,
				readWhenGone(context, itemIndex),
				catalogue,
			);
			return { items: await planItem(context, operation, itemIndex, model), error: null };
		} catch (thrown) {
			const error = thrown instanceof Error ? thrown : new Error(String(thrown));
			return {
				items: [unreadableItem(itemIndex, chooseModel('', now, 'fail', catalogue), error)],
				error,
			};
		}
	};
}

/** Reads and checks every input item before any is sent. */
async function planItems(
	context: IExecuteFunctions,
	{ budget }: RunSettings,
	plan: Planner,
): Promise<PlannedItem[]> {
	const planned = await forEachItem(context, async (itemIndex) => {
		const { items: read, error } = await plan(itemIndex);
		const items = read.map((item) => (budget === null ? item : withKnownPrice(item)));
		const problems = items.flatMap((item) => (item.plan.ok ? [] : item.plan.problems));
		const refused =
			problems.length === 0
				? null
				: aboutItem(
						context,
						problemsError(context.getNode(), problems, itemIndex),
						itemIndex,
						items[0]?.prompt,
					);
		return { value: items, error: error ?? refused };
	});
	return planned.flat();
}

function withKnownPrice(item: PlannedItem): PlannedItem {
	if (!item.plan.ok || boundOf(item.model, item.plan.value, 1) !== null) return item;
	return { ...item, plan: { ok: false, problems: [unknownPriceProblem(item.model)] } };
}

async function jobsOf(
	context: IExecuteFunctions,
	items: readonly PlannedItem[],
	receipts: Receipts,
): Promise<ImageJob[]> {
	const jobs: ImageJob[] = [];
	for (const item of items) {
		if (!item.plan.ok) continue;
		const plan = item.plan.value;
		const kept = await receipts.find(plan);
		const maybeBilledBefore = receipts.takeUnanswered(plan);
		jobs.push({
			item,
			plan,
			output: readOutputOptions(context, item.itemIndex),
			kept,
			maybeBilledBefore,
		});
	}
	return jobs;
}

/** What of earlier tries nobody asks for any more; it may have been billed all the same. */
function leftOverOf(jobs: readonly ImageJob[], receipts: Receipts, tally: RunTally): LeftOver {
	const leftOver = receipts.leftOver(jobs.map(({ plan }) => plan));
	tally.maybeBilledCount += leftOver.maybeBilledAttempts;
	return leftOver;
}

/** Where the node stops on failures, one that was refused for good stops each further try before anything is sent. */
function refuseAgain(
	context: IExecuteFunctions,
	run: Omit<FinishedRun, 'outcomes' | 'firstFailure'>,
	receipts: Receipts,
): void {
	const refused = context.continueOnFail() ? null : refusedBefore(run);
	if (refused?.ok !== false) return;
	for (const { plan, maybeBilledBefore } of run.jobs) {
		receipts.giveBack(plan, maybeBilledBefore);
		run.tally.maybeBilledCount += maybeBilledBefore;
	}
	receipts.failed();
	throw stopError(context, run, refused);
}

function handlerOf(
	context: IExecuteFunctions,
	api: ImageApi,
	successors: ModelFallback,
	{
		operation,
		items,
		log,
		names,
	}: { operation: MadeBy; items: readonly PlannedItem[]; log: RunLog; names: ImageNames },
): RequestHandler<ImageCall, Delivered> {
	const fallbacks = new DownFallback(
		context,
		operation,
		(call) => successors.whyGone(call) !== null,
	);
	const isWished = items.some(
		({ itemIndex, plan }) => plan.ok && readFallback(context, itemIndex).kind !== 'none',
	);
	return {
		send: async (call, attempt) => {
			const began = performance.now();
			const result = await successors.confirm(call, await deliver(context, api, call, names));
			log.attempt(attempt, call.part.images, performance.now() - began, result);
			return result;
		},
		brought: broughtBy,
		forPart,
		whyGone: (call) => successors.whyGone(call),
		successorOf: async (call) => await successors.successorOf(call),
		...(isWished && {
			fallbackOf: async (call: ImageCall, why: Failure) => await fallbacks.of(call, why),
		}),
	};
}

function deliverItems(
	context: IExecuteFunctions,
	run: FinishedRun,
	receipts: Receipts,
): INodeExecutionData[] {
	const error = endOfRun(context, run);
	if (error !== null) {
		receipts.failed();
		throw error;
	}
	const items = assembleItems(context, run);
	receipts.delivered(items);
	return items;
}
