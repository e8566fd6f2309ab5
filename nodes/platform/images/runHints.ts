import type { NodeExecutionHint } from 'n8n-workflow';
import { modelNotice } from '../../core/modelChoice/notices';
import { dataResidencyNotice } from '../../core/providers/dataResidency';
import { readUsd, toReadableUsd } from '../../core/util/money';
import { explainFailure } from '../n8n/errors';
import { Hints } from '../n8n/hints';
import { type FailedInput, failedWords } from '../n8n/whichItem';
import type { FinishedRun } from './finishedRun';
import type { PlannedItem } from './types';

interface RunFacts {
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
	const { tally } = run;
	const hints = new Hints();
	if (facts.catalogueProblem !== null) hints.add('warning', facts.catalogueProblem);
	addModelHints(hints, run);
	addEarlierTries(hints, facts);
	addSkipped(hints, run);
	const failed = failedInputs(run);
	if (failed.length > 0) hints.add('warning', failedWords(failed));
	const brought = tally.imageCount > 0 || tally.reusedCount > 0;
	const remarks = [...tally.remarks(), ...waited(facts.waitedMs)];
	if (brought) hints.add('info', [tally.summary(), ...remarks].join(', '));
	else if (remarks.length > 0) hints.add('warning', `No image was made: ${remarks.join(', ')}`);
	return hints.all();
}

function addModelHints(hints: Hints, run: FinishedRun): void {
	for (const item of servedItems(run)) {
		// One that is down is told of by standIns: nothing has been shut down.
		const notice =
			item.origin.replaced?.reason === 'down' ? null : modelNotice(item.model, run.now);
		if (notice !== null) hints.add('warning', notice);
		const region = dataResidencyNotice(item.model.entry);
		if (region !== null) hints.add('info', region);
		if (item.plan.ok) for (const warning of item.plan.value.warnings) hints.add('warning', warning);
	}
	for (const message of standIns(run)) hints.add('warning', message);
}

function addEarlierTries(hints: Hints, { lostReceipts, leftOverImages }: RunFacts): void {
	if (lostReceipts > 0) {
		hints.add(
			'warning',
			lostReceipts === 1
				? 'n8n no longer has 1 image from an earlier attempt, so it was made again.'
				: `n8n no longer has ${lostReceipts} images from an earlier attempt, so they were made again.`,
		);
	}
	if (leftOverImages > 0) {
		const [images, were] =
			leftOverImages === 1 ? ['1 image', 'was'] : [`${leftOverImages} images`, 'were'];
		hints.add(
			'warning',
			`${images} from an earlier attempt ${were} paid for but can't be used, because the request has changed since, for example through an expression that returns something else each time.`,
		);
	}
}

function addSkipped(hints: Hints, { outcomes, sessionUsd }: FinishedRun): void {
	const skipped = outcomes.filter(
		(outcome) => !outcome.ok && outcome.failure.kind === 'overBudget',
	);
	if (skipped.length === 0) return;
	const images = skipped.reduce((sum, { request }) => sum + request.part.images, 0);
	const [were, back] =
		images === 1
			? ['image was', 'It is returned as skipped, with its estimate']
			: ['images were', 'They are returned as skipped, each with its estimate'];
	hints.add(
		'warning',
		`${images} ${were} not made because the budget was reached. ${back}.${sharedBudget(sessionUsd)}`,
	);
}

/** A budget that others have used up looks like a mistake. @param sessionUsd `undefined` = it is the node's own */
function sharedBudget(sessionUsd: number | null | undefined): string {
	if (sessionUsd === undefined) return '';
	const spent = readUsd(sessionUsd);
	const together =
		spent === null ? '' : `, and have spent ${toReadableUsd(spent)} of it together so far`;
	return ` All runs with the same 'Budget Session ID' share this budget${together}.`;
}

/** Input items of which something failed, and why. */
function failedInputs({ items, outcomes, now }: FinishedRun): FailedInput[] {
	const refused = items.flatMap(({ itemIndex, prompt, plan }): FailedInput[] =>
		plan.ok ? [] : [{ itemIndex, prompt, why: plan.problems[0]?.message ?? '' }],
	);
	const sent = outcomes.flatMap((outcome): FailedInput[] => {
		if (outcome.ok || outcome.failure.kind === 'overBudget') return [];
		const { item, plan } = outcome.request;
		return [
			{
				itemIndex: item.itemIndex,
				prompt: plan.request.prompt,
				why: explainFailure(outcome.failure, item.model, now).message,
			},
		];
	});
	return [...refused, ...sent];
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
