/** Draws a subject: by hand, with a pencil and flat colours, or as it stands in the light, the more so the more detail. */
import type { Form, Part } from './subject.mts';
import { darker, lighter } from './subject.mts';
import { mix } from './palettes.mts';

export const PAPER = '#fbf7ef';
export const INK = '#3b3a4a';

const STOPS: Record<Exclude<Form, 'flat'>, (color: string) => [offset: number, color: string][]> = {
	round: (color) => [
		[0, darker(color, 0.22)],
		[0.2, lighter(color, 0.26)],
		[0.5, color],
		[1, darker(color, 0.42)],
	],
	ball: (color) => [
		[0, lighter(color, 0.34)],
		[0.45, color],
		[1, darker(color, 0.4)],
	],
};

/** A fill and what has to be defined for it. */
function fillOf({ color, form = 'flat' }: Part, id: string): { fill: string; definition: string } {
	if (form === 'flat') return { fill: color, definition: '' };
	const stops = STOPS[form](color)
		.map(([offset, shade]) => `<stop offset="${offset}" stop-color="${shade}"/>`)
		.join('');
	const definition =
		form === 'round'
			? `<linearGradient id="${id}">${stops}</linearGradient>`
			: `<radialGradient id="${id}" cx=".32" cy=".2" r=".95">${stops}</radialGradient>`;
	return { fill: `url(#${id})`, definition };
}

/** Soft edges without a filter, which would take seconds: the same line again and again, wider and fainter. */
function softly({ path, color, line = 0, opacity = 1 }: Part): string {
	const strokes = [1.5, 1.1, 0.75, 0.4]
		.map((part) => `<path d="${path}" stroke-width="${(line * part).toFixed(3)}"/>`)
		.join('');
	const fill = line > 0 ? 'none' : color;
	return `<g fill="${fill}" stroke="${color}" opacity="${opacity}" stroke-opacity=".34">${line > 0 ? strokes : `<path d="${path}" stroke="none" opacity=".7"/>`}</g>`;
}

function photographed(part: Part, index: number): string {
	if (part.soft) return softly(part);
	const { fill, definition } = fillOf(part, `part${index}`);
	const opacity = part.opacity === undefined ? '' : ` opacity="${part.opacity}"`;
	const paint =
		part.line === undefined
			? `fill="${fill}"`
			: `fill="none" stroke="${part.color}" stroke-width="${part.line}"`;
	return `${definition}<path d="${part.path}" ${paint}${opacity}/>`;
}

/** The colour beside its outline, and the outline twice, as a quick hand does. */
function sketched({ path, color, line, opacity = 1 }: Part): string {
	const tone = mix(color, PAPER, 0.3);
	if (line !== undefined) {
		const edge =
			line > 0.1
				? `<path d="${path}" stroke="${INK}" stroke-width="${(line + 0.05).toFixed(3)}"/>`
				: '';
		return `<g fill="none" opacity="${opacity}">${edge}<path d="${path}" stroke="${line > 0.1 ? tone : mix(color, INK, 0.35)}" stroke-width="${line}"/></g>`;
	}
	const outline = `<path d="${path}" fill="none" stroke="${INK}" stroke-width=".032"/>`;
	const again = `<path d="${path}" fill="none" stroke="${INK}" stroke-width=".02" opacity=".45" transform="rotate(.9) translate(.02 .012)"/>`;
	return `<g opacity="${opacity}"><path d="${path}" fill="${tone}" transform="translate(.035 .02)"/>${outline}${again}</g>`;
}

/** The parts of a subject, in its own units. */
export function drawParts(parts: Part[], detail: number): string {
	const seen = parts.filter(({ from = 1 }) => detail >= from);
	const drawn = seen.map((part, index) =>
		detail === 1 ? sketched(part) : photographed(part, index),
	);
	return `<g stroke-linecap="round" stroke-linejoin="round">${drawn.join('')}</g>`;
}
