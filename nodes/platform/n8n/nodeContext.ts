import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	INodeExecutionData,
	IPollFunctions,
} from 'n8n-workflow';

/** What n8n keeps for a node while an execution lasts, and which run of it this is. */
export interface NodeMemory {
	/** Saved with the execution and handed to the next try (seen in n8n 2.41). */
	data: IDataObject;
	/** `false` = there is no such place, as under the MCP Server Trigger: nothing outlives the run. */
	isKept: boolean;
	/** In a loop the node runs several times in one execution. */
	run: string;
	/** Called by an agent, where each try of a call is a run of its own. */
	isTool: boolean;
}

export function nodeMemory(context: IExecuteFunctions): NodeMemory {
	const data = attempt(() => context.getContext('node'));
	return {
		data: data ?? {},
		isKept: data !== null,
		run: `run ${String(attempt(() => context.evaluateExpression('{{ $runIndex }}', 0)) ?? 0)}`,
		isTool: attempt(() => context.isToolExecution()) === true,
	};
}

/** Whether n8n takes the first item that the node gives out for a failure of the node, and so runs it again. */
export function isTriedAgain(
	context: IExecuteFunctions,
	{ isTool }: NodeMemory,
	[first]: readonly INodeExecutionData[],
): boolean {
	return !isTool && context.getNode().retryOnFail === true && isErrorToN8n(first?.json['error']);
}

/** As n8n's Retry On Fail looks at the first item (n8n-core, workflow-execute). */
const isErrorToN8n = (error: unknown): boolean =>
	error !== undefined && error !== null && error !== false;

/** n8n throws where it has nothing to give, and older ones do not know each of these. */
function attempt<T>(get: () => T): T | null {
	try {
		return get() ?? null;
	} catch {
		return null;
	}
}

/**
 * Whether a workflow is being published because n8n starts, and not by a user who could read an error. n8n (2.41)
 * tries again then after a time that doubles up to a day, and until it does, the workflow is not published.
 */
export function isStartedByN8n(
	context: Pick<IHookFunctions | IPollFunctions, 'getActivationMode'>,
): boolean {
	return ['init', 'leadershipChange'].includes(context.getActivationMode());
}
