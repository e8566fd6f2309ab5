import { checkLink, shownLink } from '../images/link';
import { asRecord } from '../util/json';
import { FIELD_LABELS, type FieldName, type Problem, showValue } from './parameters';

/** Where an input image is: in a binary field of the item, at a URL, or at the API by the ID of its file. */
export type InputSource =
	{ kind: 'field'; name: string } | { kind: 'url'; url: string } | { kind: 'fileId'; id: string };

/** What 'Input Images From' may be, and the field that it shows. */
export const INPUT_FIELDS = {
	binary: 'inputBinaryFields',
	url: 'inputUrls',
	fileId: 'inputFileIds',
	mixed: 'inputMixed',
} as const satisfies Record<string, FieldName>;

export type InputFrom = keyof typeof INPUT_FIELDS;

export interface InputSources {
	/** That they stand in. */
	field: FieldName;
	/** In their order. */
	sources: InputSource[];
	problems: Problem[];
}

/** More than any list of 16 links takes, in characters. */
const MOST_CHARACTERS = 200_000;

/**
 * Reads a list of images: a text with commas or line breaks, an array, or objects with a `url`, as Airtable has its
 * attachments. Each entry must be of the kind that is asked for; with `mixed` it is known by its look.
 */
export function readInputSources(from: unknown, value: unknown): InputSources {
	if (!isInputFrom(from)) {
		const message = `'Input Images From' is ${showValue(from)}. Choose binary, url, fileId or mixed.`;
		return { field: 'inputFrom', sources: [], problems: [{ field: 'inputFrom', message }] };
	}
	const field = INPUT_FIELDS[from];
	const sources: InputSource[] = [];
	const problems: Problem[] = [];
	const entries = from === 'binary' ? namesOf(value) : entriesOf(value);
	for (const entry of entries) {
		const source = sourceOf(entry, from);
		if ('problem' in source)
			problems.push({ field, message: `'${FIELD_LABELS[field]}': ${source.problem}` });
		else sources.push(source);
	}
	return { field, sources, problems };
}

const isInputFrom = (value: unknown): value is InputFrom =>
	typeof value === 'string' && Object.hasOwn(INPUT_FIELDS, value);

const namesOf = (value: unknown): string[] =>
	String(value ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');

function entriesOf(value: unknown, depth = 0): string[] {
	if (value === null || value === undefined || depth > 3) return [];
	if (Array.isArray(value)) return value.flatMap((one: unknown) => entriesOf(one, depth + 1));
	if (typeof value === 'object') return entriesOf(asRecord(value).url, depth + 1);
	const text = String(value).slice(0, MOST_CHARACTERS).trim();
	return listInJson(text)?.flatMap((one) => entriesOf(one, depth + 1)) ?? splitList(text);
}

/** Agents write a list this way, too. */
function listInJson(text: string): unknown[] | null {
	if (!text.startsWith('[')) return null;
	try {
		const list: unknown = JSON.parse(text);
		return Array.isArray(list) ? list : null;
	} catch {
		return null;
	}
}

const isLink = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text);

/** At line breaks and commas. Links may have commas in them: within one only a comma before a space or another link counts. */
function splitList(text: string): string[] {
	return text.split(/[\r\n]+/).flatMap((line) => {
		const pieces: string[] = [];
		for (const piece of line.split(',')) {
			const last = pieces.at(-1);
			const goesOn =
				last !== undefined && isLink(last.trimStart()) && /^\S/.test(piece) && !isLink(piece);
			if (goesOn) pieces[pieces.length - 1] = `${last},${piece}`;
			else pieces.push(piece);
		}
		return pieces
			.flatMap((piece) => piece.trim().split(/\s+(?=https?:\/\/)/i))
			.filter((piece) => piece !== '');
	});
}

/** `file-abc123`: OpenAI's IDs of files. */
const FILE_ID = /^file[-_][\w-]{1,200}$/;

function sourceOf(entry: string, from: InputFrom): InputSource | { problem: string } {
	const shown = `'${shownLink(entry)}'`;
	if (from === 'binary') return { kind: 'field', name: entry };
	if (FILE_ID.test(entry) && from !== 'url') return { kind: 'fileId', id: entry };
	if (from === 'fileId')
		return {
			problem: `${shown} is not a file ID, which looks like file-abc123. 'Reference' > 'Upload' returns one as fileId.`,
		};
	if (from === 'mixed' && !isLink(entry)) return { kind: 'field', name: entry };
	const checked = checkLink(entry);
	return checked.ok
		? { kind: 'url', url: checked.url }
		: { problem: `${shown} ${checked.problem}.` };
}
