import type { Canvas } from '../canvas.mts';
import { fixed } from '../canvas.mts';
import { mix } from '../palettes.mts';
import type { Random } from '../random.mts';

/** Rows of houses, the nearer ones with lit windows. */
export function city(canvas: Canvas): string {
	const { width, height, palette, detail, random, horizon } = canvas;
	const layers = 2 + Math.ceil(detail / 2);
	const parts: string[] = [];
	for (let layer = 0; layer < layers; layer += 1) {
		const depth = (layer + 1) / layers;
		const source = random(`street ${Math.round(depth * 12)}`);
		const color = mix(palette.far, palette.near, depth * 0.95);
		for (let x = -0.02 * width; x < width;) {
			const house = width * source.between(0.045, 0.1) * (0.7 + depth * 0.5);
			const top =
				horizon + (height - horizon) * (depth - 0.35) * 0.75 - source.next() * height * 0.26;
			parts.push(
				`<rect x="${fixed(x)}" y="${fixed(top)}" width="${fixed(house)}" height="${fixed(height - top)}" fill="${color}"/>`,
			);
			if (detail > 1 && depth > 0.5)
				parts.push(
					windows(
						source,
						{ x, y: top, width: house, height: height - top },
						palette.accent,
						detail,
					),
				);
			x += house * source.between(0.98, 1.15);
		}
	}
	return parts.join('');
}

function windows(
	source: Random,
	house: { x: number; y: number; width: number; height: number },
	color: string,
	detail: number,
): string {
	const cell = house.width / 5;
	const lit: string[] = [];
	for (let row = 1; row * cell * 1.5 < house.height; row += 1) {
		for (let column = 0; column < 4; column += 1) {
			if (source.next() > 0.22 + detail * 0.06) continue;
			lit.push(
				`<rect x="${fixed(house.x + cell * (0.65 + column))}" y="${fixed(house.y + row * cell * 1.5)}" width="${fixed(cell * 0.55)}" height="${fixed(cell * 0.8)}"/>`,
			);
		}
	}
	return `<g fill="${color}" opacity="0.85">${lit.join('')}</g>`;
}
