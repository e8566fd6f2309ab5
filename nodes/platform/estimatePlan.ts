import type { ChosenModel } from '../core/models/resolve';
import { estimateCost } from '../core/pricing/costEstimate';
import type { PixelSize } from '../core/pricing/inputTokens';
import type { RequestEstimate } from '../core/pricing/requestEstimate';
import type { ImagePlan } from './plan';

/** What images of a plan will probably cost, at standard price; `null` = not known. */
export const estimatePlan = (model: ChosenModel, plan: ImagePlan, images: number): RequestEstimate | null =>
	estimateCost(model, plan.request, images, inputSizes(plan));

/** Of the images that go with it; a mask costs nothing of its own. */
export const inputSizes = ({ files }: Pick<ImagePlan, 'files'>): PixelSize[] =>
	files.images.map(({ facts }) => ({ width: facts?.width ?? null, height: facts?.height ?? null }));
