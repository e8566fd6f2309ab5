/** Text as pictures. The font comes from a package, so it is the same on every machine. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const FONTS = dirname(
	createRequire(import.meta.url).resolve('@expo-google-fonts/inter/package.json'),
);
const FACES = {
	semibold: { font: 'Inter Semi-Bold', file: join(FONTS, '600SemiBold', 'Inter_600SemiBold.ttf') },
	medium: { font: 'Inter Medium', file: join(FONTS, '500Medium', 'Inter_500Medium.ttf') },
} as const;

export interface TextImage {
	input: Buffer;
	width: number;
	height: number;
}

function escapeMarkup(text: string): string {
	// Control characters are not allowed in Pango markup.
	return text
		.replace(/\p{Cc}/gu, ' ')
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;');
}

/** Cuts at a word and adds an ellipsis. */
export function shorten(text: string, maximum: number): string {
	const characters = [...text.replace(/\s+/g, ' ').trim()];
	if (characters.length <= maximum) return characters.join('');
	const cut = characters.slice(0, maximum).join('');
	const words = cut.slice(0, Math.max(cut.lastIndexOf(' '), maximum / 2));
	return `${words.replace(/[\s,.;:–—-]+$/u, '')}…`;
}

/** @param size height of the font and @param width of a line before it wraps, both in pixels. */
export async function textImage(
	text: string,
	face: keyof typeof FACES,
	size: number,
	width: number,
	color: string,
): Promise<TextImage> {
	const { font, file } = FACES[face];
	const markup = `<span foreground="${color}">${escapeMarkup(text)}</span>`;
	// At 72 dpi a point is a pixel; wrapping inside words keeps a prompt without spaces in its panel.
	const { data, info } = await sharp({
		text: {
			text: markup,
			font: `${font} ${Math.max(6, Math.round(size))}`,
			fontfile: file,
			rgba: true,
			dpi: 72,
			width: Math.round(width),
			wrap: 'word-char',
			spacing: Math.round(size * 0.12),
		},
	})
		.png({ compressionLevel: 1 })
		.toBuffer({ resolveWithObject: true });
	return { input: data, width: info.width, height: info.height };
}
