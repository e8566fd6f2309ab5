import { describeMachine } from './machine.mts';
import { CONCURRENCY, MODEL, TITLES, type Peer } from './peers.mts';
import { table, type Section } from './section.mts';

const INTRODUCTION = `What this package, n8n's own OpenAI node, the HTTP Request node and a bare \`fetch\` script (the floor: no retry, no
limit, no checks) do with the same prompts, in the same run, against the same server: the simulator in \`test/simulator\`. No figure
here is typed by hand: \`npm run bench\` measures them all and writes this page; \`npm run bench -- limit\` measures one part
and only prints it. Every request asks for ${MODEL}, low, 1024x1024. Machines differ and are noisy: compare columns, not days.
Where there are several runs, figures are medians (least–most).`;

function summaryTable(sections: Section[]): string {
	const peers = Object.keys(TITLES) as Peer[];
	const rows = sections.flatMap(({ summary }) =>
		summary.map(({ what, cells }) => [what, ...peers.map((peer) => cells[peer] ?? '–')]),
	);
	return table(['', ...peers.map((peer) => TITLES[peer])], rows);
}

/** One part, as it stands in the page. @param name - for `npm run bench -- <name>` */
export function sectionText(name: string, { title, body }: Section): string {
	return [`## ${title}`, ...body, `Repeat: \`npm run bench -- ${name}\``].join('\n\n');
}

/** docs/benchmarks.md */
export function pageText(parts: Array<{ name: string; section: Section }>): string {
	return (
		[
			'# Benchmarks',
			INTRODUCTION,
			describeMachine(new Date()),
			`## What matters`,
			summaryTable(parts.map(({ section }) => section)),
			`At most ${CONCURRENCY} requests in flight, where that can be set. *Billed, not delivered*: images that were paid for but not delivered.`,
			...parts.map(({ name, section }) => sectionText(name, section)),
		].join('\n\n') + '\n'
	);
}
