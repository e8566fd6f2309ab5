import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { catalogueAt, apiServerOf } from '../../../../nodes/core/providers/connection';
import { chosenFallback, nextModels } from '../../../../nodes/core/modelChoice/fallback';
import { withLiveModels } from '../../../../nodes/core/catalogue/lifecycle';
import { type ChosenModel, resolveModel } from '../../../../nodes/core/catalogue/resolve';
import { chooseModel } from '../../../../nodes/core/modelChoice/successor';
import type { Catalogue } from '../../../../nodes/core/catalogue/types';

const BEFORE = new Date('2026-11-20');
const AFTER = new Date('2026-12-02');
const ids = (models: readonly ChosenModel[]): string[] => models.map(({ id }) => id);
const next = (requested: string, now = BEFORE, catalogue: Catalogue = CATALOGUE) =>
	ids(nextModels(resolveModel(requested, now, catalogue), now));

describe('the next model', () => {
	it('of a role is the role’s next one', () => {
		expect(next('draft').slice(0, 3)).toEqual([
			'gpt-image-2.5-flare',
			'gpt-image-2',
			'gpt-image-2.6-flare',
		]);
		expect(next('final').slice(0, 3)).toEqual([
			'gpt-image-2.6-sunburst',
			'gpt-image-2',
			'gpt-image-1.5',
		]);
		expect(next('draft', AFTER)[0]).toBe('gpt-image-2');
	});

	it('of a model by its id is what OpenAI names to use instead, then what costs about the same', () => {
		expect(next('gpt-image-1.5').slice(0, 2)).toEqual(
			CATALOGUE.models.find(({ id }) => id === 'gpt-image-1.5')!.lifecycle.replacements.slice(0, 2),
		);
		expect(['gpt-image-2', 'gpt-image-2.5-sunburst']).toContain(next('gpt-image-2.5-flare')[0]);
	});

	it('is never the same one, one that is gone, or one that the key or the provider has not', () => {
		for (const id of [...CATALOGUE.models.map((model) => model.id), 'draft', 'final']) {
			expect(next(id, AFTER)).not.toContain('gpt-image-1-mini');
			expect(next(id)).not.toContain(resolveModel(id, BEFORE, CATALOGUE).id);
			expect(new Set(next(id)).size).toBe(next(id).length);
		}
		const offered = withLiveModels(CATALOGUE, [
			{ id: 'gpt-image-2.5-flare' },
			{ id: 'gpt-image-1.5' },
		]);
		expect(next('gpt-image-2.5-flare', BEFORE, offered)).toEqual(['gpt-image-1.5']);
		const azure = catalogueAt(
			CATALOGUE,
			apiServerOf({
				provider: 'azure',
				deployments: 'mine = gpt-image-2\nnew = gpt-image-2.5-flare',
			}),
			'https://x.openai.azure.com/openai/v1',
		);
		expect(next('mine', BEFORE, azure)).toEqual(['gpt-image-2.5-flare']);
	});

	it('of one that is not known is any that lives', () => {
		expect(next('gpt-image-9')).toHaveLength(next('gpt-image-2').length + 1);
	});
});

describe('a fallback', () => {
	it('is asked for as its model was, and stands for what the user had asked', () => {
		const successor = chooseModel('gpt-image-1.5', AFTER, 'successor', CATALOGUE);
		const [first] = nextModels(successor, AFTER);

		expect(first).toMatchObject({
			requested: 'gpt-image-1.5',
			fallbackOf: successor.id,
			role: null,
			replaces: { id: 'gpt-image-1.5' },
		});
	});

	it('by a role or an id is that, or its successor; the same model is none', () => {
		const flare = resolveModel('gpt-image-2.5-flare', BEFORE, CATALOGUE);

		expect(chosenFallback(flare, 'gpt-image-2', BEFORE)).toMatchObject({
			id: 'gpt-image-2',
			fallbackOf: 'gpt-image-2.5-flare',
			requested: 'gpt-image-2.5-flare',
		});
		expect(chosenFallback(flare, 'final', BEFORE)?.id).toBe('gpt-image-2.5-sunburst');
		expect(chosenFallback(flare, 'gpt-image-1-mini', AFTER)).toBeNull();
		expect(chosenFallback(flare, 'draft', AFTER)).toBeNull();
		expect(chosenFallback(flare, 'gpt-image-9', BEFORE)).toMatchObject({
			id: 'gpt-image-9',
			entry: null,
		});
	});
});
