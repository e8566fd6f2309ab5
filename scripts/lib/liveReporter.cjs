/** Prints every test when it has ended, not when its file has: tests against a real n8n take a while. */
const MARKS = { passed: '✓', failed: '✕', pending: '○ skipped', todo: '○ todo', disabled: '○ skipped' };

module.exports = class LiveReporter {
	onTestFileStart(test) {
		this.print(`\n${test.context.config.displayName?.name ?? ''} ${this.shorten(test)}`);
	}

	onTestCaseResult(_test, { ancestorTitles, title, status, duration }) {
		const name = [...ancestorTitles, title].join(' › ');
		this.print(`  ${MARKS[status] ?? status} ${name} (${duration ?? 0} ms)`);
	}

	/** A file that could not run has no test cases, only this message. */
	onTestFileResult(test, { failureMessage, testExecError }) {
		if (testExecError) this.print(`  ✕ ${this.shorten(test)} could not run`);
		if (failureMessage) this.print(failureMessage);
	}

	shorten(test) {
		return test.path.replace(`${test.context.config.rootDir}/`, '');
	}

	print(text) {
		process.stderr.write(`${text}\n`);
	}
};
