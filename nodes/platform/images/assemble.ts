import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { usdOrNull } from '../../core/util/money';
import { failedItem, refusedItem } from '../n8n/errorItems';
import { explainFailure, toNodeError } from '../n8n/errors';
import { draftFile, inputRow, wantedRow } from '../n8n/inputRow';
import { imageItem, skippedItem } from '../n8n/items';
import { Links } from '../n8n/links';
import { aboutItem } from '../n8n/whichItem';
import { refusedKey } from './call';
import { endedByJob, refusedBefore } from './ended';
import type { Ended, FinishedRun } from './finishedRun';
import { positionOf } from './plan';
import { stopError } from './stopError';
import type { ImageCall, PlannedItem } from './types';

/** What ends the node: the first failure, unless it continues on errors; `null` = nothing. */
export function endOfRun(
	context: IExecuteFunctions,
	run: FinishedRun,
): ReturnType<typeof stopError> | null {
	const failed = context.continueOnFail() ? null : (run.firstFailure ?? refusedBefore(run));
	return failed?.ok === false ? stopError(context, run, failed) : null;
}

/** The items that come out, in the order of the input items and of each item's images. */
export function assembleItems(context: IExecuteFunctions, run: FinishedRun): INodeExecutionData[] {
	const ended = endedByJob(run);
	const jobs = new Map(run.jobs.map((job, index) => [job.item, index]));
	const about = { beyond: new Map<number, number>(), links: new Links(context) };
	const items = run.items.flatMap((item) => {
		if (!item.plan.ok) {
			const base = baseOf(run, item, wantedRow(context, item.itemIndex));
			const key = refusedKey(run.run, item.itemIndex);
			return [refusedItem(context, { ...base, prompt: item.prompt, key }, item.plan.problems)];
		}
		const index = jobs.get(item) ?? -1;
		return (ended[index] ?? []).flatMap((one) => itemsOf(context, run, one, about));
	});
	context.addExecutionHints(...about.links.hints());
	return items;
}

/** What the items of a run share. */
interface Shared {
	/** How many images more than asked for have been seen of each input item. */
	beyond: Map<number, number>;
	links: Links;
}

function itemsOf(
	context: IExecuteFunctions,
	run: FinishedRun,
	ended: Ended,
	shared: Shared,
): INodeExecutionData[] {
	if (ended.ok) return imageItems(context, run, ended, shared);
	const { item, plan, output, part, bound } = ended.request;
	const base = {
		...baseOf(run, item, inputRow(context, item.itemIndex, output.includeInputFields)),
		prompt: plan.request.prompt,
		key: ended.key,
		spent: ended,
	};
	if (ended.failure.kind === 'overBudget') {
		return [
			skippedItem({ ...base, images: part.images, estimateUsd: usdOrNull(bound?.amount ?? null) }),
		];
	}
	const { failure, cost } = ended;
	const told = toNodeError(
		context.getNode(),
		failure,
		explainFailure(failure, item.model, run.now),
		item.itemIndex,
	);
	const error = aboutItem(context, told, item.itemIndex, base.prompt);
	return [failedItem(context, { ...base, code: failure.code, failure, cost, error })];
}

function imageItems(
	context: IExecuteFunctions,
	run: FinishedRun,
	ended: Extract<Ended, { ok: true }>,
	{ beyond, links }: Shared,
): INodeExecutionData[] {
	const { item, plan, output, part } = ended.request;
	const { images, response, requestId, price } = ended.value;
	const base = baseOf(run, item, inputRow(context, item.itemIndex, output.includeInputFields));
	return images.map((stored, imageIndex) =>
		imageItem({
			...base,
			request: plan.request,
			response,
			name: { key: ended.key, id: requestId },
			price,
			imageIndex,
			...placeOf(ended.request, imageIndex, part.images, beyond),
			stored,
			link: links.of(stored.binary, output.linkHours),
			sessionUsd: run.sessionUsd,
			spent: ended,
			binaryField: output.field,
			otherFiles: draftFile(
				context,
				item.itemIndex,
				output.draftField,
				plan.files.images.flatMap(({ field, isField }) => (isField ? field : [])),
			),
		}),
	);
}

/** Images that nobody asked for stand after the others. */
function placeOf(
	{ item, plan, part }: ImageCall,
	imageIndex: number,
	requested: number,
	beyond: Map<number, number>,
): { index: number; count: number } {
	const place = positionOf(item.origin, plan.count, part.offset + imageIndex);
	if (imageIndex < requested) return place;
	const more = beyond.get(item.itemIndex) ?? 0;
	beyond.set(item.itemIndex, more + 1);
	return { index: place.count + more, count: place.count + more + 1 };
}

function baseOf(
	{ operation }: FinishedRun,
	{ model, origin, itemIndex }: PlannedItem,
	input: IDataObject | null,
) {
	return { operation, model, origin, itemIndex, input };
}
