import type { Canvas } from '../canvas.mts';
import { fixed } from '../canvas.mts';
import { mix } from '../palettes.mts';

/** Outlines in a box from -1 to 1 in x and from -3 to 0 in y, standing on y = 0. */
const VASE =
	'M-.38 -3H.38L.3 -2.5C.34 -2.1 1 -1.7 1 -1.05C1 -.45 .7 0 .5 0H-.5C-.7 0 -1 -.45 -1 -1.05C-1 -1.7 -.34 -2.1 -.3 -2.5Z';
const MUG =
	'M-.95 -2H.75V-.35C.75 -.1 .6 0 .4 0H-.6C-.8 0 -.95 -.1 -.95 -.35ZM.75 -1.7C1.7 -1.8 1.7 -.4 .75 -.5V-.8C1.25 -.75 1.25 -1.45 .75 -1.4Z';
const BOTTLE =
	'M-.22 -3H.22V-2.1C.26 -1.85 .62 -1.75 .62 -1.4V-.15C.62 -.05 .55 0 .45 0H-.45C-.55 0 -.62 -.05 -.62 -.15V-1.4C-.62 -1.75 -.26 -1.85 -.22 -2.1Z';

/** Three things on a table in front of a round backdrop. */
export function stillLife({ width, height, palette, detail, random, horizon }: Canvas): string {
	const source = random('things');
	const unit = Math.min(width, height) * 0.105;
	const table = horizon + height * 0.07;
	const middle = width * source.between(0.46, 0.54);
	const parts = [
		`<rect width="${width}" height="${height}" fill="url(#sky)"/>`,
		`<circle cx="${fixed(middle)}" cy="${fixed(table - unit * 1.6)}" r="${fixed(unit * 3.1)}" fill="${mix(palette.light, palette.far, 0.25)}"/>`,
		`<rect y="${fixed(table - unit * 0.5)}" width="${width}" height="${fixed(height)}" fill="${mix(palette.near, palette.far, 0.45)}"/>`,
	];
	const shapes = [VASE, BOTTLE, MUG].sort(() => source.next() - 0.5);
	const colors = [palette.accent, mix(palette.near, palette.far, 0.15), palette.light];
	for (const [index, shape] of shapes.entries()) {
		const [x, y, scale] = [
			middle + (index - 1) * unit * 2.15,
			table + unit * (index === 1 ? 0.1 : 0.55),
			unit * (index === 1 ? 1.15 : 0.85),
		];
		const shadow = `<ellipse cx=".9" cy=".02" rx="1.7" ry=".16" fill="${palette.near}" opacity=".4"/>`;
		const shine =
			detail > 2
				? '<rect x="-.42" y="-1.3" width=".13" height=".95" rx=".065" fill="#ffffff" opacity=".4"/>'
				: '';
		const rim =
			detail > 3
				? '<rect x=".3" y="-1.25" width=".2" height=".9" rx=".1" fill="#000000" opacity=".1"/>'
				: '';
		parts.push(
			`<g transform="translate(${fixed(x)} ${fixed(y)}) scale(${fixed(scale)})">${detail > 1 ? shadow : ''}<path d="${shape}" fill="${colors[index]}"/>${shine}${rim}</g>`,
		);
	}
	if (detail > 1)
		parts.push(
			grain(width, height, table, mix(palette.near, palette.far, 0.3), detail * 4, source.next),
		);
	return parts.join('');
}

function grain(
	width: number,
	height: number,
	top: number,
	color: string,
	lines: number,
	next: () => number,
): string {
	const streaks = Array.from({ length: lines }, () => {
		const [x, y] = [next() * width, top + height * (0.1 + next() * 0.35)];
		return `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width * (0.05 + next() * 0.2))}" height="${fixed(height * 0.003)}" rx="4"/>`;
	});
	return `<g fill="${color}" opacity=".5">${streaks.join('')}</g>`;
}
