import { UNKNOWN_MODEL } from '../../core/models/unknownModel';
import type { PlannedRequest } from '../../core/run/outcome';
import { divide, type Part } from '../../core/run/parts';
import { missingParts } from '../../core/run/receipt';
import { digestOf } from '../digest';
import type { OutputOptions } from '../parameters';
import { boundOf, type ImagePlan, type PlannedItem } from './plan';
import type { Kept } from './receipts';

/** What one input item, or a variation of it, asks for, and what of it was made before. */
export interface ImageJob {
	item: PlannedItem;
	plan: ImagePlan;
	output: OutputOptions;
	/** Made by an earlier run of this node in this execution, or refused for good. */
	kept: Kept[];
	/** Attempts of earlier tries that brought nothing but may have been billed. */
	maybeBilledBefore: number;
}

/** One request to the API, as plain data: which images of which plan. */
export interface ImageCall extends PlannedRequest {
	readonly item: PlannedItem;
	readonly plan: ImagePlan;
	readonly output: OutputOptions;
	/** Which of the node's runs it belongs to. */
	readonly run: string;
}

/** The requests that are still to be made for a job. @param run which of the node's runs it is */
export function callsOf(
	{ item, plan, output, kept, maybeBilledBefore }: ImageJob,
	job: number,
	run: string,
): ImageCall[] {
	const most = (item.model.entry?.capabilities ?? UNKNOWN_MODEL).maxImagesPerRequest;
	const parts = missingParts(
		job,
		plan.count,
		kept.map(({ receipt }) => receipt),
	).flatMap((part) => divide(part, most));
	return parts.map((part, index) => ({
		item,
		plan,
		output,
		run,
		part,
		bound: boundOf(item.model, plan, part.images),
		limitKey: item.model.id,
		maybeBilledBefore: index === 0 ? maybeBilledBefore : 0,
	}));
}

/** The same plan for other images of it. */
export function forPart(call: ImageCall, part: Part): ImageCall {
	return { ...call, part, bound: boundOf(call.item.model, call.plan, part.images) };
}

/** The same images by another model. */
export function forModel(call: ImageCall, item: PlannedItem): ImageCall | null {
	if (!item.plan.ok) return null;
	const plan = item.plan.value;
	return {
		...call,
		item,
		plan,
		bound: boundOf(item.model, plan, call.part.images),
		limitKey: item.model.id,
	};
}

/** Knows a request again wherever its items go. */
export function requestKey({ run, plan, part }: Pick<ImageCall, 'run' | 'plan' | 'part'>): string {
	return sameRequestKey([run, plan.fingerprint, part.offset, part.images]);
}

/** Of an input item that was refused before a request was made of it. */
export function refusedKey(run: string, itemIndex: number): string {
	return sameRequestKey([run, 'refused', itemIndex]);
}

/** @param of what knows the request, such as its batch and its line */
export const sameRequestKey = (of: readonly unknown[]): string => `req_${digest(of).slice(0, 24)}`;

/** The same for each attempt at the same images by the same model, whoever makes it. */
export function idempotencyKey(call: ImageCall): string {
	return digest([
		call.run,
		call.plan.fingerprint,
		call.part.offset,
		call.part.images,
		call.plan.request.model,
	]);
}

const digest = (parts: readonly unknown[]): string => digestOf(JSON.stringify(parts));
