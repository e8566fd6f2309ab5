import { escapeHtml, plural } from '../util/text';
import type { ImageRecord } from './imageRecord';
import type { SayUsd } from './words';

/** An image with its file, to be shown on the page. */
export interface Picture {
	image: ImageRecord;
	/** Of a raster image. */
	mimeType: string;
	base64: string;
}

/** What the pictures of a page may take together, in bytes of their files: the page has them inside, a third larger. */
export const PICTURE_BYTES = 6_000_000;
export const MOST_PICTURES = 60;

/** Those that were chosen come first, because there may be no room for all. */
export function bySelection(images: readonly ImageRecord[]): ImageRecord[] {
	const rank = ({ promoted, picked, stage }: ImageRecord): number =>
		promoted ? 0 : picked === true ? 1 : stage === 'final' ? 2 : 3;
	return [...images].sort((a, b) => rank(a) - rank(b));
}

/**
 * As backgrounds of plain boxes: n8n's preview of a page takes addresses of its own data away from images, but not from
 * styles.
 */
export function gallery(pictures: readonly Picture[], images: number, usd: SayUsd): string {
	if (pictures.length === 0) return '';
	const left = images - pictures.length;
	const note =
		left === 0
			? ''
			: `<p class="soft">${plural(left, 'more image')} not shown: the file is not in the input items, or there is no room left on the page.</p>`;
	return `<section><h2>Images</h2><div class="pictures">${pictures.map((picture) => figure(picture, usd)).join('\n')}</div>${note}</section>`;
}

function figure({ image, mimeType, base64 }: Picture, usd: SayUsd): string {
	const { promoted, picked, model, quality, cost, group } = image;
	const prompt = clip(image.prompt ?? '');
	const mark = promoted
		? 'promoted'
		: picked === true
			? 'picked'
			: picked === false
				? 'not picked'
				: '';
	const facts = [
		cost === null ? 'cost unknown' : usd(cost),
		mark,
		group === null ? '' : clip(group),
		clip(model),
		clip(quality),
	].filter((fact) => fact !== '' && fact !== 'unknown');
	return [
		`<figure><div class="picture" role="img" aria-label="${escapeHtml(prompt || 'Image')}" style="background-image:url(data:${mimeType};base64,${base64})"></div>`,
		`<figcaption>${escapeHtml(prompt)}<span>${escapeHtml(facts.join(' · '))}</span></figcaption></figure>`,
	].join('');
}

const LONGEST = 80;

const clip = (text: string): string =>
	text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
