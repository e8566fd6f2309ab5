/**
 * Distinct whole numbers below `total`, ascending; the same for the same seed on every machine (Floyd's sampling).
 * @param size at most `total`
 * @param seed any text or number
 */
export function seededSample(total: number, size: number, seed: string): number[] {
	const random = seededRandom(seed);
	const chosen = new Set<number>();
	for (let top = total - size; top < total; top += 1) {
		const candidate = Math.floor(random() * (top + 1));
		chosen.add(chosen.has(candidate) ? top : candidate);
	}
	return [...chosen].sort((a, b) => a - b);
}

/** From 0 to below 1: SplitMix32, which public tests find even enough for picking words, and which no update changes. */
function seededRandom(seed: string): () => number {
	let state = hash(seed);
	return () => {
		state = (state + 0x9e3779b9) | 0;
		let mixed = state ^ (state >>> 16);
		mixed = Math.imul(mixed, 0x21f0aaad);
		mixed ^= mixed >>> 15;
		mixed = Math.imul(mixed, 0x735a2d97);
		mixed ^= mixed >>> 15;
		return (mixed >>> 0) / 2 ** 32;
	};
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
	let value = 0x811c9dc5;
	for (const character of text)
		value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
	return value | 0;
}
