/** A real GIF: the same picture with a dot that goes around in it, so that no two frames are equal. */
import sharp from 'sharp';
import type { Sharp } from 'sharp';

export interface Animation {
	frames: number;
	/** How long each is shown. */
	frameMs: number;
}

/** Distance of the dot from the middle, and its radius, as parts of the shorter side. */
const ORBIT = 0.3;
const DOT = 0.06;
const WHITE = 0xff;

/** Pixel by pixel: a picture a frame, each encoded and read again, would take half a minute. */
export async function animate(
	picture: Sharp,
	{ width, height }: { width: number; height: number },
	{ frames, frameMs }: Animation,
): Promise<Buffer> {
	const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
	const { channels } = info;
	const short = Math.min(width, height);
	const radius = Math.round(short * DOT);
	const all = Buffer.alloc(data.length * frames);
	for (let frame = 0; frame < frames; frame += 1) {
		const start = frame * data.length;
		data.copy(all, start);
		const angle = (2 * Math.PI * frame) / frames;
		const [x, y] = [
			Math.round(width / 2 + Math.cos(angle) * short * ORBIT),
			Math.round(height / 2 + Math.sin(angle) * short * ORBIT),
		];
		for (let down = -radius; down <= radius; down += 1) {
			const across = Math.floor(Math.sqrt(radius * radius - down * down));
			const from = start + ((y + down) * width + x - across) * channels;
			all.fill(WHITE, from, from + 2 * across * channels);
		}
	}
	return await sharp(all, { raw: { width, height: height * frames, channels, pageHeight: height } })
		.gif({
			delay: Array.from({ length: frames }, () => frameMs),
			loop: 0,
			effort: 1,
			colours: 32,
			dither: 0,
		})
		.toBuffer();
}
