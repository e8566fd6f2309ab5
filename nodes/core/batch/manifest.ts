import { numberedName } from '../images/fileName';
import { NO_ORIGIN, type Origin, readOrigin } from '../lineage/origin';
import { asRecord, asText, jsonOrNull } from '../util/json';
import type { RequestLine } from './requestLine';

/**
 * A file beside a batch's input file, one JSON text a line, that says what each request is about: what the
 * API's results do not repeat, and the user's own fields.
 */
export interface ManifestEntry {
	/** Of the line in the input file. */
	lineId: string;
	/** The same for the same request of the same item, so that it is known again; empty = an older manifest, or an input file. */
	key: string;
	/** What the user knows the item by. */
	customId: string;
	/** Position among all items of the submission. */
	position: number;
	/** Which of the item's images this request makes. */
	offset: number;
	/** Of the whole item. */
	count: number;
	images: number;
	prompt: string;
	model: string;
	requestedModel: string;
	quality: string;
	size: string;
	background: string | null;
	/** Of its images' files, without extension. Empty = not said, as by another tool. */
	fileNames: readonly string[];
	fields: Record<string, unknown> | null;
	origin: Origin;
}

/** What is true for the whole batch. */
interface ManifestHeader {
	/** Files that were uploaded for edits of this batch alone, so that they may be deleted with it. */
	ownFileIds: string[];
}

export type ManifestFacts = Pick<
	ManifestEntry,
	| 'key'
	| 'customId'
	| 'position'
	| 'offset'
	| 'count'
	| 'requestedModel'
	| 'fileNames'
	| 'fields'
	| 'origin'
>;

const VERSION = 1;

export function writeManifestHeader({ ownFileIds }: ManifestHeader): string {
	return `${JSON.stringify({ manifest: VERSION, own_file_ids: ownFileIds })}\n`;
}

export function writeManifestEntry(
	{ lineId, request, images }: RequestLine,
	facts: ManifestFacts,
): string {
	const { prompt, model, quality, size, background = null } = request;
	const { key, customId, position, fileNames, fields, offset, count, requestedModel, origin } =
		facts;
	// Named one by one: see plainObject.
	const entry: ManifestEntry = {
		lineId,
		key,
		customId,
		position,
		fileNames,
		fields,
		offset,
		count,
		requestedModel,
		origin,
		images,
		prompt,
		model,
		quality,
		size,
		background,
	};
	return `${JSON.stringify(entry)}\n`;
}

/** What one line of a manifest, or of an input file where there is no manifest, tells. */
type ManifestLine = { header: ManifestHeader } | { entry: ManifestEntry } | null;

/**
 * @param position of the line, for files that do not say
 * @returns `null` = nothing that is known here
 */
export function readManifestLine(line: Buffer, position: number): ManifestLine {
	const value = asRecord(jsonOrNull(line.toString('utf8')));
	if (value.manifest !== undefined) {
		const ids = Array.isArray(value.own_file_ids) ? value.own_file_ids : [];
		return { header: { ownFileIds: ids.filter((id) => typeof id === 'string') } };
	}
	if (typeof value.lineId === 'string') return { entry: fromManifest(value, value.lineId) };
	if (typeof value.custom_id === 'string')
		return { entry: fromInputLine(value, value.custom_id, position) };
	return null;
}

function fromManifest(value: Record<string, unknown>, lineId: string): ManifestEntry {
	return {
		...commonFacts(value),
		lineId,
		key: asText(value.key) ?? '',
		customId: asText(value.customId) ?? lineId,
		position: wholeOr(value.position, 0),
		offset: wholeOr(value.offset, 0),
		count: wholeOr(value.count, 1),
		images: wholeOr(value.images, 1),
		requestedModel: asText(value.requestedModel) ?? asText(value.model) ?? '',
		fileNames: Array.isArray(value.fileNames)
			? value.fileNames.map((name) => numberedName(asText(name) ?? ''))
			: [],
		fields:
			typeof value.fields === 'object' && value.fields !== null ? asRecord(value.fields) : null,
		origin: readOrigin(asRecord(value.origin)),
	};
}

/** A batch that another tool submitted has only its input file. */
function fromInputLine(
	value: Record<string, unknown>,
	lineId: string,
	position: number,
): ManifestEntry {
	const body = asRecord(value.body);
	const images = wholeOr(body.n, 1);
	return {
		...commonFacts(body),
		lineId,
		key: '',
		customId: lineId,
		position,
		offset: 0,
		count: images,
		images,
		requestedModel: asText(body.model) ?? '',
		fileNames: [],
		fields: null,
		origin: NO_ORIGIN,
	};
}

function commonFacts(value: Record<string, unknown>) {
	return {
		prompt: asText(value.prompt) ?? '',
		model: asText(value.model) ?? '',
		quality: asText(value.quality) ?? 'auto',
		size: asText(value.size) ?? 'auto',
		background: asText(value.background),
	};
}

const wholeOr = (value: unknown, fallback: number): number =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fallback;
