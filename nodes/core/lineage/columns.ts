import { jsonOrNull } from '../util/json';

/**
 * What stands in an item, wherever it has been. A Data Table or a Google Sheet keeps objects as JSON text; n8n's own
 * conversion to CSV makes columns such as "image.id"; people name columns imageId, image_id or "Image ID".
 */
export interface Columns {
	/** An object of the item, also one that came back as JSON text. `{}` = there is none. */
	object: (name: string) => Record<string, unknown>;
	/**
	 * The first of these columns that has a value, however it is spelt.
	 * @param names in small letters, without anything between
	 */
	column: (...names: string[]) => unknown;
}

export function columnsOf(json: unknown): Columns {
	const item = objectFrom(json);
	let spelt: Map<string, unknown> | undefined;
	return {
		object: (name) => objectFrom(item[name]),
		column: (...names) => {
			spelt ??= bySpelling(item);
			for (const name of names) {
				const value = spelt.get(name);
				if (value !== undefined && value !== null && value !== '') return value;
			}
			return undefined;
		},
	};
}

function bySpelling(item: Record<string, unknown>): Map<string, unknown> {
	const spelt = new Map<string, unknown>();
	for (const [name, value] of Object.entries(item)) {
		const key = spelling(name);
		if (!spelt.has(key) || name === key) spelt.set(key, value);
	}
	return spelt;
}

/** The same for all ways of writing a column's name. */
export const spelling = (name: string): string => name.replace(/[\s_.-]/g, '').toLowerCase();

/** An object, or the JSON text of one. `{}` = neither. */
export function objectFrom(value: unknown): Record<string, unknown> {
	const parsed = typeof value === 'string' && /^\s*\{/.test(value) ? jsonOrNull(value) : value;
	return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
		? (parsed as Record<string, unknown>)
		: {};
}
