/** Picture sizes: three fixed ones for the older models, rules for the newer ("Images" API reference). */
import { imageUserError } from '../errors.mts';
import type { ImageModel } from '../models/catalogue.mts';
import { enumeration, limitedString } from './values.mts';

export interface Size {
	width: number;
	height: number;
}

/** Frames of a GIF lie on one sheet: 6 of 1024x1024 were refused for one 4096 pixels long; squares of 960, 816 and 720 are the largest that were taken. */
export function sheetOf({ width, height }: Size, frames: number): Size {
	const [long, short] =
		frames <= 8 ? [4, 2] : frames === 9 ? [3, 3] : frames <= 12 ? [4, 3] : [4, 4];
	// ASSUMPTION: which way round the sheet lies for frames that are not square.
	return width > height
		? { width: short * width, height: long * height }
		: { width: long * width, height: short * height };
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

/** Wording is an assumption, as that of the limits' sum over several animations is OpenAI's. @returns undefined for `auto` */
export function parseFrameSize(
	value: unknown,
	{ frames, n }: { frames: number; n: number },
): Size | undefined {
	const text = limitedString(value, 'size', 1000);
	if (text === undefined || text === 'auto') return undefined;
	const size = toSize(text);
	const refuse = (why: string): Error =>
		imageUserError(`Invalid size '${text}'. ${why}`, 'size', 'invalid_value');
	if (!size || size.width % 16 !== 0 || size.height % 16 !== 0)
		throw refuse('Width and height must both be divisible by 16.');
	const sheet = sheetOf(size, frames);
	const pixels = sheet.width * sheet.height * n;
	if (Math.max(sheet.width, sheet.height) > MAX_EDGE)
		throw refuse(
			`The longest edge of all frames together must be less than or equal to ${MAX_EDGE}.`,
		);
	if (pixels < MIN_PIXELS || pixels > MAX_PIXELS)
		throw refuse('The frames of all animations do not fit the pixel budget of a request.');
	return size;
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
export function automaticSize(input: Size | undefined, isGif = false): Size {
	if (isGif) return smaller(automaticSize(input));
	const ratio = input ? input.width / input.height : 1;
	if (ratio > 1.2) return { width: 1536, height: 1024 };
	if (ratio < 1 / 1.2) return { width: 1024, height: 1536 };
	return { width: 1024, height: 1024 };
}

/** Of frames: ASSUMPTION. */
const smaller = ({ width, height }: Size): Size => ({ width: width / 2, height: height / 2 });
