export const asRecord = (value: unknown): Record<string, unknown> =>
	typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const asText = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? value : null;

/** No list, and not `null`. */
export const isObject = (value: unknown): boolean =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a JSON text holds; `null` = it is not JSON. */
export function jsonOrNull(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/**
 * One object of several, for hot paths. V8 remembers at most 1,536 first properties of an empty object. A process with
 * thousands of different objects, such as n8n, has used them up: from then on each object that is spread, or put
 * together property by property, gets hidden classes of its own, which only a full collection frees (measured: 200 MB
 * for 50,000 rows). An object without a prototype is a dictionary and has none; one that is written with all its
 * properties at once shares one.
 */
export function plainObject(...parts: ReadonlyArray<object | null>): Record<string, unknown> {
	return Object.assign(Object.create(null) as Record<string, unknown>, ...parts) as Record<
		string,
		unknown
	>;
}
