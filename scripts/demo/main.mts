/** The demo, on Node 24: an API, a real n8n with the packed package, the examples, and one of them run. */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../test/n8n/harness/environment.mts';
import {
	nodeOutput,
	OWNER,
	startN8n,
	type Execution,
	type N8n,
} from '../../test/n8n/harness/index.mts';
import { step } from '../lib/progress.mjs';
import { startApi, type Api } from './api.mts';
import { BUDGET_USD, highestCost, refuseAboveBudget } from './budget.mts';
import { Cleanup } from './cleanup.mts';
import { parseCsv } from './csv.mts';
import { money } from './dist.mts';
import { gptImageNode, importExamples, MAIN_EXAMPLE, readExample } from './examples.mts';
import { DATA, PROMPTS_CSV } from './paths.mts';
import { showProgress } from './progress.mts';
import { countFailed, describeItems, firstFailure, saveImages } from './results.mts';

const OUTPUT = join(projectRoot, 'demo-output');

/** Long enough for the slowest model at the lowest rate limit, in ms. */
const RUN_TIMEOUT_MS = 20 * 60_000;

const cleanup = new Cleanup();

/** Says what the run can cost, and stops when a real one could cost too much. */
function checkBudget(api: Api): void {
	const rows = parseCsv(readFileSync(PROMPTS_CSV, 'utf8'));
	const highest = highestCost(gptImageNode(readExample(MAIN_EXAMPLE)).parameters, rows);
	console.log(`${rows.length} prompts; at most ${money.toReadableUsd(highest)} at OpenAI's prices`);
	if (api.simulator) return;
	refuseAboveBudget(highest);
	console.log(`within the demo's budget of $${BUDGET_USD}`);
}

/** A folder for everything that the demo makes but the images. */
function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-demo-'));
	cleanup.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
	return folder;
}

async function startDemoN8n(
	folder: string,
	filesFolder: string,
	owner: typeof OWNER,
): Promise<N8n> {
	const env = { N8N_RESTRICT_FILE_ACCESS_TO: filesFolder };
	const starting = startN8n({ editor: true, userFolder: join(folder, 'n8n'), owner, env });
	cleanup.add(
		async () =>
			await starting.then(
				async (n8n) => await n8n.stop(),
				() => {},
			),
	);
	return await step('starting n8n with the packed package', async () => await starting);
}

async function runMainExample(n8n: N8n, workflowId: string): Promise<Execution> {
	console.log(`> running examples/workflows/${MAIN_EXAMPLE}`);
	const stopShowing = showProgress(n8n);
	const execution = await n8n.waitForExecution(await n8n.runWorkflow(workflowId), {
		timeoutMs: RUN_TIMEOUT_MS,
	});
	stopShowing();
	return execution;
}

/** @returns how many items failed */
async function report(n8n: N8n, execution: Execution): Promise<number> {
	const { outputs, error } = nodeOutput(execution, gptImageNode(readExample(MAIN_EXAMPLE)).name);
	// Failed items come out of the node's error output, when it has one.
	const items = outputs.flat();
	if (items.length > 0) console.log(`\n${describeItems(items)}\n`);
	const failure = firstFailure(items);
	if (failure !== undefined) console.log(`The first failure: ${failure}\n`);
	console.log(`${await saveImages(n8n, items, OUTPUT)} images in ${OUTPUT}`);
	if (execution.status === 'success') return countFailed(items);
	console.log(
		`The workflow ended with status "${execution.status}": ${error?.message ?? 'no message'}`,
	);
	return Math.max(1, countFailed(items));
}

/** The credential that the examples use, and how to make one by hand. */
async function connectCredential(
	n8n: N8n,
	{ credential, credentialName: name, key }: Api,
): Promise<{ id: string; name: string }> {
	const id = await n8n.createCredential(credential, undefined, name);
	const fields =
		key === undefined ? '' : `: API Key ${key} (made up), Base URL ${credential['baseUrl']}`;
	console.log(`  credential "${name}"${fields}`);
	return { id, name };
}

/** @returns how many items failed, and where the editor shows the workflow */
async function demo(owner: typeof OWNER): Promise<{ failed: number; url: string }> {
	const api = await startApi();
	cleanup.add(async () => await api.stop());
	console.log(`\nAPI: ${api.description}`);
	checkBudget(api);
	const folder = temporaryFolder();
	const filesFolder = join(folder, 'files');
	mkdirSync(filesFolder);
	cpSync(DATA, filesFolder, { recursive: true });
	const n8n = await startDemoN8n(folder, filesFolder, owner);
	const credential = await connectCredential(n8n, api);
	const { simulator } = api;
	const ids = await importExamples(n8n, {
		credential,
		filesFolder,
		budgetUsd: simulator ? 0 : Number(BUDGET_USD),
		...(simulator && { simulator }),
	});
	const workflowId = ids.get(MAIN_EXAMPLE) ?? '';
	const execution = await runMainExample(n8n, workflowId);
	return { failed: await report(n8n, execution), url: `${n8n.url}/workflow/${workflowId}` };
}

const interrupted = new Promise<'interrupted'>((resolve) => {
	for (const signal of ['SIGINT', 'SIGTERM'] as const)
		process.once(signal, () => resolve('interrupted'));
});

async function main(): Promise<number> {
	const owner = {
		...OWNER,
		email: 'demo@example.com',
		password: `Demo-${randomBytes(6).toString('hex')}-1`,
	};
	const result = await Promise.race([demo(owner), interrupted]);
	if (result === 'interrupted') return 130;
	if (!process.argv.includes('--once')) {
		console.log(
			`\nThe editor is open: ${result.url}\n  e-mail   ${owner.email}\n  password ${owner.password}\nCtrl-C ends it.`,
		);
		await interrupted;
	}
	return result.failed > 0 ? 1 : 0;
}

process.exitCode = await main()
	.catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		return 1;
	})
	.finally(async () => {
		console.log('stopping n8n and removing temporary files');
		await cleanup.run();
	});
process.exit();
