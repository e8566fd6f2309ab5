import { objectFrom } from '../lineage/columns';

/** Reads the same field of every item; `null` = the item has none. */
export type FieldReader = (json: unknown) => string | null;

/** Longest value in a list of values. */
const MOST_LISTED = 20;

/**
 * A field of the user's row, wherever the row stands: under `input`, joined on top of the item, or in a column called
 * "input.campaign" of a table.
 * @param path such as `campaign`, `input.product.sku` or `["Campaign name"]`
 */
export function fieldReader(path: string): FieldReader {
	const name = bareName(path);
	const steps = stepsOf(name);
	return (json) => {
		const item = objectFrom(json);
		const row = objectFrom(item.input);
		return (
			valueAt(row, name, steps) ?? valueAt(item, name, steps) ?? textOf(own(item, `input.${name}`))
		);
	};
}

/** Without what n8n puts around a field: `$json.`, `input.`, `["…"]`. */
export const bareName = (path: string): string =>
	path
		.trim()
		.replace(/^\$json(?=[.[])\.?/, '')
		.replace(/^input(?=[.[])\.?/, '')
		.replace(/^\[\s*(['"])([^'"]+)\1\s*\]$/, '$2');

const stepsOf = (name: string): string[] =>
	[...name.matchAll(/\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]|([^.[\]]+)/g)].map(
		([, single, double, index, plain]) => single ?? double ?? index ?? plain ?? '',
	);

function valueAt(
	from: Record<string, unknown>,
	name: string,
	steps: readonly string[],
): string | null {
	const whole = textOf(own(from, name));
	if (whole !== null || steps.length === 0) return whole;
	const last = steps.slice(0, -1).reduce((inner, step) => objectFrom(own(inner, step)), from);
	return textOf(own(last, steps.at(-1) ?? ''));
}

const own = (from: Record<string, unknown>, name: string): unknown =>
	Object.hasOwn(from, name) ? from[name] : undefined;

/** Text, numbers, yes or no, and lists of those. Nothing else names a group. */
function textOf(value: unknown): string | null {
	if (Array.isArray(value))
		return (
			value
				.slice(0, MOST_LISTED)
				.flatMap((one) => scalarOf(one) ?? [])
				.join(', ') || null
		);
	return scalarOf(value);
}

function scalarOf(value: unknown): string | null {
	if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
		return null;
	return String(value).trim() || null;
}
