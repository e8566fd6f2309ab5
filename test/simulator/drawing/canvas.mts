/** What every scene is drawn on: size, colours, light, amount of detail. */
import type { Palette } from './palettes.mts';
import type { Random } from './random.mts';

export interface Canvas {
	width: number;
	height: number;
	palette: Palette;
	/** 1 (low) to 5 (max). */
	detail: number;
	horizon: number;
	light: { x: number; y: number; radius: number };
	/** A fresh generator per part, so that extra detail moves nothing else. */
	random: (part: string) => Random;
}

export type Scene = (canvas: Canvas) => string;

/** A coordinate as text, short enough to keep a scene of thousands of shapes small. */
export const fixed = (value: number): string => value.toFixed(1);

/** A smooth ridge across the picture, closed at the bottom. */
export function ridge(
	{ width, height }: Canvas,
	source: Random,
	base: number,
	swing: number,
): string {
	const steps = 7;
	const points = Array.from({ length: steps + 1 }, (_, index) => ({
		x: (index / steps) * width,
		y: base - source.next() * swing,
	}));
	let path = `M0 ${height}L0 ${fixed(points[0]?.y ?? base)}`;
	for (const [index, point] of points.entries()) {
		const before = points[index - 1];
		if (!before) continue;
		const middle = (before.x + point.x) / 2;
		path += `C${fixed(middle)} ${fixed(before.y)} ${fixed(middle)} ${fixed(point.y)} ${fixed(point.x)} ${fixed(point.y)}`;
	}
	return `${path}L${width} ${height}Z`;
}
