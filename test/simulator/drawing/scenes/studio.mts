/** One thing on a floor or a table in front of a wall, with light from the left. */
import type { Canvas, Scene } from '../canvas.mts';
import { fixed } from '../canvas.mts';
import { mix } from '../palettes.mts';
import { drawParts, INK, PAPER } from '../photo.mts';
import { randomFrom } from '../random.mts';
import type { Random } from '../random.mts';
import { darker, lighter } from '../subject.mts';
import type { SceneRequest } from '../scenes.mts';
import type { Colors, Subject } from '../subject.mts';

interface Set {
	wall: string;
	floor: string;
	/** The shape behind the thing. */
	shape: string;
}

const SHAPES = ['arch', 'window', 'disc', 'panel'] as const;

const SETS: readonly [Set, ...Set[]] = [
	{ wall: '#f1dccb', floor: '#d9ab8d', shape: '#e9b796' },
	{ wall: '#dbe4d5', floor: '#a9bda1', shape: '#bccfb4' },
	{ wall: '#f6dcdc', floor: '#dfa6aa', shape: '#eebcbb' },
	{ wall: '#d9e7f1', floor: '#93b5cf', shape: '#b3cfe3' },
	{ wall: '#f5ead0', floor: '#d3b57e', shape: '#ecd29c' },
	{ wall: '#e5def0', floor: '#ab9acb', shape: '#c9bce1' },
];
const WOOD: Set = { wall: '#efe6d8', floor: '#b98a5e', shape: '#ddcbb2' };
const NIGHT: Set = { wall: '#3a4163', floor: '#23294a', shape: '#4b537d' };

/** Main colour and accent of the thing. */
const DRESSES: readonly [[string, string], ...[string, string][]] = [
	['#2f6f7a', '#f2b84b'],
	['#d9623f', '#2e4a5f'],
	['#3f56a6', '#f4b95d'],
	['#2f7d5b', '#f08a4b'],
	['#8c3b52', '#e8b04a'],
	['#e0a02c', '#33508a'],
];

const NAMED: readonly [RegExp, string][] = [
	[/\b(red|scarlet|crimson)\b/i, '#d43f3a'],
	[/\b(terracotta|rust|orange|copper)\b/i, '#d9703f'],
	[/\b(yellow|mustard|gold|golden)\b/i, '#e5aa2e'],
	[/\b(green|sage|olive)\b/i, '#3f8560'],
	[/\b(teal|turquoise|petrol)\b/i, '#227c82'],
	[/\b(blue|navy|cobalt)\b/i, '#2f5fae'],
	[/\b(purple|violet|lilac)\b/i, '#7a55a8'],
	[/\b(pink|rose)\b/i, '#e07a9b'],
	[/\b(white|cream|ivory)\b/i, '#f1ebe0'],
	[/\b(black|charcoal)\b/i, '#33343f'],
];

function colorsFor(prompt: string, random: Random): Colors {
	const [main, accent] = random.pick(DRESSES);
	const named = NAMED.find(([words]) => words.test(prompt))?.[1];
	return {
		main: named ?? main,
		accent: named === undefined || mix(named, accent, 0.5) !== named ? accent : main,
		light: '#f6efe2',
		dark: '#34323d',
		wood: '#9a6b44',
	};
}

/** Of images that were made together no two neighbours look alike. */
function next<T>(values: readonly [T, ...T[]], start: Random, number: number): T {
	return values[(Math.floor(start.next() * values.length) + number) % values.length] ?? values[0];
}

function setFor(prompt: string, other: Set): Set {
	if (/\b(night|dark|evening|dusk)\b/i.test(prompt)) return NIGHT;
	return /\b(wood|wooden|oak|walnut|table|desk)\b/i.test(prompt)
		? { ...WOOD, shape: other.shape }
		: other;
}

interface Room extends Canvas {
	set: Set;
	unit: number;
	/** Where the floor begins, and where the thing stands. */
	edge: number;
	ground: number;
	middle: number;
	shape: (typeof SHAPES)[number];
}

