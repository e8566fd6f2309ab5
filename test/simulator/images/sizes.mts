/** Picture sizes: three fixed ones for the older models, rules for the newer ("Images" API reference). */
import { imageUserError } from '../errors.mts';
import type { ImageModel } from '../models/catalogue.mts';
import { enumeration, limitedString } from './values.mts';

export interface Size {
	width: number;
	height: number;
}

const FIXED_SIZES = ['1024x1024', '1024x1536', '1536x1024', 'auto'] as const;
const MIN_PIXELS = 655_360;
const MAX_PIXELS = 8_294_400;
const MAX_EDGE = 3840;

function toSize(text: string): Size | undefined {
	const match = /^([1-9]\d{0,5})x([1-9]\d{0,5})$/.exec(text);
	return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}

/** Why a custom size is refused; undefined when it is fine. The sentence about the ratio is an assumption. */
function complaint(size: Size | undefined): string | undefined {
	if (!size) return "Expected WIDTHxHEIGHT, for example '1824x1024'.";
	const long = Math.max(size.width, size.height);
	const pixels = size.width * size.height;
	if (size.width % 16 !== 0 || size.height % 16 !== 0)
		return 'Width and height must both be divisible by 16.';
	if (long > MAX_EDGE) return `The longest edge must be less than or equal to ${MAX_EDGE}.`;
	if (long > 3 * Math.min(size.width, size.height))
		return 'The aspect ratio must be between 1:3 and 3:1.';
	if (pixels < MIN_PIXELS) return 'Requested resolution is below the current minimum pixel budget.';
	if (pixels > MAX_PIXELS) return 'Requested resolution exceeds the current pixel budget.';
	return undefined;
}

/** @returns undefined for `auto` and for an absent size. */
export function parseSize(value: unknown, model: ImageModel): Size | undefined {
	if (!model.customSizes) {
		const fixed = enumeration(value, 'size', FIXED_SIZES);
		return fixed === undefined ? undefined : toSize(fixed);
	}
	const text = limitedString(value, 'size', 1000);
	if (text === undefined || text === 'auto') return undefined;
	const size = toSize(text);
	const problem = complaint(size);
	if (problem !== undefined)
		throw imageUserError(`Invalid size '${text}'. ${problem}`, 'size', 'invalid_value');
	return size;
}

/** `auto`: square, or for an edit the fixed size nearest to the first input image. */
export function automaticSize(input: Size | undefined): Size {
	const ratio = input ? input.width / input.height : 1;
	if (ratio > 1.2) return { width: 1536, height: 1024 };
	if (ratio < 1 / 1.2) return { width: 1024, height: 1536 };
	return { width: 1024, height: 1024 };
}
