/**
 * Pictures as SVG: a thing in a studio, hills, a sea or a city, chosen by the prompt. The same prompt
 * and image number give the same composition at every quality; quality only adds detail.
 */
import type { Quality } from '../types.mts';
import type { Canvas, Scene } from './canvas.mts';
import { fixed } from './canvas.mts';
import { mix, PALETTES } from './palettes.mts';
import type { Random } from './random.mts';
import { randomFrom } from './random.mts';
import { city } from './scenes/city.mts';
import { hills } from './scenes/hills.mts';
import { sea } from './scenes/sea.mts';
import { sky } from './scenes/sky.mts';
import { studio } from './scenes/studio.mts';
import { subjectOf } from './subjects/index.mts';

/** What decides the composition. */
export interface Origin {
	prompt: string;
	/** From 1. */
	number: number;
}

export interface SceneRequest {
	prompt: string;
	/** Its own, or that of the picture it is an edit of. */
	origin: Origin;
	quality: Quality;
	width: number;
	height: number;
}

const DETAIL: Record<Quality, number> = { low: 1, medium: 2, high: 3, xhigh: 4, max: 5 };

const KEYWORDS: readonly [RegExp, Scene][] = [
	[/\b(cit(y|ies)|street|building|tower|office|skyline|house|market)/i, city],
	[
		/\b(sea|ocean|beach|boat|ship|lake|river|water|harbou?r|island|otter|fish|whale|lighthouse)/i,
		sea,
	],
	[/\b(hills?|mountains?|forest|fox|field|garden|desert|valley|landscape)/i, hills],
];

function chooseScene(prompt: string, random: Random): Scene {
	const fitting = KEYWORDS.find(([words]) => words.test(prompt));
	return fitting?.[1] ?? random.pick([hills, sea, city]);
}

/** The whole picture without text, as SVG of exactly the asked size. */
export function sceneSvg(request: SceneRequest, shape: 'full' | 'sticker'): string {
	const { quality, width, height } = request;
	const { prompt, number } = request.origin;
	const ofPrompt = randomFrom(prompt);
	const palette = ofPrompt.pick(PALETTES);
	const subject = subjectOf(request.prompt) ?? subjectOf(prompt);
	const scene = subject ? studio(subject, request) : chooseScene(prompt, ofPrompt);
	const place = randomFrom(`${prompt} #${number} light`);
	const short = Math.min(width, height);
	const horizon = height * place.between(0.46, 0.56);
	const light = {
		x: width * place.between(0.2, 0.8),
		y: horizon - height * place.between(0.08, 0.26),
		radius: short * place.between(0.06, 0.11),
	};
	const canvas: Canvas = {
		width,
		height,
		palette,
		detail: DETAIL[quality],
		horizon,
		light,
		random: (part) => randomFrom(`${prompt} #${number} ${part}`),
	};
	const definitions =
		`<linearGradient id="sky" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${palette.skyTop}"/><stop offset="0.62" stop-color="${palette.skyBottom}"/></linearGradient>` +
		`<linearGradient id="water" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${mix(palette.far, palette.skyBottom, 0.35)}"/><stop offset="1" stop-color="${mix(palette.far, palette.near, 0.8)}"/></linearGradient>` +
		`<radialGradient id="glow"><stop offset="0" stop-color="${palette.light}" stop-opacity="0.75"/><stop offset="1" stop-color="${palette.light}" stop-opacity="0"/></radialGradient>`;
	const inset = short * 0.04;
	const frame = `x="${fixed(inset)}" y="${fixed(inset)}" width="${fixed(width - 2 * inset)}" height="${fixed(height - 2 * inset)}" rx="${fixed(short * 0.2)}"`;
	const drawing = (subject ? '' : sky(canvas)) + scene(canvas);
	const body =
		shape === 'full'
			? drawing
			: `<clipPath id="cut"><rect ${frame}/></clipPath><g clip-path="url(#cut)">${drawing}</g><rect ${frame} fill="none" stroke="#ffffff" stroke-width="${fixed(short * 0.025)}"/>`;
	return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>${definitions}</defs>${body}</svg>`;
}
