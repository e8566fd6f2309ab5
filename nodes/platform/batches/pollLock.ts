import type { Batch } from '../../core/batch/batch';

/**
 * What this process knows of a polling node beyond its static data. n8n (2.41) may poll a node while its last
 * poll still runs, and the last poll of a workflow that is published anew goes on beside the first one of the
 * new version, whose copy of the static data is older. Neither may start a workflow twice.
 */
export interface NodeState {
	/** Time of creation of the batches that this process has reported, by id, the latest last. */
	readonly reported: Map<string, number>;
	/** Batches for which n8n could not start an execution, whatever the static data says. */
	readonly takenBack: Map<string, Pick<Batch, 'id' | 'createdAt'>>;
	/** Since when polls fail, in Unix ms; `null` = the last one did not. */
	failingSince: number | null;
}

export interface PollTurn {
	state: NodeState;
	/** Whether this poll was ended, so that it may not do anything any more. */
	isOver(): boolean;
	/** Lets the next poll begin. */
	end(): void;
}

const states = new Map<string, NodeState>();
const busy = new Set<string>();

/**
 * @param key of a node of a workflow
 * @returns `null` = a poll of this node is at work, which will see all that this one would
 */
export function takeTurn(key: string): PollTurn | null {
	if (busy.has(key)) return null;
	busy.add(key);
	const state = states.get(key) ?? {
		reported: new Map(),
		takenBack: new Map(),
		failingSince: null,
	};
	states.set(key, state);
	let isOver = false;
	const end = (): void => {
		if (!isOver) busy.delete(key);
		isOver = true;
	};
	return { state, isOver: () => isOver, end };
}
