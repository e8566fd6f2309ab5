import type { ModelEntry } from '../core/models/types';
import { estimateRequest, type RequestEstimate } from '../core/pricing/requestEstimate';
import { inputSizes, type ImagePlan } from './images/plan';

/** What images of a plan will probably cost, at standard price; `null` = not known. */
export const estimatePlan = (model: ModelEntry | null, plan: ImagePlan, images: number): RequestEstimate | null =>
	model && estimateRequest(model, plan.request, images, inputSizes(plan));
