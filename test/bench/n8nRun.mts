import type { INodeExecutionData } from 'n8n-workflow';
import { readExecution, type StoredExecution } from '../n8n/harness/execution.mts';
import {
	chain,
	itemsNode,
	nodeOutput,
	RestError,
	until,
	type N8n,
	type NodeOutput,
	type WorkflowJson,
} from '../n8n/harness/index.mts';
import { NODE, peerNode, type N8nPeer, type Service, type Settings } from './peers.mts';

/** What one peer did with the prompts, as seen from outside the server. */
export interface PeerRun {
	/** of the node alone, in ms */
	ms: number;
	/** images that the next node gets */
	delivered: number;
	/** what a person reads first, when something failed */
	sees: string | null;
	/** peak of the process's resident memory above what it was before, in bytes */
	memory: number;
	/** what n8n stored of the execution, in bytes */
	dataBytes: number;
}

const RUN_TIMEOUT_MS = 5 * 60_000;

function imagesIn({ binary, json }: INodeExecutionData): number {
	if (binary !== undefined) return Object.keys(binary).length;
	const data = json['data'];
	return Array.isArray(data) ? data.length : 0;
}

/** n8n's own words for an error, which some nodes put into an object. */
function errorIn({ json }: INodeExecutionData): string | null {
	const error = json['error'] as string | { message?: string } | undefined;
	return typeof error === 'object' ? (error.message ?? null) : (error ?? null);
}

/**
 * Asks n8n. One that is busy with much data answers late, and drops connections that were idle: then it is asked again.
 *
 * @throws when n8n has ended
 */
async function ask<T>(n8n: N8n, path: string): Promise<T | undefined> {
	n8n.memory();
	return await n8n.request<T>('GET', path).catch((error: unknown) => {
		if (error instanceof RestError) throw error;
		return undefined;
	});
}

/**
 * Waits by the list of executions: it is small, whatever the execution holds. Not too often: what n8n needs to answer
 * is in its memory too (asked ten times a second for 20 s: 220 MB).
 */
async function ended(n8n: N8n, workflowId: string): Promise<string> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const look = async (): Promise<string | undefined> => {
		type List = { results: Array<{ id: string; stoppedAt?: string | null }> };
		const latest = (await ask<List>(n8n, `/rest/executions?filter=${filter}`))?.results[0];
		return latest?.stoppedAt ? latest.id : undefined;
	};
	return await until('the execution has ended', look, { timeoutMs: RUN_TIMEOUT_MS, everyMs: 1000 });
}

async function read(n8n: N8n, id: string): Promise<StoredExecution> {
	const look = async (): Promise<StoredExecution | undefined> =>
		await ask(n8n, `/rest/executions/${id}`);
	return await until('the execution can be read', look, { timeoutMs: RUN_TIMEOUT_MS });
}

/** A run of a workflow, seen from outside the process. */
export interface WorkflowRun {
	output: NodeOutput;
	/** peak of the process's resident memory above what it was before, in bytes */
	memory: number;
	dataBytes: number;
}

/**
 * Runs a workflow without an open editor.
 *
 * @param name - of the node whose output is wanted
 */
export async function measureWorkflow(
	n8n: N8n,
	workflow: WorkflowJson,
	name: string,
): Promise<WorkflowRun> {
	const workflowId = await n8n.createWorkflow(workflow);
	const idle = n8n.memory().rss;
	n8n.resetPeak();
	// One that works on much data answers late; the execution is there all the same.
	await n8n
		.request('POST', `/rest/workflows/${workflowId}/run`, { triggerToStartFrom: { name: 'Start' } })
		.catch((error: unknown) => {
			if (error instanceof RestError) throw error;
		});
	const id = await ended(n8n, workflowId);
	// Before its data is read, which takes memory as well.
	const memory = n8n.memory().peak - idle;
	const stored = await read(n8n, id);
	return { output: nodeOutput(readExecution(stored), name), memory, dataBytes: stored.data.length };
}

/**
 * Runs a node on these prompts.
 *
 * @param settings - of the node: On Error, Retry On Fail
 */
export async function runInN8n(
	n8n: N8n,
	service: Service,
	peer: N8nPeer,
	prompts: string[],
	settings: Settings,
	concurrency?: number,
): Promise<PeerRun> {
	const items = itemsNode(
		'Prompts',
		prompts.map((prompt) => ({ prompt })),
	);
	const { output, memory, dataBytes } = await measureWorkflow(
		n8n,
		chain(items, peerNode(peer, service, settings, concurrency)),
		NODE,
	);
	return peerRunOf(output, memory, dataBytes);
}

/** What came out of a node. */
export function peerRunOf(output: NodeOutput, memory: number, dataBytes: number): PeerRun {
	const { outputs, error, executionTime } = output;
	const out = outputs.flat();
	return {
		ms: executionTime,
		delivered: out.reduce((sum, item) => sum + imagesIn(item), 0),
		sees: error?.message ?? out.map(errorIn).find((text) => text !== null) ?? null,
		memory,
		dataBytes,
	};
}
