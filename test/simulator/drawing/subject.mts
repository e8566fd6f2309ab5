/** A thing to take a picture of: parts of one colour each, drawn from the back to the front. */
import { mix } from './palettes.mts';

/** How light falls on a part: not at all, as on a cylinder, or as on a ball. */
export type Form = 'flat' | 'round' | 'ball';

export interface Part {
	/** SVG path; the thing stands on y = 0, and x = 0 is its middle. */
	path: string;
	color: string;
	form?: Form;
	/** Width of the line, for a path that is one. */
	line?: number;
	opacity?: number;
	/** The least detail (1 to 5) at which it is drawn, and the most. */
	from?: number;
	/** Out of focus, where there is detail at all. */
	soft?: boolean;
}

export interface Colors {
	main: string;
	accent: string;
	light: string;
	dark: string;
	wood: string;
}

export interface Subject {
	/** In units of its paths. */
	width: number;
	height: number;
	/** Above the floor. */
	lift?: number;
	/** Where it shines by itself. */
	glow?: { x: number; y: number; radius: number };
	parts(colors: Colors): Part[];
}

export const lighter = (color: string, part = 0.3): string => mix(color, '#ffffff', part);
export const darker = (color: string, part = 0.3): string => mix(color, '#0d0f1c', part);

export function ellipse(x: number, y: number, radiusX: number, radiusY: number): string {
	return `M${x - radiusX} ${y}a${radiusX} ${radiusY} 0 1 1 ${2 * radiusX} 0a${radiusX} ${radiusY} 0 1 1 ${-2 * radiusX} 0Z`;
}

/** A reflection of the light: seen only in pictures of some quality. */
export function shine(path: string, line = 0.09, opacity = 0.55): Part {
	return { path, color: '#ffffff', line, opacity, from: 3, soft: true };
}
