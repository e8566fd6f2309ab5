/** The pictures of one request: drawn off the main thread by sharp, cached by everything that shapes them. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import type { OutputFormat, Quality } from '../types.mts';
import { animate } from './animation.mts';
import type { Animation } from './animation.mts';
import { withCredentials } from './credentials.mts';
import { overlays } from './overlay.mts';
import { padImage } from './padding.mts';
import { sceneSvg } from './scenes.mts';
import type { Origin } from './scenes.mts';
import { subjectOf } from './subjects/index.mts';

export interface PictureRequest {
	prompt: string;
	model: string;
	quality: Quality;
	size: { width: number; height: number };
	n: number;
	format: OutputFormat;
	/** Percent. */
	compression: number;
	transparent: boolean;
	/** Encoded input images of an edit. */
	inputs: Buffer[];
	masked: boolean;
	/** Of a GIF. */
	animation: Animation | undefined;
	/** Pad every image to this length. */
	imageBytes: number | undefined;
}

/** The encoded image; padded ones are made anew on each call, so that only one at a time is in memory. */
export type Picture = () => Buffer;

const CACHE_BYTES = 96 * 1024 * 1024;
const cache = new Map<string, Buffer>();
const drawing = new Map<string, Promise<Buffer>>();
let cachedBytes = 0;

/** What the pictures of this process show, by the hash of the file: an edit of one of them keeps its composition. */
const origins = new Map<string, Origin>();
const MOST_ORIGINS = 5000;

const hashOf = (content: Buffer | string): string =>
	createHash('sha256').update(content).digest('hex');

function rememberOrigin(image: Buffer, origin: Origin): void {
	origins.set(hashOf(image), origin);
	const [oldest] = origins.keys();
	if (origins.size > MOST_ORIGINS && oldest !== undefined) origins.delete(oldest);
}

/** Whether a file is a picture of this process, as it was drawn. */
export const isDrawnHere = (file: Buffer): boolean => origins.has(hashOf(file));

function remember(key: string, image: Buffer): void {
	cache.set(key, image);
	cachedBytes += image.length;
	for (const [oldest, old] of cache) {
		if (cachedBytes <= CACHE_BYTES) return;
		cache.delete(oldest);
		cachedBytes -= old.length;
	}
}

function encode(image: Sharp, { format, compression, transparent }: PictureRequest): Sharp {
	const quality = Math.max(1, compression);
	if (format === 'jpeg') return image.flatten().jpeg({ quality });
	const layered = transparent ? image : image.removeAlpha();
	return format === 'webp'
		? layered.webp({ quality, effort: 1 })
		: layered.png({ compressionLevel: 4 });
}

function caption(request: PictureRequest, number: number): string {
	const { width, height } = request.size;
	const edit =
		request.inputs.length === 0
			? []
			: [
					`edit of ${request.inputs.length === 1 ? '1 image' : `${request.inputs.length} images`}${request.masked ? ', masked' : ''}`,
				];
	const count = request.n > 1 ? [`image ${number} of ${request.n}`] : [];
	return [
		'simulated',
		request.model,
		request.quality,
		`${width}×${height}`,
		...edit,
		...count,
	].join('  ·  ');
}

/** What the picture shows: that of the picture it is an edit of, or its own. */
function originOf(
	{ prompt, inputs }: PictureRequest,
	number: number,
): Origin & { isEdit: boolean } {
	const edited = inputs[0] && origins.get(hashOf(inputs[0]));
	if (!edited) return { prompt, number, isEdit: false };
	return { prompt: edited.prompt, number: edited.number + number - 1, isEdit: true };
}

async function draw(request: PictureRequest, number: number): Promise<Buffer> {
	if (request.format === 'svg') return drawSvg(request, number);
	const { prompt, quality, transparent, inputs } = request;
	const { width, height } = request.size;
	const { isEdit, ...origin } = originOf(request, number);
	const svg = sceneSvg(
		{ prompt, origin, quality, width, height },
		transparent ? 'sticker' : 'full',
	);
	// Spaces alone are a valid prompt, but nothing to draw.
	const blank = /^[\p{C}\p{Z}]*$/u.test(prompt);
	const unseen = subjectOf(prompt) ? {} : { prompt: blank ? '(blank)' : prompt };
	const layers = await overlays(
		{ ...unseen, caption: caption(request, number) },
		width,
		height,
		isEdit ? undefined : inputs[0],
		transparent,
	);
	if (request.animation !== undefined)
		return await animate(
			sharp(Buffer.from(svg)).composite(layers),
			request.size,
			request.animation,
		);
	// unlimited: a 3840x2160 scene of maximum detail is a long SVG.
	const drawn = await encode(
		sharp(Buffer.from(svg), { unlimited: true }).composite(layers),
		request,
	).toBuffer();
	const image = withCredentials(drawn, request.format, request.model);
	rememberOrigin(image, origin);
	return image;
}

/** The scene itself, which is an SVG anyway. */
function drawSvg(request: PictureRequest, number: number): Buffer {
	const { prompt, quality, transparent, size } = request;
	const { isEdit: _, ...origin } = originOf(request, number);
	return Buffer.from(
		sceneSvg({ prompt, origin, quality, ...size }, transparent ? 'sticker' : 'full'),
	);
}

async function cached(request: PictureRequest, number: number): Promise<Buffer> {
	const key = hashOf(JSON.stringify({ ...request, inputs: request.inputs.map(hashOf), number }));
	const known = cache.get(key);
	if (known) return known;
	// Two requests for the same picture at the same time share the drawing.
	const running = drawing.get(key) ?? draw(request, number);
	drawing.set(key, running);
	try {
		const image = await running;
		if (!cache.has(key)) remember(key, image);
		return image;
	} finally {
		drawing.delete(key);
	}
}

async function drawPadded(request: PictureRequest, bytes: number): Promise<Picture[]> {
	const plain = await cached(
		{
			...request,
			prompt: 'Load test',
			model: 'simulator',
			quality: 'low',
			n: 1,
			inputs: [],
			masked: false,
		},
		1,
	);
	return Array.from(
		{ length: request.n },
		(_, index) => () => padImage(plain, request.format, bytes, `${request.prompt} #${index + 1}`),
	);
}

/** Resolves with `n` pictures in order. */
export async function drawPictures(request: PictureRequest): Promise<Picture[]> {
	if (request.imageBytes !== undefined) return drawPadded(request, request.imageBytes);
	const pictures: Picture[] = [];
	// One after the other: ten at once at 3840x2160 would need gigabytes, and sharp uses all cores for one.
	for (let number = 1; number <= request.n; number += 1) {
		const image = await cached(request, number);
		pictures.push(() => image);
	}
	return pictures;
}
