import { routingAdvice } from '../../../../nodes/core/models/routing';

const on = (day: string): Record<string, string> => {
	const at = Date.parse(day);
	return Object.fromEntries(
		routingAdvice()
			.filter(({ from, to }) => from <= at && at < to)
			.map(({ about, message }) => [about, message]),
	);
};

describe('what is said of the roles where the choice matters', () => {
	it('is what the catalogue knows of the models that they mean that day', () => {
		expect(on('2026-11-20')).toEqual({
			references:
				"Several reference images are billed each, for every image that is made. 'Draft' is gpt-image-1-mini: 194 tokens ($0.000485) for each of 1024x1024, kept loosely only. 'Final' is gpt-image-2.5-sunburst: about 1024 tokens ($0.0082) for each of 1024x1024, always kept closely.",
			fidelity:
				"'Input Fidelity' is high. 'Draft' is gpt-image-1-mini: knows low only, so the request will be refused. 'Final' is gpt-image-2.5-sunburst: always keeps images closely and does not know the option; remove it.",
			text: "Text in the image has the more tokens to be drawn with, the higher the quality. 'Draft' is gpt-image-1-mini: 272 tokens for the whole image at 'low'. 'Final' is gpt-image-2.5-sunburst: 1,756 tokens for the whole image at 'high'.",
			transparent:
				"A transparent background needs png or webp; Auto makes png. 'Draft' is gpt-image-1-mini: makes one. 'Final' is gpt-image-2.5-sunburst: makes one.",
		});
	});

	it('changes by itself when a model ends', () => {
		expect(on('2026-12-01')['references']).toContain(
			"'Draft' is gpt-image-2.5-flare: about 1024 tokens ($0.0082)",
		);
	});

	it('is said once for each case at any time', () => {
		for (const day of ['2020-01-01', '2026-10-22', '2026-10-23', '2026-11-30', '2030-01-01'])
			expect(Object.keys(on(day))).toHaveLength(4);
	});
});
