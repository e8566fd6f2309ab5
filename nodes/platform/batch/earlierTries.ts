import { isFinished, type Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { roomFailureOf } from '../../core/batch/room';
import { localFailure, type Failure } from '../../core/run/failure';
import type { SendResult } from '../../core/run/outcome';
import { lookFor } from './createOnce';
import { listPages } from './listPages';
import { readManifest } from './manifestReader';
import { WATCH_MS, untilValidated } from './room';
import type { PreparedLine } from './preparedLine';
import { keysOf, type Submissions, type Submitted } from './submissions';
import type { Submitter } from './submitGroup';
import type { SubmittedGroup } from './submitting';

export interface Resumed {
	/** Lines that are in a batch of an earlier try, or of which that can't be told. */
	groups: SubmittedGroup[];
	/** The lines that are to be submitted. */
	rest: PreparedLine[];
	/** Keys of lines whose bound was counted by an earlier try. */
	counted: Set<string>;
	/** Batches of an execution whose books are lost. */
	found: Batch[];
	/** Batches of an earlier try with requests of items that have changed since. */
	outdated: Array<{ batch: Batch; requests: number }>;
}

/**
 * Finds out which lines earlier tries have submitted: by the books of this execution and, where they are lost because
 * n8n was killed, by the manifests of the batches that this node has submitted within a day.
 * @param isRetry n8n runs an execution once more that has failed
 */
export async function resume(
	submitter: Submitter,
	lines: readonly PreparedLine[],
	submissions: Submissions,
	isRetry: boolean,
	now: Date,
): Promise<Resumed> {
	const counted = new Set(submissions.known.flatMap(keysOf));
	const isLost = isRetry && !submissions.isBegun;
	const found =
		isLost && lines.length > 0
			? await lostBatches(submitter, now)
			: { ok: true as const, value: [] };
	if (!found.ok)
		return {
			groups: [unclear([...lines], found.failure)],
			rest: [],
			counted,
			found: [],
			outdated: [],
		};
	submissions.begin();
	const wanted = new Set(lines.map(({ key }) => key));
	for (const { batch, keys } of found.value) {
		const ours = keys.filter((key) => wanted.delete(key));
		if (ours.length > 0)
			submissions.add(batch.metadata.submission ?? batch.id, batch, ours, filesOf(batch));
	}
	const byKey = new Map(lines.map((line) => [line.key, line]));
	const groups: SubmittedGroup[] = [];
	const outdated: Resumed['outdated'] = [];
	for (const submitted of submissions.known) {
		const result = await fateOf(submitter, submitted);
		if (result === null) {
			submissions.drop(submitted.name);
			for (const id of submitted.fileIds) await submitter.api.deleteFile(id);
			continue;
		}
		const group = groupOf(submitted, result, byKey);
		groups.push(...group);
		const requests = keysOf(submitted).length - group.flatMap((one) => one.lines).length;
		if (result.ok && requests > 0) outdated.push({ batch: result.value, requests });
		if (result.ok)
			submissions.add(submitted.name, result.value, keysOf(submitted), submitted.fileIds);
	}
	return {
		groups,
		rest: [...byKey.values()],
		counted,
		found: isLost ? groups.flatMap(({ result }) => (result.ok ? result.value : [])) : [],
		outdated,
	};
}

const filesOf = ({ inputFileId, metadata }: Batch): string[] =>
	[inputFileId, readMetadata(metadata).manifestFileId ?? ''].filter((id) => id !== '');

const unclear = (lines: PreparedLine[], failure: Failure): SubmittedGroup => ({
	lines,
	result: { ok: false, failure },
	reused: false,
	isUnclear: true,
});

/** Takes the lines out of those that are left. */
function groupOf(
	submitted: Submitted,
	result: SendResult<Batch>,
	left: Map<string, PreparedLine>,
): SubmittedGroup[] {
	const lines = keysOf(submitted).flatMap((key) => left.get(key) ?? []);
	for (const { key } of lines) left.delete(key);
	if (lines.length === 0) return [];
	return [result.ok ? { lines, result, reused: true } : unclear(lines, result.failure)];
}

/** @returns `null` = there is no such batch, or it has failed for want of room: its lines are to be submitted */
async function fateOf(
	{ api, world }: Submitter,
	{ batch, name, at }: Submitted,
): Promise<SendResult<Batch> | null> {
	const looked =
		batch === null ? await lookFor(api, name, at, world) : await api.retrieve(batch.id);
	if (looked?.ok === true) {
		const checked = await untilValidated(api, looked.value, WATCH_MS, world);
		return roomFailureOf(checked) === null ? { ok: true, value: checked } : null;
	}
	// It is in the books, whatever the API says now.
	return batch === null ? looked : { ok: true, value: batch };
}

/** OpenAI works on a batch for a day. */
const LOST_SECONDS = 24 * 3600;

/** Batches of this node that go on or are done, with the keys of their lines, the newest first. */
async function lostBatches(
	{ api, context, node, options, world }: Submitter,
	now: Date,
): Promise<SendResult<Array<{ batch: Batch; keys: string[] }>>> {
	const since = now.getTime() / 1000 - LOST_SECONDS;
	const workflowId = String(context.getWorkflow().id ?? '');
	const ours: Batch[] = [];
	const failure = await listPages(api, ({ batches }) => {
		for (const batch of batches) {
			const about = readMetadata(batch.metadata);
			if (
				batch.createdAt >= since &&
				about.node === node &&
				about.workflowId === workflowId &&
				mayBringResults(batch)
			)
				ours.push(batch);
		}
		return (batches.at(-1)?.createdAt ?? since) < since;
	});
	if (failure !== null) return { ok: false, failure };
	const found: Array<{ batch: Batch; keys: string[] }> = [];
	for (const batch of ours) {
		const manifest = await readManifest({ api, options, world }, batch);
		if (!manifest.ok) return manifest;
		const keys = [...manifest.value.entries.values()].map(({ key }) => key);
		const { requestCount = batch.counts.total } = readMetadata(batch.metadata);
		if (keys.includes('') || keys.length < requestCount)
			return { ok: false, failure: unreadable(batch) };
		found.push({ batch, keys });
	}
	return { ok: true, value: found };
}

/** One that was cancelled or has expired may hold images that are paid for. */
const mayBringResults = (batch: Batch): boolean =>
	batch.status === 'completed' || !isFinished(batch) || batch.counts.completed > 0;

/** Whether its lines are those of this submission can't be told, and they may be paid for. */
const unreadable = ({ id, metadata }: Batch): Failure => {
	const { executionId = '' } = readMetadata(metadata);
	const message = `${id}, which the execution ${executionId} of this node submitted, may hold requests of these items, but its manifest can't be read, so this retry submits none. Collect ${id}, then start the workflow anew with the items that it lacks.`;
	return localFailure('invalidInput', 'manifest_unreadable', message);
};
