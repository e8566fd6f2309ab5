/** A Markdown table. A bar within a cell doesn't end the cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** With a period at its end, unless it has one. */
export const sentence = (text: string): string =>
	text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
	heading
		.toLowerCase()
		.replace(/[^\w\s-]/g, '')
		.replace(/\s/g, '-');
