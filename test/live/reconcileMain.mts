/** `npm run reconcile`, on Node 24. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/lib/paths.mjs';
import { arithmeticFrom } from './arithmetic.mts';
import { compare, isEqual, readOurs, readTheirs, wordsOf } from './reconcile.mts';

const load = createRequire(join(root, 'package.json'));
const USAGE =
	'Usage: OPENAI_ADMIN_KEY=… npm run reconcile -- items.json --day 2026-11-25 [--project proj_…]';

async function main(): Promise<number> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: { day: { type: 'string' }, project: { type: 'string' } },
	});
	const { OPENAI_ADMIN_KEY: adminKey = '', OPENAI_BASE_URL: baseUrl } = process.env;
	const [file] = positionals;
	const { day, project = null } = values;
	if (file === undefined || day === undefined || !/^\d{4}-\d\d-\d\d$/.test(day))
		throw new Error(USAGE);
	if (adminKey === '') throw new Error(`OPENAI_ADMIN_KEY is empty. ${USAGE}`);
	const arithmetic = arithmeticFrom((path) => load(`./dist/nodes/core/${path}.js`) as unknown);
	const ours = readOurs(readFileSync(file, 'utf8'), file.endsWith('.csv'), day, arithmetic);
	const theirs = await readTheirs(
		{ baseUrl: (baseUrl || 'https://api.openai.com/v1').replace(/\/+$/, ''), adminKey, project },
		day,
		arithmetic,
	);
	const rows = compare(ours, theirs);
	console.log(
		wordsOf(rows, {
			day,
			project,
			otherDays: ours.otherDays,
			others: theirs.lines.filter(({ model }) => model === null),
		}),
	);
	return rows.every(isEqual) ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	return 2;
});
