import { parseBatch, type Batch } from '../../../../nodes/core/batch/batch';
import {
	forget,
	isImageBatch,
	listSince,
	look,
	remember,
	type FinishedFilter,
	type FinishedMemory,
	type Look,
} from '../../../../nodes/core/batch/finished';
import { readMemory } from '../../../../nodes/core/batch/finishedMemory';

const HOUR = 3600;
const ALL: FinishedFilter = {
	label: '',
	statuses: ['completed', 'failed', 'expired', 'cancelled'],
};

const batchOf = (id: string, createdAt: number, endedAt: number | null, more: object = {}): Batch =>
	parseBatch({
		id,
		status: endedAt === null ? 'in_progress' : 'completed',
		created_at: createdAt,
		completed_at: endedAt,
		...more,
	}) as Batch;

const isWanted = (batch: Batch, { label, statuses }: FinishedFilter): boolean =>
	(label === '' || batch.metadata['label'] === label) && statuses.includes(batch.status);

const ids = (batches: Batch[]): string[] => batches.map(({ id }) => id);

const lookAt = (
	memory: FinishedMemory | null,
	batches: Batch[],
	filter = ALL,
	gone: string[] = [],
): Look => look(memory, { batches, gone, account: 'mine' }, filter, isWanted);

/** A look after which everything it found was reported. */
function lookAndReport(
	memory: FinishedMemory | null,
	listed: Batch[],
	filter = ALL,
): { reported: string[]; memory: FinishedMemory } {
	const found = lookAt(memory, listed, filter);
	return { reported: ids(found.report), memory: found.report.reduce(remember, found.memory) };
}

