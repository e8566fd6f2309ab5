import type { NodeExecutionHint } from 'n8n-workflow';
import { isFinished, type Batch } from '../../core/batch/batch';
import { batchModelWarning, batchRoleNotice, resolveBatchModel } from '../../core/batch/model';
import { readMetadata } from '../../core/batch/metadata';
import { dataResidencyNotice } from '../../core/models/dataResidency';
import { isoFromUnix } from '../../core/isoTime';
import { modelNotice } from '../../core/models/notices';
import { atBatchPrice } from '../../core/pricing/batchPrice';
import { toReadableUsd } from '../../core/pricing/money';
import { Hints } from '../hints';
import { plural } from '../spending';
import type { PreparedLine } from './preparedLine';
import type { Submission } from './submit';
import { expectedOf, imagesOf } from './submitGroup';
import type { SubmittedGroup } from './submitting';

/** What OpenAI grants a batch, in seconds. */
const WINDOW_S = 24 * 60 * 60;

/** What is worth saying once everything is submitted. */
export function submissionHints({
	lines,
	refused,
	skipped,
	groups,
	resumed,
	now,
}: Submission): NodeExecutionHint[] {
	const hints = new Hints();
	for (const { model, warnings } of new Set(lines.map(({ template }) => template))) {
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
	for (const { id, metadata } of resumed.found) {
		const { executionId = '' } = readMetadata(metadata);
		hints.add(
			'warning',
			`${id} has requests of these items already: the execution ${executionId} of this node submitted them. They were not submitted again. To have them made once more, run the workflow anew instead of retrying the execution.`,
		);
	}
	for (const { batch, requests } of resumed.outdated) {
		hints.add(
			'warning',
			`${batch.id}, which an earlier try submitted, holds ${plural(requests, 'request')} that no item asks for any more, because the items have changed since. It goes on at the provider and is billed: collect it, or cancel it.`,
		);
	}
	const submitted = groups.filter(({ result }) => result.ok);
	const batches = groups.flatMap(({ result }) => (result.ok ? [result.value] : []));
	const inBatches = submitted.flatMap((group) => group.lines);
	if (refused.length > 0)
		hints.add('warning', `${refused.length} items were refused and are in no batch.`);
	if (skipped.length > 0) {
		hints.add(
			'warning',
			`${imagesOf(skipped)} images are in no batch because the budget was reached. They are returned as skipped, each with its estimate.`,
		);
	}
	if (submitted.length > 0)
		hints.add('info', `${summary(submitted, inBatches)}. ${wayOn(batches)}`);
	return hints.all();
}

function summary(submitted: readonly SubmittedGroup[], lines: readonly PreparedLine[]): string {
	const images = imagesOf(lines);
	const what = `${images} ${images === 1 ? 'image' : 'images'} in ${submitted.length} ${submitted.length === 1 ? 'batch' : 'batches'}`;
	const standard = expectedOf(lines);
	if (standard === null) return `${what}, at a price that is not known before it is done`;
	const [first] = lines;
	const asBatch =
		first === undefined ? standard : atBatchPrice(standard, first.item.model.catalogue);
	return `${what}, about ${toReadableUsd(asBatch)}${asBatch === standard ? '' : ` instead of ${toReadableUsd(standard)}`}`;
}

/** When the images are there at the latest, and how to get them. */
function wayOn(batches: readonly Batch[]): string {
	const open = batches.filter((batch) => !isFinished(batch));
	const last = open
		.flatMap(({ expiresAt, createdAt }) => isoFromUnix(expiresAt ?? createdAt + WINDOW_S) ?? [])
		.sort()
		.at(-1);
	const until =
		last === undefined ? '' : `Done by ${last.slice(0, 16).replace('T', ' ')} UTC at the latest. `;
	return `${until}To get the images, use the operation 'Collect' with {{ $json.batchId }}, or start a workflow with the GPT Image Batch Trigger.`;
}
