import { awaitsFiles, parseBatch, type Batch } from '../../../../nodes/core/batch/batch';
import {
	isImageBatch,
	look,
	remember,
	type FinishedFilter,
	type FinishedMemory,
} from '../../../../nodes/core/batch/finished';
import { readMemory } from '../../../../nodes/core/batch/finishedMemory';
import { localFailure } from '../../../../nodes/core/failures/failure';
import type { SendResult } from '../../../../nodes/core/scheduler/outcome';
import type { BatchApi } from '../../../../nodes/platform/api/batchApi';
import { passes } from '../../../../nodes/platform/batches/listBatches';
import { seeBatches, type Seen } from '../../../../nodes/platform/batches/listFinished';
import { seeded, type Random } from '../../fixtures/random.mts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const ALL: FinishedFilter = { label: '', statuses: [] };

interface Plan {
	id: string;
	createdAt: number;
	/** From when on the provider lists it. */
	visibleAt: number;
	endedAt: number;
	/** From when on it has its files. */
	readyAt: number;
	endpoint: string;
	label: string;
	status: string;
}

const planOf = (plan: Partial<Plan> & Pick<Plan, 'id' | 'createdAt' | 'endedAt'>): Plan => ({
	visibleAt: plan.createdAt,
	readyAt: plan.endedAt,
	endpoint: '/v1/images/edits',
	label: '',
	status: 'completed',
	...plan,
});

const BROKEN = localFailure('serverError', 'server_error', 'broken');

/** The provider's batches at any time; requests fail as often as a test wants. */
class Provider implements Pick<BatchApi, 'list' | 'retrieve'> {
	now = 0;

	requests = 0;

	isBroken: (request: string) => boolean = () => false;

	project: string | null = null;

	private readonly plans: Plan[];

	constructor(plans: readonly Plan[]) {
		this.plans = [...plans].sort((a, b) => b.createdAt - a.createdAt);
	}

	async list(after: string | null, limit: number): ReturnType<BatchApi['list']> {
		this.requests += 1;
		if (this.isBroken('list')) return { ok: false, failure: BROKEN };
		const visible = this.plans.filter(({ visibleAt }) => visibleAt <= this.now);
		const start = after === null ? 0 : visible.findIndex(({ id }) => id === after) + 1;
		const batches = visible.slice(start, start + limit).map((plan) => this.batchOf(plan));
		return {
			ok: true,
			value: { batches, hasMore: start + limit < visible.length, project: this.project },
		};
	}

	async retrieve(id: string): Promise<SendResult<Batch>> {
		this.requests += 1;
		if (this.isBroken(id)) return { ok: false, failure: BROKEN };
		const plan = this.plans.find((one) => one.id === id && one.visibleAt <= this.now);
		return plan === undefined
			? { ok: false, failure: { ...BROKEN, status: 404 } }
			: { ok: true, value: this.batchOf(plan) };
	}

	private batchOf({ id, createdAt, endedAt, readyAt, endpoint, label, status }: Plan): Batch {
		const hasEnded = endedAt <= this.now;
		return parseBatch({
			id,
			created_at: createdAt,
			endpoint,
			metadata: { label },
			status: hasEnded ? status : 'in_progress',
			completed_at: hasEnded ? endedAt : null,
			request_counts: { total: 1, completed: hasEnded ? 1 : 0, failed: 0 },
			output_file_id: readyAt <= this.now ? 'file-o' : null,
		}) as Batch;
	}
}

const seen = async (
	provider: Provider,
	memory: FinishedMemory | null,
	credential = 'mine',
): Promise<Seen> => {
	const result = await seeBatches(provider, memory, credential);
	if (!result.ok) throw new Error(result.failure.message);
	return result.value;
};

/** A look after which everything it found was reported. */
async function reported(
	provider: Provider,
	earlier: FinishedMemory | null,
	credential = 'mine',
): Promise<{ ids: string[]; memory: FinishedMemory }> {
	const sight = await seen(provider, earlier, credential);
	const { report, memory } = look(sight.memory, sight, ALL, passes);
	return { ids: report.map(({ id }) => id), memory: report.reduce(remember, memory) };
}

const WANTED: readonly FinishedFilter[] = [
	ALL,
	{ label: 'red', statuses: [] },
	{ label: '', statuses: ['completed'] },
	{ label: 'blue', statuses: ['completed', 'expired'] },
];

function randomPlan({ int, next, pick }: Random, index: number): Plan {
	const createdAt = int(0, 40 * DAY);
	const visibleAt = createdAt + (next() < 0.1 ? int(0, HOUR) : 0);
	const takes = next() < 0.05 ? int(DAY, 10 * DAY) : int(60, DAY);
	const endedAt = Math.max(createdAt + takes, visibleAt);
	return {
		id: `b${index}`,
		createdAt,
		visibleAt,
		endedAt,
		readyAt: endedAt + (next() < 0.2 ? int(1, 2 * HOUR) : 0),
		endpoint: pick([
			'/v1/images/generations',
			'/v1/images/edits',
			'/v1/images/generations',
			'/v1/chat/completions',
		]),
		label: pick(['', 'red', 'blue']),
		status: pick(['completed', 'completed', 'completed', 'expired', 'failed', 'cancelled']),
	};
}

