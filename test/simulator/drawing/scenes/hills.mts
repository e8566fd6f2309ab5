import type { Canvas } from '../canvas.mts';
import { fixed, ridge } from '../canvas.mts';
import { mix } from '../palettes.mts';
import type { Random } from '../random.mts';

/** Ridges that darken towards the viewer, with firs in front at higher detail. */
export function hills(canvas: Canvas): string {
	const { height, palette, detail, random, width, horizon } = canvas;
	const layers = 3 + detail;
	const parts: string[] = [];
	for (let layer = 0; layer < layers; layer += 1) {
		const depth = layer / (layers - 1);
		const base = horizon + (height - horizon) * depth * 0.8;
		const color = mix(palette.far, palette.near, depth);
		const fill = detail > 1 ? `url(#layer${layer})` : color;
		const gradient = `<linearGradient id="layer${layer}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${mix(color, palette.light, 0.16)}"/><stop offset="0.6" stop-color="${color}"/></linearGradient>`;
		parts.push(
			`${gradient}<path d="${ridge(canvas, random(`ridge ${Math.round(depth * 12)}`), base, height * (0.2 - 0.1 * depth))}" fill="${fill}"/>`,
		);
		if (detail > 2 && depth > 0.45)
			parts.push(
				trees(
					canvas,
					random(`trees ${layer}`),
					base,
					mix(color, palette.near, 0.55),
					width * 0.012 * (0.6 + depth),
				),
			);
	}
	return parts.join('');
}

function trees(
	{ width, height, detail }: Canvas,
	source: Random,
	base: number,
	color: string,
	unit: number,
): string {
	return Array.from({ length: detail * 7 }, () => {
		const [x, y, size] = [
			source.next() * width,
			base + source.between(0, 0.07) * height,
			unit * source.between(0.8, 1.7),
		];
		return `<path d="M${fixed(x)} ${fixed(y - 3.2 * size)}L${fixed(x + size)} ${fixed(y)}H${fixed(x - size)}Z" fill="${color}"/>`;
	}).join('');
}
