import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { findModel } from '../../../../nodes/core/catalogue/resolve';
import type { ModelEntry } from '../../../../nodes/core/catalogue/types';
import { closestQuality, qualityNotice } from '../../../../nodes/core/modelChoice/qualityNotice';

const model = (id: string): ModelEntry => findModel(id, CATALOGUE) as ModelEntry;
const FLARE = model('gpt-image-2.5-flare');

describe('a quality name taken from one model to another', () => {
	it('is told of where it costs otherwise, with the name that costs the same', () => {
		const notice = qualityNotice(model('gpt-image-2'), FLARE, 'high', '1024x1024');

		expect(notice).toBe(
			"Quality 'high' costs about $0.0527 an image on gpt-image-2.5-flare at 1024x1024, but $0.2107 on the draft's model, gpt-image-2; the prompt and input images are billed in addition. The closest in price here is 'max'.",
		);
	});

	it.each([
		['the same model', 'gpt-image-2', 'gpt-image-2', 'high', '1024x1024'],
		['the same price', 'gpt-image-2', 'gpt-image-2.5-flare', 'low', '1024x1024'],
		['a quality that the model chooses', 'gpt-image-2', 'gpt-image-2.5-flare', 'auto', '1024x1024'],
		['a quality that one of them lacks', 'gpt-image-2', 'gpt-image-2.5-flare', 'max', '1024x1024'],
		['a size without a price', 'gpt-image-1-mini', 'gpt-image-2.5-flare', 'low', '2048x2048'],
	])('nothing is said of %s', (_, from, to, quality, size) => {
		expect(qualityNotice(model(from), model(to), quality, size)).toBeNull();
	});

	it('no other name is named where none comes closer', () => {
		expect(qualityNotice(model('gpt-image-1-mini'), FLARE, 'low', '1024x1024')).not.toContain(
			'What',
		);
	});

	it('the closest quality is that of the closest price', () => {
		expect(closestQuality(FLARE, 210_000_000_000n, '1024x1024')).toBe('max');
		expect(closestQuality(FLARE, 1n, '1024x1024')).toBe('low');
		expect(closestQuality(FLARE, 1n, 'auto')).toBeNull();
	});
});
