import sharp from 'sharp';

/** A frame of a film: raw pixels, three bytes each, and how long it is shown. */
export interface Frame {
	pixels: Buffer;
	ms: number;
}

interface Rectangle {
	left: number;
	top: number;
	width: number;
	height: number;
}

interface Size {
	width: number;
	height: number;
}

const QUALITY = 80;

function chunk(name: string, ...content: Buffer[]): Buffer {
	const data = Buffer.concat(content);
	const head = Buffer.alloc(8, name, 'latin1');
	head.writeUInt32LE(data.length, 4);
	return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

function uint24(...values: number[]): Buffer {
	const bytes = Buffer.alloc(values.length * 3);
	values.forEach((value, index) => bytes.writeUIntLE(value, index * 3, 3));
	return bytes;
}

/** What differs between two frames, from an even place, as the format wants it; undefined when nothing does. */
function difference(before: Buffer, after: Buffer, { width, height }: Size): Rectangle | undefined {
	const row = (pixels: Buffer, y: number): Buffer =>
		pixels.subarray(y * width * 3, (y + 1) * width * 3);
	const rows = Array.from({ length: height }, (_, y) => y).filter(
		(y) => !row(before, y).equals(row(after, y)),
	);
	const [first, last] = [rows[0], rows.at(-1)];
	if (first === undefined || last === undefined) return undefined;
	let [left, right] = [width - 1, 0];
	for (const y of rows) {
		const [old, now] = [row(before, y), row(after, y)];
		for (let at = 0; at < left * 3; at += 1) if (old[at] !== now[at]) left = Math.floor(at / 3);
		for (let at = width * 3 - 1; at > right * 3 + 2; at -= 1)
			if (old[at] !== now[at]) right = Math.floor(at / 3);
	}
	const [x, y] = [left - (left % 2), first - (first % 2)];
	return { left: x, top: y, width: right + 1 - x, height: last + 1 - y };
}

/** The image data of a part of a frame, without loss where that is smaller: text is, photographs aren't. */
async function encoded(pixels: Buffer, size: Size, part: Rectangle): Promise<Buffer> {
	const cut = () => sharp(pixels, { raw: { ...size, channels: 3 } }).extract(part);
	const files = await Promise.all([
		cut().webp({ lossless: true, effort: 4 }).toBuffer(),
		cut().webp({ quality: QUALITY, effort: 4, smartSubsample: true }).toBuffer(),
	]);
	const [smallest] = files.sort((one, other) => one.length - other.length);
	// Behind "RIFF", the length and "WEBP".
	return smallest!.subarray(12);
}

/**
 * An animated WebP that plays again and again. Each frame replaces exactly what differs from the one before it; libwebp, given
 * all frames at once, would leave parts of what was there before.
 */
export async function animatedWebp(frames: Frame[], size: Size): Promise<Buffer> {
	const parts: Buffer[] = [];
	let before: Buffer | undefined;
	for (const { pixels, ms } of frames) {
		const whole = { left: 0, top: 0, ...size };
		const part = before
			? (difference(before, pixels, size) ?? { left: 0, top: 0, width: 2, height: 2 })
			: whole;
		const { left, top, width, height } = part;
		// 2: not blended with what is below; nothing is disposed of.
		const head = [
			uint24(left / 2, top / 2, width - 1, height - 1, Math.round(ms)),
			Buffer.from([2]),
		];
		parts.push(chunk('ANMF', ...head, await encoded(pixels, size, part)));
		before = pixels;
	}
	// 2: it is an animation. A white ground, and no last time.
	const canvas = chunk('VP8X', Buffer.from([2, 0, 0, 0]), uint24(size.width - 1, size.height - 1));
	const body = Buffer.concat([
		Buffer.from('WEBP'),
		canvas,
		chunk('ANIM', Buffer.from([255, 255, 255, 255, 0, 0])),
		...parts,
	]);
	const head = Buffer.from('RIFF    ');
	head.writeUInt32LE(body.length, 4);
	return Buffer.concat([head, body]);
}
