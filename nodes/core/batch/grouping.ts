/** OpenAI Batch guide: most requests and bytes of one input file. MB are taken as the smaller, decimal ones. */
export const MAX_REQUESTS_PER_BATCH = 50_000;
export const MAX_BATCH_BYTES = 200_000_000;

export interface GroupedLine {
	/** Lines of different kinds never share a batch: one model and one endpoint each. */
	kind: string;
	bytes: number;
}

/** As few batches as the rules allow, each with lines of one kind, in the order given. */
export function groupLines<T extends GroupedLine>(
	lines: readonly T[],
	requestsPerBatch: number,
	maxBytes: number = MAX_BATCH_BYTES,
): T[][] {
	const kinds = new Map<string, T[]>();
	for (const line of lines) {
		const same = kinds.get(line.kind);
		if (same === undefined) kinds.set(line.kind, [line]);
		else same.push(line);
	}
	return [...kinds.values()].flatMap((same) => divideLines(same, requestsPerBatch, maxBytes));
}

function divideLines<T extends GroupedLine>(lines: readonly T[], requestsPerBatch: number, maxBytes: number): T[][] {
	const most = Math.min(Math.max(1, Math.floor(requestsPerBatch)), MAX_REQUESTS_PER_BATCH);
	const groups: T[][] = [];
	let bytes = Infinity;
	for (const line of lines) {
		const current = groups.at(-1);
		if (current === undefined || current.length >= most || bytes + line.bytes > maxBytes) {
			groups.push([line]);
			bytes = line.bytes;
		} else {
			current.push(line);
			bytes += line.bytes;
		}
	}
	return groups;
}
