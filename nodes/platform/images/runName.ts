import { randomUUID } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { NodeMemory } from '../nodeContext';

/** Knows a run of a node: the same for each try of it, and where n8n does not say which one it is, no other's. */
export function runName(context: IExecuteFunctions, { isKept, run }: NodeMemory): string {
	const executionId = context.getExecutionId() as string | undefined;
	const name = [executionId ?? '', context.getNode().id, run].join(' ');
	return isKept && executionId !== undefined ? name : `${name} ${randomUUID()}`;
}
