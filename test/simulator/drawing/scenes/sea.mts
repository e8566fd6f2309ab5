import type { Canvas } from '../canvas.mts';
import { fixed, ridge } from '../canvas.mts';
import type { Random } from '../random.mts';

/** Water with the reflection of the light, a boat and a shore. */
export function sea(canvas: Canvas): string {
	const { width, height, palette, detail, random, light, horizon } = canvas;
	const source = random('waves');
	const parts = [
		`<rect y="${fixed(horizon)}" width="${width}" height="${fixed(height - horizon)}" fill="url(#water)"/>`,
	];
	const lines = 10 + detail * 14;
	for (let line = 0; line < lines; line += 1) {
		const depth = (line + 0.5) / lines;
		const y = horizon + (height - horizon) * depth ** 1.35;
		const length = light.radius * (0.5 + depth * 2.4) * source.between(0.5, 1.4);
		const x = light.x + (source.next() - 0.5) * light.radius * (1 + depth * 3) - length / 2;
		parts.push(
			`<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(length)}" height="${fixed(height * 0.0035 * (0.6 + depth * 2))}" rx="9" fill="${palette.light}" opacity="${(0.75 - depth * 0.5).toFixed(2)}"/>`,
		);
	}
	if (detail > 1) parts.push(boat(canvas, random('boat')));
	parts.push(
		`<path d="${ridge(canvas, random('shore'), height * 0.97, height * 0.09)}" fill="${palette.near}"/>`,
	);
	return parts.join('');
}

function boat({ width, height, palette, horizon }: Canvas, source: Random): string {
	const unit = Math.min(width, height) * 0.05;
	const [x, y] = [
		source.between(0.15, 0.8) * width,
		horizon + (height - horizon) * source.between(0.12, 0.3),
	];
	return `<g transform="translate(${fixed(x)} ${fixed(y)}) scale(${fixed(unit)})"><path d="M-1 0H1L.7 .42H-.72Z" fill="${palette.near}"/><path d="M.06 -.12V-1.9L.98 -.12Z" fill="${palette.accent}"/><path d="M-.06 -.12V-1.45L-.72 -.12Z" fill="${palette.light}"/></g>`;
}
