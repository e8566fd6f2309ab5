import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { node24, root } from './paths.mjs';
import { CommandError, npmEnv, run } from './process.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number, notes: string[] }} Count */

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
 * What jest's --json report says. A file that could not run and a crash count as failures of their own, so that
 * "0 failed" means that everything ran.
 *
 * @param {string} report - the file
 * @param {boolean} endedWell - whether jest ended with exit code 0
 * @returns {Count}
 */
function readReport(report, endedWell) {
	if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0, notes: ['jest crashed before it wrote its report'] };
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
	if (result.numPassedTests + failed === 0) {
		failed = 1;
		notes.push('no test ran');
	}
	return { passed: result.numPassedTests, failed, skipped: result.numPendingTests + result.numTodoTests, notes };
}

/**
 * Runs jest on Node 24 and shows what it prints.
 *
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env - added to the environment
 * @returns {Promise<Count>}
 */
export async function runJest(args, env) {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-jest-'));
	const report = join(folder, 'report.json');
	const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
	const reporters = [`--reporters=${join(root, 'scripts', 'lib', 'liveReporter.cjs')}`, '--reporters=summary'];
	// A test that failed half-way may have left a server open; the report is written, so don't wait for it.
	const always = ['--verbose', '--runInBand', '--forceExit', '--json', `--outputFile=${report}`, ...reporters];
	try {
		const endedWell = await run(
			node24,
			[jest, ...args, ...always],
			{ cwd: root, env: npmEnv(env), show: 'stderr' },
		).then(
			() => true,
			(error) => {
				if (error instanceof CommandError) return false;
				throw error;
			},
		);
		return readReport(report, endedWell);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
