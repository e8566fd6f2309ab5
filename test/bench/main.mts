/** `npm run bench`, on Node 24: measures everything and writes docs/benchmarks.md; with names, only prints those parts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../../scripts/lib/progress.mjs';
import { projectRoot } from '../n8n/harness/environment.mts';
import { openLab } from './lab.mts';
import { pageText, sectionText } from './report.mts';
import { batches } from './scenarios/batches.mts';
import { edits } from './scenarios/edits.mts';
import { eventLoop } from './scenarios/eventLoop.mts';
import { faults } from './scenarios/faults.mts';
import { inFlight } from './scenarios/inFlight.mts';
import { limit } from './scenarios/limit.mts';
import { memory } from './scenarios/memory.mts';
import { retry } from './scenarios/retry.mts';
import { review } from './scenarios/review.mts';
import { throughput } from './scenarios/throughput.mts';
import type { Section } from './section.mts';
import { executions } from './simulation/executions.mts';
import { scenarios } from './simulation/scenarios.mts';
import { simulation } from './simulation/section.mts';

const SCENARIOS = [
	throughput,
	memory,
	inFlight,
	edits,
	limit,
	faults,
	retry,
	batches,
	review,
	eventLoop,
];
/** Simulations, most with a chart. */
const SIMULATIONS = [
	{ name: 'workers', simulate: simulation, chart: 'images/workers.svg' },
	{ name: 'servers', simulate: scenarios, chart: '' },
	{ name: 'executions', simulate: executions, chart: 'images/executions.svg' },
];
const NAMES = [...SCENARIOS, ...SIMULATIONS].map(({ name }) => name);

const DOCS = join(projectRoot, 'docs');

type Part = { name: string; section: Section };

async function measureScenarios(names: string[]): Promise<Part[]> {
	const chosen = SCENARIOS.filter(({ name }) => names.includes(name));
	if (chosen.length === 0) return [];
	const lab = await openLab();
	const parts: Part[] = [];
	try {
		for (const { name, run } of chosen)
			parts.push({ name, section: await step(name, async () => await run(lab)) });
	} finally {
		await lab.close();
	}
	return parts;
}

async function bench(args: string[]): Promise<void> {
	const unknown = args.find((name) => !NAMES.includes(name));
	if (unknown !== undefined) throw new Error(`There is no part "${unknown}": ${NAMES.join(', ')}.`);
	const names = args.length > 0 ? args : NAMES;
	const parts = await measureScenarios(names);
	const charts: Array<{ file: string; svg: string }> = [];
	for (const { name, simulate, chart } of SIMULATIONS.filter((one) => names.includes(one.name))) {
		const simulated = await step(name, async () => await simulate(chart));
		if (simulated.svg !== null) charts.push({ file: chart, svg: simulated.svg });
		parts.push({ name, section: simulated.section });
	}
	if (args.length > 0) {
		console.log(`\n${parts.map(({ name, section }) => sectionText(name, section)).join('\n\n')}`);
		return;
	}
	mkdirSync(join(DOCS, 'images'), { recursive: true });
	for (const { file, svg } of charts) writeFileSync(join(DOCS, file), svg);
	writeFileSync(join(DOCS, 'benchmarks.md'), pageText(parts));
	console.log('\nwritten: docs/benchmarks.md');
}

await bench(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
