import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Ledger } from '../../core/scheduler/ledger';
import { runRequests } from '../../core/scheduler/runRequests';
import type { FinishedRequests, Runtime } from '../../core/scheduler/types';
import { usdOrNull } from '../../core/util/money';
import { createImageApi } from '../api/client';
import { readCatalogue } from '../api/models';
import { NameBook } from '../n8n/nameBook';
import { nodeMemory, type NodeMemory } from '../n8n/nodeContext';
import { RunLog } from '../n8n/runLog';
import { readRunSettings, type RunSettings } from '../n8n/runSettings';
import { n8nRuntime } from '../n8n/runtime';
import { rememberImages } from '../n8n/toolImages';
import type { ImageApi } from '../providers/imageApi';
import { assembleItems, endOfRun } from './assemble';
import { ledgerOf, sessionLedger, warnOfUnknown } from './budget';
import { callsOf, runName } from './call';
import { refusedBefore } from './ended';
import type { FinishedRun } from './finishedRun';
import { handlerOf } from './handler';
import { jobsOf, planItems, plannerOf } from './jobs';
import type { LeftOver } from './leftOver';
import { ModelFallback } from './modelFallback';
import { ImageNames } from './names';
import { getInputsAhead, type MadeBy } from './planItem';
import { RunTally } from './progress';
import { Receipts } from './receipts';
import { runHints } from './runHints';
import { stopError } from './stopError';
import type { Delivered, ImageCall, ImageJob } from './types';

/**
 * Makes the images of all input items: checks everything first, leaves out what an earlier attempt has
 * made, then sends requests side by side, prices each and keeps each image as it arrives.
 * @throws NodeApiError or NodeOperationError for the first item that failed, unless the node continues on errors
 */
export async function runImageItems(
	context: IExecuteFunctions,
	operation: MadeBy,
): Promise<INodeExecutionData[][]> {
	const prepared = await prepare(context, operation);
	const { about, leftOver, problem, receipts, log } = prepared;
	const finished = await sendAll(context, operation, prepared);
	const run: FinishedRun = { ...about, ...finished };
	const { tally } = about;
	tally.reportUsage();
	const facts = {
		waitedMs: finished.waitedMs,
		lostReceipts: receipts.lost,
		leftOverImages: leftOver.images,
		catalogueProblem: problem,
	};
	context.addExecutionHints(...runHints(run, facts));
	log.finished([tally.summary(), ...tally.remarks()].join(', '), { waitedMs: finished.waitedMs });
	return [deliverItems(context, run, receipts)];
}

/** All that there is before anything is sent. */
interface PreparedRun {
	settings: RunSettings;
	api: ImageApi;
	/** Why the user's catalogue is not used; `null` = it is, or there is none. */
	problem: string | null;
	memory: NodeMemory;
	receipts: Receipts;
	leftOver: LeftOver;
	runtime: Runtime;
	log: RunLog;
	about: Omit<FinishedRun, 'outcomes' | 'firstFailure' | 'sessionUsd'>;
}

async function prepare(context: IExecuteFunctions, operation: MadeBy): Promise<PreparedRun> {
	const now = new Date();
	const settings = readRunSettings(context);
	const { catalogue, problem } = await readCatalogue(context);
	const api = await createImageApi(context, settings.timeoutMs, catalogue);
	await getInputsAhead(context, () => operation);
	const memory = nodeMemory(context);
	const receipts = new Receipts(context, memory);
	const planner = plannerOf(context, operation, { catalogue, now });
	const items = await planItems(context, settings, receipts, planner);
	const jobs = await jobsOf(context, items, receipts);
	const runtime = n8nRuntime(context);
	const tally = new RunTally(context, jobs, runtime.now);
	const leftOver = leftOverOf(jobs, receipts, tally);
	const about = {
		operation,
		run: runName(context, memory),
		items,
		jobs,
		tally,
		isKept: memory.isKept,
		now,
	};
	refuseAgain(context, about, receipts);
	return {
		settings,
		api,
		problem,
		memory,
		receipts,
		leftOver,
		runtime,
		log: new RunLog(context),
		about,
	};
}

type Finished = FinishedRequests<Delivered, ImageCall> & Pick<FinishedRun, 'sessionUsd'>;

async function sendAll(
	context: IExecuteFunctions,
	operation: MadeBy,
	prepared: PreparedRun,
): Promise<Finished> {
	const { budgetSession } = prepared.settings;
	if (budgetSession === null)
		return await send(context, operation, prepared, ledgerOf(prepared.memory));
	const { ledger, end } = sessionLedger(context, budgetSession);
	try {
		const finished = await send(context, operation, prepared, ledger);
		return { ...finished, sessionUsd: usdOrNull(ledger.isAtLeast ? null : ledger.spent) };
	} finally {
		end();
	}
}

async function send(
	context: IExecuteFunctions,
	operation: MadeBy,
	prepared: PreparedRun,
	ledger: Ledger,
): Promise<FinishedRequests<Delivered, ImageCall>> {
	const { settings, api, memory, receipts, runtime, log, about } = prepared;
	const { items, jobs, tally } = about;
	warnOfUnknown(context, settings.budget, ledger);
	const names = new ImageNames(new NameBook(memory.data), memory.run, jobs);
	return await runRequests(
		jobs.flatMap((job, index) => callsOf(job, index, about.run)),
		handlerOf(context, api, new ModelFallback(context, operation, runtime.now), {
			operation,
			items,
			log,
			names,
		}),
		{ ...settings, stopOnFailure: !context.continueOnFail() },
		ledger,
		runtime,
		{
			ended: (outcome, state) => {
				receipts.add(outcome);
				tally.ended(outcome, state);
				log.ended(outcome);
			},
			waiting: (state) => tally.waiting(state),
		},
	);
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
	rememberImages(context, items);
	receipts.delivered(items);
	return items;
}
