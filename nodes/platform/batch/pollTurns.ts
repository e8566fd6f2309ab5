/**
 * What this process knows of a polling node beyond its static data. n8n (2.41) may poll a node while its last
 * poll still runs, and the last poll of a workflow that is published anew goes on beside the first one of the
 * new version, whose copy of the static data is older. Neither may start a workflow twice.
 */
export interface PollTurn {
	/** Time of creation of the batches that this process has reported, by id. */
	reported: Map<string, number>;
	/** Lets the next poll begin. */
	end(): void;
}

const reportedBy = new Map<string, Map<string, number>>();
const busy = new Set<string>();

/**
 * @param key of a node of a workflow
 * @returns `null` = a poll of this node is at work, which will see all that this one would
 */
export function takeTurn(key: string): PollTurn | null {
	if (busy.has(key)) return null;
	busy.add(key);
	const reported = reportedBy.get(key) ?? new Map<string, number>();
	reportedBy.set(key, reported);
	return { reported, end: () => void busy.delete(key) };
}
