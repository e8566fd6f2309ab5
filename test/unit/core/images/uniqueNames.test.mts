import {
	nameKey,
	UniqueNames,
	wantedNames,
	type WantedName,
} from '../../../../nodes/core/images/uniqueNames';
import { seeded } from '../../fixtures/random.mts';
import { cpuMs } from '../../cpuTime.mts';

const one = (base: string, given?: string): WantedName[] => [
	{ base, position: null, ...(given !== undefined && { given }) },
];
const namesFor = (...groups: WantedName[][]): string[] => new UniqueNames().forAll(groups).flat();

describe('names of files', () => {
	it('stay as they are wanted where no other wants the same', () => {
		expect(
			namesFor(one('mug'), wantedNames('pot', { offset: 0, images: 2, count: 2 }), one('cup')),
		).toEqual(['mug', 'pot-1', 'pot-2', 'cup']);
	});

	it('are numbered where the same is wanted several times', () => {
		expect(namesFor(one('mug'), one('mug'), one('mug'))).toEqual(['mug', 'mug-2', 'mug-3']);
		const several = wantedNames('mug', { offset: 0, images: 3, count: 3 });
		expect(namesFor(several, several)).toEqual([
			'mug-1',
			'mug-2',
			'mug-3',
			'mug-4',
			'mug-5',
			'mug-6',
		]);
	});

	it('are not taken from those who want just them by those who need a number', () => {
		expect(namesFor(one('mug'), one('mug'), one('mug-2'))).toEqual(['mug', 'mug-3', 'mug-2']);
	});

	it.each([
		['case', 'Mug', 'mug'],
		['how letters are composed', 'caf\u00e9', 'cafe\u0301'],
		['how wide they are', 'mug', 'ｍｕｇ'],
		['a sharp s', 'stra\u00dfe', 'STRASSE'],
		['the end of a Greek word', 'οδος', 'ΟΔΟΣ'],
		['what can not be seen', 'a\ufe0f', 'a'],
	])('that differ only by %s are the same to a file system', (_title, first, second) => {
		expect(namesFor(one(first), one(second))).toEqual([first, `${second}-2`]);
	});

	it('that other runs have given are given to nobody', () => {
		const names = new UniqueNames((key) => key === 'mug' || key === 'mug-2');

		expect(names.forAll([one('Mug')])).toEqual([['Mug-3']]);
		expect([names.another('mug'), names.one('cup'), names.one('cup')]).toEqual([
			'mug-4',
			'cup',
			'cup-2',
		]);
	});

	it('are the same in another try, whatever was made in the first one', () => {
		const random = seeded(3);
		for (let round = 0; round < 500; round++) {
			const wanted = Array.from({ length: random.int(1, 12) }, () =>
				wantedNames(random.pick(['a', 'A', 'a-1', 'a-2', 'b', 'a-2-2']), {
					offset: 0,
					...random.pick([
						{ images: 1, count: 1 },
						{ images: 3, count: 3 },
					]),
				}),
			);
			const first = new UniqueNames().forAll(wanted);
			const kept = wanted.map((group, item) =>
				group.map((name, index) =>
					random.next() < 0.5 ? { ...name, given: first[item]![index]! } : name,
				),
			);

			expect(
				new UniqueNames().forAll(
					kept,
					kept.flat().flatMap(({ given }) => given ?? []),
				),
			).toEqual(first);
			expect(new Set(first.flat().map(nameKey)).size).toBe(first.flat().length);
		}
	});

	it('50,000 equal ones are given at once', () => {
		const began = cpuMs();
		const names = namesFor(...Array.from({ length: 50_000 }, () => one('mug')));

		expect(names.at(-1)).toBe('mug-50000');
		expect(cpuMs() - began).toBeLessThan(5000);
	});
});
