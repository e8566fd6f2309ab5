/**
 * Lines up rows in columns, with a rule below the first row and above the last.
 *
 * @param rows - the first is the head, the last the sum
 * @param right - which columns hold numbers
 */
export function formatTable(rows: string[][], right: number[]): string {
	const widths = (rows[0] ?? []).map((_, column) =>
		Math.max(...rows.map((row) => row[column]?.length ?? 0)),
	);
	const line = (row: string[]): string =>
		widths
			.map((width, column) => {
				const cell = row[column] ?? '';
				return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
			})
			.join('  ')
			.trimEnd();
	const rule = widths.map((width) => '-'.repeat(width)).join('  ');
	const lines = rows.map(line);
	return [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)].join('\n');
}
