import type { ImageFacts } from './types';

const SVG = {
	format: 'svg',
	mimeType: 'image/svg+xml',
	extension: 'svg',
	alphaChannel: null,
} as const;

/** In which the root element must begin and end: comments and declarations before it can be long. */
const HEAD_BYTES = 64 * 1024;

/**
 * Knows an SVG by its root element and reads its size. Nothing else is looked at: whoever made it, it is shown as an image
 * only, where browsers run and load nothing.
 */
export function inspectSvg(bytes: Uint8Array): ImageFacts | null {
	const text = headOf(bytes);
	const root = rootTag(text);
	if (root === null || !/^<(?:[\w.-]+:)?svg[\s/>]/.test(root)) return null;
	return { ...SVG, ...sizeOf(attributesOf(root)) };
}

/** Its beginning as text: UTF-8, or UTF-16 with its mark. */
function headOf(bytes: Uint8Array): string {
	const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES));
	if (head[0] === 0xff && head[1] === 0xfe) return head.toString('utf16le', 2);
	if (head[0] === 0xfe && head[1] === 0xff)
		return Buffer.from(head.subarray(2, head.length - (head.length % 2)))
			.swap16()
			.toString('utf16le');
	return head.toString('utf8').replace(/^\ufeff/, '');
}

/** What stands before the root element, by how it begins and ends. */
const PROLOGUE: ReadonlyArray<readonly [begins: string, ends: string]> = [
	['<?', '?>'],
	['<!--', '-->'],
	['<!', '>'],
];

/** The root element's tag with its attributes; `null` = there is none. */
function rootTag(text: string): string | null {
	for (let at = skipSpaces(text, 0); text[at] === '<'; at = skipSpaces(text, at)) {
		const before = PROLOGUE.find(([begins]) => text.startsWith(begins, at));
		if (before === undefined) {
			const end = tagEnd(text, at);
			return end < 0 ? null : text.slice(at, end + 1);
		}
		const end = text.indexOf(before[1], endOfEntities(text, at));
		if (end < 0) return null;
		at = end + before[1].length;
	}
	return null;
}

/** A document type may declare entities, in brackets. */
function endOfEntities(text: string, at: number): number {
	if (!/^<!doctype/i.test(text.slice(at, at + 9))) return at;
	const [bracket, end] = [text.indexOf('[', at), text.indexOf('>', at)];
	return bracket < 0 || bracket > end ? at : Math.max(at, text.indexOf(']', bracket));
}

function skipSpaces(text: string, from: number): number {
	let at = from;
	while (/\s/.test(text.charAt(at))) at += 1;
	return at;
}

/** Of a tag, whose attributes may hold its last character. */
function tagEnd(text: string, from: number): number {
	let quote = '';
	for (let at = from; at < text.length; at += 1) {
		const character = text.charAt(at);
		if (quote !== '') quote = character === quote ? '' : quote;
		else if (character === '"' || character === "'") quote = character;
		else if (character === '>') return at;
	}
	return -1;
}

function attributesOf(tag: string): ReadonlyMap<string, string> {
	const found = tag.matchAll(/\s(width|height|viewBox)\s*=\s*(?:"([^"]*)"|'([^']*)')/g);
	return new Map(
		Array.from(found, ([, name = '', double, single]) => [name, double ?? single ?? '']),
	);
}

/** Pixels, as the root says them or else its view box; other units depend on where it is shown. */
function sizeOf(attributes: ReadonlyMap<string, string>): Pick<ImageFacts, 'width' | 'height'> {
	const said = ['width', 'height'].map((name) => sideOf(attributes.get(name), /^(.*?)(?:px)?$/));
	const [width = null, height = null] = said;
	if (width !== null && height !== null) return { width, height };
	const box = (attributes.get('viewBox') ?? '').trim().split(/[\s,]+/);
	const [across = null, down = null] = box.slice(2, 4).map((side) => sideOf(side, /^(.*)$/));
	return across === null || down === null
		? { width: null, height: null }
		: { width: across, height: down };
}

function sideOf(text: string | undefined, form: RegExp): number | null {
	const number = form.exec((text ?? '').trim().slice(0, 40))?.[1] ?? '';
	const side = /^\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(number)
		? Math.round(Number(number))
		: 0;
	return side > 0 && side < 1e9 ? side : null;
}
