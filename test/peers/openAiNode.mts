/** openai-node's own tests, with the published client, on a server of ours. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { node24, root } from '../../scripts/lib/paths.mjs';
import { run } from '../../scripts/lib/process.mjs';

export const API_KEY = 'My API Key';

export interface TestResult {
	/** "images › generate: only required params" */
	name: string;
	passed: boolean;
	/** First line of what it says. */
	message: string;
}

/** Their mock server takes any id and any file; ours are real. */
export interface Real {
	fileId: string;
	inputFileId: string;
	batchId: string;
	/** Base64 of a PNG. */
	png: string;
}

function withRealThings(
	text: string,
	name: string,
	{ fileId, inputFileId, batchId, png }: Real,
): string {
	const image = `Buffer.from('${png}', 'base64'), 'image.png', { type: 'image/png' }`;
	return text
		.replaceAll(
			"Buffer.from('Example data'), 'README.md'",
			name.startsWith('images') ? image : "Buffer.from('Example data'), 'README.md'",
		)
		.replaceAll("'input_file_id'", `'${inputFileId}'`)
		.replaceAll("'batch_id'", `'${batchId}'`)
		.replaceAll("'file_id'", `'${fileId}'`)
		.replaceAll("endpoint: '/v1/responses'", "endpoint: '/v1/images/generations'")
		.replaceAll("'gpt-4o-mini'", "'gpt-image-2'");
}

const require_ = createRequire(import.meta.url);

/** Run by jest, one after another. */
export async function runTheirTests(
	folder: string,
	baseUrl: string,
	real: Real,
): Promise<TestResult[]> {
	const place = join(root, '.tmp', `peers-${process.pid}`);
	const from = join(folder, 'tests', 'api-resources');
	mkdirSync(place, { recursive: true });
	try {
		for (const name of readdirSync(from))
			writeFileSync(
				join(place, name),
				withRealThings(readFileSync(join(from, name), 'utf8'), name, real),
			);
		const transform = {
			'\\.ts$': [
				require_.resolve('@swc/jest'),
				{
					jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
					module: { type: 'commonjs' },
				},
			],
		};
		const config = join(place, 'jest.config.json');
		writeFileSync(
			config,
			JSON.stringify({
				rootDir: place,
				testMatch: ['<rootDir>/*.test.ts'],
				transform,
				testTimeout: 60_000,
			}),
		);
		const output = join(place, 'results.json');
		await run(
			node24,
			[
				join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
				'--config',
				config,
				'--runInBand',
				'--json',
				'--outputFile',
				output,
			],
			{ cwd: root, env: { ...process.env, TEST_API_BASE_URL: baseUrl } },
		).catch(() => undefined);
		const { testResults } = JSON.parse(readFileSync(output, 'utf8')) as {
			testResults: Array<{
				assertionResults: Array<{
					ancestorTitles: string[];
					title: string;
					status: string;
					failureMessages: string[];
				}>;
			}>;
		};
		return testResults.flatMap(({ assertionResults }) =>
			assertionResults.map(({ ancestorTitles, title, status, failureMessages }) => ({
				name: [...ancestorTitles, title].join(' › '),
				passed: status === 'passed',
				message: (failureMessages[0] ?? '').split('\n')[0] ?? '',
			})),
		);
	} finally {
		rmSync(place, { recursive: true, force: true });
	}
}
