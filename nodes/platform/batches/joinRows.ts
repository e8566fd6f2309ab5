import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type Problem, showValue } from '../../core/requests/parameters';
import { asRecord, jsonOrNull } from '../../core/util/json';
import { problemsError } from '../n8n/errors';
import type { Hints } from '../n8n/hints';

/** Rows that stayed in n8n while their images were made, by the value that is their custom ID. */
interface Rows {
	byId: Map<string, IDataObject>;
	/** Values that several rows have: the first of them counts. */
	doubled: Set<string>;
	matchingField: string;
}

const ROWS_WANTED = "It must be a list of items or objects, e.g. {{ $('Rows').all() }}.";

/**
 * The rows that Collect was given, read once, before anything is downloaded.
 * @returns `null` = none
 * @throws NodeOperationError when they can't be used
 */
export function readRows(context: IExecuteFunctions): Rows | null {
	const { rows: given, matchingField: field } = context.getNodeParameter(
		'options',
		0,
		{},
	) as Record<string, unknown>;
	const matchingField = String(field ?? '').trim();
	if (isNothing(given) && matchingField === '') return null;
	const rows = rowsOf(given);
	const problems: Problem[] = rows === null ? [{ field: 'rows', message: whyNoRows(given) }] : [];
	if (matchingField === '')
		problems.push({
			field: 'matchingField',
			message:
				"'Matching Field' is empty. Enter the field of the rows whose value was the custom ID, e.g. sku.",
		});
	if (rows === null || problems.length > 0) throw problemsError(context.getNode(), problems, null);
	return byValue(rows, matchingField);
}

const isNothing = (given: unknown): boolean =>
	given === undefined || given === null || given === '';

function whyNoRows(given: unknown): string {
	if (isNothing(given)) return `'Rows' is empty, but 'Matching Field' is set. ${ROWS_WANTED}`;
	if (typeof given === 'string' && given.includes('{{'))
		return "'Rows' is an expression that was not evaluated. Switch the field from Fixed to Expression.";
	return `'Rows' is ${showValue(given)}. ${ROWS_WANTED}`;
}

/** Items of n8n, plain objects, or the JSON text of either. */
function rowsOf(given: unknown): IDataObject[] | null {
	const list = typeof given === 'string' ? jsonOrNull(given) : given;
	if (!Array.isArray(list)) return null;
	const rows = list.map((row: unknown) => {
		const { json } = asRecord(row);
		return (typeof json === 'object' && json !== null ? json : row) as IDataObject;
	});
	return rows.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row))
		? rows
		: null;
}

function byValue(rows: readonly IDataObject[], matchingField: string): Rows {
	const byId = new Map<string, IDataObject>();
	const doubled = new Set<string>();
	for (const row of rows) {
		const id = String(row[matchingField] ?? '').trim();
		if (id === '') continue;
		if (byId.has(id)) doubled.add(id);
		else byId.set(id, row);
	}
	return { byId, doubled, matchingField };
}

/** Puts each result's row under `input`, and tells of results without one and of rows that are not the only one. */
export function joinRows(
	items: readonly INodeExecutionData[],
	rows: Rows | null,
	hints: Hints,
): INodeExecutionData[] {
	if (rows === null) return [...items];
	const missing = new Set<string>();
	const doubled = new Set<string>();
	const joined = items.map((item) => {
		const { customId } = item.json;
		if (typeof customId !== 'string') return item;
		const row = rows.byId.get(customId);
		if (row === undefined) missing.add(customId);
		if (rows.doubled.has(customId)) doubled.add(customId);
		return row === undefined ? item : { ...item, json: { ...item.json, input: row } };
	});
	const field = `'${rows.matchingField}'`;
	if (missing.size > 0)
		hints.add('warning', `No row has ${some(missing)} in ${field}, so these results have no row.`);
	if (doubled.size > 0)
		hints.add(
			'warning',
			`Several rows have ${some(doubled)} in ${field}; these results have the first one as input.`,
		);
	return joined;
}

const MOST_NAMED = 5;

function some(ids: ReadonlySet<string>): string {
	const named = [...ids].slice(0, MOST_NAMED).map(showValue).join(', ');
	return ids.size > MOST_NAMED ? `${named} and ${ids.size - MOST_NAMED} more` : named;
}
