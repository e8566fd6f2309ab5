import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { resolveModel } from '../../../../nodes/core/catalogue/resolve';
import { shownDraft } from '../../../../nodes/core/review/drafts';
import { pickedJson, rejectedJson } from '../../../../nodes/core/review/reviewedItem';
import { imageItem } from '../../fixtures/ourItems.mts';

const AT = '2026-11-20T09:00:00.000Z';
const ITEM = { ...imageItem(0.0022), input: { sku: 7 }, estimate: { usd: 1 } };
const TARGET = resolveModel('gpt-image-2', new Date(AT), CATALOGUE);

describe('an item that was reviewed', () => {
	it('keeps everything else, so that it stays the same image', () => {
		expect(pickedJson(ITEM, { note: 'crop it', prompt: null }, AT)).toEqual({
			...ITEM,
			review: { picked: true, note: 'crop it', prompt: 'x', at: AT },
		});
		expect(rejectedJson(ITEM, ['', ''], AT)).toEqual({
			...ITEM,
			review: { picked: false, note: '', at: AT },
		});
	});

	it('that was rejected says why: what was written on it, and then on all', () => {
		expect(rejectedJson(ITEM, ['too dark', ''], AT)['review']).toEqual({
			picked: false,
			note: 'too dark',
			at: AT,
		});
		expect(rejectedJson(ITEM, ['', 'more people'], AT)['review']).toEqual({
			picked: false,
			note: 'more people',
			at: AT,
		});
		expect(rejectedJson(ITEM, ['too dark', 'more people'], AT)['review']).toEqual({
			picked: false,
			note: 'too dark\n\nmore people',
			at: AT,
		});
	});

	it('takes the prompt that was changed, and keeps the old one', () => {
		expect(pickedJson(ITEM, { note: '', prompt: 'y' }, AT)).toEqual({
			...ITEM,
			prompt: 'y',
			review: { picked: true, note: '', prompt: 'y', at: AT, originalPrompt: 'x' },
		});
	});
});

describe('a draft as a person sees it', () => {
	it('has the facts of its item', () => {
		expect(shownDraft(ITEM, 3, TARGET, 'low')).toMatchObject({
			index: 3,
			prompt: 'x',
			facts: 'gpt-image-1-mini · low · 1024x1024 · $0.0022',
		});
	});

	it('is the same from a simplified item and from a row of a table', () => {
		const whole = imageItem(0.0022, {
			image: { width: 1024, height: 1536 },
			size: '1024x1536',
			input: { sku: 7 },
		});
		const { prompt, model, quality, size } = whole;
		const flat = {
			prompt,
			status: 'made',
			costUsd: 0.0022,
			fileName: 'x.jpg',
			model,
			quality,
			size,
			imageId: whole['image'].id,
			totalUsd: 0.0022,
			input: { sku: 7 },
		};
		const row = {
			prompt,
			model,
			quality,
			size,
			cost_usd: '0.0022',
			'Image ID': whole['image'].id,
			input: '{"sku":7}',
		};

		for (const json of [flat, row])
			expect(shownDraft(json, 3, TARGET, 'low')).toEqual(shownDraft(whole, 3, TARGET, 'low'));
	});

	it('shows no cost that is not ours', () => {
		expect(shownDraft({ prompt: 'x', cost: { usd: 5, exact: '5' } }, 0, TARGET, 'low').facts).toBe(
			'',
		);
	});

	it.each<[unknown, string | null]>([
		[{ sku: 'MUG-1', name: 'Blue mug' }, 'Blue mug'],
		[{ 'Product Name': ' Blue mug ', id: 1 }, 'Blue mug'],
		[{ color: 'red', sku: 4711 }, '4711'],
		['{"title":"from a table"}', 'from a table'],
		[{ name: '', sku: 'MUG-1' }, 'MUG-1'],
		[{ name: 'x'.repeat(500) }, 'x'.repeat(80)],
		[{ name: '🎈'.repeat(200) }, '🎈'.repeat(80)],
		[{ color: 'red' }, null],
		[{ name: ['a'] }, null],
		[{ name: { toString: 'x' } }, null],
		[undefined, null],
		['no JSON', null],
		[[{ name: 'x' }], null],
	])('whose row is %j is called %j', (input, name) => {
		expect(shownDraft({ prompt: 'x', input }, 0, TARGET, 'low').name).toBe(name);
	});

	it('costs more to refine than to make again, because the draft is read; its size may be that of the request', () => {
		const byFile = shownDraft(
			imageItem(0.0022, { image: { width: 1024, height: 1024 } }),
			0,
			TARGET,
			'low',
		);
		const bySize = shownDraft(imageItem(0.0022), 0, TARGET, 'low');

		expect(byFile).toEqual(bySize);
		expect(bySize.promoted.refine! > bySize.promoted.regenerate!).toBe(true);
		expect(shownDraft({ prompt: 'x', size: 'auto' }, 0, TARGET, 'low')).toMatchObject({
			width: null,
			height: null,
		});
		expect(
			shownDraft(
				{ prompt: 'x' },
				0,
				resolveModel('some-other-model', new Date(AT), CATALOGUE),
				'low',
			).promoted,
		).toEqual({ refine: null, regenerate: null });
	});
});
