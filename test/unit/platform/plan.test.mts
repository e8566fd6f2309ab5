import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { resolveModel } from '../../../nodes/core/catalogue/resolve';
import { apiServerOf, catalogueAt } from '../../../nodes/core/providers/connection';
import { checkImageRequest } from '../../../nodes/core/requests/imageRequest';
import type { AskedParameters } from '../../../nodes/core/requests/parameters';
import { boundOf, plannedItem } from '../../../nodes/platform/images/plan';
import type { Ask, PlannedFiles, PlannedItem } from '../../../nodes/platform/images/types';
import type { BinaryInput } from '../../../nodes/platform/n8n/inputBinary';

const NOW = new Date('2026-11-20');
const ASKED: AskedParameters = {
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	count: 2,
};
const file = (identity: string): BinaryInput => ({
	field: 'data',
	isField: true,
	reference: null,
	binary: null,
	fileName: '',
	bytes: 1,
	identity,
	declaredType: 'image/png',
	facts: null,
});

function plan({
	itemIndex = 0,
	model = 'gpt-image-2',
	index = 0,
	files,
	...asked
}: Partial<AskedParameters> & {
	itemIndex?: number;
	model?: string;
	index?: number;
	files?: PlannedFiles;
} = {}): PlannedItem {
	const all = { ...ASKED, ...asked };
	const ask: Ask = {
		itemIndex,
		model: resolveModel(model, NOW, CATALOGUE),
		parameters: all,
		wanted: all,
		draft: null,
		replaced: null,
	};
	return plannedItem(ask, {
		checked: checkImageRequest(all, ask.model),
		variation: { index, count: 2, words: {} },
		...(files && { files }),
	});
}

const planOf = (item: PlannedItem) => {
	if (!item.plan.ok) throw new Error(JSON.stringify(item.plan.problems));
	return item.plan.value;
};
const printOf = (...given: Parameters<typeof plan>): string => planOf(plan(...given)).fingerprint;

describe('the fingerprint of a plan', () => {
	it('is the same for the same wish at the same position', () => {
		expect(printOf()).toBe(printOf({}));
	});

	it('tells wishes apart by position, variation, words, settings and files', () => {
		const [a, b] = [file('a'), file('b')];
		const prints = [
			printOf(),
			printOf({ itemIndex: 1 }),
			printOf({ index: 1 }),
			printOf({ prompt: 'a blue balloon' }),
			printOf({ quality: 'medium' }),
			printOf({ model: 'gpt-image-2.5-flare' }),
			printOf({ files: { images: [a], mask: null } }),
			printOf({ files: { images: [b], mask: null } }),
			printOf({ files: { images: [a, b], mask: null } }),
			printOf({ files: { images: [a], mask: b } }),
			printOf({ files: { images: [a], mask: null, markup: b } }),
		];

		expect(new Set(prints).size).toBe(prints.length);
	});

	it('of a role is the same whichever model serves it', () => {
		const served = (entry: string): string => {
			const model = {
				...resolveModel('draft', NOW, CATALOGUE),
				...resolveModel(entry, NOW, CATALOGUE),
				requested: 'draft',
			};
			return planOf(
				plannedItem(
					{ itemIndex: 0, model, parameters: ASKED, wanted: ASKED, draft: null, replaced: null },
					{ checked: checkImageRequest(ASKED, model) },
				),
			).fingerprint;
		};

		expect(served('gpt-image-2')).toBe(served('gpt-image-2.5-flare'));
	});
});

describe('the price of a plan', () => {
	const keyOf = (wish: Partial<AskedParameters>): string => {
		const item = plan({ model: 'gpt-image-2.6-flare', size: 'auto', ...wish });
		return boundOf(item.model, planOf(item), 1)!.priceKey;
	};

	it('is that of another one of the same format only, where the format decides it', () => {
		const gif = { outputFormat: 'gif' };
		const svg = { outputFormat: 'svg', svgModel: 'gpt-6-luna' };
		const keys = [
			keyOf({}),
			keyOf(gif),
			keyOf({ ...gif, frameCount: 16 }),
			keyOf(svg),
			keyOf({ ...svg, svgModel: 'gpt-5.6-luna' }),
		];

		expect(new Set(keys).size).toBe(keys.length);
		expect(keyOf({ outputFormat: 'png' })).toBe(keyOf({ outputFormat: 'jpeg' }));
	});

	it('is another one at each provider, which nodes of a session may use side by side', () => {
		const item = plan({ model: 'gpt-image-2' });
		const keys = ['openai', 'openrouter'].map((provider) => {
			const catalogue = catalogueAt(CATALOGUE, apiServerOf({ provider }), '');
			return boundOf({ ...item.model, catalogue }, planOf(item), 1)!.priceKey;
		});

		expect(new Set(keys).size).toBe(2);
	});
});

describe('a plan', () => {
	it('is plain data', () => {
		const value = planOf(plan({ files: { images: [file('a')], mask: null } }));

		expect(JSON.parse(JSON.stringify(value))).toEqual(value);
		expect(value.endpoint).toBe('edit');
		expect(planOf(plan()).endpoint).toBe('generate');
	});

	it('has a bound for any number of its images', () => {
		const item = plan();
		const amounts = [1, 2, 10].map(
			(images) => boundOf(item.model, planOf(item), images)?.amount ?? 0n,
		);

		expect(amounts[1]).toBe((amounts[0] ?? 0n) * 2n);
		expect(amounts[2]).toBe((amounts[0] ?? 0n) * 10n);
		expect(boundOf({ ...item.model, entry: null }, planOf(item), 1)).toBeNull();
	});
});
