/** What was found, for people and for machines, without keys and without names of accounts. */
import type { Finding, Verification } from './verify.mts';
import { usd } from './verify.mts';

export interface Report {
	/** Day, YYYY-MM-DD. */
	date: string;
	against: string;
	isSimulator: boolean;
	/** USD. */
	announced: string;
	spent: string;
	findings: Array<Omit<Finding, 'cost'> & { cost: string }>;
	/** What could not be removed at the end. */
	left: string[];
}

const SECRETS: ReadonlyArray<readonly [RegExp, string]> = [
	[/\b(sk|rk|pk|vck|lmnfl)[-_][\w*-]{6,}/g, '$1-…'],
	[/\bwhsec_[\w+/=]{4,}/g, 'whsec_…'],
	[/\b(org|proj|user|acct)[-_][A-Za-z0-9]{6,}/g, '$1-…'],
	[/\b(req|file|batch|whe|wh)[-_][A-Za-z0-9]{12,}/g, '$1_…'],
	[/\b(Bearer|Basic|Key)\s+[\w.~+/=:-]{8,}/gi, '$1 …'],
];

/** @param own the key that was used, whatever it looks like */
export function masked(text: string, own: readonly string[] = []): string {
	const without = own
		.filter((secret) => secret.length >= 6)
		.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
	return SECRETS.reduce((rest, [pattern, name]) => rest.replace(pattern, name), without);
}

interface About {
	now: Date;
	against: string;
	isSimulator: boolean;
	announced: bigint;
	secrets: readonly string[];
}

export function reportOf(
	{ findings, spent, left }: Verification,
	{ now, against, isSimulator, announced, secrets }: About,
): Report {
	const report = {
		date: now.toISOString().slice(0, 10),
		against,
		isSimulator,
		announced: usd(announced),
		spent: usd(spent),
		findings: findings.map((finding) => ({ ...finding, cost: usd(finding.cost) })),
		left,
	};
	return JSON.parse(masked(JSON.stringify(report), secrets)) as Report;
}

/** 0: all as expected; 1: something is different; 3: nothing is different, but not everything could be told. */
export function exitCodeOf({ findings }: Pick<Report, 'findings'>): number {
	if (findings.some(({ verdict }) => verdict === 'different')) return 1;
	return findings.some(({ verdict }) => verdict === 'not told') ? 3 : 0;
}

const cell = (value: unknown): string =>
	(typeof value === 'string' ? value : JSON.stringify(value))
		.replaceAll('|', '\\|')
		.replace(/\s+/g, ' ');

const HEADINGS: Readonly<Record<Finding['area'], string>> = {
	models: 'Models',
	usage: 'Tokens',
	answers: 'Answers',
	headers: 'Headers',
	errors: 'Refusals',
	parameters: 'Parameters that sources disagree on',
	files: 'Files',
	batches: 'Batches',
	webhooks: 'Webhooks',
};

function table(findings: Report['findings']): string {
	const rows = findings.map(({ name, expected, seen, verdict, why, cost }) => {
		const found =
			verdict === 'same' ? 'the same' : verdict === 'not told' ? (why ?? '') : cell(seen);
		return `| ${cell(name)} | ${cell(expected)} | ${cell(found)} | ${verdict} | ${cost === '$0.0000' ? '' : cost} |`;
	});
	return ['| Fact | Expected | Seen | Verdict | Cost |', '|---|---|---|---|---:|', ...rows].join(
		'\n',
	);
}

/** docs/verified.md. */
export function pageOf(report: Report): string {
	const { date, against, isSimulator, announced, spent, findings } = report;
	const count = (verdict: Finding['verdict']): number =>
		findings.filter((finding) => finding.verdict === verdict).length;
	const honest = isSimulator
		? `**None of this has been tested with a real key yet.** On ${date}, the facts were checked against this repository's own simulator. This shows
that the checks work, and that the simulator agrees with the catalogue and with this page. It says nothing about OpenAI: what the simulator and
the catalogue say comes from OpenAI's documents and from public reports. With a key, you can check the facts for at most ${announced}:
\`OPENAI_API_KEY=… npm run verify:live\``
		: `Checked against ${against} on ${date} with a real key. This cost ${spent}; at most ${announced} was announced.`;
	const areas = (Object.keys(HEADINGS) as Array<Finding['area']>).flatMap((area) => {
		const some = findings.filter((finding) => finding.area === area);
		return some.length === 0 ? [] : [`## ${HEADINGS[area]}\n\n${table(some)}`];
	});
	return `# Verified facts

${honest}

Of ${findings.length} facts, ${count('same')} are as expected, ${count('different')} are different, and ${count('not told')} could not be checked.
\`npm run verify:live\` writes this page and \`docs/verified.json\`. \`npm run verify:propose\` prints what would have to change in the catalogue and
in the simulator.

${areas.join('\n\n')}
`;
}
