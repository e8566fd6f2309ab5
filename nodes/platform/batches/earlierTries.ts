import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { roomFailureOf } from '../../core/batch/queueRoom';
import type { Failure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import { sideBySide } from '../../core/scheduler/semaphore';
import { lookFor } from './createOnce';
import { type LostBatch, lostBatches } from './lostBatches';
import type { PreparedLine } from './preparedLine';
import { MOST_FOLLOWED, untilValidated } from './queueWait';
import type { Submissions } from './submissions';
import { keysOf, type Submitted } from './submitted';
import type { Submitter } from './submitGroup';
import type { SubmittedGroup } from './submitting';

export interface Resumed {
	/** Lines that are in a batch of an earlier try, or of which that can't be told. */
	groups: SubmittedGroup[];
	/** The lines that are to be submitted. */
	rest: readonly PreparedLine[];
	/** Keys of lines whose bound was counted by an earlier try. */
	counted: Set<string>;
	/** Batches of an execution whose books are lost. */
	found: Batch[];
	/** Batches of an earlier try with requests of items that have changed since. */
	outdated: Array<{ batch: Batch; requests: number }>;
}

/**
 * Finds out which lines earlier tries have submitted: by the books of this execution and, where they may lack some, by the
 * manifests of the batches that this node has submitted within a day: n8n was killed, or it is retried more than once.
 * @param isRetry n8n runs an execution once more that has failed
 * @param watchMs how long a batch that OpenAI has yet to check is followed
 */
export async function resume(
	submitter: Submitter,
	lines: readonly PreparedLine[],
	submissions: Submissions,
	{ isRetry, watchMs, now }: { isRetry: boolean; watchMs: number; now: Date },
): Promise<Resumed> {
	const { known } = submissions;
	const counted = new Set(known.flatMap(keysOf));
	const take = async (from: readonly Submitted[], among: readonly PreparedLine[]) =>
		await takeFromBooks(submitter, among, submissions, from, watchMs);
	const taken = await take(known, lines);
	const { groups, rest, outdated } = taken;
	if (rest.length === 0 || !submissions.mayLack(isRetry)) {
		submissions.begin();
		return { ...taken, counted, found: [] };
	}
	const lost = await lostBatches(submitter, submissions, now);
	if (!lost.ok) {
		const open = unclear([...rest], lost.failure);
		return { groups: [...groups, open], rest: [], counted, found: [], outdated };
	}
	submissions.begin();
	const also = await take(addFound(submissions, lost.value, rest), rest);
	return {
		groups: [...groups, ...also.groups],
		rest: also.rest,
		counted,
		found: also.groups.flatMap(({ result }) => (result.ok ? result.value : [])),
		outdated,
	};
}

/** Which lines are in the batches of the books, as far as these are still there. */
async function takeFromBooks(
	submitter: Submitter,
	lines: readonly PreparedLine[],
	submissions: Submissions,
	known: readonly Submitted[],
	watchMs: number,
): Promise<Pick<Resumed, 'groups' | 'rest' | 'outdated'>> {
	// As a rule there is nothing, and 50,000 lines that are to be submitted.
	if (known.length === 0) return { groups: [], rest: lines, outdated: [] };
	const byKey = new Map(lines.map((line) => [line.key, line]));
	const groups: SubmittedGroup[] = [];
	const outdated: Resumed['outdated'] = [];
	const fates = await sideBySide(
		known,
		MOST_FOLLOWED,
		async (submitted) => await fateOf(submitter, submitted, watchMs),
		() => false,
	);
	for (const [index, submitted] of known.entries()) {
		const result = fates[index] ?? null;
		if (result === null) {
			submissions.drop(submitted.name);
			for (const id of submitted.fileIds) await submitter.api.deleteFile(id);
			continue;
		}
		const group = groupOf(submitted, result, byKey);
		groups.push(...group);
		const requests = keysOf(submitted).length - group.flatMap((one) => one.lines).length;
		if (result.ok && requests > 0) outdated.push({ batch: result.value, requests });
		if (result.ok) submissions.update(submitted.name, result.value);
	}
	return { groups, rest: [...byKey.values()], outdated };
}

/**
 * Each line is taken for that of the newest batch with it.
 * @returns what was added
 */
function addFound(
	submissions: Submissions,
	found: readonly LostBatch[],
	lines: readonly PreparedLine[],
): Submitted[] {
	const wanted = new Set(lines.map(({ key }) => key));
	const before = new Set(submissions.known);
	for (const { batch, keys } of found) {
		const ours = keys.filter((key) => wanted.delete(key));
		if (ours.length > 0)
			submissions.add(batch.metadata.submission ?? batch.id, batch, ours, filesOf(batch));
	}
	return submissions.known.filter((submitted) => !before.has(submitted));
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
	{ api, runtime }: Submitter,
	{ batch, name, at }: Submitted,
	watchMs: number,
): Promise<SendResult<Batch> | null> {
	const looked =
		batch === null ? await lookFor(api, name, at, runtime) : await api.retrieve(batch.id);
	// What is in the books is there, whatever the API says now.
	const latest = looked?.ok === true ? looked.value : batch;
	if (latest === null) return looked;
	const checked = await untilValidated(api, latest, watchMs, runtime);
	return roomFailureOf(checked) === null ? { ok: true, value: checked } : null;
}
