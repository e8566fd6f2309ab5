/** One record of a CSV text: fields, with quotes and doubled quotes inside them resolved (RFC 4180). */
function fields(record: string): string[] {
	return [...record.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
		quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
	);
}

/**
 * Reads a CSV text whose first line names the columns and whose records are a line each.
 *
 * @returns one object for each record, by column
 */
export function parseCsv(text: string): Array<Record<string, string>> {
	const [head = '', ...records] = text.trim().split(/\r?\n/);
	const columns = fields(head);
	return records.map((record) => {
		const values = fields(record);
		return Object.fromEntries(columns.map((column, index) => [column, values[index] ?? '']));
	});
}
