import type { IExecuteFunctions } from 'n8n-workflow';
import type { Failure } from '../../core/failures/failure';
import { plural } from '../../core/util/text';
import { explainFailure, toNodeError } from '../n8n/errors';
import { aboutItem } from '../n8n/whichItem';
import type { Ended, FinishedRun } from './finishedRun';
import type { LeftOver } from './leftOver';
import type { RunTally } from './progress';

/** The failure that ends the node: which item, why, what to do, and what the user has for the money all the same. */
export function stopError(
	context: IExecuteFunctions,
	run: Pick<FinishedRun, 'tally' | 'isKept' | 'now'>,
	failed: Pick<Extract<Ended, { ok: false }>, 'failure' | 'cost' | 'request'>,
) {
	const { failure, request } = failed;
	const { item } = request;
	const { message, remedy } = explainFailure(failure, item.model, run.now);
	const all = [remedy, paidForNothing(run, failure), whatIsKept(run)].filter((text) => text !== '');
	const told = toNodeError(
		context.getNode(),
		failure,
		{ message, remedy: all.join(' ') },
		item.itemIndex,
	);
	return aboutItem(context, told, item.itemIndex, request.plan.request.prompt);
}

/** How a refusal ends before this try has sent anything; `undefined` = as always, since no earlier one has either. */
export function afterEarlierTry({ images, maybeBilledAttempts }: LeftOver): string | undefined {
	if (images + maybeBilledAttempts === 0) return undefined;
	const tally = {
		imageCount: 0,
		reusedCount: images,
		lostCount: 0,
		maybeBilledCount: maybeBilledAttempts,
		summary: () => '',
	};
	const all = [paidForNothing({ tally }, null), whatIsKept({ tally, isKept: true })];
	return ['This try sent nothing.', ...all].filter((text) => text !== '').join(' ');
}

interface Told {
	tally: Pick<
		RunTally,
		'imageCount' | 'reusedCount' | 'lostCount' | 'maybeBilledCount' | 'summary'
	>;
	isKept: boolean;
}

/** One image that could not be stored is what the failure itself tells of. */
function paidForNothing({ tally }: Pick<Told, 'tally'>, failure: Failure | null): string {
	const { lostCount, maybeBilledCount } = tally;
	const lost =
		lostCount === 0 || (lostCount === 1 && failure?.kind === 'notStored')
			? ''
			: `${plural(lostCount, 'image')} ${lostCount === 1 ? 'was' : 'were'} made and billed, but could not be stored.`;
	const maybe =
		maybeBilledCount === 0
			? ''
			: `${plural(maybeBilledCount, 'attempt')} without an answer may have been billed.`;
	return [lost, maybe].filter((text) => text !== '').join(' ');
}

function whatIsKept({ tally, isKept }: Told): string {
	const { imageCount, reusedCount } = tally;
	if (imageCount + reusedCount === 0) return '';
	const one = imageCount + reusedCount === 1;
	const made = [
		...(reusedCount > 0 ? [`An earlier try made ${plural(reusedCount, 'image')}.`] : []),
		...(imageCount > 0 ? [`Before the run stopped, ${tally.summary()} had been made.`] : []),
	].join(' ');
	const kept = isKept
		? `${one ? 'It is' : 'They are'} kept with this execution: trying again (Retry On Fail, or 'Retry' of this execution) does not pay for ${one ? 'it' : 'them'} twice.`
		: `n8n does not keep ${one ? 'it' : 'them'} for another try here, so ${one ? 'it is' : 'they are'} lost.`;
	return `${made} ${kept} With 'On Error' set to 'Continue', ${one ? 'it is' : 'they are'} returned right away.`;
}
