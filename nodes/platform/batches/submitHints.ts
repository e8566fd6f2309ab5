import type { NodeExecutionHint } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { batchModelWarning, batchRoleNotice, resolveBatchModel } from '../../core/batch/batchModel';
import { doneBy } from '../../core/batch/unfinished';
import { modelNotice } from '../../core/modelChoice/notices';
import { atBatchPrice } from '../../core/pricing/price';
import { dataResidencyNotice } from '../../core/providers/dataResidency';
import { toReadableUsd } from '../../core/util/money';
import { plural } from '../../core/util/text';
import { isoFromUnix } from '../../core/util/time';
import { Hints } from '../n8n/hints';
import { type FailedInput, failedWords } from '../n8n/whichItem';
import { countImages, expectedOf } from './lineSums';
import type { PreparedLine } from './preparedLine';
import { explainSubmit, type Submission } from './submitItems';
import type { SubmittedGroup } from './submitting';

/** Each once. */
function templatesOf(lines: readonly PreparedLine[]): Set<PreparedLine['template']> {
	const templates = new Set<PreparedLine['template']>();
	for (const { template } of lines) templates.add(template);
	return templates;
}

/** What is worth saying once everything is submitted. */
export function submissionHints(submission: Submission): NodeExecutionHint[] {
	const { skipped, groups, before } = submission;
	const hints = new Hints();
	addModelHints(hints, submission);
	addEarlierTries(hints, submission);
	const submitted = groups.filter(({ result }) => result.ok);
	const batches = groups.flatMap(({ result }) => (result.ok ? [result.value] : []));
	if (before.length > 0 && batches.length > 0) hints.add('warning', sameRowsWords(before));
	const lost = notInBatch(submission);
	if (lost.length > 0) hints.add('warning', failedWords(lost, 'was not submitted'));
	if (skipped.length > 0) {
		hints.add(
			'warning',
			`${countImages(skipped)} images were not submitted because the budget was reached. They are returned as skipped, each with its estimate.`,
		);
	}
	if (submitted.length > 0) hints.add('info', `${summary(batches, submitted)}. ${wayOn(batches)}`);
	return hints.all();
}

function addModelHints(hints: Hints, { lines, now }: Submission): void {
	for (const { model, warnings } of templatesOf(lines)) {
		const notice = modelNotice(
			model,
			now,
			(role, day) => resolveBatchModel(role, day, 'successor', model.catalogue).id,
		);
		for (const text of [notice, batchModelWarning(model, now), ...warnings]) {
			if (text !== null) hints.add('warning', text);
		}
		const role = batchRoleNotice(model, now);
		if (role !== null) hints.add('info', role);
		const region = dataResidencyNotice(model.entry);
		if (region !== null) hints.add('info', region);
	}
}

function addEarlierTries(hints: Hints, { resumed, groups }: Submission): void {
	for (const { result, alsoIn = [] } of groups) {
		if (!result.ok) continue;
		const { id } = result.value;
		if (alsoIn === null)
			hints.add(
				'warning',
				`The provider did not return its list of batches, so it is not known whether another retry of this execution submitted requests of ${id} at the same time. If you retried it only once, there is nothing to do. Otherwise look for a second batch with the operation 'Get Many', and cancel the one that you don't need.`,
			);
		for (const other of alsoIn ?? [])
			hints.add(
				'warning',
				`Requests of ${id} are also in ${other.id}, which execution ${readMetadata(other.metadata).executionId ?? ''}, another retry, submitted at the same time. They are made and billed twice. If one of the two batches contains all that you need, cancel the other with the operation 'Cancel'.`,
			);
	}
	for (const { id, metadata } of resumed.found) {
		const { executionId = '' } = readMetadata(metadata);
		hints.add(
			'warning',
			`${id} already contains requests for these items: execution ${executionId} of this node submitted them. They were not submitted again. To make them again, start a new execution instead of retrying this one.`,
		);
	}
	for (const { batch, requests } of resumed.outdated) {
		hints.add(
			'warning',
			`${batch.id}, which an earlier try submitted, contains ${plural(requests, 'request')} that match no item any more, because the items have changed since. The provider still processes and bills it: collect it, or cancel it.`,
		);
	}
}

/** Input items of which nothing was submitted, and why. */
function notInBatch({ refused, groups, now }: Submission): FailedInput[] {
	const failed = groups.flatMap(({ lines: [first, ...others], result }): FailedInput[] => {
		if (result.ok || first === undefined) return [];
		const why = explainSubmit(result.failure, first.item, now).message;
		return [first, ...others].map(({ item: { itemIndex, prompt } }) => ({
			itemIndex,
			prompt,
			why,
		}));
	});
	return [
		...refused.map(({ item, problems }) => ({
			itemIndex: item.itemIndex,
			prompt: item.prompt,
			why: problems[0]?.message ?? '',
		})),
		...failed,
	];
}

function sameRowsWords(before: readonly Batch[]): string {
	const [first] = before;
	const { executionId = '' } = readMetadata(first?.metadata ?? {});
	const when =
		isoFromUnix(first?.createdAt ?? 0)
			?.slice(0, 16)
			.replace('T', ' ') ?? '';
	const others = before.length > 1 ? `, and ${before.length - 1} more` : '';
	return `The same rows were submitted before, as ${first?.id ?? ''} at ${when} UTC by execution ${executionId}${others}. They are made and billed again. If you did not intend this, cancel the new ${before.length > 1 ? 'batches' : 'batch'} with the operation 'Cancel'.`;
}

const NAMED = 3;

/** "batch_1", "3 batches (batch_1, batch_2, batch_3)" */
function named(batches: readonly Batch[]): string {
	const ids = batches.map(({ id }) => id);
	if (ids.length === 1) return `the batch ${ids.join('')}`;
	return `${ids.length} batches (${ids.slice(0, NAMED).join(', ')}${ids.length > NAMED ? ', …' : ''})`;
}

function* linesOf(groups: readonly SubmittedGroup[]): Generator<PreparedLine> {
	for (const { lines } of groups) yield* lines;
}

function summary(batches: readonly Batch[], submitted: readonly SubmittedGroup[]): string {
	const images = countImages(linesOf(submitted));
	const what = `${images} ${images === 1 ? 'image' : 'images'} in ${named(batches)}`;
	const standard = expectedOf(linesOf(submitted));
	if (standard === null) return `${what}, at a price that is not known until it is finished`;
	const first = submitted[0]?.lines[0];
	const asBatch =
		first === undefined ? standard : atBatchPrice(standard, first.item.model.catalogue);
	return `${what}, about ${toReadableUsd(asBatch)}${asBatch === standard ? '' : ` instead of ${toReadableUsd(standard)}`}`;
}

/** When the images are there at the latest, and how to get them. */
function wayOn(batches: readonly Batch[]): string {
	const last = doneBy(batches);
	const until = last === null ? '' : `Done by ${last} at the latest. `;
	return `${until}To get the images, use the operation 'Collect' with {{ $json.batchId }}, or start a workflow with the GPT Image Batch Trigger.`;
}
