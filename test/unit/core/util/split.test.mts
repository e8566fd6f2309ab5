import { splitCount } from '../../../../nodes/core/util/split';

describe('images of an item over several requests', () => {
	it.each([
		[1, [1]],
		[10, [10]],
		[11, [6, 5]],
		[12, [6, 6]],
		[25, [9, 8, 8]],
		[100, Array.from({ length: 10 }, () => 10)],
	])('%i at most 10 a request are %j', (count, requests) => {
		expect(splitCount(count, 10)).toEqual(requests);
	});

	it('add up, are as even as can be, and take as few requests as the limit allows', () => {
		for (let count = 1; count <= 100; count++) {
			for (let most = 1; most <= 12; most++) {
				const requests = splitCount(count, most);

				expect(requests.reduce((total, part) => total + part, 0)).toBe(count);
				expect(requests).toHaveLength(Math.ceil(count / most));
				expect(Math.max(...requests)).toBeLessThanOrEqual(most);
				expect(Math.max(...requests) - Math.min(...requests)).toBeLessThanOrEqual(1);
			}
		}
	});
});