describe('finished batches', () => {
	it('that ended before the first look are not reported, those that were open then are', () => {
		const first = lookAndReport(null, [batchOf('b', 2000, null), batchOf('a', 1000, 1500)]);
		const second = lookAndReport(first.memory, [
			batchOf('b', 2000, 2500),
			batchOf('a', 1000, 1500),
		]);

		expect(first.reported).toEqual([]);
		expect(second.reported).toEqual(['b']);
		expect(
			lookAndReport(second.memory, [batchOf('b', 2000, 2500), batchOf('a', 1000, 1500)]).reported,
		).toEqual([]);
	});

	it('come in the order in which they ended', () => {
		const { memory } = lookAndReport(null, []);

		expect(
			lookAndReport(memory, [batchOf('c', 3, 40), batchOf('b', 2, 60), batchOf('a', 1, 50)])
				.reported,
		).toEqual(['c', 'a', 'b']);
	});

	it('that are not reported at once are found again, however late', () => {
		const start = lookAndReport(null, [batchOf('a', 0, null)]).memory;
		const found = lookAt(start, [batchOf('b', 90 * HOUR, null), batchOf('a', 0, 20 * HOUR)]);

		expect(ids(found.report)).toEqual(['a']);
		expect(listSince(found.memory, 90 * HOUR)).toBe(54 * HOUR);
		expect(found.memory.waiting).toEqual({ a: 0 });
		expect(
			ids(lookAt(found.memory, [batchOf('b', 90 * HOUR, null), batchOf('a', 0, 20 * HOUR)]).report),
		).toEqual(['a']);
	});

	it('that take longer than OpenAI says are waited for, after younger ones have ended', () => {
		const first = lookAndReport(null, [batchOf('slow', 0, null)]);
		const second = lookAndReport(first.memory, [
			batchOf('b', 60 * HOUR, 61 * HOUR),
			batchOf('slow', 0, null),
		]);
		const third = lookAndReport(second.memory, [
			batchOf('c', 200 * HOUR, 201 * HOUR),
			batchOf('b', 60 * HOUR, 61 * HOUR),
			batchOf('slow', 0, null),
		]);
		const last = lookAndReport(third.memory, [
			batchOf('c', 200 * HOUR, 201 * HOUR),
			batchOf('slow', 0, 230 * HOUR),
		]);

		expect([second.reported, third.reported, last.reported]).toEqual([['b'], ['c'], ['slow']]);
		expect(third.memory).toMatchObject({
			since: 164 * HOUR,
			known: { c: 200 * HOUR },
			waiting: { slow: 0 },
		});
		expect(last.memory.waiting).toEqual({});
		expect(lookAndReport(last.memory, [batchOf('slow', 0, 230 * HOUR)]).reported).toEqual([]);
	});

	it('that the provider does not know any more are not waited for', () => {
		const { memory } = lookAndReport(null, [
			batchOf('b', 60 * HOUR, null),
			batchOf('slow', 0, null),
		]);

		expect(memory.waiting).toEqual({ slow: 0 });
		expect(lookAt(memory, [batchOf('b', 60 * HOUR, null)], ALL, ['slow']).memory.waiting).toEqual(
			{},
		);
	});

	it('are waited for in turns, and the youngest thousand at most', () => {
		const open = Array.from({ length: 1500 }, (_, index) =>
			batchOf(`b${index}`, 2000 - index, null),
		);
		const first = lookAndReport(null, [batchOf('new', 90 * HOUR, null), ...open]).memory;
		const second = lookAt(first, [batchOf('new', 90 * HOUR, null), ...open.slice(0, 100)]).memory;

		expect(Object.keys(first.waiting)).toHaveLength(1000);
		expect(first.waiting).toHaveProperty('b999');
		expect(first.waiting).not.toHaveProperty('b1000');
		expect(Object.keys(second.waiting)[0]).toBe('b100');
		expect(Object.keys(second.waiting).slice(-100)).toEqual(
			Object.keys(first.waiting).slice(0, 100),
		);
	});

	it('whose execution could not be stored are reported again, however old', () => {
		const { memory } = lookAndReport(null, [
			batchOf('b', 90 * HOUR, null),
			batchOf('old', 0, null),
		]);
		const ended = [batchOf('b', 90 * HOUR, 91 * HOUR), batchOf('old', 0, 91 * HOUR)];
		const reported = lookAndReport(memory, ended);
		const again = ended.reduce(forget, reported.memory);

		expect(lookAndReport(reported.memory, ended).reported).toEqual([]);
		expect(lookAndReport(again, ended).reported.sort()).toEqual(['b', 'old']);
	});

	it('of other endpoints than those for images are none of ours', () => {
		const { memory } = lookAndReport(null, []);
		const listed = [
			'/v1/chat/completions',
			'/v1/embeddings',
			'/v1/responses',
			'/v1/images/generations',
			'/v1/images/edits',
			'/images/edits',
			'',
		].map((endpoint, index) => batchOf(endpoint || 'unnamed', index, 10 + index, { endpoint }));

		expect(lookAndReport(memory, listed).reported).toEqual([
			'/v1/images/generations',
			'/v1/images/edits',
			'/images/edits',
			'unnamed',
		]);
		expect(isImageBatch({ endpoint: '/v1/images/variations' })).toBe(false);
	});

	it('of one label are found after the filter was changed while they were open', () => {
		const red: FinishedFilter = { label: 'red', statuses: ['completed'] };
		const { memory } = lookAndReport(null, [batchOf('a', 1, null, { metadata: { label: 'red' } })]);
		const changed = lookAndReport(
			memory,
			[batchOf('a', 1, null, { metadata: { label: 'red' } })],
			red,
		).memory;

		expect(
			lookAndReport(changed, [batchOf('a', 1, 5, { metadata: { label: 'red' } })], red).reported,
		).toEqual(['a']);
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
		const fourth = lookAndReport(
			third.memory,
			[batchOf('blue3', 5, 15, { metadata: { label: 'blue' } }), ...later],
			ALL,
		);

		expect(second.reported).toEqual(['red']);
		expect(third.reported).toEqual([]);
		expect(fourth.reported).toEqual(['blue3']);
	});

	it('are forgotten once they are too old to be listed again', () => {
		let memory = lookAndReport(null, []).memory;
		for (let hour = 0; hour < 1000; hour += 1) {
			const listed = Array.from({ length: 40 }, (_, index) =>
				batchOf(`b${hour - index}`, (hour - index) * HOUR, (hour - index) * HOUR),
			);
			memory = lookAndReport(memory, listed).memory;
		}

		expect(Object.keys(memory.known).length).toBeLessThan(40);
	});

	it('from before OpenAI deletes results are not dug up after a long pause', () => {
		const { memory } = lookAndReport(null, [batchOf('a', 0, null)]);

		expect(listSince(memory, 100 * 24 * HOUR)).toBe(70 * 24 * HOUR);
	});

	it('no memory is read from what another version may have left', () => {
		expect(readMemory(undefined, 10)).toEqual({ memory: null, unreadable: [] });
		expect(readMemory({ since: 'x' }, 10)).toEqual({
			memory: null,
			unreadable: ['since', 'known'],
		});
		expect(readMemory({ since: 1, known: { a: 2 } }, 10).memory).toEqual({
			since: 1,
			known: { a: 2 },
			waiting: {},
			newest: null,
			account: '',
			filter: { label: '', statuses: [] },
		});
	});

	it('of a memory with odd parts, the others are kept', () => {
		const now = 100 * HOUR;
		const memory = { since: 50 * HOUR, known: { a: 60 * HOUR }, waiting: { slow: 40 * HOUR } };
		const read = (odd: object) => readMemory({ ...memory, ...odd }, now);

		expect(read({}).unreadable).toEqual([]);
		expect(read({ known: null })).toMatchObject({
			memory: { since: 50 * HOUR, known: {}, waiting: { slow: 40 * HOUR } },
			unreadable: ['known'],
		});
		expect(read({ known: { a: null } })).toMatchObject({
			memory: { known: { a: 86 * HOUR } },
			unreadable: ['known'],
		});
		expect(read({ waiting: { slow: 'x' } })).toMatchObject({
			memory: { waiting: { slow: 50 * HOUR - 1 } },
			unreadable: ['waiting'],
		});
		for (const since of [null, 'x', 8e15])
			expect(read({ since })).toMatchObject({
				memory: { since: 60 * HOUR, known: { a: 60 * HOUR } },
				unreadable: ['since'],
			});
		expect(read({ since: null, known: {} }).memory?.since).toBe(64 * HOUR);
	});
});
