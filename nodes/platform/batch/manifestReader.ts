import type { Batch } from '../../core/batch/batch';
import { readLines } from '../../core/batch/download';
import { readManifestLine, type ManifestEntry } from '../../core/batch/manifest';
import { readMetadata } from '../../core/batch/metadata';
import type { AttemptOptions } from '../../core/run/attempts';
import type { SendResult } from '../../core/run/outcome';
import type { RunWorld } from '../../core/run/runRequests';
import type { BatchApi } from '../batchApi';

export interface Manifest {
	/** By the id of the line in the batch. */
	entries: Map<string, ManifestEntry>;
	/** Input images of this batch alone. */
	ownFileIds: string[];
}

/** What each line of a batch is about: from its manifest, else from its input file, else nothing. */
export async function readManifest(
	api: BatchApi,
	batch: Batch,
	options: AttemptOptions,
	world: RunWorld,
): Promise<SendResult<Manifest>> {
	for (const fileId of [readMetadata(batch.metadata).manifestFileId ?? '', batch.inputFileId]) {
		if (fileId === '') continue;
		const manifest: Manifest = { entries: new Map(), ownFileIds: [] };
		const failure = await readLines(
			async (from) => await api.open(fileId, from),
			async (line) => addLine(manifest, line),
			options,
			world,
		);
		if (failure === null) return { ok: true, value: manifest };
		// Somebody has deleted it, or it has expired: the results are worth having all the same.
		if (failure.status !== 404) return { ok: false, failure };
	}
	return { ok: true, value: { entries: new Map(), ownFileIds: [] } };
}

function addLine(manifest: Manifest, line: Buffer): void {
	const read = readManifestLine(line, manifest.entries.size);
	if (read === null) return;
	if ('entry' in read) manifest.entries.set(read.entry.lineId, read.entry);
	else manifest.ownFileIds = read.header.ownFileIds;
}
