import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runGroup } from './group.mjs';
import { node24, root } from './paths.mjs';
import { npmEnv } from './process.mjs';

/** @typedef {{ path: string, passed: number, failed: number }} FailedFile - `failed` is 1 for a file that could not run */
/** @typedef {{ passed: number, failed: number, skipped: number, notes: string[], files?: FailedFile[] }} Count */

/**
 * @param {{ testResults: { name: string, assertionResults: { status: string, fullName: string }[] }[] }} result
 * @returns {string[]} one line for each test that failed
 */
function namesOfFailed({ testResults }) {
	return testResults.flatMap(({ name, assertionResults }) =>
		assertionResults
			.filter(({ status }) => status === 'failed')
			.map(({ fullName }) => `✕ ${relative(root, name)}: ${fullName}`),
	);
}

/**
 * @param {{ testResults: { name: string, status: string, assertionResults: { status: string }[] }[] }} result
 * @returns {FailedFile[]}
 */
function failedFiles({ testResults }) {
	return testResults
		.filter(({ status }) => status === 'failed')
		.map(({ name, assertionResults }) => {
			/** @param {string} status */
			const count = (status) =>
				assertionResults.filter((assertion) => assertion.status === status).length;
			return { path: name, passed: count('passed'), failed: count('failed') || 1 };
		});
}

/**
 * What jest's --json report says. A file that could not run and a crash count as failures of their own, so that
 * "0 failed" means that everything ran.
 *
 * @param {string} report - the file
 * @param {boolean} endedWell - whether jest ended with exit code 0
 * @returns {Count}
 */
function readReport(report, endedWell) {
	if (!existsSync(report))
		return { passed: 0, failed: 1, skipped: 0, notes: ['jest crashed before it wrote its report'] };
	const result = JSON.parse(readFileSync(report, 'utf8'));
	const notes = namesOfFailed(result);
	let failed = result.numFailedTests;
	if (result.numRuntimeErrorTestSuites > 0) {
		failed += result.numRuntimeErrorTestSuites;
		notes.push(`${result.numRuntimeErrorTestSuites} test files could not run`);
	}
	if (!endedWell && failed === 0) {
		failed = 1;
		notes.push('jest failed outside of the tests');
	}
	return {
		passed: result.numPassedTests,
		failed,
		skipped: result.numPendingTests + result.numTodoTests,
		notes,
		files: failedFiles(result),
	};
}

/** How long jest may take to end when its report is written, in ms: whatever is left open then would keep it for ever. */
const END_MS = 30_000;

/** @param {string} report @returns {{ signal: AbortSignal, stop: () => void }} aborted when jest should have ended long ago */
function watchEnd(report) {
	const late = new AbortController();
	let writtenAt = Infinity;
	const timer = setInterval(() => {
		if (writtenAt === Infinity && existsSync(report)) writtenAt = Date.now();
		if (Date.now() - writtenAt > END_MS) late.abort();
	}, 1_000);
	return { signal: late.signal, stop: () => clearInterval(timer) };
}

/** What says how many run at once. */
const HOW_MANY = /^(?:-i|--runInBand|-w|--maxWorkers)(?:=|$)/;

/**
 * Runs jest on Node 24.
 *
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, workers?: number, onOutput?: (text: string) => void }} options - `env` is added to the
 *   environment; `workers` is how many test files run at once; without `onOutput` what jest prints is shown
 * @returns {Promise<Count>}
 */
export async function runJest(args, { env, workers = 1, onOutput }) {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-jest-'));
	const report = join(folder, 'report.json');
	const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const reporters = [
		`--reporters=${join(root, 'scripts', 'lib', 'liveReporter.cjs')}`,
		'--reporters=summary',
	];
	const always = [
		'--verbose',
		'--passWithNoTests',
		'--json',
		`--outputFile=${report}`,
		...reporters,
	];
	// The tests' folder for temporary files is gone after a run; what jest has compiled stays.
	always.push(`--cacheDirectory=${join(root, 'node_modules', '.cache', 'jest')}`);
	if (!args.some((arg) => HOW_MANY.test(arg))) always.push(`--maxWorkers=${workers}`);
	const { signal, stop } = watchEnd(report);
	try {
		const code = await runGroup(node24, [jest, ...args, ...always], {
			cwd: root,
			env: npmEnv(env),
			signal,
			...(onOutput && { onOutput }),
		});
		const count = readReport(report, code === 0);
		if (signal.aborted)
			count.notes.push(
				'jest did not end by itself: a test left something open (see --detectOpenHandles)',
			);
		return count;
	} finally {
		stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
