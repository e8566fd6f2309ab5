import { exampleWithCustomSizes } from '../catalogue/resolve';
import type { Capabilities, Catalogue, CustomSizeRules } from '../catalogue/types';
import { brokenSheetRule } from './gif';
import { type AskedParameters, orList, type Problem, showValue } from './parameters';

export type SizeResult =
	{ ok: true; size: string; experimental: boolean } | { ok: false; problem: Problem };

/**
 * The `size` to send.
 * @param modelName as it stands in messages
 * @param catalogue names a model with custom sizes, where this one has none
 * @param frames of an animation, all of which are drawn at once; `null` = it is none
 */
export function resolveSize(
	asked: Pick<AskedParameters, 'size' | 'width' | 'height'>,
	modelName: string,
	capabilities: Pick<Capabilities, 'sizes' | 'customSizes' | 'gifSheets'>,
	catalogue: Catalogue,
	frames: number | null = null,
): SizeResult {
	const custom = asked.size === 'custom';
	const wanted = custom ? `${String(asked.width)}x${String(asked.height)}` : asked.size;
	const isNamed = frames === null || wanted === 'auto' || capabilities.gifSheets === undefined;
	if (isNamed && typeof wanted === 'string' && capabilities.sizes.includes(wanted))
		return taken(wanted);
	const named = orList(capabilities.sizes);
	const pixels = typeof wanted === 'string' ? /^(\d{1,6})x(\d{1,6})$/.exec(wanted) : null;
	if (pixels === null) {
		return refuse(
			custom
				? `'Width' and 'Height' are ${showValue(asked.width)} and ${showValue(asked.height)}. Both must be whole numbers of pixels.`
				: `'Size' is ${showValue(wanted)}. Choose ${named}, or 'Custom' with a width and a height.`,
		);
	}
	if (capabilities.customSizes === null) {
		return refuse(
			`'Size' is ${showValue(wanted)}, which ${modelName} can't make. Choose ${named}, or a model with custom sizes such as ${exampleWithCustomSizes(catalogue)}.`,
		);
	}
	const [, width = 0, height = 0] = pixels.map(Number);
	const size = `${width}x${height}`;
	const { customSizes: rules } = capabilities;
	const broken =
		frames === null
			? brokenRule(width, height, rules)
			: brokenSheetRule({ width, height }, frames, capabilities);
	if (broken !== null) return refuse(`'Size' is '${size}'. ${broken}`);
	return taken(size, frames === null && width * height > rules.experimentalAbovePixels);
}

const refuse = (message: string): SizeResult => ({
	ok: false,
	problem: { field: 'size', message },
});

const taken = (size: string, experimental = false): SizeResult => ({
	ok: true,
	size,
	experimental,
});

/** OpenAI image generation guide, "custom sizes": edge step, longest edge, aspect ratio, pixel range. */
function brokenRule(width: number, height: number, rules: CustomSizeRules): string | null {
	const step = rules.edgeMultipleOf;
	const pixels = width * height;
	if (width === 0 || height === 0) return 'Width and height must be above 0.';
	if (width % step !== 0 || height % step !== 0) {
		return `Width and height must be multiples of ${step}; the nearest is ${nearest(width, step)}x${nearest(height, step)}.`;
	}
	if (Math.max(width, height) > rules.maxEdge) {
		return `The longer edge must be at most ${rules.maxEdge} pixels.`;
	}
	if (Math.max(width, height) > rules.maxAspectRatio * Math.min(width, height)) {
		return `The longer edge must be at most ${rules.maxAspectRatio} times the shorter one.`;
	}
	if (pixels < rules.minPixels || pixels > rules.maxPixels) {
		return `Width times height is ${grouped(pixels)} pixels and must be from ${grouped(rules.minPixels)} to ${grouped(rules.maxPixels)}.`;
	}
	return null;
}

const nearest = (edge: number, step: number): number =>
	Math.max(step, Math.round(edge / step) * step);

const grouped = (value: number): string => value.toLocaleString('en-US');
