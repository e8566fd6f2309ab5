import type { Batch } from '../../core/batch/batch';
import { type FinishedMemory, listSince, type Sight } from '../../core/batch/finished';
import type { Failure } from '../../core/failures/failure';
import type { SendResult } from '../../core/scheduler/outcome';
import type { BatchApi } from '../api/batchApi';
import { listPages } from './listBatches';

/** What a poll sees, and what it may compare that with. */
export interface Seen extends Sight {
	/** `null` = this is the first look at this project. */
	memory: FinishedMemory | null;
	/** Why not all of `waiting` could be asked for; they are with the next look. */
	failure: Failure | null;
}

/** Batches asked for one by one in a look; those that have waited longest for that come first. */
const MOST_RETRIEVED = 100;

/** Of the first look, which goes back a month: of 10,000 batches the older ones have ended. */
const MOST_PAGES = 100;

type Api = Pick<BatchApi, 'list' | 'retrieve'>;

/**
 * Everything that may have ended since the last look: OpenAI can only list by time of creation.
 * @param credential tells projects apart where there is no batch to tell them by
 */
export async function seeBatches(
	api: Api,
	earlier: FinishedMemory | null,
	credential: string,
): Promise<SendResult<Seen>> {
	const listed = await listBack(api, earlier);
	if (!listed.ok) return listed;
	const { batches, project } = listed.value;
	const account = project ?? credential;
	const isSame = await isSameProject(api, earlier, batches, account);
	if (!isSame.ok) return isSame;
	if (earlier === null || !isSame.value)
		return firstSight(earlier === null ? listed : await listBack(api, null), account);
	const retrieved = await retrieveWaiting(api, earlier, batches);
	return {
		ok: true,
		value: { memory: earlier, ...retrieved, batches: [...batches, ...retrieved.batches], account },
	};
}

interface Listed {
	batches: Batch[];
	project: string | null;
}

function firstSight(listed: SendResult<Listed>, account: string): SendResult<Seen> {
	if (!listed.ok) return listed;
	return {
		ok: true,
		value: { memory: null, batches: listed.value.batches, gone: [], account, failure: null },
	};
}

/** All batches that are young enough, newest first. */
async function listBack(api: Api, memory: FinishedMemory | null): Promise<SendResult<Listed>> {
	const batches: Batch[] = [];
	let project: string | null = null;
	let pages = 0;
	const failure = await listPages(api, (page) => {
		pages += 1;
		project = page.project;
		for (const batch of page.batches) batches.push(batch);
		const oldest = batches.at(-1)?.createdAt ?? 0;
		return (
			oldest < listSince(memory, batches[0]?.createdAt ?? 0) ||
			(memory === null && pages >= MOST_PAGES)
		);
	});
	return failure === null ? { ok: true, value: { batches, project } } : { ok: false, failure };
}

/**
 * Whether a batch of the last look is one of this project: the newest one then, or the youngest of the others, because what n8n
 * kept of the newest may have been changed.
 */
async function isSameProject(
	api: Api,
	memory: FinishedMemory | null,
	batches: readonly Batch[],
	account: string,
): Promise<SendResult<boolean>> {
	if (memory === null) return { ok: true, value: true };
	const others = Object.entries({ ...memory.waiting, ...memory.known });
	const ids = new Set([memory.newest, ...others.sort(([, a], [, b]) => b - a).map(([id]) => id)]);
	ids.delete(null);
	if (ids.size === 0) return { ok: true, value: ['', account].includes(memory.account) };
	if (batches.some(({ id }) => ids.has(id))) return { ok: true, value: true };
	for (const id of [...ids].slice(0, 2)) {
		const found = await api.retrieve(id ?? '');
		if (found.ok || found.failure.status !== 404)
			return found.ok ? { ok: true, value: true } : found;
	}
	return { ok: true, value: false };
}

async function retrieveWaiting(
	api: Api,
	{ waiting, known }: FinishedMemory,
	listed: readonly Batch[],
): Promise<{ batches: Batch[]; gone: string[]; failure: Failure | null }> {
	const seen = new Set([...listed.map(({ id }) => id), ...Object.keys(known)]);
	const batches: Batch[] = [];
	const gone: string[] = [];
	let failure: Failure | null = null;
	for (const id of Object.keys(waiting)
		.filter((one) => !seen.has(one))
		.slice(0, MOST_RETRIEVED)) {
		const found = await api.retrieve(id);
		if (found.ok) batches.push(found.value);
		else if (found.failure.status === 404) gone.push(id);
		else failure = found.failure;
	}
	return { batches, gone, failure };
}
