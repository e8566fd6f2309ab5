import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { modelNotice } from '../core/models/notices';
import { runRequests, type Outcome } from '../core/run/runRequests';
import { assembleItems, type FinishedRun } from './assemble';
import { createImageApi } from './client';
import { deliver, type Delivered } from './deliver';
import { Hints } from './hints';
import type { Operation } from './items';
import { readRunSettings } from './parameters';
import { callsOf, planItems, type PlannedItem } from './plan';
import { RunTally } from './telemetry';
import { realWorld } from './world';

/**
 * Makes the images of all input items: checks everything first, then sends requests side by side,
 * prices each and keeps each image as it arrives.
 * @param plan reads and checks one input item, at the given moment
 * @throws NodeApiError or NodeOperationError for the first item that failed, unless the node continues on errors
 */
export async function runImageItems(
	context: IExecuteFunctions,
	operation: Operation,
	plan: (itemIndex: number, now: Date) => Promise<PlannedItem>,
): Promise<INodeExecutionData[][]> {
	const now = new Date();
	const settings = readRunSettings(context);
	const api = await createImageApi(context, settings.timeoutMs);
	const items = await planItems(context, async (itemIndex) => await plan(itemIndex, now));
	const calls = items.flatMap((item) => callsOf(context, item));
	const world = realWorld(context);
	const tally = new RunTally(context, calls.length, world.now);
	const outcomes = await runRequests(
		calls,
		async (call) => await deliver(context, api, call),
		{ ...settings, stopOnFailure: !context.continueOnFail() },
		world,
		(outcome) => countOutcome(tally, outcome),
	);
	const run: FinishedRun = { operation, items, calls, outcomes, tally, now };
	tally.reportTokens();
	context.addExecutionHints(...hintsOf(run).all());
	return [assembleItems(context, run)];
}

function countOutcome(tally: RunTally, outcome: Outcome<Delivered>): void {
	if (outcome.ok) tally.succeeded(outcome.value.price, outcome.value.images.length);
	else if (outcome.failure.kind !== 'stopped') tally.failedOnce();
}

function hintsOf({ items, calls, outcomes, tally, now }: FinishedRun): Hints {
	const hints = new Hints();
	for (const item of items) {
		const notice = modelNotice(item.model, now);
		if (notice !== null) hints.add('warning', notice);
		if (item.plan.ok) for (const warning of item.plan.value.warnings) hints.add('warning', warning);
	}
	outcomes.forEach((outcome, index) => {
		const asked = calls[index]?.count ?? 0;
		const made = outcome.ok ? outcome.value.images.length : asked;
		if (made < asked) hints.add('warning', `The API made fewer images than asked for: ${made} of ${asked}.`);
	});
	if (tally.imageCount > 0) hints.add('info', tally.summary());
	return hints;
}
