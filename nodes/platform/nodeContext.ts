import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

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

/** n8n throws where it has nothing to give, and older ones do not know each of these. */
function attempt<T>(get: () => T): T | null {
	try {
		return get() ?? null;
	} catch {
		return null;
	}
}
