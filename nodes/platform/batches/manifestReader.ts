import type { Batch } from '../../core/batch/batch';
import { isEndedEarly, readLines } from '../../core/batch/download';
import { restoreItems } from '../../core/batch/itemsOfLines';
import { type ManifestEntry, readManifestLine } from '../../core/batch/manifest';
import { readMetadata } from '../../core/batch/metadata';
import type { Failure } from '../../core/failures/failure';
import type { AttemptOptions } from '../../core/scheduler/sendRepeatedly';
import type { SendResult } from '../../core/scheduler/outcome';
import type { Runtime } from '../../core/scheduler/types';
import type { BatchApi } from '../api/batchApi';

export interface Manifest {
	/** By the id of the line in the batch, in the order of the submission. */
	entries: Map<string, ManifestEntry>;
	/** Input images of this batch alone. */
	ownFileIds: string[];
	/** Why the results lack what only the manifest tells; `null` = they don't. */
	problem: string | null;
}

interface ReadFile extends Omit<Manifest, 'problem'> {
	/** Lines of which nothing is known here. */
	unread: number;
	/** Why there is nothing, or not all of it; `null` = all of it is there. */
	missing: Failure | null;
}

interface Reading {
	api: Pick<BatchApi, 'open'>;
	options: AttemptOptions;
	runtime: Runtime;
}

/** What each line of a batch is about: from its manifest, else from its input file, else nothing. */
export async function readManifest(reading: Reading, batch: Batch): Promise<SendResult<Manifest>> {
	const { manifestFileId = '', requestCount = 0, submission } = readMetadata(batch.metadata);
	const manifest =
		manifestFileId === '' ? null : await readFile(reading, manifestFileId, requestCount);
	if (manifest?.ok === false) return manifest;
	const problem = manifest === null ? null : problemOf(manifest.value, batch, requestCount);
	if (manifest !== null && problem === null)
		return { ok: true, value: { ...manifest.value, problem } };
	const input =
		batch.inputFileId === ''
			? null
			: await readFile(reading, batch.inputFileId, batch.counts.total);
	if (input?.ok === false) return input;
	const lines = input?.value.entries ?? new Map<string, ManifestEntry>();
	if (submission !== undefined) restoreItems(lines.values());
	const known = manifest?.value.entries ?? new Map<string, ManifestEntry>();
	// In the order of the input file.
	const entries = new Map([...lines, ...known]);
	return { ok: true, value: { entries, ownFileIds: manifest?.value.ownFileIds ?? [], problem } };
}

function problemOf(
	{ entries, unread, missing }: ReadFile,
	{ id }: Batch,
	requestCount: number,
): string | null {
	if (missing === null && unread === 0 && entries.size >= requestCount) return null;
	const what =
		entries.size === 0
			? `The manifest of ${id} can't be read`
			: `${Math.max(unread, requestCount - entries.size)} lines of the manifest of ${id} can't be read`;
	const why = missing === null ? '' : ` (${missing.message})`;
	return `${what}${why}, so those results come without their own fields and file names.`;
}

/** A file that is not there, or that the provider does not give out, is an empty one: results are worth having all the same. */
async function readFile(
	{ api, options, runtime }: Reading,
	fileId: string,
	expected: number,
): Promise<SendResult<ReadFile>> {
	const file: ReadFile = { entries: new Map(), ownFileIds: [], unread: 0, missing: null };
	const reader = {
		open: async (from: number) => await api.open(fileId, from),
		onLine: async (line: Buffer) => addLine(file, line),
		isComplete: () => file.entries.size >= expected,
	};
	const failure = await readLines(reader, options, runtime);
	if (failure !== null && !isRefused(failure) && !isEndedEarly(failure))
		return { ok: false, failure };
	return { ok: true, value: { ...file, missing: failure } };
}

const isRefused = ({ kind, status }: Failure): boolean =>
	kind === 'invalidRequest' || status === 404 || status === 410;

function addLine(file: ReadFile, line: Buffer): void {
	const read = readManifestLine(line, file.entries.size);
	if (read === null) file.unread += 1;
	else if ('header' in read) file.ownFileIds = read.header.ownFileIds;
	// Of two lines of one name, results can't tell which one they are about.
	else if (!file.entries.has(read.entry.lineId)) file.entries.set(read.entry.lineId, read.entry);
}
