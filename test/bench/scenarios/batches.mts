import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { INodeParameters } from 'n8n-workflow';
import { chain, node, ourNode, withCredential } from '../../n8n/harness/index.mts';
import { plainEnvironment } from '../../n8n/harness/environment.mts';
import { API_KEY, type Lab } from '../lab.mts';
import { measureWorkflow, type WorkflowRun } from '../n8nRun.mts';
import { MODEL } from '../peers.mts';
import { table, type Scenario } from '../section.mts';
import { median, megabytes, seconds, spread, times } from '../statistics.mts';

const REQUESTS = 50_000;
const RESULTS = 1000;
const IMAGE_BYTES = 2_000_000;
const ROUNDS = 3;

/** Items made by n8n's Code node, which is part of every workflow that has so many. */
function itemsNode(count: number) {
	const jsCode = `return Array.from({ length: ${count} }, (_, index) => ({ json: { sku: 'sku-' + index, prompt: 'a red balloon, number ' + index + ', on a wooden table in soft morning light' } }));`;
	return node('Items', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 });
}

const submit = (requestsPerBatch: number, more: INodeParameters = {}): INodeParameters => ({
	resource: 'batch',
	operation: 'submit',
	model: { __rl: true, mode: 'id', value: MODEL },
	prompt: '={{ $json.prompt }}',
	customId: '={{ $json.sku }}',
	requestsPerBatch,
	...more,
});

async function submitRows(lab: Lab): Promise<string[][]> {
	const rows: string[][] = [];
	const run = async (what: string, parameters: INodeParameters | null): Promise<void> => {
		lab.simulator.reset();
		lab.simulator.configure({ holdBatches: true });
		const measured = await lab.withN8n(async (n8n, credential) => {
			const after =
				parameters === null
					? []
					: [ourNode('Submit', 'gptImage', parameters, withCredential(credential))];
			return await measureWorkflow(
				n8n,
				chain(itemsNode(REQUESTS), ...after),
				parameters === null ? 'Items' : 'Submit',
			);
		});
		const { output, memory } = measured;
		if (output.error) throw new Error(output.error.message);
		console.log(`  ${what}: ${seconds(output.executionTime)}, ${megabytes(memory)}`);
		rows.push([
			what,
			parameters === null ? '–' : String(output.items.length),
			parameters === null ? '–' : seconds(output.executionTime),
			megabytes(memory),
		]);
	};
	await run("only n8n's Code node that makes the items", null);
	await run('Submit behind it, all in one batch', submit(REQUESTS));
	await run('Submit behind it, 200 requests per batch', submit(200));
	return rows;
}

interface Collected {
	run: WorkflowRun;
	/** of the bare download, in ms */
	floor: number;
	bytes: number;
}

async function download(lab: Lab, fileId: string): Promise<{ ms: number; bytes: number }> {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-bench-'));
	const file = join(folder, 'results.jsonl');
	try {
		const address = `${lab.simulator.baseUrl}/files/${fileId}/content`;
		const script = join(import.meta.dirname, '..', 'bareDownload.mts');
		const { stdout } = await promisify(execFile)(
			process.execPath,
			[script, address, API_KEY, file],
			{ env: plainEnvironment() },
		);
		return { ms: Number(stdout), bytes: statSync(file).size };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function collectOnce(lab: Lab): Promise<Collected> {
	const { simulator } = lab;
	simulator.reset();
	simulator.configure({ imageBytes: IMAGE_BYTES, latencyMs: 0, holdBatches: false });
	const batchId = await lab.withN8n(async (n8n, credential) => {
		const step = ourNode(
			'Submit',
			'gptImage',
			submit(RESULTS, { options: { outputFormat: 'png' } }),
			withCredential(credential),
		);
		const { output } = await measureWorkflow(n8n, chain(itemsNode(RESULTS), step), 'Submit');
		return String(output.items[0]?.json['batchId']);
	});
	await simulator.settled();
	const answer = await fetch(`${simulator.baseUrl}/batches/${batchId}`, {
		headers: { authorization: `Bearer ${API_KEY}` },
	});
	const { output_file_id: fileId } = (await answer.json()) as { output_file_id: string };
	const { ms: floor, bytes } = await download(lab, fileId);
	const run = await lab.withN8n(async (n8n, credential) => {
		const parameters = {
			resource: 'batch',
			operation: 'collect',
			batchId: { __rl: true, mode: 'id', value: batchId },
		};
		return await measureWorkflow(
			n8n,
			chain(ourNode('Collect', 'gptImage', parameters, withCredential(credential))),
			'Collect',
		);
	});
	if (run.output.items.length !== RESULTS)
		throw new Error(
			`${run.output.items.length} of ${RESULTS} images came: ${run.output.error?.message ?? ''}`,
		);
	console.log(
		`  Collect: ${seconds(run.output.executionTime)}, ${megabytes(run.memory)}; download alone: ${seconds(floor)}`,
	);
	return { run, floor, bytes };
}

/** Submitting and collecting, which no other node does. */
export const batches: Scenario = {
	name: 'batches',
	async run(lab) {
		const submitted = await submitRows(lab);
		const collected: Collected[] = [];
		for (let round = 0; round < ROUNDS; round += 1) collected.push(await collectOnce(lab));
		const ms = collected.map(({ run }) => run.output.executionTime);
		const floors = collected.map(({ floor }) => floor);
		const ratios = collected.map(({ run, floor }) => run.output.executionTime / floor);
		const rows = [
			[
				'Collect: every image stored, priced, an item',
				spread(ms, seconds),
				spread(ratios, times),
				spread(
					collected.map(({ run }) => run.memory),
					megabytes,
				),
			],
			['download of the file to disk, nothing else', spread(floors, seconds), '1.00x', '–'],
		];
		return {
			title: `Batches: ${REQUESTS.toLocaleString('en-US')} requests, ${RESULTS.toLocaleString('en-US')} results of ${IMAGE_BYTES / 1e6} MB`,
			body: [
				`No other node of n8n submits batches, so there is no peer. Each run has an n8n of its own, just started; memory is the peak of that process's resident set, less what it was before the run. ` +
					`Submit: one item per request, with the prompt and the custom ID from its fields. The first row shows what so many items cost n8n itself, which is included in the other rows.`,
				table(['', 'batches', 'node time', 'memory above idle'], submitted),
				`Collect: PNG images, a file of ${(collected[0]?.bytes ?? 0) / 1e9 < 0.01 ? 0 : ((collected[0]?.bytes ?? 0) / 1e9).toFixed(1)} GB of JSON lines, downloaded, decoded and stored while a second process serves it on the same machine (median of ${ROUNDS} runs: ${seconds(median(ms))}).`,
				table(['', 'time', 'of the download', 'memory above idle'], rows),
			],
			summary: [],
		};
	},
};
