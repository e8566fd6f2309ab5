import { resolveModel } from '../../../../nodes/core/models/resolve';
import { shownDraft } from '../../../../nodes/core/review/drafts';
import { pickedJson, rejectedJson } from '../../../../nodes/core/review/outcome';
import { imageItem } from '../../fixtures/ourItems.mts';

const AT = '2026-11-20T09:00:00.000Z';
const ITEM = { ...imageItem(0.0022), input: { sku: 7 }, estimate: { usd: 1 } };
const TARGET = resolveModel('gpt-image-2', new Date(AT));

describe('an item that was reviewed', () => {
	it('keeps everything else, so that it stays the same image', () => {
		expect(pickedJson(ITEM, { note: 'crop it', prompt: null }, AT)).toEqual({
			...ITEM,
			review: { picked: true, note: 'crop it', prompt: 'x', at: AT },
		});
		expect(rejectedJson(ITEM, AT)).toEqual({
			...ITEM,
			review: { picked: false, note: '', at: AT },
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

	it('shows no cost that is not ours', () => {
		expect(shownDraft({ prompt: 'x', cost: { usd: 5, exact: '5' } }, 0, TARGET, 'low').facts).toBe(
			'',
		);
	});
});
