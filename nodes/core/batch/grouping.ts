/** OpenAI Batch guide: most requests and bytes of one file. MB are taken as the smaller, decimal ones. */
export const MAX_REQUESTS_PER_BATCH = 50_000;
export const MAX_BATCH_BYTES = 200_000_000;

export interface GroupedLine {
	/** Lines of different kinds never share a batch: one model, one endpoint and one label each. */
	kind: string;
	/** In the input file. */
	bytes: number;
	/** In the manifest, with the user's row if that is uploaded. */
	manifestBytes: number;
}

/** Too large for any batch, because a file of it alone would be. */
export const isTooLarge = (
	{ bytes, manifestBytes }: GroupedLine,
	maxBytes: number = MAX_BATCH_BYTES,
): boolean => bytes > maxBytes || manifestBytes > maxBytes;

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

function divideLines<T extends GroupedLine>(
	lines: readonly T[],
	requestsPerBatch: number,
	maxBytes: number,
): T[][] {
	const most = Math.min(Math.max(1, Math.floor(requestsPerBatch)), MAX_REQUESTS_PER_BATCH);
	const groups: T[][] = [];
	let bytes = 0;
	let manifestBytes = 0;
	for (const line of lines) {
		const current = groups.at(-1);
		const fits = bytes + line.bytes <= maxBytes && manifestBytes + line.manifestBytes <= maxBytes;
		if (current === undefined || current.length >= most || !fits) {
			groups.push([line]);
			[bytes, manifestBytes] = [line.bytes, line.manifestBytes];
		} else {
			current.push(line);
			bytes += line.bytes;
			manifestBytes += line.manifestBytes;
		}
	}
	return groups;
}
