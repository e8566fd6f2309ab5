/**
 * Single values of a request. Messages and codes as the API words them for `n`, `quality`,
 * `output_compression` and others (live probes reported in public repositories, August 2026).
 * Null and absent mean the same for optional parameters.
 */
import { invalidRequest, invalidType, stringTooLong } from '../errors.mts';

/** How the API names the type of a JSON value. */
export function typeName(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'an array';
	if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
	return (
		{ string: 'a string', boolean: 'a boolean', object: 'an object' }[typeof value as string] ??
		typeof value
	);
}

/** `'a', 'b', and 'c'` */
export function quotedList(values: readonly string[], conjunction: 'and' | 'or'): string {
	const quoted = values.map((value) => `'${value}'`);
	const last = quoted.pop() ?? '';
	if (quoted.length === 0) return last;
	return `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} ${conjunction} ${last}`;
}

export interface IntegerRule {
	minimum: number;
	maximum: number;
	/** The value came as text (multipart or query): digits are a number. */
	textual: boolean;
}

export function integer(value: unknown, name: string, rule: IntegerRule): number | undefined {
	if (value === undefined || value === null) return undefined;
	let number = value;
	if (rule.textual && typeof value === 'string') {
		if (!/^-?\d+$/.test(value)) {
			const message = `Invalid type for '${name}': expected an integer, but got a string value that could not be converted into an integer.`;
			throw invalidRequest(message, name, 'invalid_type');
		}
		number = Number(value);
	}
	if (typeof number !== 'number' || !Number.isInteger(number))
		throw invalidType(name, 'an integer', typeName(value));
	if (number < rule.minimum) {
		const message = `Invalid '${name}': integer below minimum value. Expected a value >= ${rule.minimum}, but got ${number} instead.`;
		throw invalidRequest(message, name, 'integer_below_min_value');
	}
	if (number > rule.maximum) {
		const message = `Invalid '${name}': integer above maximum value. Expected a value <= ${rule.maximum}, but got ${number} instead.`;
		throw invalidRequest(message, name, 'integer_above_max_value');
	}
	return number;
}

export function enumeration<T extends string>(
	value: unknown,
	name: string,
	allowed: readonly T[],
): T | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value !== 'string')
		throw invalidType(name, `one of ${quotedList(allowed, 'or')}`, typeName(value));
	const found = allowed.find((entry) => entry === value);
	if (found !== undefined) return found;
	throw invalidRequest(
		`Invalid value: '${value}'. Supported values are: ${quotedList(allowed, 'and')}.`,
		name,
		'invalid_value',
	);
}

export function boolean(value: unknown, name: string, textual: boolean): boolean | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'boolean') return value;
	if (textual && (value === 'true' || value === 'false')) return value === 'true';
	throw invalidType(name, 'a boolean', typeName(value));
}

/** An optional string of at most `maximum` characters. */
export function limitedString(value: unknown, name: string, maximum: number): string | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value !== 'string') throw invalidType(name, 'a string', typeName(value));
	const length = [...value].length;
	if (length > maximum) throw stringTooLong(name, maximum, length);
	return value;
}
