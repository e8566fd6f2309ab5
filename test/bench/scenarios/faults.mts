import type { Fault } from '../../simulator/index.mts';
import type { Lab } from '../lab.mts';
import { prompts, type Scenario } from '../section.mts';
import { casesTable, runCases, seenList, summaryLine } from './delivery.mts';

const IMAGES = 60;
const PER_MINUTE = 45;
const LATENCY_MS = 100;
/** One request in so many that get through is followed by one that a fault hits. */
const EVERY = 4;
const ROUND: Fault[] = [
	'serverError',
	'dropBeforeWork',
	'overloaded',
	'dropBeforeAnswer',
	'htmlError',
];
const FAULTS = [...ROUND, ...ROUND];
/** Prompts that no fault hits when they come in order. */
const BLOCKED = [6, 31];

/** The same faults for everybody, at the same distances; counted by requests that reach the model. */
function faultyServer({ simulator }: Lab): () => number {
	const left = [...FAULTS];
	let reached = 0;
	return () => {
		reached += 1;
		const fault = reached % EVERY === 0 ? left.shift() : undefined;
		if (fault) simulator.failNext(fault);
		return LATENCY_MS;
	};
}

/** Server errors, dropped connections, a limit and two prompts that moderation blocks, all in one run. */
export const faults: Scenario = {
	name: 'faults',
	async run(lab) {
		const asked = prompts(IMAGES).map((prompt, index) =>
			BLOCKED.includes(index) ? `${prompt} [blocked]` : prompt,
		);
		const cases = await runCases(lab, () => ({
			prompts: asked,
			server: { imagesPerMinute: PER_MINUTE, latencyMs: faultyServer(lab) },
		}));
		const count = (...names: Fault[]): number =>
			FAULTS.filter((fault) => names.includes(fault)).length;
		return {
			title: `${IMAGES} images with many faults`,
			body: [
				`Of ${IMAGES} prompts, moderation blocks ${BLOCKED.length}. The server also answers ${count('serverError', 'overloaded', 'htmlError')} times with a server error, ` +
					`drops the connection ${count('dropBeforeWork')} times before it has worked and ${count('dropBeforeAnswer')} times after it has worked and billed, ` +
					`and lets ${PER_MINUTE} images per minute through. So ${IMAGES - BLOCKED.length} images can be delivered at best. One run each: these are counts.`,
				casesTable(cases),
				seenList(cases),
			],
			summary: [
				summaryLine(
					`${IMAGES} images with faults, with *On Error: Stop Workflow*`,
					cases,
					'Stop Workflow',
				),
				summaryLine(`${IMAGES} images with faults, with *On Error: Continue*`, cases, 'Continue'),
			],
		};
	},
};
