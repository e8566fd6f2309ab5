import {
	parseUsd,
	picodollars,
	readUsd,
	splitEvenly,
	sum,
	toExactUsd,
	toReadableUsd,
	toUsdNumber,
} from '../../../../nodes/core/util/money';
import { seeded } from '../../fixtures/random.mts';

describe('an amount as an exact decimal', () => {
	it.each([
		['0', 0n],
		['1', 1_000_000_000_000n],
		['0.002204', 2_204_000_000n],
		['0.000000000001', 1n],
		['12.5', 12_500_000_000_000n],
		['123456789012345678901234567890.000000000001', 123456789012345678901234567890_000000000001n],
	])('%s is read and written exactly', (decimal, amount) => {
		expect(parseUsd(decimal)).toBe(amount);
		expect(toExactUsd(picodollars(amount))).toBe(decimal);
	});

	it('has no trailing zeros', () => {
		expect(toExactUsd(parseUsd('0.250000'))).toBe('0.25');
		expect(toExactUsd(parseUsd('7.000'))).toBe('7');
	});

	it('keeps the sign of what is below zero', () => {
		expect(toExactUsd(picodollars(-1n))).toBe('-0.000000000001');
		expect(toExactUsd(picodollars(-1_500_000_000_000n))).toBe('-1.5');
	});

	it.each([
		'',
		' ',
		'1.',
		'.5',
		'-1',
		'+1',
		'1e3',
		'0x10',
		'1,5',
		'1.0000000000001',
		'NaN',
		'1 ',
		'١',
		'1\n',
	])('refuses %j instead of guessing', (text) => {
		expect(() => parseUsd(text)).toThrow(RangeError);
	});

	it('comes back from text unchanged, whatever it is', () => {
		const random = seeded(1);
		for (let round = 0; round < 500; round++) {
			const amount =
				BigInt(random.int(0, 2 ** 31)) *
				BigInt(random.int(0, 2 ** 31)) *
				BigInt(random.int(1, 1000));
			expect(parseUsd(toExactUsd(picodollars(amount)))).toBe(amount);
		}
	});
});

describe('an amount as others write it', () => {
	it.each<[unknown, bigint]>([
		['0.002204', 2_204_000_000n],
		['6.5e-3', 6_500_000_000n],
		['6.5E-3', 6_500_000_000n],
		[6.5e-3, 6_500_000_000n],
		[1e-7, 100_000n],
		['1e-7', 100_000n],
		['1e3', 1_000_000_000_000_000n],
		['2.5e+1', 25_000_000_000_000n],
		['.5', 500_000_000_000n],
		['7.', 7_000_000_000_000n],
		[' 0.01 ', 10_000_000_000n],
		['00.0100', 10_000_000_000n],
		['0', 0n],
		[0, 0n],
		['0e999999', 0n],
		[999_999_999, 999_999_999_000_000_000_000n],
		['999999999.999999999999', 999_999_999_999_999_999_999n],
	])('%j is %s picodollars', (value, amount) => {
		expect(readUsd(value)).toBe(amount);
	});

	it.each<[unknown, bigint]>([
		['0.00220400000001234567', 2_204_000_001n],
		[0.00220400000001234567, 2_204_000_001n],
		['0.0000000000001', 1n],
		['1e-13', 1n],
		[5e-324, 1n],
		[`0.${'0'.repeat(5000)}1`, 1n],
		['1e-99999999999999999999', 1n],
		[`0.002204${'0'.repeat(5000)}`, 2_204_000_000n],
	])('%j is rounded up to a picodollar', (value, amount) => {
		expect(readUsd(value)).toBe(amount);
	});

	it('has no noise of the binary form of a number', () => {
		expect(readUsd(0.1 + 0.2)).toBe(300_000_000_000n);
		expect(readUsd(0.041 * 3)).toBe(123_000_000_000n);
	});

	it.each([
		-1,
		'-1',
		'-0.5',
		-1e-20,
		Number.NaN,
		Infinity,
		1e9,
		'1e9',
		'1000000000',
		'1e400',
		1e300,
		'1e99999999999999',
		'9'.repeat(5000),
		'',
		' ',
		'.',
		'e5',
		'1e',
		'1e5.5',
		'1,5',
		'$1',
		'0x10',
		'١',
		null,
		undefined,
		true,
		{},
		[1],
		1n,
	])('%p is none that can be used', (value) => {
		expect(readUsd(value)).toBeNull();
	});

	it('is read back as it was written', () => {
		const random = seeded(11);
		for (let round = 0; round < 500; round++) {
			const amount = picodollars(BigInt(random.int(0, 2 ** 31)) * BigInt(random.int(0, 2 ** 31)));
			expect(readUsd(toExactUsd(amount))).toBe(amount);
		}
	});
});

describe('an amount as a number', () => {
	it('is the nearest one: what JSON shows is the exact decimal', () => {
		for (const decimal of ['0', '0.002204', '0.1', '0.000000000001', '4.28160000001']) {
			expect(String(toUsdNumber(parseUsd(decimal)))).toBe(String(Number(decimal)));
		}
		expect(JSON.stringify(toUsdNumber(parseUsd('0.002204')))).toBe('0.002204');
	});
});

describe('a sum', () => {
	it('of many small amounts is exact, where numbers would drift', () => {
		const dimes = Array.from({ length: 1000 }, () => parseUsd('0.1'));

		expect(toExactUsd(sum(dimes))).toBe('100');
	});

	it('of nothing is zero', () => {
		expect(sum([])).toBe(0n);
	});
});

describe('an even split', () => {
	it('adds up to the amount exactly, with shares that differ by one picodollar at most, larger ones first', () => {
		const random = seeded(2);
		for (let round = 0; round < 500; round++) {
			const amount = picodollars(BigInt(random.int(0, 2 ** 31)) * BigInt(random.int(0, 100_000)));
			const parts = random.int(1, 100);
			const shares = splitEvenly(amount, parts);

			expect(shares).toHaveLength(parts);
			expect(sum(shares)).toBe(amount);
			expect((shares[0] as bigint) - (shares.at(-1) as bigint) <= 1n).toBe(true);
			expect(
				shares.every((share, index) => index === 0 || share <= (shares[index - 1] as bigint)),
			).toBe(true);
		}
	});

	it('of no parts is none', () => {
		expect(splitEvenly(picodollars(5n), 0)).toEqual([]);
	});

	it('of less than there are parts gives some of them nothing', () => {
		expect(splitEvenly(picodollars(2n), 3)).toEqual([1n, 1n, 0n]);
	});
});

describe('an amount for people', () => {
	it.each([
		['0', '$0.0000'],
		['0.002204', '$0.0022'],
		['0.0001', '$0.000100'],
		['0.000028', '$0.000028'],
		['0.21072', '$0.2107'],
		['12', '$12.0000'],
	])('%s is %s', (decimal, text) => {
		expect(toReadableUsd(parseUsd(decimal))).toBe(text);
	});
});
