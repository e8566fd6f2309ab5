import type { IDataObject } from 'n8n-workflow';
import { simplifiedItem } from '../../../../nodes/core/lineage/simplified';
import { rowOf } from '../../../../nodes/platform/n8n/inputRow';
import { failedItem, imageItem, promotedItem, skippedItem } from '../../fixtures/ourItems.mts';

const ROW = { sku: 7, prompt: 'theirs', status: 'todo', costUsd: 'theirs', input: 'theirs' };
const whole = [
	imageItem(0.002, { input: ROW, background: 'transparent', operation: 'edit' }),
	imageItem(0.002, {
		input: ROW,
		operation: 'batch',
		customId: 'a',
		batchId: 'b',
		endpoint: '/v1/images/edits',
		cost: { usd: 1, batchDiscount: true },
		request: { maybeBilledAttempts: 2, key: 'x' },
	}),
	promotedItem(promotedItem(imageItem(0.002), 0.05), 0.05, { input: ROW }),
	failedItem('x', 0, {
		input: ROW,
		customId: 'a',
		batchId: 'b',
		draft: promotedItem(imageItem(0.002), 0.05)['draft'],
	}),
	skippedItem(2, { input: ROW, customId: 'a' }),
];
const items = whole.flatMap((item) => [item, simplifiedItem(item, true)]);

describe('the row that an item carries', () => {
	it.each(items)(
		'is the one of the item that it was made from, with what was added, and nothing of ours (%#)',
		(item) => {
			expect(rowOf(item as IDataObject)).toEqual(ROW);
			expect(
				rowOf({ ...item, campaign: 'autumn', review: { picked: true } } as IDataObject),
			).toEqual({ ...ROW, campaign: 'autumn' });
		},
	);

	it.each([
		[
			'has a status of its own',
			{ imageId: imageItem(1)['image'].id, status: 'todo', prompt: 'theirs', sku: 7 },
		],
		['names no image', { status: 'made', prompt: 'theirs', costUsd: 3 }],
		[
			'names an image and no status',
			{ imageId: imageItem(1)['image'].id, prompt: 'theirs', fileName: 'theirs.jpg' },
		],
	])('of a table is whole where it %s', (_, row) => {
		expect(rowOf(row)).toBe(row);
	});

	it('comes back from a table that kept it as JSON text', () => {
		expect(
			rowOf({ ...simplifiedItem(imageItem(1), true), input: JSON.stringify(ROW) } as IDataObject),
		).toEqual(ROW);
	});

	it('stays the row where a node between has kept little of the item', () => {
		expect(rowOf({ imageId: imageItem(1)['image'].id, prompt: 'changed', input: ROW })).toEqual(
			ROW,
		);
	});
});
