import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { withLiveModels } from '../../../../nodes/core/catalogue/lifecycle';
import { modelNotice } from '../../../../nodes/core/modelChoice/notices';
import { modelForRole } from '../../../../nodes/core/catalogue/resolve';
import {
	carryOver,
	chooseModel,
	likeQuality,
	moveOn,
	successorOf,
} from '../../../../nodes/core/modelChoice/successor';
import { QUALITIES } from '../../../../nodes/core/catalogue/types';
import { modelNamed } from '../../fixtures/models.mts';

const BEFORE = new Date('2026-11-30T23:59:59Z');
const AFTER = new Date('2026-12-02T00:00:00Z');
const ASKED = {
	prompt: 'x',
	quality: 'high',
	size: '1024x1024',
	count: 1,
	inputFidelity: 'high',
	complexity: undefined,
};

describe('a model chosen by its id that is gone', () => {
	it('gives way to the first live one that takes its place', () => {
		expect(chooseModel('gpt-image-1-mini', AFTER, 'successor', CATALOGUE)).toMatchObject({
			requested: 'gpt-image-1-mini',
			id: 'gpt-image-2.5-flare',
			role: null,
			replaces: { id: 'gpt-image-1-mini' },
		});
		expect(chooseModel('gpt-image-1.5-2025-12-16', AFTER, 'successor', CATALOGUE).id).toBe(
			'gpt-image-2.5-sunburst',
		);
		expect(successorOf(modelNamed('gpt-image-1'), BEFORE, CATALOGUE)?.id).toBe(
			'gpt-image-2.5-sunburst',
		);
	});

	it('stays where it lives, where it shall fail, or where nothing is known', () => {
		expect(chooseModel('gpt-image-1-mini', BEFORE, 'successor', CATALOGUE)).toMatchObject({
			id: 'gpt-image-1-mini',
		});
		expect(chooseModel('gpt-image-1-mini', AFTER, 'fail', CATALOGUE)).toMatchObject({
			id: 'gpt-image-1-mini',
		});
		expect(chooseModel('gpt-image-9', AFTER, 'successor', CATALOGUE)).toMatchObject({
			id: 'gpt-image-9',
			entry: null,
		});
		expect(
			moveOn(chooseModel('gpt-image-9', AFTER, 'successor', CATALOGUE), AFTER, 'successor'),
		).toBeNull();
		expect(
			moveOn(chooseModel('gpt-image-2', AFTER, 'successor', CATALOGUE), AFTER, 'successor'),
		).toBeNull();
	});

	it('is told of with both names, and how to be rid of it', () => {
		expect(
			modelNotice(chooseModel('gpt-image-1-mini', AFTER, 'successor', CATALOGUE), AFTER),
		).toMatch(
			/^The model gpt-image-1-mini was shut down on 2026-12-01, so its successor gpt-image-2\.5-flare was used.*'When Model Is Gone' to 'Fail'/,
		);
	});
});

describe('a role whose model turns out to be gone', () => {
	it('goes on with the next one, whatever the dates say, but not for ever', () => {
		const draft = chooseModel('draft', BEFORE, 'fail', CATALOGUE);
		const next = moveOn(draft, BEFORE, 'fail');

		expect(next).toMatchObject({
			requested: 'draft',
			id: 'gpt-image-2.5-flare',
			role: 'draft',
			replaces: { id: 'gpt-image-1-mini' },
		});
		expect(modelNotice(next!, BEFORE)).toBe(
			"'Draft' used gpt-image-2.5-flare, because gpt-image-1-mini is no longer available. Prices differ.",
		);
		expect(
			moveOn(
				{
					...draft,
					catalogue: { ...CATALOGUE, roles: { ...CATALOGUE.roles, draft: ['gpt-image-1-mini'] } },
				},
				BEFORE,
				'fail',
			),
		).toBeNull();
	});
});

describe('a role whose next model is gone as well', () => {
	it('goes on to the one after that, not back to the first', () => {
		const ids = [];
		for (let chosen = chooseModel('draft', BEFORE, 'fail', CATALOGUE); ids.length < 9;) {
			ids.push(chosen.id);
			const next = moveOn(chosen, BEFORE, 'fail');
			if (next === null) break;
			chosen = next;
		}

		expect(ids).toEqual(CATALOGUE.roles.draft);
	});
});