describe('what a trigger sees', () => {
	it.each(Array.from({ length: 12 }, (_, seed) => seed + 1))(
		'brings each batch of the filter exactly once, whatever comes in between (%i)',
		async (seed) => {
			const random = seeded(seed);
			const { int, next, pick } = random;
			const plans = Array.from({ length: 1500 }, (_, index) => randomPlan(random, index));
			const provider = new Provider(plans);
			provider.isBroken = (request) => next() < (request === 'list' ? 0.05 : 0.3);
			const starts = new Map<string, number>();
			/** What must come, and what must not any more; by a book of its own. */
			const fate = new Map<string, 'start' | 'never'>();
			let memory: FinishedMemory | null = null;
			let saved: FinishedMemory | null = null;
			let filter = ALL;
			let looks = 0;
			for (
				provider.now = 8 * DAY;
				provider.now < 56 * DAY;
				provider.now += next() < 0.05 ? int(DAY, 4 * DAY) : int(60, 3 * HOUR)
			) {
				// n8n has kept what was there when it last started an execution or published the workflow.
				if (next() < 0.05) {
					({ memory } = readMemory(JSON.parse(JSON.stringify(saved)), Infinity));
					// What was judged since is judged again.
					for (const id of Object.keys(memory?.waiting ?? {}))
						if (fate.get(id) === 'never') fate.delete(id);
				}
				const earlier = memory;
				const wanted = next() < 0.03 ? pick(WANTED) : filter;
				const sight = await seeBatches(provider, earlier, 'mine');
				if (!sight.ok) continue;
				looks += 1;
				const found = look(sight.value.memory, sight.value, wanted, passes);
				memory = found.memory;
				if (earlier === null || wanted !== filter) saved = memory;
				const isWanted = (batch: Batch): boolean =>
					isImageBatch(batch) && earlier !== null && passes(batch, wanted) && passes(batch, filter);
				// One that can't be asked for is judged by the next look.
				const isSeen = (id: string): boolean =>
					!(id in found.memory.waiting) || sight.value.batches.some((batch) => batch.id === id);
				for (const plan of plans.filter(
					({ id, endedAt }) => endedAt <= provider.now && !fate.has(id) && isSeen(id),
				)) {
					if (!isWanted({ ...plan, metadata: { label: plan.label } } as unknown as Batch))
						fate.set(plan.id, 'never');
				}
				filter = wanted;
				// A poll may run out of time: what is left comes with the next ones.
				for (const batch of found.report.slice(0, int(1, 30))) {
					if (awaitsFiles(batch, new Date(provider.now * 1000))) continue;
					memory = remember(memory, batch);
					starts.set(batch.id, (starts.get(batch.id) ?? 0) + 1);
					fate.set(batch.id, fate.get(batch.id) ?? 'start');
					saved = memory;
				}
				expect(Object.keys(memory.known).length).toBeLessThan(500);
				expect(Object.keys(memory.waiting).length).toBeLessThan(200);
			}
			const due = plans.filter(
				({ id, endedAt, readyAt }) =>
					fate.get(id) !== 'never' && endedAt > 8 * DAY && readyAt < 50 * DAY,
			);

			expect(looks).toBeGreaterThan(150);
			expect(due.length).toBeGreaterThan(100);
			expect(due.filter(({ id }) => starts.get(id) !== 1)).toEqual([]);
			expect([...starts].filter(([id, times]) => times !== 1 || fate.get(id) === 'never')).toEqual(
				[],
			);
		},
	);

	it('at first is a month, so that what is open is waited for, however old; later no more than a day and a half', async () => {
		const plans = Array.from({ length: 60 * 24 }, (_, hour) =>
			planOf({ id: `b${hour}`, createdAt: hour * HOUR, endedAt: (hour + 1) * HOUR }),
		);
		const provider = new Provider([
			...plans,
			planOf({ id: 'slow', createdAt: 45 * DAY, endedAt: 61 * DAY }),
		]);
		provider.now = 60 * DAY;
		const { memory } = await reported(provider, null);
		const first = provider.requests;
		provider.requests = 0;
		await reported(provider, memory);

		expect(memory.waiting).toEqual({ slow: 45 * DAY });
		expect([first, provider.requests]).toEqual([8, 2]);
		provider.now = 62 * DAY;
		expect((await reported(provider, memory)).ids).toEqual(['slow']);
	});

	it('is told when a batch that is waited for can not be asked for, and the others come', async () => {
		const others = Array.from({ length: 100 }, (_, index) =>
			planOf({ id: `b${index}`, createdAt: 10 * DAY - index * HOUR, endedAt: 10 * DAY }),
		);
		const provider = new Provider([
			...others,
			planOf({ id: 'slow', createdAt: 0, endedAt: 11 * DAY }),
			planOf({ id: 'new', createdAt: 10 * DAY + 1, endedAt: 11 * DAY }),
		]);
		provider.now = 10 * DAY + 1;
		const { memory } = await reported(provider, null);
		provider.now = 12 * DAY;
		provider.isBroken = (request) => request === 'slow';
		const sight = await seen(provider, memory);
		const found = look(sight.memory, sight, ALL, passes);

		expect(sight.failure).toEqual(BROKEN);
		expect(found.report.map(({ id }) => id)).toEqual(['new']);
		expect(found.memory.waiting).toEqual({ slow: 0 });
	});

	it('of another project starts nothing old, also when the credential is the same', async () => {
		const ours = new Provider([planOf({ id: 'ours', createdAt: DAY, endedAt: 2 * DAY })]);
		const theirs = new Provider([
			planOf({ id: 'old', createdAt: 5 * HOUR, endedAt: DAY }),
			planOf({ id: 'open', createdAt: 2 * DAY, endedAt: 4 * DAY }),
		]);
		ours.now = DAY + HOUR;
		theirs.now = 3 * DAY;
		const { memory } = await reported(ours, null);
		const first = await reported(theirs, memory);
		theirs.now = 5 * DAY;

		expect(first.ids).toEqual([]);
		expect((await reported(theirs, first.memory)).ids).toEqual(['open']);
	});

	it('of a project that had no batch is told from another one by its credential, or better by what the API says', async () => {
		const empty = new Provider([]);
		const theirs = new Provider([planOf({ id: 'old', createdAt: 1, endedAt: 2 })]);
		theirs.now = DAY;
		const { memory } = await reported(empty, null);
		expect((await reported(theirs, memory, 'another')).ids).toEqual([]);
		expect((await reported(theirs, memory)).ids).toEqual(['old']);
		empty.project = 'proj_a';
		theirs.project = 'proj_b';
		const told = await reported(empty, null);

		expect((await reported(theirs, told.memory)).ids).toEqual([]);
		theirs.project = 'proj_a';
		expect((await reported(theirs, told.memory, 'another')).ids).toEqual(['old']);
	});

	it('of the same project goes on with another credential', async () => {
		const provider = new Provider([planOf({ id: 'a', createdAt: 1, endedAt: DAY })]);
		const { memory } = await reported(Object.assign(provider, { now: 2 }), null);
		provider.now = 2 * DAY;

		expect((await reported(provider, memory, 'another')).ids).toEqual(['a']);
	});

	it.each([null, 5, {}, '', 'gone'])(
		'of the same project goes on where the newest batch, as n8n kept it, is %j',
		async (newest) => {
			const provider = new Provider([
				planOf({ id: 'known', createdAt: DAY, endedAt: DAY + 1 }),
				planOf({ id: 'a', createdAt: DAY, endedAt: 2 * DAY }),
			]);
			const { memory } = await reported(Object.assign(provider, { now: DAY + 2 }), null);
			for (const account of [memory.account, 5, 'another']) {
				const kept = readMemory({ ...memory, newest, account }, 3 * DAY);
				provider.now = 3 * DAY;
				const next = await reported(provider, kept.memory);

				expect(next.ids).toEqual(['a']);
				expect((await reported(provider, next.memory)).ids).toEqual([]);
			}
		},
	);

	it('of a project that had no batch goes on where its account, as n8n kept it, is odd', async () => {
		const provider = new Provider([planOf({ id: 'a', createdAt: 1, endedAt: 2 })]);
		const { memory } = await reported(provider, null);
		provider.now = DAY;
		const kept = readMemory({ ...memory, account: 5 }, DAY);

		expect((await reported(provider, kept.memory)).ids).toEqual(['a']);
	});

	it('is not taken for another project while the newest batch can not be asked for', async () => {
		const { memory } = await reported(
			Object.assign(new Provider([planOf({ id: 'a', createdAt: 1, endedAt: DAY })]), { now: 2 }),
			null,
		);
		const lost = new Provider([]);
		lost.isBroken = (request) => request === 'a';

		expect(await seeBatches(lost, memory, 'mine')).toEqual({ ok: false, failure: BROKEN });
	});

	it('is no list that breaks off', async () => {
		const provider = {
			list: async () => ({
				ok: true as const,
				value: { batches: [], hasMore: true, project: null },
			}),
			retrieve: async () => ({ ok: false as const, failure: BROKEN }),
		};

		expect(await seeBatches(provider, null, 'mine')).toMatchObject({
			ok: false,
			failure: { kind: 'malformedResponse' },
		});
	});
});
