/**
 * Reads what n8n's `flatted` writes: a JSON array whose strings inside objects and lists are places in that array,
 * so that one object can be referred to twice.
 *
 * @param text - the `data` of an execution
 */
export function parseFlatted(text: string): unknown {
	const places = JSON.parse(text) as unknown[];
	const known = new Map<number, unknown>();
	const resolve = (value: unknown): unknown =>
		typeof value === 'string' ? at(Number(value)) : value;
	const at = (place: number): unknown => {
		if (known.has(place)) return known.get(place);
		const raw = places[place];
		if (raw === null || typeof raw !== 'object') return raw;
		const revived: unknown[] | Record<string, unknown> = Array.isArray(raw) ? [] : {};
		known.set(place, revived);
		for (const [key, value] of Object.entries(raw)) {
			(revived as Record<string, unknown>)[key] = resolve(value);
		}
		return revived;
	};
	return at(0);
}
