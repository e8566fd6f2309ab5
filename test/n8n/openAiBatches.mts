import type { INodeParameters } from 'n8n-workflow';
import type { Simulator } from '../simulator/index.mts';
import { node, type N8n, type WorkflowJson } from './harness/index.mts';
import { API_KEY } from './workshop.mts';

/** Submits a batch of one image straight to the simulator, as another program would. @returns its id */
export async function submitBatch(
	simulator: Simulator,
	label = '',
	prompt = 'a red balloon',
): Promise<string> {
	const headers = { authorization: `Bearer ${API_KEY}` };
	const line = {
		custom_id: 'a',
		method: 'POST',
		url: '/v1/images/generations',
		body: { model: 'gpt-image-2', prompt, quality: 'low' },
	};
	const form = new FormData();
	form.append('purpose', 'batch');
	form.append('file', new File([`${JSON.stringify(line)}\n`], 'in.jsonl'));
	const file = (await (
		await fetch(`${simulator.baseUrl}/files`, { method: 'POST', headers, body: form })
	).json()) as { id: string };
	const body = {
		input_file_id: file.id,
		endpoint: '/v1/images/generations',
		completion_window: '24h',
		metadata: { label },
	};
	const created = await fetch(`${simulator.baseUrl}/batches`, {
		method: 'POST',
		headers: { ...headers, 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
	const batch = (await created.json()) as { id?: string };
	if (batch.id === undefined)
		throw new Error(`The simulator took no batch: ${JSON.stringify(batch)}`);
	return batch.id;
}

/** A trigger of ours with a step behind it, so that what it starts is a whole workflow. */
export function triggered(trigger: WorkflowJson['nodes'][number]): WorkflowJson {
	const next = node('Next', 'n8n-nodes-base.noOp');
	return {
		name: `test ${trigger.id}`,
		nodes: [trigger, { ...next, position: [220, 0] }],
		connections: { [trigger.name]: { main: [[{ node: 'Next', type: 'main', index: 0 }]] } },
	};
}

/** Polls every other second: n8n takes no interval below a minute, but several times within one. */
export const OFTEN: INodeParameters = {
	item: Array.from({ length: 30 }, (_, index) => ({
		mode: 'custom',
		cronExpression: `${index * 2} * * * * *`,
	})),
};

/** Polls when it is published, and then not before these tests end. */
export const RARELY: INodeParameters = {
	item: [{ mode: 'custom', cronExpression: '0 0 0 1 1 *' }],
};

export interface ListedExecution {
	id: string;
	status: string;
	workflowId: string;
}

/** Executions of a workflow, newest first, at most 100. */
export async function executionsOf(n8n: N8n, workflowId: string): Promise<ListedExecution[]> {
	const query = new URLSearchParams({ filter: JSON.stringify({ workflowId }), limit: '100' });
	const { results } = await n8n.request<{ results: ListedExecution[] }>(
		'GET',
		`/rest/executions?${query}`,
	);
	return results;
}
