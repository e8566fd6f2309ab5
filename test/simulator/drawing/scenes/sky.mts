import type { Canvas } from '../canvas.mts';
import { fixed } from '../canvas.mts';

/** Behind every scene: gradient, stars, sun or moon, clouds. */
export function sky(canvas: Canvas): string {
	const { width, height, palette, light, detail, random } = canvas;
	const stars = random('stars');
	const dots = Array.from({ length: (detail - 1) * 28 }, () => {
		const [x, y, radius] = [
			stars.next() * width,
			stars.next() * height * 0.45,
			stars.between(0.0006, 0.0018) * Math.min(width, height),
		];
		return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed(radius)}" fill="${palette.light}" opacity="${stars.between(0.25, 0.9).toFixed(2)}"/>`;
	});
	const glow = `<circle cx="${fixed(light.x)}" cy="${fixed(light.y)}" r="${fixed(light.radius * 4.2)}" fill="url(#glow)"/>`;
	const disc = `<circle cx="${fixed(light.x)}" cy="${fixed(light.y)}" r="${fixed(light.radius)}" fill="${palette.light}"/>`;
	return `<rect width="${width}" height="${height}" fill="url(#sky)"/>${dots.join('')}${detail > 1 ? glow : ''}${disc}${detail > 2 ? clouds(canvas) : ''}`;
}

function clouds({ width, height, palette, detail, random }: Canvas): string {
	const source = random('clouds');
	return Array.from({ length: detail + 1 }, () => {
		const [x, y, length] = [
			source.next() * width,
			source.between(0.08, 0.42) * height,
			source.between(0.1, 0.28) * width,
		];
		const thickness = length * source.between(0.035, 0.07);
		const bar = (dx: number, dy: number, part: number): string =>
			`<rect x="${fixed(x + dx * length)}" y="${fixed(y + dy * thickness)}" width="${fixed(length * part)}" height="${fixed(thickness)}" rx="${fixed(thickness / 2)}"/>`;
		return `<g fill="${palette.light}" opacity="${source.between(0.14, 0.3).toFixed(2)}">${bar(0, 0, 1)}${bar(0.16, -0.72, 0.55)}${bar(0.28, 0.72, 0.6)}</g>`;
	}).join('');
}
