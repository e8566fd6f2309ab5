import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import {
	chain,
	itemsNode,
	node,
	nodeOutput,
	until,
	type WorkflowJson,
} from '../../n8n/harness/index.mts';
import { NODE, openWorkplace, prompts, type Workplace } from '../../scale/cluster/workplace.mts';
import { holdsOf, type Holds, type Profile } from '../loopProfile.mts';
import { table, type Scenario } from '../section.mts';

const IMAGES = 500;
const IMAGE_BYTES = 2_000_000;

/** n8n's worker renews its lock on an execution in time as long as nobody holds the event loop much longer than this. */
const GOAL_MS = 50;

interface Measured {
	holds: Holds;
	/** Longest time that anybody held the event loop, n8n itself among them. */
	anybodyMs: number;
	seconds: number;
}

/** Runs a workflow on the only worker and profiles it there. */
async function profiled(place: Workplace, workflow: WorkflowJson, file: string): Promise<Measured> {
	const worker = place.cluster.workers[0]!;
	rmSync(file, { force: true });
	process.kill(worker.pid, 'SIGUSR2');
	const began = performance.now();
	const execution = await place.cluster
		.n8n()
		.waitForExecution(await place.start(workflow), { timeoutMs: 300_000 });
	const seconds = (performance.now() - began) / 1000;
	process.kill(worker.pid, 'SIGUSR2');
	const text = await until(
		'the profile is written',
		() => {
			try {
				return readFileSync(file, 'utf8');
			} catch {
				return undefined;
			}
		},
		{ timeoutMs: 60_000 },
	);
	if (execution.status !== 'success')
		throw new Error(execution.data.resultData.error?.message ?? execution.status);
	const images =
		execution.data.resultData.runData[NODE] === undefined
			? IMAGES
			: nodeOutput(execution, NODE).items.length;
	if (images !== IMAGES) throw new Error(`${images} images, not ${IMAGES}`);
	const { longestMs, profile } = JSON.parse(text) as { longestMs: number; profile: Profile };
	return { holds: holdsOf(profile), anybodyMs: longestMs, seconds };
}

/** The same files, fetched by n8n's own node: what a worker is held by without us. */
async function peerWorkflow(): Promise<{ workflow: WorkflowJson; close(): void }> {
	const content = randomBytes(IMAGE_BYTES);
	const server = createServer((_, answer) =>
		answer.setHeader('content-type', 'image/png').end(content),
	);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/image.png`;
	const parameters = {
		method: 'GET',
		url,
		options: {
			response: { response: { responseFormat: 'file' } },
			batching: { batch: { batchSize: 10, batchInterval: 0 } },
		},
	};
	return {
		workflow: chain(
			itemsNode(
				'Items',
				prompts(IMAGES).map((prompt) => ({ prompt })),
			),
			node('Files', 'n8n-nodes-base.httpRequest', parameters, { typeVersion: 4.2 }),
		),
		close: () => server.close(),
	};
}

async function measure(): Promise<{ ours: Measured; peer: Measured }> {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-profile-'));
	const file = join(folder, 'profile.json');
	const place = await openWorkplace(
		{ imageBytes: IMAGE_BYTES },
		{
			workers: 1,
			env: {
				GPT_IMAGE_PROFILE: file,
				NODE_OPTIONS: `--require ${join(import.meta.dirname, '..', 'loopProfile.cjs')}`,
			},
		},
	);
	const peers = await peerWorkflow();
	try {
		const submitted = await place.cluster.n8n().waitForExecution(
			await place.start(
				place.workflow(prompts(IMAGES), {
					resource: 'batch',
					operation: 'submit',
					requestsPerBatch: IMAGES,
					options: { outputFormat: 'png' },
				}),
			),
		);
		const batchId = String(nodeOutput(submitted, NODE).items[0]!.json['batchId']);
		await place.simulator.settled();
		const collect = place.workflow(['x'], {
			resource: 'batch',
			operation: 'collect',
			batchId: { __rl: true, mode: 'id', value: batchId },
		});
		return {
			ours: await profiled(place, collect, file),
			peer: await profiled(place, peers.workflow, file),
		};
	} finally {
		peers.close();
		await place.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

const milliseconds = (ms: number): string => `${ms.toFixed(1)} ms`;

/** Whether a worker stays alive for others while it collects. */
export const eventLoop: Scenario = {
	name: 'event-loop',
	async run() {
		const { ours, peer } = await measure();
		console.log(
			`  Collect: our code at most ${milliseconds(ours.holds.longestMs)} (${ours.holds.longestBy.slice(0, 3).join(', ')})`,
		);
		return {
			title: `A worker's event loop while a batch of ${IMAGES} images of 2 MB is collected`,
			body: [
				`n8n in queue mode with PostgreSQL and Redis, one worker, binary data in the database, all on this machine. A CPU profile with a sample per millisecond shows how long the code of this package was on the stack ` +
					`without a break (including what n8n did for it), and how long the pauses for garbage collection were. Next to it: how late the event loop was at most, for any reason, and the same for n8n's ` +
					`HTTP Request node with as many bytes, ten files at a time. The goal is that our code never holds the event loop for ${GOAL_MS} ms, so that n8n renews its lock on the execution in time.`,
				table(
					[
						'',
						'longest hold by our code',
						'longest pause for garbage',
						'event loop late at most',
						'whole execution',
					],
					[
						[
							'Collect',
							milliseconds(ours.holds.longestMs),
							milliseconds(ours.holds.longestPauseMs),
							milliseconds(ours.anybodyMs),
							`${ours.seconds.toFixed(1)} s`,
						],
						[
							'HTTP Request node',
							'–',
							milliseconds(peer.holds.longestPauseMs),
							milliseconds(peer.anybodyMs),
							`${peer.seconds.toFixed(1)} s`,
						],
					],
				),
			],
			summary: [],
		};
	},
};
