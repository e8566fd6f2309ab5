// Runs n8n's own package scanner: node scan.mjs '[{ "folder": …, "patterns": [ … ] }, …]' prints one line of JSON.
// A program of its own because the scanner lives, with its ESLint, in the folder of the lint tools.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @type {{ folder: string, patterns: string[] }[]} */
const wanted = JSON.parse(process.argv[2] ?? '[]');
const tools = process.env.GPT_IMAGE_LINT;
if (!tools || wanted.length === 0) throw new Error('GPT_IMAGE_LINT and a folder are needed');

const scannerFile = join(
	tools,
	'node_modules',
	'@n8n',
	'scan-community-package',
	'scanner',
	'scanner.mjs',
);
const { analyzePackage } = await import(pathToFileURL(scannerFile).href);
const { ESLint } = createRequire(scannerFile)('eslint');

// The verdict says nothing of warnings, so what the scanner's ESLint has found is kept beside it.
/** @type {{ filePath: string, messages: object[] }[]} */
let linted = [];
const { lintFiles } = ESLint.prototype;
ESLint.prototype.lintFiles = /** @type {typeof lintFiles} */ (
	async function (files) {
		linted = await lintFiles.call(this, files);
		return linted;
	}
);

const scans = [];
for (const { folder, patterns } of wanted) {
	linted = [];
	const { passed, details, message } = await analyzePackage(folder, patterns);
	scans.push({
		passed,
		details: details ?? message,
		files: linted.length,
		problems: linted.flatMap(({ filePath, messages }) =>
			messages.map((message) => ({ file: filePath, ...message })),
		),
	});
}
console.log(JSON.stringify(scans));
