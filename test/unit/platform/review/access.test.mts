import { accessOf, isSame } from '../../../../nodes/platform/review/access';

describe('what a call of a review carries', () => {
	it('is right as a text alone, and anything else a query can hold is wrong without a throw', () => {
		const access = accessOf('a long code', 'review-1');
		const others: unknown[] = [
			undefined,
			null,
			'',
			0,
			[access],
			{ 0: access },
			{ toString: 'x' },
			{ toString: () => access },
			Object.create(null),
			`${access} `,
			accessOf('a long code', 'review-2'),
		];

		expect(isSame(access, access)).toBe(true);
		expect(others.filter((other) => isSame(other, access))).toEqual([]);
	});
});