describe('qualities carried over by what they mean', () => {
	it.each([
		['gpt-image-1-mini', 'gpt-image-2.5-flare', 'low low medium medium high high'],
		['gpt-image-1.5', 'gpt-image-2.5-sunburst', 'low low medium high high xhigh'],
		['gpt-image-1', 'gpt-image-2.5-sunburst', 'low medium medium high high max'],
		['gpt-image-2', 'gpt-image-2.5-flare', 'low low medium high high max'],
	])('%s -> %s: %s', (from, to, table) => {
		const pairs = table.split(' ');
		for (let index = 0; index < pairs.length; index += 2) {
			expect([
				pairs[index],
				likeQuality(modelNamed(from), modelNamed(to), pairs[index] as (typeof QUALITIES)[number]),
			]).toEqual([pairs[index], pairs[index + 1]]);
		}
	});

	it('are not guessed where nothing is known', () => {
		expect(likeQuality(modelNamed('gpt-image-2'), modelNamed('gpt-image-1.5'), 'max')).toBeNull();
	});

	it('come with the options that the successor knows, and nothing changes for a model that lives', () => {
		expect(carryOver(ASKED, chooseModel('gpt-image-1.5', AFTER, 'successor', CATALOGUE))).toEqual({
			...ASKED,
			quality: 'xhigh',
			inputFidelity: undefined,
		});
		expect(
			carryOver(
				{ ...ASKED, quality: 'auto' },
				chooseModel('gpt-image-1.5', AFTER, 'successor', CATALOGUE),
			).quality,
		).toBe('auto');
		expect(
			carryOver(
				{ ...ASKED, quality: 'max' },
				chooseModel('gpt-image-1.5', AFTER, 'successor', CATALOGUE),
			).quality,
		).toBe('max');
		expect(carryOver(ASKED, chooseModel('gpt-image-1.5', BEFORE, 'successor', CATALOGUE))).toBe(
			ASKED,
		);
	});
});

describe('what the API says of its models', () => {
	const shutdownOf = (id: string, live: Parameters<typeof withLiveModels>[1]) =>
		withLiveModels(CATALOGUE, live).models.find((model) => model.id === id)?.lifecycle.shutdown;

	it('overrides the end dates of the catalogue, earlier, later or none', () => {
		expect(
			shutdownOf('gpt-image-1-mini', [{ id: 'gpt-image-1-mini', shutdown: '2027-01-15' }]),
		).toBe('2027-01-15');
		expect(shutdownOf('gpt-image-1-mini', [{ id: 'gpt-image-1-mini', shutdown: null }])).toBeNull();
		expect(
			shutdownOf('gpt-image-2', [{ id: 'gpt-image-2-2026-04-21', shutdown: '2026-11-25' }]),
		).toBe('2026-11-25');
	});

	it('leaves them where it says nothing, or no day', () => {
		for (const shutdown of [undefined, 'soon', '2026-13-45', '01.12.2026']) {
			expect(
				shutdownOf('gpt-image-1-mini', [
					{ id: 'gpt-image-1-mini', ...(shutdown !== undefined && { shutdown }) },
				]),
			).toBe('2026-12-01');
		}
	});

	it('keeps a role away from models that the key may not use, as long as there is another', () => {
		const only = (...ids: string[]) =>
			withLiveModels(
				CATALOGUE,
				ids.map((id) => ({ id })),
			);

		expect(modelForRole('draft', BEFORE, only('gpt-image-2', 'gpt-5')).id).toBe('gpt-image-2');
		expect(modelForRole('final', BEFORE, only('gpt-image-1-mini')).id).toBe(
			'gpt-image-2.5-sunburst',
		);
		// Another provider's list, with names of its own.
		expect(modelForRole('draft', BEFORE, only('openai/gpt-image-2')).id).toBe('gpt-image-1-mini');
		expect(modelForRole('draft', BEFORE, only()).id).toBe('gpt-image-1-mini');
	});
});
