import type { IExecuteFunctions } from 'n8n-workflow';
import type { Failure } from '../../core/failures/failure';
import type { RequestHandler } from '../../core/scheduler/types';
import { RunLog } from '../n8n/runLog';
import type { ImageApi } from '../providers/imageApi';
import { forPart } from './call';
import { broughtBy, deliver } from './deliver';
import { DownFallback, readFallback } from './downFallback';
import { ModelFallback } from './modelFallback';
import { ImageNames } from './names';
import type { MadeBy } from './planItem';
import type { Delivered, ImageCall, PlannedItem } from './types';

export function handlerOf(
	context: IExecuteFunctions,
	api: ImageApi,
	successors: ModelFallback,
	{
		operation,
		items,
		log,
		names,
	}: { operation: MadeBy; items: readonly PlannedItem[]; log: RunLog; names: ImageNames },
): RequestHandler<ImageCall, Delivered> {
	const fallbacks = new DownFallback(
		context,
		operation,
		(call) => successors.whyGone(call) !== null,
	);
	const isWished = items.some(
		({ itemIndex, plan }) => plan.ok && readFallback(context, itemIndex).kind !== 'none',
	);
	return {
		send: async (call, attempt) => {
			const began = performance.now();
			const result = await successors.confirm(call, await deliver(context, api, call, names));
			log.attempt(attempt, call.part.images, performance.now() - began, result);
			return result;
		},
		brought: broughtBy,
		forPart,
		whyGone: (call) => successors.whyGone(call),
		successorOf: async (call) => await successors.successorOf(call),
		...(isWished && {
			fallbackOf: async (call: ImageCall, why: Failure) => await fallbacks.of(call, why),
		}),
	};
}
