/** What the cluster tests have in common: a cluster, the API, a credential, and workflows. */
import type { INodeParameters } from 'n8n-workflow';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../simulator/index.mts';
import {
	chain,
	itemsNode,
	ourNode,
	withCredential,
	type WorkflowJson,
} from '../../n8n/harness/index.mts';
import { API_KEY, PLAIN_IMAGE_BYTES } from '../../n8n/workshop.mts';
import { startCluster, type Cluster, type ClusterOptions } from './cluster.mts';

export const NODE = 'GPT Image';

/** How long all of a cluster may take to start, one process after another, on a machine that does much else. */
export const CLUSTER_START_MS = 400_000;

/** It has no end date, so the tests can be run on any day with the real clock, which webhooks are signed by. */
export const MODEL = { __rl: true, mode: 'id', value: 'gpt-image-2' };

export interface Workplace {
	cluster: Cluster;
	simulator: Simulator;
	credential: string;
	/** A workflow whose items go through one node of ours. */
	workflow(prompts: string[], parameters?: INodeParameters): WorkflowJson;
	/** Starts it as somebody in the editor does. @returns the execution's id */
	start(workflow: WorkflowJson): Promise<string>;
	/** The workers that an execution was on, by their place. */
	workersOf(executionId: string): number[];
	close(): Promise<void>;
}

export async function openWorkplace(
	simulatorOptions: SimulatorOptions = {},
	clusterOptions: ClusterOptions = {},
): Promise<Workplace> {
	const simulator = await startSimulator({
		apiKey: API_KEY,
		imageBytes: PLAIN_IMAGE_BYTES,
		...simulatorOptions,
	});
	const cluster = await startCluster(clusterOptions).catch(async (error: unknown) => {
		await simulator.close();
		throw error;
	});
	const credential = await cluster
		.n8n()
		.createCredential({ provider: 'openai', apiKey: API_KEY, baseUrl: simulator.baseUrl });
	return {
		cluster,
		simulator,
		credential,
		workflow: (prompts, parameters = {}) =>
			chain(
				itemsNode(
					'Items',
					prompts.map((prompt) => ({ prompt })),
				),
				ourNode(
					NODE,
					'gptImage',
					{ model: MODEL, prompt: '={{ $json.prompt }}', ...parameters },
					withCredential(credential),
				),
			),
		start: async (workflow) =>
			await cluster.n8n().runWorkflow(await cluster.n8n().createWorkflow(workflow)),
		workersOf: (executionId) =>
			cluster.workers.flatMap((worker, index) =>
				worker.executions().includes(executionId) ? index : [],
			),
		close: async () => {
			await cluster.close();
			await simulator.close();
		},
	};
}

/** `count` prompts that tell which ones they are. */
export const prompts = (count: number, word = 'picture'): string[] =>
	Array.from({ length: count }, (_, index) => `${word} ${index}`);
