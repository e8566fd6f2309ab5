import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { routingAdvice } from '../../../../nodes/core/modelChoice/routing';

const on = (day: string): Record<string, string> => {
	const at = Date.parse(day);
	return Object.fromEntries(
		routingAdvice(CATALOGUE)
			.filter(({ from, to }) => from <= at && at < to)
			.map(({ about, message }) => [about, message]),
	);
};

describe('what is said of the roles where the choice matters', () => {
	it('is what the catalogue knows of the models that they mean that day', () => {
		expect(on('2026-11-20')).toEqual({
			references:
				"Each reference image is billed for every image that is made. 'Draft' is gpt-image-1-mini: $0.000485 for each 1024x1024 reference, only preserved loosely. 'Final' is gpt-image-2.5-sunburst: about $0.0082 for each 1024x1024 reference, always preserved closely.",
			fidelity:
				"'Input Fidelity' is high. 'Draft' is gpt-image-1-mini: supports only low, so the request will be refused. 'Final' is gpt-image-2.5-sunburst: always preserves images closely and does not support this option, so remove it.",
			text: "Higher quality draws text in the image in more detail, and costs more. 'Draft' is gpt-image-1-mini: about $0.0022 for a 1024x1024 image at 'low'. 'Final' is gpt-image-2.5-sunburst: about $0.0527 for a 1024x1024 image at 'high'.",
			transparent:
				"A transparent background needs PNG or WebP; Auto uses PNG. 'Draft' is gpt-image-1-mini: supports it. 'Final' is gpt-image-2.5-sunburst: supports it.",
		});
	});

	it('changes by itself when a model ends', () => {
		expect(on('2026-12-01')['references']).toContain(
			"'Draft' is gpt-image-2.5-flare: about $0.0082 for each",
		);
	});

	it('is said once for each case at any time', () => {
		for (const day of ['2020-01-01', '2026-10-22', '2026-10-23', '2026-11-30', '2030-01-01'])
			expect(Object.keys(on(day))).toHaveLength(4);
	});
});
