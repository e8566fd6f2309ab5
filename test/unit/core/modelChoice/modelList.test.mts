import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { listModels } from '../../../../nodes/core/modelChoice/modelList';
import { TODAY } from '../../fixtures/models.mts';
import { MODEL_IDS } from '../../fixtures/published.mts';

const AFTERWARDS = new Date('2026-12-02T00:00:00Z');
const ENDED = ['gpt-image-1-mini', 'gpt-image-1.5', 'chatgpt-image-latest', 'gpt-image-1'];

const asLive = (ids: string[] | null) => ids && ids.map((id) => ({ id }));
const values = (live: string[] | null, now = TODAY): string[] =>
	listModels(asLive(live), now, CATALOGUE).map(({ value }) => value);
const line = (id: string, live: string[] | null, now = TODAY) =>
	listModels(asLive(live), now, CATALOGUE).find(({ value }) => value === id);

describe('the model list', () => {
	it('starts with the roles and what they mean today', () => {
		expect(listModels(null, TODAY, CATALOGUE).slice(0, 2)).toMatchObject([
			{ name: 'Draft (now gpt-image-1-mini)', value: 'draft' },
			{ name: 'Final (now gpt-image-2.5-sunburst)', value: 'final' },
		]);
		expect(listModels(null, AFTERWARDS, CATALOGUE)[0]).toMatchObject({
			name: 'Draft (now gpt-image-2.5-flare)',
			value: 'draft',
		});
	});

	it('without an answer of the API holds the models that are live by date', () => {
		expect(values(null).slice(2).sort()).toEqual(
			MODEL_IDS.filter((id) => id !== 'gpt-image-1').sort(),
		);
		expect(values(null, AFTERWARDS).slice(2).sort()).toEqual(
			MODEL_IDS.filter((id) => !ENDED.includes(id)).sort(),
		);
	});

	it('holds of the models only those that the key may use', () => {
		expect(
			values(['gpt-5', 'gpt-image-2', 'text-embedding-3-small', 'gpt-image-1-mini']).slice(2),
		).toEqual(['gpt-image-1-mini', 'gpt-image-2']);
		expect(values([])).toEqual(['draft', 'final']);
	});

	it('holds a model that the API still serves after its announced end', () => {
		expect(values(['gpt-image-1-mini'], AFTERWARDS)).toContain('gpt-image-1-mini');
	});

	it('shows an image model that this version does not know, and no other kind of model', () => {
		const live = [
			'gpt-image-9',
			'chatgpt-image-next',
			'gpt-images',
			'my-gpt-image',
			'dall-e-3',
			'gpt-4o',
		];

		expect(values(live).slice(2)).toEqual(['gpt-image-9', 'chatgpt-image-next']);
		expect(line('gpt-image-9', live)?.description).toBe(
			'This version does not know its price, so the cost will be unknown.',
		);
	});

	it('shows a dated snapshot as the model that it is', () => {
		const snapshot = line('gpt-image-2-2026-04-21', ['gpt-image-2', 'gpt-image-2-2026-04-21']);

		expect(snapshot?.description).toBe(
			`Same as gpt-image-2. ${line('gpt-image-2', null)?.description}`,
		);
	});

	it('names each price and the end of a model', () => {
		expect(line('gpt-image-1-mini', null)?.description).toBe(
			'$0.0022 low, $0.0084 medium, $0.0333 high for 1024x1024, prompt not included. Shuts down on 2026-12-01.',
		);
		expect(line('gpt-image-2.5-flare', null)?.description).toBe(
			'$0.0059 low, $0.0132 medium, $0.0527 high, $0.0937 xhigh, $0.2107 max for 1024x1024, prompt not included.',
		);
		expect(line('draft', null)?.description).toBe(line('gpt-image-1-mini', null)?.description);
	});

	it('says "about" of prices that rest on a few measurements', () => {
		expect(line('gpt-image-2.6-flare', null)?.description).toMatch(/^about \$0\.\d{4} low, about /);
	});
});
