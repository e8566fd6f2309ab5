import { Permit, Semaphore } from '../../../../nodes/core/scheduler/semaphore';

const aTick = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** Pieces of work that have begun, in their order. */
function work(turns: Semaphore, count: number): { begun: number[]; all: Permit[] } {
	const begun: number[] = [];
	const all = Array.from({ length: count }, () => new Permit(turns));
	for (const [index, turn] of all.entries()) void turn.begin().then(() => begun.push(index));
	return { begun, all };
}

describe('turns', () => {
	it('are given to so many at once, in the order in which they ask', async () => {
		const { begun, all } = work(new Semaphore(2), 5);
		await aTick();
		expect(begun).toEqual([0, 1]);
		all[1]?.end();
		await aTick();
		expect(begun).toEqual([0, 1, 2]);
		all[0]?.end();
		all[2]?.end();
		await aTick();
		expect(begun).toEqual([0, 1, 2, 3, 4]);
	});

	it('are given back once, however often they are ended, and can be taken again', async () => {
		const turns = new Semaphore(1);
		const { begun, all } = work(turns, 3);
		await aTick();
		all[0]?.end();
		all[0]?.end();
		await aTick();
		expect(begun).toEqual([0, 1]);
		const again = all[0]?.begin().then(() => begun.push(0));
		all[1]?.end();
		await aTick();
		all[2]?.end();
		await again;
		expect(begun).toEqual([0, 1, 2, 0]);
	});

	it('that all may take at last are waited for no more', async () => {
		const turns = new Semaphore(1);
		const { begun, all } = work(turns, 4);
		await aTick();
		turns.letAllIn();
		await aTick();
		expect(begun).toEqual([0, 1, 2, 3]);
		for (const turn of all) turn.end();
		await new Permit(turns).begin();
	});
});
