const { join } = require('node:path');

/** What every project has in common: TypeScript without a type check (`tsc` does that), compiled for Node 24. */
const shared = {
	rootDir: __dirname,
	testEnvironment: 'node',
	moduleFileExtensions: ['js', 'cjs', 'mjs', 'ts', 'mts', 'json', 'node'],
	transform: {
		'\\.m?ts$': [
			'@swc/jest',
			{ jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
		],
	},
	modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/demo-output/', '<rootDir>/\\.tmp/'],
	testPathIgnorePatterns: ['/node_modules/'],
};

/** @param {string} name - the folder below test/ */
function project(name, extra = {}) {
	return {
		...shared,
		displayName: name,
		testMatch: [join(__dirname, 'test', name, '**/*.test.{ts,mts}')],
		...extra,
	};
}

const onOneDay = { setupFiles: [join(__dirname, 'test/day.cjs')] };

/** One n8n serves all test files of a worker, and ends after the last of these projects. */
const withN8n = { globalTeardown: join(__dirname, 'test/n8n/harness/jestTeardown.mts') };

/** @type {import('jest').Config} */
module.exports = {
	projects: [
		project('unit', onOneDay),
		project('contract', onOneDay),
		project('package'),
		project('n8n', withN8n),
		project('browser', withN8n),
		project('scale'),
		project('versions', withN8n),
	],
	testSequencer: join(__dirname, 'test/longestFirst.cjs'),
	// A real n8n takes a core. scripts/test.mjs says where more pays off.
	maxWorkers: 1,
	// For what hangs, not for what is slow: much else runs beside it.
	testTimeout: 240_000,
};
