/** Prints every test when it has ended, not when its file has: tests against a real n8n take a while. */
const MARKS = {
	passed: '✓',
	failed: '✕',
	pending: '○ skipped',
	todo: '○ todo',
	disabled: '○ skipped',
};

module.exports = class LiveReporter {
	/** The file that the lines are of: with several workers, lines of several files take turns. */
	current = '';

	onTestFileStart(test) {
		this.enter(test);
	}

	onTestCaseResult(test, { ancestorTitles, title, status, duration }) {
		const name = [...ancestorTitles, title].join(' › ');
		this.enter(test);
		this.print(`  ${MARKS[status] ?? status} ${name} (${duration ?? 0} ms)`);
	}

	/** A file that could not run has no test cases, only this message. */
	onTestFileResult(test, { failureMessage, testExecError }) {
		if (testExecError || failureMessage) this.enter(test);
		if (testExecError) this.print(`  ✕ ${this.shorten(test)} could not run`);
		if (failureMessage) this.print(failureMessage);
	}

	enter(test) {
		if (this.current === test.path) return;
		this.current = test.path;
		this.print(`\n${test.context.config.displayName?.name ?? ''} ${this.shorten(test)}`);
	}

	shorten(test) {
		return test.path.replace(`${test.context.config.rootDir}/`, '');
	}

	print(text) {
		process.stderr.write(`${text}\n`);
	}
};