/** Lines close to each other, as a pencil fills a surface. */
function hatch(
	area: { x: number; y: number; width: number; height: number },
	gap: number,
	color: string,
	opacity: number,
): string {
	const count = Math.ceil((area.width + area.height) / gap);
	const lines = Array.from(
		{ length: count },
		(_, index) =>
			`M${fixed(area.x + index * gap)} ${fixed(area.y)}l${fixed(-area.height)} ${fixed(area.height)}`,
	).join('');
	return `<path d="${lines}" stroke="${color}" stroke-width="${fixed(gap * 0.16)}" opacity="${opacity}" fill="none"/>`;
}

function shapePath({ shape, middle, unit, edge }: Room): string {
	const [left, right] = [middle - unit * 1.75, middle + unit * 1.75];
	if (shape === 'disc')
		return `M${fixed(left)} ${fixed(edge - unit * 1.3)}a${fixed(unit * 1.75)} ${fixed(unit * 1.75)} 0 1 1 ${fixed(unit * 3.5)} 0a${fixed(unit * 1.75)} ${fixed(unit * 1.75)} 0 1 1 ${fixed(-unit * 3.5)} 0Z`;
	if (shape === 'arch')
		return `M${fixed(left)} ${fixed(edge)}V${fixed(edge - unit * 1.6)}a${fixed(unit * 1.75)} ${fixed(unit * 1.75)} 0 0 1 ${fixed(unit * 3.5)} 0V${fixed(edge)}Z`;
	return `M${fixed(left - unit * 0.5)} ${fixed(edge)}V${fixed(edge - unit * 2.9)}H${fixed(right - unit * 0.9)}V${fixed(edge)}Z`;
}

/** Light of a window on the wall: four panes, aslant. */
function windowLight({ width, height, edge, middle, unit }: Room, opacity: number): string {
	const pane = (column: number, row: number): string => {
		const [x, y, side, tall] = [
			middle - unit * 2.3 + column * unit * 1.25,
			edge - unit * 3.3 + row * unit * 1.5 + column * unit * 0.28,
			unit * 1.12,
			unit * 1.34,
		];
		return `M${fixed(x)} ${fixed(y)}l${fixed(side)} ${fixed(side * 0.22)}v${fixed(tall)}l${fixed(-side)} ${fixed(-side * 0.22)}Z`;
	};
	const panes = [pane(0, 0), pane(1, 0), pane(2, 0), pane(0, 1), pane(1, 1), pane(2, 1)].join('');
	const soft = [0.14, 0.09, 0.05]
		.map((part) => `<path d="${panes}" stroke-width="${fixed(unit * part)}" stroke-opacity=".2"/>`)
		.join('');
	return `<clipPath id="wall"><rect width="${width}" height="${fixed(Math.min(edge, height))}"/></clipPath><g clip-path="url(#wall)"><g fill="none" stroke="#fff8e4" opacity="${opacity}">${soft}<path d="${panes}" fill="#fff8e4" stroke="none" opacity=".6"/></g></g>`;
}

function planks({ width, height, edge, set, random }: Room): string {
	const source = random('planks');
	const rows = [0.12, 0.3, 0.56, 0.9].map((at) => edge + (height - edge) * at);
	const lines = rows.map((y) => `M0 ${fixed(y)}H${width}`).join('');
	const grain = Array.from({ length: 26 }, () => {
		const [x, y, length] = [
			source.between(-0.1, 0.9) * width,
			edge + source.next() * (height - edge),
			source.between(0.08, 0.3) * width,
		];
		return `M${fixed(x)} ${fixed(y)}q${fixed(length / 2)} ${fixed(source.between(-5, 5))} ${fixed(length)} 0`;
	}).join('');
	return `<path d="${lines}" stroke="${darker(set.floor, 0.35)}" stroke-width="${fixed(height * 0.0028)}" opacity=".5"/><path d="${grain}" stroke="${darker(set.floor, 0.25)}" stroke-width="${fixed(height * 0.0016)}" opacity=".45" fill="none"/>`;
}

