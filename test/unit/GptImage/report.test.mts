import type { INodeExecutionData } from 'n8n-workflow';
import sharp from 'sharp';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { fakeN8n, type FakeSetup, type StoredFile } from '../fixtures/fakeN8n.mts';
import { imageItem, promotedItem, type Json } from '../fixtures/ourItems.mts';

interface Result {
	item: INodeExecutionData;
	json: Json;
	page: string;
	csv: string;
	stored: StoredFile[];
	hints: Array<{ message: string; type?: string }>;
	bytesRead: number;
}

async function report(
	input: INodeExecutionData[],
	parameters: Json = {},
	setup: FakeSetup = {},
): Promise<Result> {
	const n8n = fakeN8n({
		input,
		parameters: { resource: 'cost', operation: 'report', title: '', options: {}, ...parameters },
		...setup,
	});
	const [[item] = []] = await new GptImage().execute.call(n8n.context);
	const [page, , csv] = n8n.stored.map(({ bytes }) => bytes.toString('utf8'));
	return {
		item: item!,
		json: item!.json as Json,
		page: page!,
		csv: csv!,
		stored: n8n.stored,
		hints: n8n.hints,
		bytesRead: n8n.read.bytes,
	};
}

const picture = (format: 'png' | 'jpeg' | 'webp'): Promise<Buffer> =>
	sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
		.toFormat(format)
		.toBuffer();
const withFile = (
	json: Json,
	bytes: Buffer,
	field = 'data',
	mimeType = 'image/png',
): INodeExecutionData => ({
	json,
	binary: { [field]: { data: bytes.toString('base64'), mimeType } },
});

