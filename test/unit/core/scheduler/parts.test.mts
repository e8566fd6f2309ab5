import { divide, missingParts } from '../../../../nodes/core/scheduler/parts';

const positions = (parts: Array<{ offset: number; images: number }>): number[] =>
	parts.flatMap(({ offset, images }) =>
		Array.from({ length: images }, (_, index) => offset + index),
	);

describe('a part', () => {
	it('is divided into pieces that hold the same images', () => {
		for (let images = 1; images <= 20; images++) {
			for (const most of [0.5, 1, 2.9, 3, 7, 20, Infinity]) {
				const pieces = divide({ job: 2, offset: 5, images }, most);

				expect(positions(pieces)).toEqual(Array.from({ length: images }, (_, index) => 5 + index));
				expect(Math.max(...pieces.map((piece) => piece.images))).toBeLessThanOrEqual(
					Math.max(1, Math.floor(most)),
				);
			}
		}
	});
});

describe('what no receipt covers', () => {
	it.each([
		[[], [[0, 10]]],
		[[[0, 10]], []],
		[
			[[3, 4]],
			[
				[0, 3],
				[7, 3],
			],
		],
		[
			[
				[5, 5],
				[0, 2],
			],
			[[2, 3]],
		],
		[
			[
				[0, 4],
				[2, 4],
			],
			[[6, 4]],
		],
	])('of 10 images with %j is %j', (receipts, missing) => {
		const given = receipts.map(([offset = 0, images = 0]) => ({ offset, images }));

		expect(missingParts(1, 10, given)).toEqual(
			missing.map(([offset, images]) => ({ job: 1, offset, images })),
		);
	});
});
