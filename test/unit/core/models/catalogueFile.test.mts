import { CATALOGUE } from '../../../../nodes/core/models/catalogue';
import { readCatalogueFile } from '../../../../nodes/core/models/catalogueFile';
import { findModel, modelForRole } from '../../../../nodes/core/models/resolve';

type Json = Record<string, any>;

/** The catalogue as a user would write it down, with changes. */
function file(change: (catalogue: Json) => void = () => undefined): string {
	const catalogue = JSON.parse(JSON.stringify(CATALOGUE)) as Json;
	catalogue['pricesAsOf'] = '2026-12-24';
	change(catalogue);
	return JSON.stringify(catalogue);
}
const problemOf = (text: string): string => {
	const checked = readCatalogueFile(text);
	return checked.ok ? 'none' : checked.problem;
};

describe('a catalogue from elsewhere', () => {
	it('has the schema of our own', () => {
		expect(readCatalogueFile(file())).toEqual({ ok: true, catalogue: { ...CATALOGUE, pricesAsOf: '2026-12-24' } });
	});

	it('brings new prices and new models, and keeps ours that it does not name', () => {
		const checked = readCatalogueFile(file((catalogue) => {
			const [mini] = catalogue['models'];
			catalogue['models'] = [{ ...mini, id: 'gpt-image-3', aliases: [], lifecycle: { ...mini.lifecycle, shutdown: null } }, { ...mini, prices: { ...mini.prices, imageOutput: '7.5' } }];
			catalogue['roles'] = { draft: ['gpt-image-3'], final: ['gpt-image-2.5-sunburst'] };
		}));

		if (!checked.ok) throw new Error(checked.problem);
		expect(findModel('gpt-image-1-mini', checked.catalogue)?.prices?.imageOutput).toBe('7.5');
		expect(modelForRole('draft', new Date('2026-12-24'), checked.catalogue).id).toBe('gpt-image-3');
		expect(findModel('gpt-image-2', checked.catalogue)).toBe(findModel('gpt-image-2'));
	});

	it.each<[string, string, RegExp]>([
		['nothing', '', /^it: must be an object$/],
		['no JSON', '<html>', /^it: /],
		['a list', '[]', /^it: /],
		['an older one', file((catalogue) => (catalogue['pricesAsOf'] = '2026-01-01')), /older than the one of this version/],
		['no day', file((catalogue) => (catalogue['pricesAsOf'] = 'soon')), /^pricesAsOf: is no day/],
		['an address for requests', file((catalogue) => (catalogue['models'][0].baseUrl = 'https://evil.example')), /^models\.0: has the unknown field baseUrl$/],
		['an address beside them', file((catalogue) => (catalogue['baseUrl'] = 'https://evil.example')), /^it: has the unknown field baseUrl$/],
		['a price below zero', file((catalogue) => (catalogue['models'][0].prices.textInput = '-1')), /^models\.0\.prices\.textInput: is no price/],
		['a price as a number', file((catalogue) => (catalogue['models'][0].prices.textInput = 1)), /^models\.0\.prices\.textInput: /],
		['a price beyond picodollars a token', file((catalogue) => (catalogue['models'][0].prices.textInput = '0.0000001')), /is no price/],
		['a number of tokens without end', file((catalogue) => (catalogue['models'][1].outputTokens.axisFactor.low = 1e308)), /axisFactor\.low: /],
		['a quality that is none', file((catalogue) => catalogue['models'][0].capabilities.qualities.push('ultra')), /qualities/],
		['a hostile id', file((catalogue) => (catalogue['models'][0].id = '"><script>')), /^models\.0\.id: is no id/],
		['the same model twice', file((catalogue) => catalogue['models'].push(catalogue['models'][0])), /has the model gpt-image-1-mini twice/],
		['a role of a model that is not there', file((catalogue) => (catalogue['roles'].draft = ['gpt-image-7'])), /roles\.draft names gpt-image-7/],
		['an empty role', file((catalogue) => (catalogue['roles'].final = [])), /roles\.final is empty/],
		['hundreds of models', file((catalogue) => (catalogue['models'] = Array.from({ length: 300 }, (_, index) => ({ ...catalogue['models'][0], id: `m${index}` })))), /has 300 models/],
		['a prototype', file().replace('{', '{"__proto__":{"x":1},'), /^it: /],
	])('%s is refused, and why is said', (_, text, problem) => {
		expect(problemOf(text)).toMatch(problem);
		expect(({} as Json)['x']).toBeUndefined();
	});
});
