/** Colours of a picture; one palette per prompt. */
export interface Palette {
	skyTop: string;
	skyBottom: string;
	light: string;
	/** Layers fade from far to near. */
	far: string;
	near: string;
	accent: string;
}

export const PALETTES: readonly [Palette, ...Palette[]] = [
	{
		skyTop: '#2b3a67',
		skyBottom: '#f7a072',
		light: '#ffe3b0',
		far: '#b0688a',
		near: '#1f1d3d',
		accent: '#ffd27d',
	},
	{
		skyTop: '#3a8fd0',
		skyBottom: '#dff3f5',
		light: '#fffbe0',
		far: '#9cc9c0',
		near: '#14524f',
		accent: '#ff8c61',
	},
	{
		skyTop: '#2a1a5e',
		skyBottom: '#f45d7e',
		light: '#fbd2a4',
		far: '#9a4a8f',
		near: '#1a1038',
		accent: '#fb9224',
	},
	{
		skyTop: '#e8895a',
		skyBottom: '#fce8c8',
		light: '#fffaf0',
		far: '#e0a06d',
		near: '#6b2d23',
		accent: '#2f8f8b',
	},
	{
		skyTop: '#7ea8a4',
		skyBottom: '#e9efe6',
		light: '#ffffff',
		far: '#a8c3b4',
		near: '#1e3d36',
		accent: '#e07a5f',
	},
	{
		skyTop: '#0b1d3a',
		skyBottom: '#1f7a8c',
		light: '#e6fbff',
		far: '#2b6777',
		near: '#06121f',
		accent: '#ffd166',
	},
	{
		skyTop: '#f2a7bd',
		skyBottom: '#fff1e6',
		light: '#fffdf7',
		far: '#e8a0b0',
		near: '#6a2c56',
		accent: '#5bb0ba',
	},
	{
		skyTop: '#0d1b3e',
		skyBottom: '#3fae8f',
		light: '#eafff2',
		far: '#2a7f77',
		near: '#0a1a2c',
		accent: '#b8f2a0',
	},
	{
		skyTop: '#d9673c',
		skyBottom: '#ffd98e',
		light: '#fff6da',
		far: '#c9753f',
		near: '#4a1c1a',
		accent: '#2d6a7a',
	},
	{
		skyTop: '#4d6fd6',
		skyBottom: '#c9d6ff',
		light: '#ffffff',
		far: '#8f9fe0',
		near: '#232a63',
		accent: '#ffb3c1',
	},
];

function channels(hex: string): [number, number, number] {
	const value = Number.parseInt(hex.slice(1), 16);
	return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The colour at `part` (0 to 1) of the way between two `#rrggbb` colours. */
export function mix(from: string, to: string, part: number): string {
	const start = channels(from);
	const end = channels(to);
	const blended = start.map((value, index) =>
		Math.round(value + ((end[index] ?? value) - value) * part),
	);
	return `#${blended.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
