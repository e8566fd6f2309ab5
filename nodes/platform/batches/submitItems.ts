import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { batchModelAdvice, isModelRefusal } from '../../core/batch/batchModel';
import { isRoomRefusal, ROOM_ADVICE } from '../../core/batch/queueRoom';
import type { Failure } from '../../core/failures/failure';
import { toUsdNumber } from '../../core/util/money';
import { refusedKey, runName, sameRequestKey } from '../images/call';
import type { PlannedItem } from '../images/types';
import { failedItem, refusedItem } from '../n8n/errorItems';
import { explainFailure, type Explanation, toNodeError } from '../n8n/errors';
import { inputRow } from '../n8n/inputRow';
import { NEVER_SENT, skippedItem } from '../n8n/items';
import { nodeMemory } from '../n8n/nodeContext';
import { readOutputOptions } from '../n8n/parameters';
import { aboutItem } from '../n8n/whichItem';
import { batchItem } from './batchItem';
import type { Resumed } from './earlierTries';
import type { Prepared } from './prepare';
import type { PreparedLine } from './preparedLine';
import type { SubmittedGroup } from './submitting';

/**
 * An item for each batch, then one for each input item that is in none.
 * @throws the first failure, unless the node continues on errors
 */
export function submissionItems(
	context: IExecuteFunctions,
	submission: Submission,
): INodeExecutionData[] {
	if (!context.continueOnFail()) throwFirstFailure(context, submission);
	return [
		...submission.groups.flatMap((group) => itemOfBatch(group)),
		...submission.refused.map(({ item, problems }) =>
			refusedItem(context, { ...itemBase(context, item), prompt: item.prompt }, problems),
		),
		...submission.groups.flatMap((group) => failedItems(context, group, submission.now)),
		...submission.skipped.map((line) => budgetItem(context, line)),
	];
}

function itemOfBatch({ result, reused, lines }: SubmittedGroup): INodeExecutionData[] {
	if (!result.ok) return [];
	return [{ json: { ...batchItem(result.value), reused }, pairedItem: inputsOf(lines) }];
}

/** Lines of an input item stand one after the other. */
function inputsOf(lines: readonly PreparedLine[]): Array<{ item: number }> {
	const inputs: Array<{ item: number }> = [];
	for (const { position } of lines)
		if (inputs.at(-1)?.item !== position) inputs.push({ item: position });
	return inputs;
}

function failedItems(
	context: IExecuteFunctions,
	{ result, lines }: SubmittedGroup,
	now: Date,
): INodeExecutionData[] {
	if (result.ok) return [];
	const { failure } = result;
	return firstLines(lines).map((line) => {
		const explained = explainSubmit(failure, line.item, now);
		return failedItem(context, {
			...itemBase(context, line.item),
			extra: { customId: line.facts.customId },
			prompt: line.item.prompt,
			code: failure.code,
			failure,
			cost: null,
			spent: NEVER_SENT,
			error: aboutItem(
				context,
				toNodeError(context.getNode(), failure, explained, line.item.itemIndex),
				line.item.itemIndex,
				line.item.prompt,
			),
		});
	});
}

function budgetItem(context: IExecuteFunctions, line: PreparedLine): INodeExecutionData {
	const { bound } = line;
	return skippedItem({
		...itemBase(context, line.item),
		key: sameRequestKey([runName(context, nodeMemory(context)), 'skipped', line.request.lineId]),
		prompt: line.plan.request.prompt,
		spent: NEVER_SENT,
		images: line.request.images,
		estimateUsd: bound === null ? null : toUsdNumber(bound),
	});
}

/** An item of several lines is told of once. */
function firstLines(lines: readonly PreparedLine[]): PreparedLine[] {
	return lines.filter((line, index) => lines[index - 1]?.isOfSameItem(line) !== true);
}

function itemBase(
	context: IExecuteFunctions,
	{ itemIndex, model, origin }: Omit<PlannedItem, 'plan'>,
) {
	const { includeInputFields } = readOutputOptions(context, itemIndex);
	const key = refusedKey(runName(context, nodeMemory(context)), itemIndex);
	return {
		operation: 'batch' as const,
		model,
		origin,
		itemIndex,
		key,
		input: inputRow(context, itemIndex, includeInputFields),
	};
}

export function explainSubmit(
	failure: Failure,
	{ model }: Pick<PlannedItem, 'model'>,
	now: Date,
): Explanation {
	const explained = explainFailure(failure, model, now);
	if (isRoomRefusal(failure))
		return {
			message: `Not submitted, because OpenAI's queue for batches has no room: ${failure.message}`,
			remedy: `Nothing was made and nothing was billed. ${ROOM_ADVICE}`,
		};
	const isModel = failure.kind === 'invalidRequest' && isModelRefusal(failure.message);
	return isModel ? { ...explained, remedy: batchModelAdvice(now, model.catalogue) } : explained;
}

function throwFirstFailure(context: IExecuteFunctions, { groups, now }: Submission): void {
	const failed = groups.find(({ result }) => !result.ok && result.failure.kind !== 'stopped');
	const item = failed?.lines[0]?.item;
	if (failed === undefined || failed.result.ok || item === undefined) return;
	const { failure } = failed.result;
	const explained = explainSubmit(failure, item, now);
	const ids = groups.flatMap(({ result }) => (result.ok ? result.value.id : []));
	const before =
		ids.length === 0
			? ''
			: ` Already submitted: ${ids.length} of ${groups.length} batches (${ids.join(', ')}). The provider still processes them, and trying again (Retry On Fail, or 'Retry' of this execution) does not submit them a second time.`;
	const error = toNodeError(
		context.getNode(),
		failure,
		{ ...explained, remedy: `${explained.remedy}${before}` },
		item.itemIndex,
	);
	throw aboutItem(context, error, item.itemIndex, item.prompt);
}

export interface Submission extends Prepared {
	/** Lines that the budget has no room for. */
	skipped: PreparedLine[];
	groups: SubmittedGroup[];
	/** What earlier tries have submitted. */
	resumed: Pick<Resumed, 'found' | 'outdated'>;
	/** Batches of the last day with the same requests. */
	before: Batch[];
	now: Date;
}
