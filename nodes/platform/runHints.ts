import type { NodeExecutionHint } from 'n8n-workflow';
import { dataResidencyNotice } from '../core/models/dataResidency';
import { modelNotice } from '../core/models/notices';
import type { FinishedRun } from './images/assemble';
import type { PlannedItem } from './images/plan';
import { Hints } from './hints';
import { whichItems } from './whichItem';

export interface RunFacts {
	/** Time lost to the rate limit, in ms. */
	waitedMs: number;
	/** Images of an earlier attempt that n8n has deleted. */
	lostReceipts: number;
	/** Images that an earlier attempt made and that nobody asks for any more. */
	leftOverImages: number;
	/** Why the user's own catalogue is not used; `null` = it is, or there is none. */
	catalogueProblem: string | null;
}

/** What is worth saying once the run is over, for the output panel. */
export function runHints(run: FinishedRun, facts: RunFacts): NodeExecutionHint[] {
	const { outcomes, tally, now } = run;
	const hints = new Hints();
	if (facts.catalogueProblem !== null) hints.add('warning', facts.catalogueProblem);
	for (const item of servedItems(run)) {
		// One that is down is told of by standIns: nothing has been shut down.
		const notice = item.origin.replaced?.reason === 'down' ? null : modelNotice(item.model, now);
		if (notice !== null) hints.add('warning', notice);
		const region = dataResidencyNotice(item.model.entry);
		if (region !== null) hints.add('info', region);
		if (item.plan.ok) for (const warning of item.plan.value.warnings) hints.add('warning', warning);
	}
	for (const message of standIns(run)) hints.add('warning', message);
	if (facts.lostReceipts > 0) {
		hints.add(
			'warning',
			`${facts.lostReceipts} images of an earlier attempt are no longer stored by n8n and were made again.`,
		);
	}
	if (facts.leftOverImages > 0) {
		const [images, were] =
			facts.leftOverImages === 1 ? ['1 image', 'was'] : [`${facts.leftOverImages} images`, 'were'];
		hints.add(
			'warning',
			`${images} of an earlier attempt ${were} paid for and can't be used, because what is asked for has changed since, such as by an expression that gives something else each time.`,
		);
	}
	const skipped = outcomes.filter(
		(outcome) => !outcome.ok && outcome.failure.kind === 'overBudget',
	);
	if (skipped.length > 0) {
		const images = skipped.reduce((sum, { request }) => sum + request.part.images, 0);
		hints.add(
			'warning',
			`${images} ${images === 1 ? 'image was' : 'images were'} not made because the budget was reached. ${images === 1 ? 'It is returned as skipped, with its estimate' : 'They are returned as skipped, each with its estimate'}.`,
		);
	}
	const failed = failedInputs(run);
	if (failed.length > 0)
		hints.add('warning', `${whichItems(failed)} failed: see 'error' and 'description'.`);
	const brought = tally.imageCount > 0 || tally.reusedCount > 0;
	const remarks = [...tally.remarks(), ...waited(facts.waitedMs)];
	if (brought) hints.add('info', [tally.summary(), ...remarks].join(', '));
	else if (remarks.length > 0) hints.add('warning', `No image was made: ${remarks.join(', ')}`);
	return hints.all();
}

/** Input items of which something failed, counted from 0. */
function failedInputs({ items, outcomes }: FinishedRun): number[] {
	const refused = items.filter(({ plan }) => !plan.ok);
	const sent = outcomes
		.filter((outcome) => !outcome.ok && outcome.failure.kind !== 'overBudget')
		.map(({ request }) => request.item);
	return [...new Set([...refused, ...sent].map(({ itemIndex }) => itemIndex))].sort(
		(a, b) => a - b,
	);
}

/** Which models have taken the place of others that were down. */
function standIns({ outcomes }: FinishedRun): string[] {
	const images = new Map<string, number>();
	for (const { ok, request } of outcomes) {
		const {
			model,
			origin: { replaced },
		} = request.item;
		if (!ok || replaced?.reason !== 'down') continue;
		const what = `made by ${model.id}, because ${replaced.model} was down: ${replaced.message ?? ''}`;
		images.set(what, (images.get(what) ?? 0) + request.part.images);
	}
	return [...images].map(
		([what, count]) => `${count} ${count === 1 ? 'image was' : 'images were'} ${what}`,
	);
}

/** As they were sent: another model may have taken the place of the one that was planned. */
function servedItems({ items, jobs, outcomes }: FinishedRun): Iterable<PlannedItem> {
	const sent = new Set(outcomes.map(({ request }) => jobs[request.part.job]?.item));
	return new Set([
		...outcomes.map(({ request }) => request.item),
		...items.filter((item) => !sent.has(item)),
	]);
}

function waited(ms: number): string[] {
	return ms < 1000 ? [] : [`waited ${Math.round(ms / 1000)} s for the rate limit`];
}
