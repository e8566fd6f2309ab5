import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { readCatalogueFile } from '../../../../nodes/core/modelChoice/catalogueFile';
import { findModel, modelForRole } from '../../../../nodes/core/catalogue/resolve';

const NOW = new Date('2026-11-30T12:00:00Z');

type Json = Record<string, any>;

/** The catalogue as a user would write it down, with changes. */
function file(change: (catalogue: Json) => void = () => undefined): string {
	const catalogue = JSON.parse(JSON.stringify(CATALOGUE)) as Json;
	catalogue['pricesAsOf'] = '2026-12-24';
	change(catalogue);
	return JSON.stringify(catalogue);
}
const problemOf = (text: string): string => {
	const checked = readCatalogueFile(text, NOW, CATALOGUE);
	return checked.ok ? 'none' : checked.problem;
};

describe('a catalogue from elsewhere', () => {
	it('has the schema of our own', () => {
		expect(readCatalogueFile(file(), NOW, CATALOGUE)).toEqual({
			ok: true,
			catalogue: { ...CATALOGUE, pricesAsOf: '2026-12-24' },
		});
	});

	it('brings new prices and new models, and keeps ours that it does not name', () => {
		const checked = readCatalogueFile(
			file((catalogue) => {
				const [mini] = catalogue['models'];
				catalogue['models'] = [
					{
						...mini,
						id: 'gpt-image-9',
						aliases: [],
						lifecycle: { ...mini.lifecycle, shutdown: null },
					},
					{ ...mini, prices: { ...mini.prices, imageOutput: '7.5' } },
				];
				catalogue['roles'] = { draft: ['gpt-image-9'], final: ['gpt-image-2.5-sunburst'] };
			}),
			NOW,
			CATALOGUE,
		);

		if (!checked.ok) throw new Error(checked.problem);
		expect(findModel('gpt-image-1-mini', checked.catalogue)?.prices?.imageOutput).toBe('7.5');
		expect(modelForRole('draft', new Date('2026-12-24'), checked.catalogue).id).toBe('gpt-image-9');
		expect(findModel('gpt-image-2', checked.catalogue)).toEqual({
			...findModel('gpt-image-2', CATALOGUE),
			pricesAsOf: CATALOGUE.pricesAsOf,
		});
		expect(findModel('gpt-image-9', checked.catalogue)).not.toHaveProperty('pricesAsOf');
	});

	it('brings prices of more models that write SVGs, and need not know of GIF, SVG and markup', () => {
		const author = {
			input: '2.5',
			output: '12',
			maxInputTokens: 272_000,
			maxOutputTokens: 128_000,
		};
		const older = file((catalogue) => {
			catalogue['svgAuthors'] = { 'gpt-5.6-terra': author };
			for (const { capabilities } of catalogue['models'])
				for (const name of ['markup', 'gifSheets']) delete capabilities[name];
		});
		const checked = readCatalogueFile(older, NOW, CATALOGUE);

		if (!checked.ok) throw new Error(checked.problem);
		expect(checked.catalogue.svgAuthors).toEqual({
			...CATALOGUE.svgAuthors,
			'gpt-5.6-terra': author,
		});
		expect(problemOf(file((catalogue) => delete catalogue['svgAuthors']))).toBe('none');
		expect(
			problemOf(
				file((catalogue) => {
					catalogue['svgAuthors']['gpt-6-luna'].output = '0';
				}),
			),
		).toContain('svgAuthors');
	});

	const ended = (id: string, change: (model: Json) => void = () => undefined): string =>
		file((catalogue) => {
			const model = catalogue['models'].find((one: Json) => one['id'] === id);
			model.lifecycle = {
				...model.lifecycle,
				shutdown: '2026-11-01',
				replacements: ['gpt-image-2.5-flare'],
			};
			change(model);
		});

	it('may end a model that lives, where what takes its place costs no more, or on a day to come', () => {
		expect(problemOf(ended('gpt-image-2'))).toBe('none');
		expect(problemOf(ended('gpt-image-2.6-sunburst'))).toBe('none');
		expect(
			problemOf(ended('gpt-image-1-mini', (model) => (model['lifecycle'].shutdown = '2026-12-25'))),
		).toBe('none');
		expect(
			problemOf(ended('gpt-image-1-mini', (model) => (model['lifecycle'].replacements = []))),
		).toBe('none');
	});

	it('may not end a cheap one for a dearer one unnoticed', () => {
		expect(problemOf(ended('gpt-image-1-mini'))).toMatch(
			/^it says that gpt-image-1-mini was shut down on 2026-11-01, which this version does not know, and gpt-image-2\.5-flare, its successor, costs more\. Remove that date/,
		);
	});

	it.each<[string, string, RegExp]>([
		['nothing', '', /^it: must be an object$/],
		['no JSON', '<html>', /^it: /],
		['a list', '[]', /^it: /],
		[
			'an older one',
			file((catalogue) => (catalogue['pricesAsOf'] = '2026-01-01')),
			/older than the catalogue of this version/,
		],
		[
			'one of a day long to come',
			file((catalogue) => (catalogue['pricesAsOf'] = '2027-06-01')),
			/^it is dated 2027-06-01, which is in the future$/,
		],
		[
			'one of another millennium',
			file((catalogue) => (catalogue['pricesAsOf'] = '2999-12-31')),
			/^pricesAsOf: is not a date/,
		],
		[
			'a day that no month has',
			file((catalogue) => (catalogue['models'][0].lifecycle.shutdown = '2026-02-31')),
			/^models\.0\.lifecycle\.shutdown: is not a date/,
		],
		[
			'a price of nothing',
			file((catalogue) => (catalogue['models'][0].prices.imageOutput = '0')),
			/^models\.0\.prices\.imageOutput: is not a price/,
		],
		[
			'a cached price of nothing',
			file((catalogue) => (catalogue['models'][0].prices.cachedTextInput = '0.000')),
			/^models\.0\.prices\.cachedTextInput: is not a price/,
		],
		[
			'an alias that is another model',
			file((catalogue) => catalogue['models'][0].aliases.push('gpt-image-2')),
			/^it gives gpt-image-1-mini the name gpt-image-2, which belongs to gpt-image-2$/,
		],
		[
			'an alias of another model',
			file((catalogue) => catalogue['models'][0].aliases.push('gpt-image-2-2026-04-21')),
			/^it gives gpt-image-1-mini the name gpt-image-2-2026-04-21, which belongs to gpt-image-2$/,
		],
		[
			'an alias of a model of ours that it does not have',
			file(
				(catalogue) =>
					(catalogue['models'] = [{ ...catalogue['models'][0], aliases: ['gpt-image-2'] }]),
			),
			/gpt-image-1-mini the name gpt-image-2, which belongs to gpt-image-2$/,
		],
		[
			'an alias twice',
			file((catalogue) => catalogue['models'][0].aliases.push('mini', 'mini')),
			/the name mini, which it already has$/,
		],
		[
			'a model that is called as an alias of ours',
			file((catalogue) =>
				catalogue['models'].push({ ...catalogue['models'][0], id: 'gpt-image-2-2026-04-21' }),
			),
			/the name gpt-image-2-2026-04-21, which belongs to gpt-image-2$/,
		],
		[
			'no day',
			file((catalogue) => (catalogue['pricesAsOf'] = 'soon')),
			/^pricesAsOf: is not a date/,
		],
		[
			'an address for requests',
			file((catalogue) => (catalogue['models'][0].baseUrl = 'https://evil.example')),
			/^models\.0: has the unknown field baseUrl$/,
		],
		[
			'an address beside them',
			file((catalogue) => (catalogue['baseUrl'] = 'https://evil.example')),
			/^it: has the unknown field baseUrl$/,
		],
		[
			'a price below zero',
			file((catalogue) => (catalogue['models'][0].prices.textInput = '-1')),
			/^models\.0\.prices\.textInput: is not a price/,
		],
		[
			'a price as a number',
			file((catalogue) => (catalogue['models'][0].prices.textInput = 1)),
			/^models\.0\.prices\.textInput: /,
		],
		[
			'a price beyond picodollars a token',
			file((catalogue) => (catalogue['models'][0].prices.textInput = '0.0000001')),
			/is not a price/,
		],
		[
			'a number of tokens without end',
			file((catalogue) => (catalogue['models'][1].outputTokens.axisFactor.low = 1e308)),
			/axisFactor\.low: /,
		],
		[
			'a quality that is none',
			file((catalogue) => catalogue['models'][0].capabilities.qualities.push('ultra')),
			/qualities/,
		],
		[
			'a hostile id',
			file((catalogue) => (catalogue['models'][0].id = '"><script>')),
			/^models\.0\.id: is not a model ID/,
		],
		[
			'the same model twice',
			file((catalogue) => catalogue['models'].push(catalogue['models'][0])),
			/has the model gpt-image-1-mini twice/,
		],
		[
			'a role of a model that is not there',
			file((catalogue) => (catalogue['roles'].draft = ['gpt-image-7'])),
			/roles\.draft names gpt-image-7/,
		],
		[
			'an empty role',
			file((catalogue) => (catalogue['roles'].final = [])),
			/roles\.final is empty/,
		],
		[
			'hundreds of models',
			file(
				(catalogue) =>
					(catalogue['models'] = Array.from({ length: 300 }, (_, index) => ({
						...catalogue['models'][0],
						id: `m${index}`,
					}))),
			),
			/has 300 models/,
		],
		['a prototype', file().replace('{', '{"__proto__":{"x":1},'), /^it: /],
	])('%s is refused, and why is said', (_, text, problem) => {
		expect(problemOf(text)).toMatch(problem);
		expect(({} as Json)['x']).toBeUndefined();
	});
});
