import { parseBatch, type Batch } from '../../../../nodes/core/batch/batch';
import { listSince, look, readMemory, remember, type FinishedFilter, type FinishedMemory } from '../../../../nodes/core/batch/finished';
import { seeded } from '../../fixtures/random.mts';

const HOUR = 3600;
const ALL: FinishedFilter = { label: '', statuses: ['completed', 'failed', 'expired', 'cancelled'] };

const batchOf = (id: string, createdAt: number, endedAt: number | null, more: object = {}): Batch =>
	parseBatch({ id, status: endedAt === null ? 'in_progress' : 'completed', created_at: createdAt, completed_at: endedAt, ...more }) as Batch;

const isWanted = (batch: Batch, { label, statuses }: FinishedFilter): boolean =>
	(label === '' || batch.metadata['label'] === label) && statuses.includes(batch.status);

const ids = (batches: Batch[]): string[] => batches.map(({ id }) => id);

/** A look after which everything it found was reported. */
function lookAndReport(memory: FinishedMemory | null, listed: Batch[], filter = ALL): { reported: string[]; memory: FinishedMemory } {
	const found = look(memory, listed, filter, isWanted);
	return { reported: ids(found.report), memory: found.report.reduce(remember, found.memory) };
}

describe('finished batches', () => {
	it('that ended before the first look are not reported, those that were open then are', () => {
		const first = lookAndReport(null, [batchOf('b', 2000, null), batchOf('a', 1000, 1500)]);
		const second = lookAndReport(first.memory, [batchOf('b', 2000, 2500), batchOf('a', 1000, 1500)]);

		expect(first.reported).toEqual([]);
		expect(second.reported).toEqual(['b']);
		expect(lookAndReport(second.memory, [batchOf('b', 2000, 2500), batchOf('a', 1000, 1500)]).reported).toEqual([]);
	});

	it('come in the order in which they ended', () => {
		const { memory } = lookAndReport(null, []);

		expect(lookAndReport(memory, [batchOf('c', 3, 40), batchOf('b', 2, 60), batchOf('a', 1, 50)]).reported).toEqual(['c', 'a', 'b']);
	});

	it('that are not reported at once are found again, however late', () => {
		const start = lookAndReport(null, [batchOf('a', 0, null)]).memory;
		const found = look(start, [batchOf('b', 90 * HOUR, null), batchOf('a', 0, 20 * HOUR)], ALL, isWanted);

		expect(ids(found.report)).toEqual(['a']);
		expect(listSince(found.memory, 90 * HOUR)).toBeLessThanOrEqual(0);
		expect(ids(look(found.memory, [batchOf('b', 90 * HOUR, null), batchOf('a', 0, 20 * HOUR)], ALL, isWanted).report)).toEqual(['a']);
	});

	it('of another label or status are left out, also when the filter changes later', () => {
		const red: FinishedFilter = { label: 'red', statuses: ['completed'] };
		const { memory } = lookAndReport(null, [], red);
		const listed = [
			batchOf('red', 1, 10, { metadata: { label: 'red' } }),
			batchOf('blue', 2, 11, { metadata: { label: 'blue' } }),
			batchOf('expired', 3, 12, { metadata: { label: 'red' }, status: 'expired' }),
		];
		const second = lookAndReport(memory, listed, red);
		const later = [batchOf('blue2', 4, 14, { metadata: { label: 'blue' } }), ...listed];
		const third = lookAndReport(second.memory, later, ALL);
		const fourth = lookAndReport(third.memory, [batchOf('blue3', 5, 15, { metadata: { label: 'blue' } }), ...later], ALL);

		expect(second.reported).toEqual(['red']);
		expect(third.reported).toEqual([]);
		expect(fourth.reported).toEqual(['blue3']);
	});

	it('are forgotten once they are too old to be listed again', () => {
		let memory = lookAndReport(null, []).memory;
		for (let hour = 0; hour < 1000; hour += 1) {
			const listed = Array.from({ length: 40 }, (_, index) => batchOf(`b${hour - index}`, (hour - index) * HOUR, (hour - index) * HOUR));
			memory = lookAndReport(memory, listed).memory;
		}

		expect(Object.keys(memory.known).length).toBeLessThan(40);
	});

	it('from before OpenAI deletes results are not dug up after a long pause', () => {
		const { memory } = lookAndReport(null, [batchOf('a', 0, null)]);

		expect(listSince(memory, 100 * 24 * HOUR)).toBe(70 * 24 * HOUR);
	});

	it('no memory is read from what another version may have left', () => {
		expect(readMemory(undefined)).toBeNull();
		expect(readMemory({ since: 'x' })).toBeNull();
		expect(readMemory({ since: 1, known: { a: 2 } })).toEqual({ since: 1, known: { a: 2 }, filter: { label: '', statuses: [] } });
	});

	it.each([1, 2, 3, 4, 5, 6, 7, 8])('each one is reported exactly once, whatever the times of looks, pauses and restarts (%i)', (seed) => {
		const random = seeded(seed).next;
		const between = (from: number, to: number): number => Math.floor(from + random() * (to - from));
		const batches = Array.from({ length: 400 }, (_, index) => {
			const createdAt = between(0, 30 * 24 * HOUR);
			return { id: `b${index}`, createdAt, endedAt: createdAt + between(1, 25 * HOUR) };
		}).sort((a, b) => b.createdAt - a.createdAt);
		const first = 10 * 24 * HOUR;
		const counts = new Map<string, number>();
		let memory: FinishedMemory | null = null;
		let saved: FinishedMemory | null = null;
		for (let now = first; now < 32 * 24 * HOUR; now += random() < 0.05 ? between(24 * HOUR, 100 * HOUR) : between(1, 3 * HOUR)) {
			// A restart: n8n has kept what was there when it last started an execution.
			if (random() < 0.1) memory = saved;
			const since = listSince(memory, Math.max(0, ...batches.map(({ createdAt }) => createdAt).filter((at) => at <= now)));
			const listed = batches
				.filter(({ createdAt }) => createdAt <= now && createdAt >= since)
				.map(({ id, createdAt, endedAt }) => batchOf(id, createdAt, endedAt <= now ? endedAt : null));
			const found = look(memory, listed, ALL, isWanted);
			const isFirst = memory === null;
			memory = found.memory;
			if (isFirst) saved = memory;
			// A poll may run out of time: what is left comes with the next ones.
			for (const batch of found.report.slice(0, between(1, 60))) {
				memory = remember(memory, batch);
				counts.set(batch.id, (counts.get(batch.id) ?? 0) + 1);
				saved = memory;
			}
		}
		const expected = batches.filter(({ endedAt }) => endedAt > first && endedAt < 28 * 24 * HOUR).map(({ id }) => id);

		expect(expected.length).toBeGreaterThan(200);
		expect(expected.filter((id) => counts.get(id) !== 1)).toEqual([]);
		expect([...counts.values()].every((count) => count === 1)).toBe(true);
		expect([...counts.keys()].filter((id) => (batches.find((batch) => batch.id === id)?.endedAt ?? 0) <= first)).toEqual([]);
	});
});
