import type { Capabilities, CustomSizeRules } from '../catalogue/types';

/** OpenAI API reference, `frame_count` and `frame_duration_ms`. */
export const FRAMES = { least: 2, most: 16, preset: 9 } as const;
/** In ms; the API rounds to 10. */
export const FRAME_DURATION = { least: 10, most: 655_350 } as const;

interface Pixels {
	width: number;
	height: number;
}

/**
 * The sheets that all frames of an animation may be drawn on: two, where it is not known which way round they lie.
 * @returns empty = not known, or none is within the model's limits
 */
export function sheetsOf(
	frame: Pixels,
	frames: number | undefined,
	{ gifSheets, customSizes }: Limits,
): Pixels[] {
	const sheet = gifSheets?.find((one) => (frames ?? FRAMES.preset) <= one.frames);
	if (sheet === undefined) return [];
	const { long, short } = sheet;
	const across = (columns: number, rows: number): Pixels => ({
		width: columns * frame.width,
		height: rows * frame.height,
	});
	const sheets =
		long === short ? [across(long, short)] : [across(long, short), across(short, long)];
	return customSizes === null ? sheets : sheets.filter((one) => fits(one, customSizes));
}

type Limits = Pick<Capabilities, 'gifSheets' | 'customSizes'>;

const fits = ({ width, height }: Pixels, rules: CustomSizeRules): boolean =>
	Math.max(width, height) <= rules.maxEdge &&
	width * height <= rules.maxPixels &&
	width * height >= rules.minPixels;

/** Why no sheet of these frames can be drawn; `null` = one may well be. */
export function brokenSheetRule(frame: Pixels, frames: number, limits: Limits): string | null {
	const { customSizes: rules, gifSheets } = limits;
	if (rules === null) return null;
	const { edgeMultipleOf: step } = rules;
	if (frame.width === 0 || frame.height === 0) return 'Width and height must be above 0.';
	if (frame.width % step !== 0 || frame.height % step !== 0)
		return `Width and height must be multiples of ${step}.`;
	const isKnown = gifSheets?.some((one) => frames <= one.frames) === true;
	if (!isKnown || sheetsOf(frame, frames, limits).length > 0) return null;
	const edges = squareEdges(frames, limits, step, rules.maxEdge);
	const [least, most] = [edges[0] ?? step, edges.at(-1) ?? step];
	const isSmall = frame.width * frame.height < least * least;
	const limit = isSmall ? `at least ${least}x${least}` : `at most ${most}x${most}`;
	return `It is too ${isSmall ? 'small' : 'large'} for a GIF of ${frames} frames, which are drawn on one sheet. Choose 'Auto', or 'Custom' with ${limit} for square frames.`;
}

/** Edges of square frames that can be drawn, ascending. */
const squareEdges = (frames: number, limits: Limits, step: number, most: number): number[] =>
	Array.from({ length: Math.floor(most / step) }, (_, at) => (at + 1) * step).filter(
		(edge) => sheetsOf({ width: edge, height: edge }, frames, limits).length > 0,
	);
