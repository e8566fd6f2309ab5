/** From a report to what has to change. */
import type { Report } from './report.mts';

const value = (some: unknown): string => JSON.stringify(some);

/** A list by file; empty: nothing has to. */
export function proposal({ findings, isSimulator, against, date }: Report): string {
	const different = findings.filter(({ verdict }) => verdict === 'different');
	if (different.length === 0) return '';
	const files = [...new Set(different.map(({ writtenIn }) => writtenIn.file))].sort();
	const parts = files.map((file) => {
		const changes = different.filter(({ writtenIn }) => writtenIn.file === file);
		const lines = changes.flatMap(({ name, writtenIn, expected, seen }) => [
			`  ${writtenIn.what}`,
			`    # ${name}`,
			`    - ${value(expected)}`,
			`    + ${value(seen)}`,
		]);
		return [file, ...lines].join('\n');
	});
	const facts = [...new Set(different.map(({ area }) => area))].sort().join(', ');
	const head = `Seen at ${against} on ${date}${isSimulator ? ' (the simulator: this says nothing about OpenAI)' : ''}.`;
	return `${head}\n\n${parts.join('\n\n')}\n\nThen change what test/live/facts expects of ${facts}, where that is not read from the catalogue, and run this again.`;
}
