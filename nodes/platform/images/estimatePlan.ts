import type { ChosenModel } from '../../core/catalogue/resolve';
import { estimateCost } from '../../core/pricing/costBound';
import type { PixelSize } from '../../core/pricing/inputTokens';
import type { RequestEstimate } from '../../core/pricing/requestEstimate';
import type { InputFile } from '../../core/requests/inputImages';
import type { ImagePlan } from './types';

/** What images of a plan will probably cost, at standard price; `null` = not known. */
export const estimatePlan = (
	model: ChosenModel,
	plan: ImagePlan,
	images: number,
): RequestEstimate | null => estimateCost(model, plan.request, images, inputSizes(plan));

/** Of the images that go with it. */
export const inputSizes = ({ files }: Pick<ImagePlan, 'files'>): PixelSize[] =>
	files.images.map(sizeOf);

/** Of all that may be billed: whether a mask or a markup is, is documented nowhere. */
export const boundSizes = ({ files }: Pick<ImagePlan, 'files'>): PixelSize[] =>
	[...files.images, ...[files.mask, files.markup].flatMap((file) => file ?? [])].map(sizeOf);

const sizeOf = ({ facts }: InputFile): PixelSize => ({
	width: facts?.width ?? null,
	height: facts?.height ?? null,
});