/** Pictures of a page, by the words under them. */
const shown = (page: string): string[] =>
	[...page.matchAll(/url\(data:(image\/\w+);base64,[\w+/=]+\)"><\/div><figcaption>(.*?)</g)].map(
		([, type, words]) => `${words} ${type}`,
	);

describe('the files of a report', () => {
	it('are the page, the same for n8n’s preview, and a table', async () => {
		const { item, stored, csv } = await report(
			[{ json: imageItem(0.25, { input: { campaign: 'spring' } }) }],
			{ groupBy: 'campaign' },
		);

		expect(Object.keys(item.binary!)).toEqual(['data', 'data_preview', 'data_csv']);
		expect(
			stored.map(({ fileName, mimeType }) => [
				fileName.replace(/\d{4}-\d\d-\d\d/, 'DAY'),
				mimeType,
			]),
		).toEqual([
			['cost-report-DAY.html', 'text/html'],
			['cost-report-DAY.html', 'text/plain'],
			['cost-report-DAY.csv', 'text/csv'],
		]);
		expect(stored[0]!.bytes.equals(stored[1]!.bytes)).toBe(true);
		expect(csv).toContain('\r\n2026-11-20,made,0.25,spring,');
	});

	it('lie in the field that was chosen', async () => {
		const { item } = await report([{ json: imageItem(1) }], {
			options: { outputBinaryField: 'report' },
		});

		expect(Object.keys(item.binary!)).toEqual(['report', 'report_preview', 'report_csv']);
	});
});

describe('groups in the item of a report', () => {
	it('have exact sums, and null as the name of those without a value', async () => {
		const items = [
			imageItem(0.25, { input: { campaign: 'spring' } }),
			imageItem(1, { campaign: 'spring' }),
			imageItem(0.5),
		].map((json) => ({ json }));
		const { json, hints } = await report(items, { groupBy: 'input.campaign' });

		expect(json['groupBy']).toBe('campaign');
		expect(json['byGroup']).toEqual([
			{
				group: 'spring',
				images: 2,
				usd: 1.25,
				exact: '1.25',
				atLeast: false,
				unknownImages: 0,
				lostImages: 0,
				failedRequests: 0,
				skippedImages: 0,
			},
			{
				group: null,
				images: 1,
				usd: 0.5,
				exact: '0.5',
				atLeast: false,
				unknownImages: 0,
				lostImages: 0,
				failedRequests: 0,
				skippedImages: 0,
			},
		]);
		expect(hints).toHaveLength(1);
		expect(Object.keys((await report(items)).json)).not.toContain('byGroup');
	});

	it('say so where nothing has the field, as when its value was entered', async () => {
		const { hints } = await report([{ json: imageItem(1, { input: { campaign: 'spring' } }) }], {
			groupBy: 'spring',
		});

		expect(hints[1]).toMatchObject({
			type: 'warning',
			message: expect.stringContaining("No item has a field 'spring' with a value"),
		});
	});

	it('leave an agent with little to read, and all sums whole', async () => {
		const items = Array.from({ length: 500 }, (_, index) => ({
			json: imageItem(index === 3 ? null : 0.01, {
				prompt: 'x'.repeat(30_000),
				model: `m${index}`,
				createdAt: new Date(Date.UTC(2025, 0, index)).toISOString(),
				input: { sku: index },
			}),
		}));
		const { json } = await report(items, { groupBy: 'sku' }, { isTool: true });

		expect(JSON.stringify(json).length).toBeLessThan(8000);
		for (const list of [json['byModel'], json['byDay'], json['byGroup']] as Json[][]) {
			expect(list).toHaveLength(11);
			expect(list.at(-1)).toMatchObject({ images: 490 });
			expect(list.reduce((sum, { exact }) => sum + Math.round(Number(exact) * 100), 0)).toBe(499);
		}
	});
});

describe('pictures on the page of a report', () => {
	it('are those whose files come along, of any raster format, chosen ones first', async () => {
		const [png, jpeg, webp] = await Promise.all([picture('png'), picture('jpeg'), picture('webp')]);
		const draft = imageItem(0.25, { prompt: 'draft' });
		const { page } = await report([
			withFile(draft, jpeg, 'data', 'text/html'),
			withFile(
				{ ...imageItem(0.25, { prompt: 'picked' }), review: { picked: true } },
				webp,
				'photo',
			),
			withFile(promotedItem(draft, 1, { prompt: 'final <b>' }), png),
			{ json: imageItem(0.25, { prompt: 'without a file' }) },
		]);

		expect(shown(page)).toEqual([
			'final &lt;b&gt; image/png',
			'picked image/webp',
			'draft image/jpeg',
		]);
		expect(page).toContain('1 more image not shown');
		expect(page).toContain('img-src data:');
		expect(page.replace(/url\(data:image\/(?:png|jpeg|webp);base64,[\w+/=]+\)/g, '')).not.toMatch(
			/url\(|\b(?:src|href)=|https?:/,
		);
	});

	it('are SVGs and GIFs, too, as images and never as markup', async () => {
		const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
		const { page } = await report([
			withFile(imageItem(1), Buffer.from(svg)),
			withFile(imageItem(1), Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1')),
		]);

		expect(page).toContain(`url(data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')})`);
		expect(page).toContain('url(data:image/gif;base64,');
		expect(page).not.toMatch(/<svg|<script|alert/);
	});

	it('are no page and nothing that is broken, whatever type they claim', async () => {
		const files = ['<html><script>alert(1)</script>', 'GIF', ''].map((text) => Buffer.from(text));
		const { page, json } = await report(files.map((bytes) => withFile(imageItem(1), bytes)));

		expect(shown(page)).toEqual([]);
		expect(page).not.toMatch(/<svg|<script|url\(/);
		expect(json['total']).toMatchObject({ images: 3 });
	});

	it('take no more than their share of the page and one that is too large makes room for others', async () => {
		const png = await picture('png');
		const [large, small] = [
			Buffer.concat([png, Buffer.alloc(2_500_000)]),
			Buffer.concat([png, Buffer.alloc(100_000)]),
		];
		const files: Record<string, Buffer> = {};
		const items = Array.from({ length: 120 }, (_, index): INodeExecutionData => {
			files[`f:${index}`] = index < 5 ? large : index < 6 ? Buffer.alloc(50_000_000) : small;
			return {
				json: imageItem(1, { prompt: String(index) }),
				binary: { data: { id: `f:${index}`, data: 'filesystem-v2', mimeType: 'image/png' } },
			};
		});
		const { page } = await report(items, {}, { files });

		expect(shown(page).map((words) => Number(words.split(' ')[0]))).toEqual([
			0, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14,
		]);
		expect(page.length).toBeLessThan(8_200_000);
		expect(
			shown(
				(
					await report(
						items.slice(6),
						{},
						{ files: Object.fromEntries(Object.keys(files).map((id) => [id, png])) },
					)
				).page,
			),
		).toHaveLength(60);
	});

	it('may be left out', async () => {
		const { page } = await report([withFile(imageItem(1), await picture('png'))], {
			options: { includeThumbnails: false },
		});

		expect(shown(page)).toEqual([]);
		expect(page).not.toContain('<h2>Images</h2>');
	});

	it('are missing where n8n has the file no more, which ends no report', async () => {
		const items: INodeExecutionData[] = [
			{
				json: imageItem(1),
				binary: { data: { id: 'gone', data: 'filesystem-v2', mimeType: 'image/png' } },
			},
			withFile(imageItem(2), await picture('png')),
		];
		const n8n = fakeN8n({
			input: items,
			parameters: { resource: 'cost', operation: 'report', title: '', options: {} },
		});
		n8n.context.helpers.getBinaryMetadata = async () => await Promise.reject(new Error('ENOENT'));
		const [[item] = []] = await new GptImage().execute.call(n8n.context);

		expect(item!.json).toMatchObject({ total: { usd: 3 } });
		expect(shown(n8n.stored[0]!.bytes.toString())).toHaveLength(1);
	});
});
