// Runs n8n's own package scanner on a folder: node scan.mjs FOLDER PATTERN… prints one line of JSON.
// A program of its own because the scanner lives, with its ESLint, in the folder of the lint tools.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, ...patterns] = process.argv.slice(2);
const tools = process.env.GPT_IMAGE_LINT;
if (!tools || !folder) throw new Error('GPT_IMAGE_LINT and a folder are needed');

const scannerFile = join(
	tools,
	'node_modules',
	'@n8n',
	'scan-community-package',
	'scanner',
	'scanner.mjs',
);
const { analyzePackage, buildScanConfig } = await import(pathToFileURL(scannerFile).href);
const { ESLint } = createRequire(scannerFile)('eslint');
const glob = createRequire(scannerFile)('fast-glob');

const verdict = await analyzePackage(folder, patterns);

// The verdict says nothing of warnings, so lint again with the scanner's configuration and count.
const eslint = new ESLint({
	cwd: folder,
	allowInlineConfig: false,
	overrideConfigFile: true,
	overrideConfig: await buildScanConfig(),
});
const files = glob.sync(patterns, {
	cwd: folder,
	absolute: true,
	ignore: ['node_modules/**', '**/package-lock.json'],
});
const results = await eslint.lintFiles(files);
const problems = results.flatMap(
	(/** @type {{ filePath: string, messages: object[] }} */ { filePath, messages }) =>
		messages.map((message) => ({ file: filePath, ...message })),
);
console.log(
	JSON.stringify({
		passed: verdict.passed,
		details: verdict.details ?? verdict.message,
		files: files.length,
		problems,
	}),
);
