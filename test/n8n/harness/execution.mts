import type {
	IRunExecutionData,
	ITaskData,
	INodeExecutionData,
	NodeExecutionHint,
} from 'n8n-workflow';
import { parseFlatted } from './flatted.mts';

export type ExecutionStatus =
	'new' | 'running' | 'waiting' | 'success' | 'error' | 'crashed' | 'canceled' | 'unknown';

/** An execution as n8n stored it, with its data readable. */
export interface Execution {
	id: string;
	status: ExecutionStatus;
	workflowId: string;
	/** ISO 8601 */
	startedAt: string;
	/** ISO 8601; absent while it runs */
	stoppedAt?: string | null;
	data: IRunExecutionData;
}

/** The answer of GET /rest/executions/:id. */
export type StoredExecution = Omit<Execution, 'data'> & { data: string };

export function readExecution(stored: StoredExecution): Execution {
	return { ...stored, data: parseFlatted(stored.data) as IRunExecutionData };
}

/** Whether n8n does nothing more with it by itself. */
export function isAtRest(status: ExecutionStatus): boolean {
	return !['new', 'running', 'unknown'].includes(status);
}

/** What one run of one node left behind. */
export interface NodeOutput {
	/** the items of the first output */
	items: INodeExecutionData[];
	/** the items by output */
	outputs: INodeExecutionData[][];
	/** why the node failed, when it did */
	error: ITaskData['error'];
	/** the notes under the node in the editor */
	hints: NodeExecutionHint[];
	/** ms since 1970 */
	startTime: number;
	/** ms */
	executionTime: number;
}

/**
 * What a node of an execution gave out.
 *
 * @param run - which of its runs, for a node in a loop; the last one without it
 * @throws when the node didn't run, with the names of those that did
 */
export function nodeOutput(execution: Execution, nodeName: string, run = -1): NodeOutput {
	const { runData, error } = execution.data.resultData;
	const task = runData[nodeName]?.at(run);
	if (task === undefined) {
		const names = Object.keys(runData).join(', ');
		throw new Error(
			`node "${nodeName}" did not run (${names} did); ${error?.message ?? 'no error'}`,
		);
	}
	const outputs = (task.data?.['main'] ?? []).map((items) => items ?? []);
	return {
		items: outputs[0] ?? [],
		outputs,
		error: task.error,
		hints: task.hints ?? [],
		startTime: task.startTime,
		executionTime: task.executionTime,
	};
}