function sketchedRoom(room: Room): string {
	const { width, height, set, edge, unit, middle, ground, shape } = room;
	const [wall, floor] = [mix(set.wall, PAPER, 0.55), mix(set.floor, PAPER, 0.5)];
	const line = (dy: number, opacity: number): string =>
		`<path d="M0 ${fixed(edge + dy)}L${width} ${fixed(edge - dy * 0.6)}" stroke="${INK}" stroke-width="${fixed(unit * 0.018)}" opacity="${opacity}"/>`;
	const behind = `<path d="${shapePath(room)}" fill="${mix(set.shape, PAPER, 0.3)}" transform="translate(${fixed(unit * 0.05)} ${fixed(unit * 0.03)})"/><path d="${shapePath(room)}" fill="none" stroke="${INK}" stroke-width="${fixed(unit * 0.022)}" opacity=".6"/>`;
	const shadow = `<clipPath id="shade"><ellipse cx="${fixed(middle + unit * 0.5)}" cy="${fixed(ground + unit * 0.02)}" rx="${fixed(unit * 1.75)}" ry="${fixed(unit * 0.24)}"/></clipPath><g clip-path="url(#shade)">${hatch({ x: middle - unit * 1.4, y: ground - unit * 0.3, width: unit * 4, height: unit * 0.7 }, unit * 0.085, INK, 0.55)}</g>`;
	const corner = hatch(
		{ x: width * 0.86, y: 0, width: width * 0.3, height: height * 0.16 },
		unit * 0.12,
		INK,
		0.18,
	);
	return `<rect width="${width}" height="${height}" fill="${wall}"/><clipPath id="above"><rect width="${width}" height="${fixed(edge)}"/></clipPath><g clip-path="url(#above)">${shape === 'window' ? '' : behind}${corner}</g><rect y="${fixed(edge)}" width="${width}" height="${fixed(height - edge)}" fill="${floor}"/>${line(unit * 0.02, 0.8)}${line(unit * -0.03, 0.35)}${shadow}`;
}

function definitions({ set, height, edge, detail }: Room): string {
	const lit = detail > 2 ? 0.35 : 0.15;
	return [
		`<linearGradient id="wallFill" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${lighter(set.wall, lit)}"/><stop offset="1" stop-color="${darker(set.wall, lit * 0.5)}"/></linearGradient>`,
		`<linearGradient id="floorFill" x1="0" y1="0" x2=".25" y2="1"><stop offset="0" stop-color="${lighter(set.floor, lit * 0.6)}"/><stop offset="1" stop-color="${darker(set.floor, lit * 0.75)}"/></linearGradient>`,
		`<linearGradient id="shapeFill" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${lighter(set.shape, lit * 0.7)}"/><stop offset="1" stop-color="${darker(set.shape, lit * 0.45)}"/></linearGradient>`,
		`<radialGradient id="shine"><stop offset="0" stop-color="#ffe7ad" stop-opacity=".85"/><stop offset=".45" stop-color="#ffdd97" stop-opacity=".28"/><stop offset="1" stop-color="#ffdd97" stop-opacity="0"/></radialGradient>`,
		`<radialGradient id="corners" cx=".45" cy=".42" r=".75"><stop offset=".6" stop-color="#1a1420" stop-opacity="0"/><stop offset="1" stop-color="#1a1420" stop-opacity=".32"/></radialGradient>`,
		`<radialGradient id="shade"><stop offset="0" stop-color="${darker(set.floor, 0.8)}" stop-opacity=".8"/><stop offset=".55" stop-color="${darker(set.floor, 0.8)}" stop-opacity=".42"/><stop offset="1" stop-color="${darker(set.floor, 0.8)}" stop-opacity="0"/></radialGradient>`,
		`<linearGradient id="edgeFill" x1="0" y1="${fixed(edge)}" x2="0" y2="${fixed(height)}" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="#1a1420" stop-opacity=".22"/><stop offset=".25" stop-color="#1a1420" stop-opacity="0"/></linearGradient>`,
	].join('');
}

