/** `npm run verify:live` and `npm run verify:propose`, on Node 24. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { root } from '../../scripts/lib/paths.mjs';
import { startSimulator } from '../simulator/index.mts';
import { knowledgeFrom } from './knowledge.mts';
import { proposal } from './propose.mts';
import { exitCodeOf, pageOf, reportOf } from './report.mts';
import type { Report } from './report.mts';
import type { Target } from './target.mts';
import { planFor, usd, verify } from './verify.mts';
import { simulatorTarget, targetOf, whomToAsk } from './whom.mts';

const PAGE = join(root, 'docs', 'verified.md');
const JSON_FILE = join(root, 'docs', 'verified.json');

const load = createRequire(join(root, 'package.json'));
const core = (path: string): unknown => load(`./dist/nodes/core/${path}.js`);

/** Nothing was asked. */
const REFUSED = 2;

async function ask(target: Target, secrets: readonly string[], pauseMs: number): Promise<Report> {
	const now = new Date();
	const knowledge = knowledgeFrom(core);
	const plan = planFor(knowledge, target, now);
	console.log(
		`${plan.facts.length} facts are asked of ${target.name}. At most ${usd(plan.most)} is spent on ${plan.calls.length} requests; prices of ${knowledge.catalogue.pricesAsOf}.`,
	);
	const verification = await verify(knowledge, target, plan, {
		pauseMs,
		onFinding: ({ name, verdict }) => verdict !== 'same' && console.log(`  ${verdict}: ${name}`),
	});
	return reportOf(verification, {
		now,
		against: target.name,
		isSimulator: target.isSimulator,
		announced: plan.most,
		secrets,
	});
}

async function askSimulator(): Promise<Report> {
	console.log(
		'There is no key (OPENAI_API_KEY), so the simulator is asked: that says nothing about OpenAI.',
	);
	const simulator = await startSimulator({ holdBatches: true, imagesPerMinute: 600 });
	try {
		return await ask(simulatorTarget(simulator.baseUrl), [], 20);
	} finally {
		await simulator.close();
	}
}

async function main(): Promise<number> {
	const { PROVIDERS } = core(
		'providers/find',
	) as typeof import('../../nodes/core/providers/find.ts');
	const asked = whomToAsk(process.env, PROVIDERS);
	const report =
		asked === null ? await askSimulator() : await ask(targetOf(asked), [asked.apiKey], 3000);
	const same = report.findings.filter(({ verdict }) => verdict === 'same').length;
	console.log(
		`\n${same} of ${report.findings.length} facts are as expected; ${report.spent} spent${report.isSimulator ? ' (in play money)' : ''}.`,
	);
	report.left.forEach((what) => console.log(`Not removed: ${what}`));
	if (
		report.isSimulator &&
		existsSync(JSON_FILE) &&
		!(JSON.parse(readFileSync(JSON_FILE, 'utf8')) as Report).isSimulator
	) {
		console.log('docs/verified.md has what was seen with a real key and is left as it is.');
	} else {
		writeFileSync(JSON_FILE, `${JSON.stringify(report, null, '\t')}\n`);
		writeFileSync(PAGE, pageOf(report));
		console.log('written: docs/verified.md and docs/verified.json');
	}
	return exitCodeOf(report);
}

function propose(file: string): number {
	const text = proposal(JSON.parse(readFileSync(file, 'utf8')) as Report);
	console.log(text === '' ? 'Nothing has to change.' : text);
	return 0;
}

const [command, file] = process.argv.slice(2);
process.exitCode = await (
	command === 'propose'
		? Promise.resolve().then(() =>
				propose(file === undefined ? JSON_FILE : resolve(process.env['INIT_CWD'] ?? '.', file)),
			)
		: main()
).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	return REFUSED;
});
