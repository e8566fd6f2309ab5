/** What lies over a scene: the prompt where the scene doesn't show it, a badge, the thumbnail of an edit's first input. */
import sharp from 'sharp';
import type { OverlayOptions } from 'sharp';
import { shorten, textImage } from './text.mts';

export interface Labels {
	/** Only where the scene doesn't show what it is about. */
	prompt?: string;
	caption: string;
}

interface Frame {
	width: number;
	height: number;
	/** Distance of everything from the border. */
	margin: number;
	/** One percent of the shorter side. */
	unit: number;
}

function box(width: number, height: number, radius: number, fill: string, opacity: number): Buffer {
	return Buffer.from(
		`<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(width)}" height="${Math.round(height)}"><rect width="100%" height="100%" rx="${radius}" fill="${fill}" fill-opacity="${opacity}"/></svg>`,
	);
}

function promptStyle(length: number, unit: number): { size: number; maximum: number } {
	if (length <= 50) return { size: unit * 5.6, maximum: 50 };
	if (length <= 120) return { size: unit * 4.4, maximum: 120 };
	return { size: unit * 3.5, maximum: 200 };
}

async function promptPanel(text: string, below: string, frame: Frame): Promise<OverlayOptions[]> {
	const { width, height, margin, unit } = frame;
	const padding = unit * 3;
	const inner = Math.min(width - 2 * margin - 2 * padding, unit * 150);
	const { size, maximum } = promptStyle([...text].length, unit);
	const [prompt, caption] = await Promise.all([
		textImage(shorten(text, maximum), 'semibold', size, inner, '#ffffff'),
		textImage(below, 'medium', unit * 2.5, inner, '#d5dbe6'),
	]);
	const panel = {
		width: Math.max(prompt.width, caption.width) + 2 * padding,
		height: prompt.height + caption.height + padding * 2.7,
	};
	const [left, top] = [Math.round(margin), Math.round(height - margin - panel.height)];
	return [
		{ input: box(panel.width, panel.height, unit * 2.4, '#0b1020', 0.72), left, top },
		{ input: prompt.input, left: Math.round(left + padding), top: Math.round(top + padding) },
		{
			input: caption.input,
			left: Math.round(left + padding),
			top: Math.round(top + padding * 1.7 + prompt.height),
		},
	];
}

async function badge(
	text: string,
	{ width, height, margin, unit }: Frame,
): Promise<OverlayOptions[]> {
	const label = await textImage(
		text,
		'medium',
		unit * 2.2,
		width - 2 * margin - unit * 4,
		'#2a2c3a',
	);
	const [padX, padY] = [unit * 1.5, unit];
	const high = label.height + 2 * padY;
	const [left, top] = [Math.round(margin), Math.round(height - margin - high)];
	return [
		{
			input: box(label.width + 2 * padX, high, Math.min(high / 2, unit * 2.2), '#ffffff', 0.72),
			left,
			top,
		},
		{ input: label.input, left: Math.round(left + padX), top: Math.round(top + padY) },
	];
}

/** The first input image as a tilted print in the upper right corner. */
async function print(content: Buffer, { width, margin, unit }: Frame): Promise<OverlayOptions[]> {
	const [longest, highest] = [Math.round(unit * 40), Math.round(unit * 30)];
	const border = Math.round(unit * 1.3);
	const { data: framed, info: size } = await sharp(content)
		.autoOrient()
		.resize(longest, highest, { fit: 'inside' })
		.flatten({ background: '#f2f2f2' })
		.extend({ top: border, left: border, right: border, bottom: border * 2, background: '#ffffff' })
		.png({ compressionLevel: 1 })
		.toBuffer({ resolveWithObject: true });
	const shadow = box(size.width, size.height, unit * 0.4, '#000000', 0.28);
	const tilt = (input: Buffer): Promise<Buffer> =>
		sharp(input)
			.ensureAlpha()
			.rotate(4, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
			.png({ compressionLevel: 1 })
			.toBuffer();
	const [input, under] = await Promise.all([tilt(framed), tilt(shadow)]);
	const { width: tilted = longest } = await sharp(input).metadata();
	const [left, top] = [Math.round(width - margin - tilted), Math.round(margin)];
	const offset = Math.round(unit * 0.7);
	return [
		{ input: under, left: left + offset, top: top + offset },
		{ input, left, top },
	];
}

/** All overlays of one picture, in drawing order. */
export async function overlays(
	labels: Labels,
	width: number,
	height: number,
	firstInput: Buffer | undefined,
	inset: boolean,
): Promise<OverlayOptions[]> {
	const unit = Math.min(width, height) / 100;
	const frame: Frame = { width, height, unit, margin: unit * (inset ? 11 : 3) };
	const parts = await Promise.all([
		labels.prompt === undefined
			? badge(labels.caption, frame)
			: promptPanel(labels.prompt, labels.caption, frame),
		firstInput ? print(firstInput, frame) : [],
	]);
	return parts.flat();
}
