import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { projectRoot } from '../n8n/harness/environment.mts';

/** One message of the scanner's ESLint. */
interface Message {
	file: string;
	ruleId: string | null;
	severity: 1 | 2;
	message: string;
	line?: number;
}

export interface Scan {
	/** the scanner's own verdict */
	passed: boolean;
	/** why not */
	details?: string;
	/** how many files it read */
	files: number;
	/** errors and warnings, each in a line that names file, line and rule */
	problems: string[];
}

/** What the scanner reads of the repository: `SOURCE_FILE_PATTERNS` of @n8n/scan-community-package 0.32. */
export const SOURCE_PATTERNS = ['package.json', '{nodes,credentials}/**/*.{js,ts,json}'];

/** What the scanner reads of the published tarball: `analyzePackageByName` of @n8n/scan-community-package 0.32. */
export const TARBALL_PATTERNS = ['**/*.js', 'package.json'];

function inOneLine(folder: string, { file, line, severity, ruleId, message }: Message): string {
	return `${relative(folder, file)}:${line ?? 1} ${severity === 2 ? 'error' : 'warning'} ${ruleId ?? 'parser'}: ${message}`;
}

/** Runs n8n's package scanner, @n8n/scan-community-package, on folders, one after another: to load it takes a second. */
export function scan(...wanted: Array<{ folder: string; patterns: string[] }>): Scan[] {
	const program = join(projectRoot, 'test', 'lint', 'scan.mjs');
	// With jest's NODE_ENV=test the rules of eslint-plugin-n8n-nodes-base take every file for their own test file.
	const env = { ...process.env, NODE_ENV: 'production' };
	const output = execFileSync(process.execPath, [program, JSON.stringify(wanted)], {
		encoding: 'utf8',
		cwd: projectRoot,
		env,
		maxBuffer: 64 * 1024 * 1024,
	});
	const results = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Array<
		Omit<Scan, 'problems'> & { problems: Message[] }
	>;
	return results.map((result, index) => ({
		...result,
		problems: result.problems.map((problem) => inOneLine(wanted[index]!.folder, problem)),
	}));
}
