import type { IExecuteFunctions } from 'n8n-workflow';
import type { Origin } from '../core/lineage/origin';
import type { ChosenModel } from '../core/models/resolve';
import { UNKNOWN_MODEL } from '../core/models/unknownModel';
import type { Picodollars } from '../core/pricing/money';
import { costBound as boundOf } from '../core/pricing/costBound';
import type { Checked, CheckedRequest } from '../core/requests/imageRequest';
import type { InputFile } from '../core/requests/inputImages';
import type { SendResult } from '../core/run/outcome';
import { divide, type Part } from '../core/run/parts';
import { missingParts } from '../core/run/receipt';
import type { Answer, ImageApi, SendOptions } from './client';
import { problemsError } from './errors';
import { boundSizes } from './estimatePlan';
import { readOutputOptions, type OutputOptions, type RunSettings } from './parameters';
import type { Kept, Receipts } from './receipts';

/** One input item, or one variation of it, read and checked; nothing of it has been sent. */
export interface PlannedItem {
	itemIndex: number;
	model: ChosenModel;
	origin: Origin;
	/** What was asked for: the same in a second run, whatever model serves it then. */
	identity: unknown;
	/** As asked, for the item of a failure. */
	prompt: unknown;
	plan: Checked<ImagePlan>;
}

/** The files that an edit works on; they are read when it is sent. */
export interface PlannedFiles {
	images: InputFile[];
	mask: InputFile | null;
}

export const NO_FILES: PlannedFiles = { images: [], mask: null };

/** A request that can be served, and how the operation sends it. */
export interface ImagePlan extends CheckedRequest {
	files: PlannedFiles;
	/** What the input images are, so that the same request can be known again; empty without any. */
	inputImages: string[];
	send: (api: ImageApi, options: SendOptions) => Promise<SendResult<Answer>>;
}

/** What one input item asks for, and what of it was made before. */
export interface ImageJob {
	item: PlannedItem;
	plan: ImagePlan;
	output: OutputOptions;
	/** Knows the same request in a second run. */
	fingerprint: string;
	/** Made by an earlier run of this node in this execution, or refused for good. */
	kept: Kept[];
}

/**
 * Reads and checks every input item before any is sent.
 * @throws NodeOperationError for the first that can't be served, unless the node continues on errors
 */
export async function planItems(
	context: IExecuteFunctions,
	settings: RunSettings,
	plan: (itemIndex: number) => Promise<PlannedItem[]>,
): Promise<PlannedItem[]> {
	const items: PlannedItem[] = [];
	for (let index = 0; index < context.getInputData().length; index++) {
		for (const planned of await plan(index)) {
			const item = withinBudgetRules(planned, settings);
			if (!item.plan.ok && !context.continueOnFail()) {
				throw problemsError(context.getNode(), item.plan.problems, index);
			}
			items.push(item);
		}
	}
	return items;
}

/** A budget can't be kept where the price is not known. */
function withinBudgetRules(item: PlannedItem, { budget }: RunSettings): PlannedItem {
	if (budget === null || !item.plan.ok || costBound(item, item.plan.value, 1) !== null) return item;
	const message = `'Budget (USD)' is set, but the price of ${item.model.id} is not known, so it can't be kept. Remove the budget, or choose a model with a known price.`;
	return { ...item, plan: { ok: false, problems: [{ field: 'budgetUsd', message }] } };
}

export async function jobsOf(
	context: IExecuteFunctions,
	items: readonly PlannedItem[],
	receipts: Receipts,
): Promise<ImageJob[]> {
	const jobs: ImageJob[] = [];
	for (const item of items) {
		if (!item.plan.ok) continue;
		const plan = item.plan.value;
		const fingerprint = receipts.fingerprint(item, plan);
		const kept = await receipts.find(fingerprint, plan.count);
		jobs.push({ item, plan, output: readOutputOptions(context, item.itemIndex), fingerprint, kept });
	}
	return jobs;
}

/** The requests that are still to be made for a job. */
export function partsOf({ item, plan, kept }: ImageJob, job: number): Part[] {
	const most = (item.model.entry?.capabilities ?? UNKNOWN_MODEL).maxImagesPerRequest;
	return missingParts(job, plan.count, kept.map(({ receipt }) => receipt)).flatMap((part) => divide(part, most));
}

/** Where an image stands among all images of its input item, and how many those are. @param offset among the images of its plan */
export function positionOf({ variation }: Origin, planned: number, offset: number): { index: number; count: number } {
	return { index: (variation?.index ?? 0) * planned + offset, count: (variation?.count ?? 1) * planned };
}

/** Upper bound of what images of a job cost; `null` = not known. */
export function costBound(item: PlannedItem, plan: ImagePlan, images: number): Picodollars | null {
	return boundOf(item.model, plan.request, images, boundSizes(plan));
}
