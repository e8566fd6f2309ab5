import { findModel } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import { byPosition } from '../../core/scheduler/parts';
import { unreadableInput } from '../http/failures';
import { callsOf, requestKey } from './call';
import { priceOf } from './deliver';
import type { Ended, FinishedRun } from './finishedRun';
import type { ImageCall, ImageJob, KeptReceipt } from './types';

/** The first of those that an earlier try was refused for good, or that can't be sent any more; `null` = there is none. */
export function refusedBefore({ jobs, run }: Pick<FinishedRun, 'jobs' | 'run'>): Ended | null {
	const kept = jobs.flatMap((job, index) =>
		job.kept.map((one) => fromReceipt(job, index, one, run)),
	);
	return kept.find(({ ok }) => !ok) ?? withoutInput(jobs, run);
}

function withoutInput(jobs: readonly ImageJob[], run: string): Ended | null {
	for (const [index, job] of jobs.entries()) {
		const missing = job.plan.files.images.find((image) => image.missing !== undefined)?.missing;
		const [request] = missing === undefined ? [] : callsOf(job, index, run);
		if (request === undefined) continue;
		const never = { attempts: 0, maybeBilledAttempts: 0, durationMs: 0, reused: false };
		const failure = unreadableInput(missing);
		return { ...never, request, key: requestKey(request), ok: false, failure, cost: null };
	}
	return null;
}

/** What an earlier run made and what this one brought, for each job in the order of its images. */
export function endedByJob({ jobs, outcomes, run }: FinishedRun): Ended[][] {
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

function fromReceipt(
	job: ImageJob,
	index: number,
	{ receipt, images }: KeptReceipt,
	run: string,
): Ended {
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
	const sentPlan = { ...plan, request: { ...plan.request, ...made.sent } };
	return {
		...spent,
		request: { ...request, item: sent, plan: sentPlan },
		ok: true,
		value: { images, failure: null, response: made.response, requestId, price },
	};
}
