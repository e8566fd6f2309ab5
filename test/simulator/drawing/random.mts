/** Numbers that look random and are the same for the same text, on every machine. */
import { createHash } from 'node:crypto';

export interface Random {
	/** From 0 up to 1. */
	next(): number;
	/** From `low` up to `high`. */
	between(low: number, high: number): number;
	pick<T>(values: readonly [T, ...T[]]): T;
}

/** A generator (mulberry32) seeded by the SHA-256 of a text. */
export function randomFrom(text: string): Random {
	let state = createHash('sha256').update(text).digest().readUInt32LE(0);
	const next = (): number => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
	return {
		next,
		between: (low, high) => low + next() * (high - low),
		pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
	};
}
