import { elapsed } from './progress.mjs';

/** @typedef {import('./jest.mjs').Count} Count */
/** @typedef {Count & { name: string }} JobCount - `name` is the job's */
/** @typedef {{ name: string, run: (onOutput?: (text: string) => void) => Promise<Count> }} Job */

/** How often it says how far the jobs are, in ms. */
const HEARTBEAT_MS = 30_000;

/** @param {unknown} error */
function message(error) {
	return error instanceof Error ? error.message : String(error);
}

/**
 * Something that could not even start, for example because its set-up failed.
 *
 * @param {string} note
 * @returns {Count}
 */
export function failure(note) {
	return { passed: 0, failed: 1, skipped: 0, notes: [note] };
}

/** @param {Count[]} counts @returns {Count} */
export function sum(counts) {
	return {
		passed: counts.reduce((all, { passed }) => all + passed, 0),
		failed: counts.reduce((all, { failed }) => all + failed, 0),
		skipped: counts.reduce((all, { skipped }) => all + skipped, 0),
		notes: counts.flatMap(({ notes }) => notes),
	};
}

/** What a job prints, kept until it ends; what fails is said at once. @param {string} name */
function createBlock(name) {
	let text = '';
	let seen = 0;
	let passed = 0;
	return {
		get passed() {
			return passed;
		},
		get text() {
			return text;
		},
		/** @param {string} chunk */
		add(chunk) {
			text += chunk;
			const complete = text.slice(seen, text.lastIndexOf('\n') + 1);
			seen += complete.length;
			for (const line of complete.split('\n')) {
				if (line.startsWith('  ✓ ')) passed += 1;
				if (line.startsWith('  ✕ ')) console.log(`${name}:${line}`);
			}
		},
	};
}

/**
 * Runs the jobs of a lane one after another, and the lanes side by side. What a job prints is shown in one block when it
 * has ended, or as it comes when it is the only one.
 *
 * @param {Job[][]} lanes
 * @param {AbortSignal} interrupted - no further job starts after it
 * @returns {Promise<JobCount[]>} one for each job
 */
export async function runLanes(lanes, interrupted) {
	const alone = lanes.flat().length === 1;
	/** @type {Map<string, ReturnType<typeof createBlock>>} */
	const running = new Map();
	const heartbeat = setInterval(() => {
		if (!alone)
			console.log(
				`  … ${[...running].map(([name, { passed }]) => `${name}: ${passed} passed`).join(', ')}`,
			);
	}, HEARTBEAT_MS);
	/** @param {Job} job @returns {Promise<JobCount>} */
	const runJob = async ({ name, run }) => {
		if (interrupted.aborted) return { name, ...failure(`${name} was not run`) };
		const startedAt = Date.now();
		const block = createBlock(name);
		running.set(name, block);
		const count = await run(alone ? undefined : (chunk) => block.add(chunk)).catch((error) =>
			failure(`${name}: ${message(error)}`),
		);
		running.delete(name);
		if (alone) return { name, ...count };
		process.stderr.write(`\n===== ${name} =====\n${block.text}`);
		console.log(
			`===== ${name}: ${count.passed} passed, ${count.failed} failed in ${elapsed(startedAt)} =====`,
		);
		return { name, ...count };
	};
	/** @param {Job[]} lane */
	const runLane = async (lane) => {
		const counts = [];
		for (const job of lane) counts.push(await runJob(job));
		return counts;
	};
	try {
		return (await Promise.all(lanes.map(runLane))).flat();
	} finally {
		clearInterval(heartbeat);
	}
}
