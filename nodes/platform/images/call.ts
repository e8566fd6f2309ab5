import { randomUUID } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { UNKNOWN_MODEL } from '../../core/catalogue/resolve';
import { mostPerRequest } from '../../core/requests/format';
import { divide, missingParts, type Part } from '../../core/scheduler/parts';
import { digestOf } from '../n8n/digest';
import type { NodeMemory } from '../n8n/nodeContext';
import { boundOf } from './plan';
import type { ImageCall, ImageJob, PlannedItem } from './types';

/**
 * The requests that are still to be made for a job.
 * @param run which of the node's runs it is
 */
export function callsOf(
	{ item, plan, output, kept, maybeBilledBefore }: ImageJob,
	job: number,
	run: string,
): ImageCall[] {
	const most = mostPerRequest(plan.request, item.model.entry?.capabilities ?? UNKNOWN_MODEL);
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

/** Knows a run of a node: the same for each try of it, and where n8n does not say which one it is, no other's. */
export function runName(context: IExecuteFunctions, { isKept, run }: NodeMemory): string {
	const executionId = context.getExecutionId() as string | undefined;
	const name = [executionId ?? '', context.getNode().id, run].join(' ');
	return isKept && executionId !== undefined ? name : `${name} ${randomUUID()}`;
}
