import type { IExecuteFunctions } from 'n8n-workflow';
import { explainFailure, toNodeError } from '../errors';
import { plural } from '../spending';
import { aboutItem } from '../whichItem';
import type { Ended, FinishedRun } from './assemble';

/** The failure that ends the node, with what the user has for the money all the same. */
export function stopError(
	context: IExecuteFunctions,
	run: Pick<FinishedRun, 'tally' | 'isKept' | 'now'>,
	failed: Pick<Extract<Ended, { ok: false }>, 'failure' | 'cost' | 'request'>,
) {
	const { failure, request } = failed;
	const { item } = request;
	const told = toNodeError(
		context.getNode(),
		failure,
		explainFailure(failure, item.model, run.now),
		item.itemIndex,
	);
	const error = aboutItem(context, told, item.itemIndex, request.plan.request.prompt);
	const more = [paidForNothing(run), whatIsKept(run)].filter((text) => text !== '');
	if (more.length > 0) error.description = [error.description ?? '', ...more].join(' ');
	return error;
}

function paidForNothing({ tally }: Pick<FinishedRun, 'tally'>): string {
	const lost =
		tally.lostCount === 0 ? '' : `${plural(tally.lostCount, 'image')} of them could not be stored.`;
	const maybe =
		tally.maybeBilledCount === 0
			? ''
			: `${plural(tally.maybeBilledCount, 'attempt')} without an answer may have been billed.`;
	return [lost, maybe].filter((text) => text !== '').join(' ');
}

function whatIsKept({ tally, isKept }: Pick<FinishedRun, 'tally' | 'isKept'>): string {
	const { imageCount, reusedCount } = tally;
	if (imageCount + reusedCount === 0) return '';
	const one = imageCount + reusedCount === 1;
	const made = [
		...(reusedCount > 0 ? [`An earlier try made ${plural(reusedCount, 'image')}.`] : []),
		...(imageCount > 0 ? [`Before the run stopped, ${tally.summary()} had been made.`] : []),
	].join(' ');
	const kept = isKept
		? `${one ? 'It is' : 'They are'} kept with this execution: trying again (Retry On Fail, or 'Retry' of this execution) does not pay for ${one ? 'it' : 'them'} again.`
		: `n8n keeps nothing here for another try, so ${one ? 'it is' : 'they are'} lost.`;
	return `${made} ${kept} To have ${one ? 'it' : 'them'} delivered at once, set 'On Error' to 'Continue' in this node's settings.`;
}
