import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { batchModelAdvice, isModelRefusal } from '../../core/batch/model';
import { isRoomRefusal, ROOM_ADVICE } from '../../core/batch/room';
import { toUsdNumber } from '../../core/pricing/money';
import type { Failure } from '../../core/run/failure';
import { explainFailure, problemsError, toNodeError, type Explanation } from '../errors';
import { failedItem } from '../errorItems';
import { NEVER_SENT, skippedItem } from '../items';
import { readOutputOptions } from '../parameters';
import { nodeMemory } from '../nodeContext';
import { refusedKey, sameRequestKey } from '../images/call';
import type { PlannedItem } from '../images/plan';
import { runName } from '../images/runName';
import { inputRow } from '../inputRow';
import { batchBound } from './budget';
import { batchItem } from './batchItem';
import type { RefusedItem } from './prepare';
import type { PreparedLine } from './preparedLine';
import type { Submission } from './submit';
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
		...submission.refused.map((refused) => refusedItem(context, refused)),
		...submission.groups.flatMap((group) => failedItems(context, group, submission.now)),
		...submission.skipped.map((line) => budgetItem(context, line)),
	];
}

function itemOfBatch({ result, reused, lines }: SubmittedGroup): INodeExecutionData[] {
	if (!result.ok) return [];
	const inputs = [...new Set(lines.map(({ item }) => item.itemIndex))];
	return [
		{ json: { ...batchItem(result.value), reused }, pairedItem: inputs.map((item) => ({ item })) },
	];
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
			extra: { status: 'failed', customId: line.facts.customId },
			prompt: line.item.prompt,
			code: failure.code,
			failure,
			cost: null,
			spent: NEVER_SENT,
			error: toNodeError(context.getNode(), failure, explained, line.item.itemIndex),
		});
	});
}

function refusedItem(
	context: IExecuteFunctions,
	{ item, problems }: RefusedItem,
): INodeExecutionData {
	return failedItem(context, {
		...itemBase(context, item),
		extra: { status: 'failed' },
		prompt: item.prompt,
		code: 'invalid_input',
		failure: null,
		cost: null,
		spent: NEVER_SENT,
		error: problemsError(context.getNode(), problems, item.itemIndex),
	});
}

function budgetItem(context: IExecuteFunctions, line: PreparedLine): INodeExecutionData {
	const bound = batchBound(line);
	return skippedItem({
		...itemBase(context, line.item),
		key: sameRequestKey([runName(context, nodeMemory(context)), 'skipped', line.request.customId]),
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

function explainSubmit(
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
	return isModel ? { ...explained, remedy: batchModelAdvice(now) } : explained;
}

function throwFirstFailure(context: IExecuteFunctions, { groups, now }: Submission): void {
	const failed = groups.find(({ result }) => !result.ok && result.failure.kind !== 'stopped');
	const item = failed?.lines[0]?.item;
	if (failed === undefined || failed.result.ok || item === undefined) return;
	const { failure } = failed.result;
	const error = toNodeError(
		context.getNode(),
		failure,
		explainSubmit(failure, item, now),
		item.itemIndex,
	);
	const ids = groups.flatMap(({ result }) => (result.ok ? result.value.id : []));
	if (ids.length > 0) {
		error.description = `${error.description ?? ''} Submitted before: ${ids.length} of ${groups.length} batches (${ids.join(', ')}). They go on at the provider, and trying again (Retry On Fail, or 'Retry' of this execution) does not submit them a second time.`;
	}
	throw error;
}
