import type { Lab } from './lab.mts';
import { TITLES, type Peer } from './peers.mts';

/** A line of the first table: what matters to a user, by peer. */
export interface SummaryLine {
	what: string;
	cells: Partial<Record<Peer, string>>;
}

/** A part of docs/benchmarks.md. */
export interface Section {
	title: string;
	/** paragraphs of Markdown, tables among them */
	body: string[];
	summary: SummaryLine[];
}

export interface Scenario {
	/** for `npm run bench -- <name>` */
	name: string;
	run(lab: Lab): Promise<Section>;
}

/** A Markdown table; the first column is text, all others are numbers. */
export function table(head: string[], rows: string[][]): string {
	const line = (cells: string[]): string =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(head), `|---|${'---:|'.repeat(head.length - 1)}`, ...rows.map(line)].join('\n');
}

/** A Markdown table with one row a peer. */
export function peerTable(head: string[], rows: Array<[Peer, ...string[]]>): string {
	return table(
		['', ...head],
		rows.map(([peer, ...cells]) => [TITLES[peer], ...cells]),
	);
}

/** Prompts that tell one image from another. */
export function prompts(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `a red balloon, number ${index + 1}`);
}

/** What somebody reads, made short enough for a table. */
export function quote(text: string | null): string {
	if (text === null) return 'no error';
	const line = text
		.replace(/\\n|\s/g, ' ')
		.replace(/ +/g, ' ')
		.replaceAll('\\"', '"')
		.replace(/req_[0-9a-f]+/g, 'req_…');
	return line.length > 110 ? `${line.slice(0, 110)}…` : line;
}
