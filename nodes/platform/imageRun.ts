import { createHash } from 'crypto';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { chooseModel } from '../core/models/successor';
import { ZERO } from '../core/pricing/money';
import type { Outcome } from '../core/run/outcome';
import { runRequests, type RequestKind } from '../core/run/runRequests';
import { assembleItems, type FinishedRun } from './assemble';
import { createImageApi, type ImageApi } from './client';
import { deliver, type Delivered } from './deliver';
import { readCatalogue } from './models';
import { ModelSwitch } from './modelSwitch';
import { readModel, readRunSettings } from './parameters';
import { costBound, jobsOf, partsOf, planItems, type ImageJob } from './plan';
import { planItem, readWhenGone, type MadeBy } from './planners';
import { Receipts, type Receipt } from './receipts';
import { runHints } from './runHints';
import { RunLog } from './runLog';
import { RunTally } from './telemetry';
import { realWorld } from './world';

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
	const items = await planItems(context, settings, async (itemIndex) =>
		await planItem(context, operation, itemIndex, chooseModel(readModel(context, itemIndex), now, readWhenGone(context, itemIndex), catalogue)),
	);
	const receipts = new Receipts(context);
	const jobs = await jobsOf(context, items, receipts);
	const parts = jobs.flatMap(partsOf);
	const world = realWorld(context);
	const tally = new RunTally(context, jobs, world.now);
	const log = new RunLog(context);
	const { outcomes, firstFailure, waitedMs } = await runRequests(
		parts,
		requestKind(context, api, jobs, receipts.run, new ModelSwitch(context, operation, items), log),
		{ ...settings, stopOnFailure: !context.continueOnFail() },
		world,
		{
			ended: (outcome, state) => {
				keepReceipt(receipts, jobs, outcome);
				tally.ended(outcome, state);
				log.ended(outcome);
			},
			waiting: (state) => tally.waiting(state),
		},
	);
	const run: FinishedRun = { operation, items, jobs, outcomes, firstFailure, tally, notKept: receipts.notKept, now };
	tally.reportTokens();
	context.addExecutionHints(...runHints(run, { waitedMs, lostReceipts: receipts.lost, catalogueProblem: problem }));
	log.finished([tally.summary(), ...tally.remarks()].join(', '), { waitedMs });
	const output = assembleItems(context, run);
	if (isComplete(run)) receipts.clear();
	return [output];
}

/** @param run which of the node's runs in this execution: in a loop, equal requests are meant to be new ones */
function requestKind(
	context: IExecuteFunctions,
	api: ImageApi,
	jobs: ImageJob[],
	run: string,
	models: ModelSwitch,
	log: RunLog,
): RequestKind<Delivered> {
	const jobOf = (index: number): ImageJob => jobs[index] as ImageJob;
	return {
		send: async (part, attempt) => {
			const job = jobOf(part.job);
			const began = performance.now();
			const result = await models.send(job, async () => {
				// The same for each attempt at the same images by the same model, whoever makes it.
				const key = [context.getExecutionId(), context.getNode().id, run, job.fingerprint, part.offset, part.images, job.item.model.id].join(' ');
				return await deliver(context, api, job, part, createHash('sha256').update(key).digest('hex'));
			});
			log.attempt(attempt, part.images, performance.now() - began, result);
			return result;
		},
		estimate: ({ job, images }) => costBound(jobOf(job).item, jobOf(job).plan, images) ?? ZERO,
		costOf: ({ price }) => price.total,
	};
}

function keepReceipt(receipts: Receipts, jobs: ImageJob[], outcome: Outcome<Delivered>): void {
	const job = jobs[outcome.part.job];
	if (job === undefined || outcome.attempts === 0) return;
	const { attempts, maybeBilledAttempts, durationMs, part } = outcome;
	receipts.add(job.fingerprint, part, {
		attempts,
		maybeBilledAttempts,
		durationMs,
		requestId: outcome.ok ? outcome.value.requestId : outcome.failure.requestId,
		made: outcome.ok ? madeOf(outcome.value) : null,
		refused: outcome.ok ? null : outcome.failure,
	});
}

function madeOf({ item, images, response }: Delivered): Receipt['made'] {
	return { images, response, model: item.model.id, replaced: item.origin.replaced };
}

function isComplete({ items, outcomes, jobs }: FinishedRun): boolean {
	const refusedBefore = jobs.some(({ kept }) => kept.some(({ receipt }) => receipt.made === null));
	return items.every(({ plan }) => plan.ok) && outcomes.every(({ ok }) => ok) && !refusedBefore;
}