function litRoom(room: Room, { width: wide, height: high, lift = 0 }: Subject): string {
	const { width, height, set, edge, unit, middle, ground, shape, detail } = room;
	const full = `width="${width}" height="${height}"`;
	const [half, near] = [unit * wide * 0.5, lift > 0 ? 0.6 : 1];
	const shadow = (
		x: number,
		y: number,
		radiusX: number,
		radiusY: number,
		opacity: number,
		turn: number,
	): string =>
		`<ellipse rx="${fixed(radiusX)}" ry="${fixed(radiusY)}" fill="url(#shade)" opacity="${opacity}" transform="translate(${fixed(x)} ${fixed(y)}) rotate(${turn})"/>`;
	const cast = shadow(
		middle + half * 0.5 + unit * high * 0.12,
		ground - unit * high * 0.03,
		half + unit * high * 0.24,
		unit * (0.12 + high * 0.06),
		0.5 * near,
		-5,
	);
	const contact = shadow(middle + unit * 0.06, ground, half * 1.12 * near, unit * 0.17, near, 0);
	return [
		`<rect ${full} fill="url(#wallFill)"/>`,
		shape === 'window'
			? ''
			: `<clipPath id="above"><rect width="${width}" height="${fixed(edge)}"/></clipPath><g clip-path="url(#above)"><path d="${shapePath(room)}" fill="url(#shapeFill)"/></g>`,
		detail > 2 || shape === 'window' ? windowLight(room, shape === 'window' ? 0.95 : 0.36) : '',
		`<rect y="${fixed(edge)}" width="${width}" height="${fixed(height - edge)}" fill="url(#floorFill)"/>`,
		set.floor === WOOD.floor ? planks(room) : '',
		`<rect y="${fixed(edge)}" width="${width}" height="${fixed(height - edge)}" fill="url(#edgeFill)"/>`,
		cast,
		contact,
	].join('');
}

/** What else there is in the light of an expensive picture: dust, and dark corners. */
function air({ width, height, random, detail }: Room): string {
	const source = random('dust');
	const dust = Array.from(
		{ length: (detail - 2) * 9 },
		() =>
			`<circle cx="${fixed(source.next() * width)}" cy="${fixed(source.next() * height * 0.6)}" r="${fixed(source.between(0.001, 0.004) * width)}" opacity="${source.between(0.15, 0.5).toFixed(2)}"/>`,
	);
	return `<g fill="#fffbe8">${dust.join('')}</g><rect width="${width}" height="${height}" fill="url(#corners)"/>`;
}

/** @returns a scene with this thing, in the colour that the prompt names or else in one of its own */
export function studio(
	subject: Subject,
	{ prompt, origin }: Pick<SceneRequest, 'prompt' | 'origin'>,
): Scene {
	const colors = colorsFor(prompt, randomFrom(`${origin.prompt} colours`));
	const words = `${origin.prompt} ${prompt}`;
	return (canvas) => {
		const { width, height, detail, random } = canvas;
		const source = random('studio');
		const start = randomFrom(origin.prompt);
		const unit = Math.min(
			(height * source.between(0.5, 0.56)) / subject.height,
			(width * source.between(0.64, 0.7)) / subject.width,
		);
		const edge = height * source.between(0.6, 0.67);
		const set = setFor(words, next(SETS, start, origin.number));
		const room: Room = {
			...canvas,
			set,
			unit,
			edge,
			ground: height * source.between(0.79, 0.83),
			middle: width * source.between(0.46, 0.53),
			shape: next(SHAPES, start, origin.number),
		};
		const scaled = (drawing: string): string =>
			`<g transform="translate(${fixed(room.middle)} ${fixed(room.ground - (subject.lift ?? 0) * unit)}) scale(${fixed(unit)})">${drawing}</g>`;
		const thing = scaled(drawParts(subject.parts(colors), detail));
		if (detail === 1) return sketchedRoom(room) + thing;
		const { glow } = subject;
		const light = glow
			? scaled(`<circle cx="${glow.x}" cy="${glow.y}" r="${glow.radius}" fill="url(#shine)"/>`)
			: '';
		return `<defs>${definitions(room)}</defs>${litRoom(room, subject)}${light}${thing}${detail > 2 ? air(room) : ''}`;
	};
}
