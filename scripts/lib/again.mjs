import { sum } from './jobs.mjs';

/** @typedef {import('./jest.mjs').Count} Count */
/** @typedef {import('./jobs.mjs').JobCount} JobCount */

/** More failed files than this are no accident of a busy machine. */
const MOST_FILES = 4;

/**
 * Runs test files that failed beside others once more, alone, and counts what they do then. A test that only passes alone is
 * named as flaky.
 *
 * @param {JobCount[]} counts - one for each job
 * @param {(name: string, paths: string[]) => Promise<Count>} runFiles
 * @returns {Promise<Count>}
 */
export async function countAgain(counts, runFiles) {
	const files = counts.flatMap(({ files = [] }) => files);
	if (files.length === 0 || files.length > MOST_FILES) return sum(counts);
	const results = [];
	for (const count of counts) {
		const paths = (count.files ?? []).map(({ path }) => path);
		if (paths.length === 0) {
			results.push(count);
			continue;
		}
		console.log(`\n${count.name}: what failed is run once more, alone`);
		results.push(combine(count, await runFiles(count.name, paths)));
	}
	return sum(results);
}

/** @param {JobCount} first @param {Count} second @returns {Count} */
function combine(first, second) {
	const before = sum((first.files ?? []).map((file) => ({ ...file, skipped: 0, notes: [] })));
	const passesAlone = second.failed === 0 && second.passed > 0;
	const flaky = `${first.name}: flaky, these failed beside other tests and passed alone`;
	return {
		passed: first.passed - before.passed + second.passed,
		failed: first.failed - before.failed + second.failed,
		skipped: first.skipped + second.skipped,
		notes: [...(passesAlone ? [flaky] : []), ...first.notes, ...second.notes],
	};
}
