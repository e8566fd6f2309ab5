import type { ModelEntry } from '../core/models/types';
import type { PixelSize } from '../core/pricing/inputTokens';
import { estimateRequest, type RequestEstimate } from '../core/pricing/requestEstimate';
import type { ImagePlan } from './plan';

/** What images of a plan will probably cost, at standard price; `null` = not known. */
export const estimatePlan = (model: ModelEntry | null, plan: ImagePlan, images: number): RequestEstimate | null =>
	model && estimateRequest(model, plan.request, images, inputSizes(plan));

/** Of the images that go with it; a mask costs nothing of its own. */
export const inputSizes = ({ files }: ImagePlan): PixelSize[] =>
	files.images.map(({ facts }) => ({ width: facts?.width ?? null, height: facts?.height ?? null }));
