import { createHash } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import { nodeOutput, ourNode, withCredential } from './harness/index.mts';
import { openWorkshop, type Run, type Workshop } from './workshop.mts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** USD to 10^-12, of what an item says as a number. */
const picodollars = (usd: number): bigint => BigInt(Math.round(usd * 1e12));

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => workshop.simulator.reset());
afterAll(async () => await workshop.close());

/** A step of our node before the one that is looked at. */
const step = (name: string, parameters: INodeParameters) =>
	ourNode(name, 'gptImage', parameters, withCredential(workshop.credentialId));
const drafts = (more: INodeParameters = {}) =>
	step('Drafts', { prompt: '={{ $json.prompt }}', ...more });

const promote = async (
	items: Array<Record<string, unknown>>,
	parameters: INodeParameters = {},
	draftParameters: INodeParameters = {},
): Promise<Run> =>
	await workshop.run(items, { operation: 'promote', ...parameters }, {}, drafts(draftParameters));

describe('Variations', () => {
	const axes = [
		{ name: 'lighting', words: 'soft, neon' },
		{ name: 'style', words: 'oil\nphoto' },
	];

	it('one item becomes an image for each combination, and each says its words', async () => {
		const { json, output } = await workshop.run([{ prompt: 'A {style} of a balloon' }], {
			prompt: '={{ $json.prompt }}',
			variations: { axes },
			count: 2,
		});

		expect(json).toHaveLength(8);
		expect(json.map(({ prompt }) => prompt)).toEqual(
			[
				'A oil of a balloon, soft',
				'A photo of a balloon, soft',
				'A oil of a balloon, neon',
				'A photo of a balloon, neon',
			].flatMap((prompt) => [prompt, prompt]),
		);
		expect(json.map(({ image }) => [image.index, image.count])).toEqual(
			[...Array(8).keys()].map((index) => [index, 8]),
		);
		expect(json[5]).toMatchObject({
			variation: { index: 2, count: 4, words: { lighting: 'neon', style: 'oil' } },
		});
		expect(new Set(json.map(({ image }) => image.fileName)).size).toBe(8);
		expect(
			output.items.every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}'),
		).toBe(true);
		expect(
			workshop.simulator.requests.map(({ parameters }) => parameters['prompt']).sort(),
		).toEqual([...new Set(json.map(({ prompt }) => prompt))].sort());
	});

	it('a sample is the same in a second run', async () => {
		const parameters = {
			prompt: 'x',
			variations: { axes },
			options: { variationSample: 2, variationSeed: 'a' },
		};
		const first = await workshop.run([{}], parameters);
		const second = await workshop.run([{}], parameters);

		expect(first.json).toHaveLength(2);
		expect(second.json.map(({ prompt }) => prompt)).toEqual(first.json.map(({ prompt }) => prompt));
	});

	it('a placeholder without words is refused before anything is sent', async () => {
		const { execution } = await workshop.run([{}], {
			prompt: 'x',
			variations: { axes: [{ name: 'light', words: '' }] },
		});

		expect(execution.data.resultData.error?.message).toBe(
			"'Variations': the placeholder 'light' has no words. Write one per line, or separate them by commas.",
		);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('come back from a batch as they went in', async () => {
		const submitted = await workshop.run([{ sku: 'a' }, { sku: 'b' }], {
			resource: 'batch',
			operation: 'submit',
			prompt: 'A balloon',
			customId: '={{ $json.sku }}',
			variations: { axes },
		});
		await workshop.simulator.settled();
		const { json } = await workshop.run([{}], {
			resource: 'batch',
			operation: 'collect',
			batchId: byId(String(submitted.json[0]!['batchId'])),
		});

		expect(
			json.map(({ customId, variation, image }) => [customId, variation.index, image.index]),
		).toEqual(['a', 'b'].flatMap((sku) => [0, 1, 2, 3].map((index) => [sku, index, index])));
		expect(json[1]!['variation'].words).toEqual({ lighting: 'soft', style: 'photo' });
	});
});

describe('Promote', () => {
	it('refines the draft with the final model, at high quality and the draft’s size, and says what both cost', async () => {
		const { json, output, execution } = await promote(
			[{ prompt: 'a balloon' }],
			{},
			{ size: '1536x1024' },
		);

		const [draft] = nodeOutput(execution, 'Drafts').items;
		const [first, second] = workshop.simulator.requests;
		const bills = workshop.simulator.billed;
		expect([first!.path, second!.path]).toEqual(['/v1/images/generations', '/v1/images/edits']);
		expect(second!.parameters).toMatchObject({
			model: 'gpt-image-2.5-sunburst',
			prompt: 'a balloon',
			quality: 'high',
			size: '1536x1024',
			output_format: 'png',
		});
		expect(json[0]).toMatchObject({
			operation: 'promote',
			model: 'gpt-image-2.5-sunburst',
			requestedModel: 'final',
			quality: 'high',
			size: '1536x1024',
			draft: {
				model: 'gpt-image-1-mini',
				quality: 'low',
				size: '1536x1024',
				cost: draft!.json['cost'],
				requestId: first!.requestId,
				imageIndex: 0,
			},
		});
		expect(picodollars(json[0]!['cost'].usd)).toBe(bills[1]!.costPicodollars);
		expect(picodollars(json[0]!['cost'].totalUsd)).toBe(
			bills[0]!.costPicodollars + bills[1]!.costPicodollars,
		);
		expect(output.items[0]!.binary!['data']!.mimeType).toBe('image/png');
		expect(Object.keys(output.items[0]!.binary!)).toEqual(['data']);
	});

	it('says when the draft’s quality costs otherwise than on its model, and nothing of a better one', async () => {
		const { output } = await promote(
			[{ prompt: 'x' }],
			{ model: byId('gpt-image-2.5-flare') },
			{ model: byId('gpt-image-2'), quality: 'high' },
		);
		const better = await promote(
			[{ prompt: 'x' }],
			{ model: byId('gpt-image-2.5-flare') },
			{ model: byId('gpt-image-2') },
		);

		expect(
			better.output.hints
				.map(({ message }) => message)
				.filter((message) => message.startsWith('Quality')),
		).toEqual([]);
		expect(output.hints.map(({ message }) => message)).toContainEqual(
			expect.stringMatching(
				/^Quality 'high' costs about \$0\.0527 an image on gpt-image-2\.5-flare .* but \$0\.2107 on the draft's model, gpt-image-2; the prompt and input images are billed in addition\. The closest in price here is 'max'\.$/,
			),
		);
	});

	it('makes a new picture of the draft’s prompt where that is wanted, and sends no image for it', async () => {
		const { json } = await promote([{ prompt: 'a balloon' }], { mode: 'regenerate' });

		const [, request] = workshop.simulator.requests;
		expect(request!.path).toBe('/v1/images/generations');
		expect(request!.parameters).toMatchObject({
			model: 'gpt-image-2.5-sunburst',
			prompt: 'a balloon',
			quality: 'high',
			size: '1024x1024',
		});
		expect(json[0]).toMatchObject({
			operation: 'promote',
			cost: { tokens: { imageInput: 0 } },
			draft: { model: 'gpt-image-1-mini' },
		});
	});

	it('gives the draft along as the reference, closely kept where the model can be told', async () => {
		const { json, execution } = await promote([{ prompt: 'a balloon' }], {
			model: byId('gpt-image-1.5'),
		});

		const draft = nodeOutput(execution, 'Drafts').items[0]!;
		const request = workshop.simulator.requests[1]!;
		expect(request.path).toBe('/v1/images/edits');
		expect(request.parameters).toMatchObject({
			input_fidelity: 'high',
			prompt: 'a balloon',
			quality: 'high',
		});
		expect(request.files).toMatchObject([
			{
				mimeType: 'image/jpeg',
				width: 1024,
				height: 1024,
				bytes: draft.json['image']!['bytes' as never],
			},
		]);
		expect(json[0]).toMatchObject({
			operation: 'promote',
			cost: { tokens: { imageInput: expect.any(Number) } },
			draft: { model: 'gpt-image-1-mini' },
		});
	});

	it('keeps the draft’s image beside the new one if wanted', async () => {
		const { output, execution } = await promote([{ prompt: 'x' }], {
			options: { draftBinaryField: 'draft' },
		});

		const [item] = output.items;
		const [draft] = nodeOutput(execution, 'Drafts').items;
		expect(sha256(await workshop.bytesOf(item!, 'draft'))).toBe(
			sha256(await workshop.bytesOf(draft!)),
		);
		expect(sha256(await workshop.bytesOf(item!))).not.toBe(sha256(await workshop.bytesOf(draft!)));
	});

	it('of a promoted image adds up everything it descends from', async () => {
		const { json } = await workshop.run(
			[{ prompt: 'x' }],
			{ operation: 'promote', quality: 'max' },
			{},
			drafts(),
			step('Better', { operation: 'promote', quality: 'medium' }),
		);

		expect(picodollars(json[0]!['cost'].totalUsd)).toBe(workshop.simulator.billedPicodollars());
		expect(json[0]).toMatchObject({
			draft: {
				model: 'gpt-image-2.5-sunburst',
				quality: 'medium',
				draft: { model: 'gpt-image-1-mini' },
			},
		});
	});

	it('two images of one draft each say what they descend from', async () => {
		const { json } = await promote([{ prompt: 'x' }], { count: 2 });

		const [draft] = workshop.simulator.billed;
		for (const item of json)
			expect(picodollars(item['cost'].totalUsd)).toBe(
				picodollars(item['cost'].usd) + draft!.costPicodollars,
			);
	});

	it('an item with nothing but a prompt can be promoted, at a size that is named', async () => {
		const { json } = await workshop.run([{ prompt: 'x' }], {
			operation: 'promote',
			mode: 'regenerate',
			size: '1024x1024',
		});

		expect(json[0]).toMatchObject({
			operation: 'promote',
			cost: { totalUsd: json[0]!['cost'].usd },
		});
		expect(json[0]).not.toHaveProperty('draft');
	});

	it.each<[string, INodeParameters, RegExp]>([
		[
			'no size to take over',
			{ mode: 'regenerate' },
			/^'Size' is 'Same as Draft', but the input item has neither a size/,
		],
		[
			'a mode that is none',
			{ mode: 'enlarge', size: 'auto' },
			/^'How to Make It' is 'enlarge'\. Choose refine or regenerate\.$/,
		],
		[
			'a draft without an image',
			{ mode: 'regenerate', size: 'auto', options: { draftBinaryField: 'draft' } },
			/^'Keep Draft Image in Field' is 'draft', but the input item has no file/,
		],
		[
			'the draft in the place of the new image',
			{ mode: 'regenerate', size: 'auto', options: { draftBinaryField: 'data' } },
			/^'Keep Draft Image in Field' is 'data', which is where the new image goes/,
		],
		[
			'nothing to refine',
			{},
			/^'Input Binary Fields' names 'data', which the input item does not have\. It has no files.* Or set 'How to Make It' to 'New Picture From the Prompt', which needs no image\.$/,
		],
	])('%s is refused before anything is sent', async (_, parameters, message) => {
		const { execution } = await workshop.run([{ prompt: 'x' }], {
			operation: 'promote',
			...parameters,
		});

		expect(execution.data.resultData.error?.message).toMatch(message);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('goes through a batch with the same defaults, at half the price, and keeps its lineage', async () => {
		const submitted = await workshop.run(
			[{ prompt: 'one' }, { prompt: 'two' }],
			{ resource: 'batch', operation: 'submit', endpoint: 'promote', model: byId('gpt-image-2') },
			{},
			drafts(),
		);
		const draftBills = [...workshop.simulator.billed];
		await workshop.simulator.settled();
		const { json } = await workshop.run([{}], {
			resource: 'batch',
			operation: 'collect',
			batchId: byId(String(submitted.json[0]!['batchId'])),
		});

		expect(submitted.json).toMatchObject([{ endpoint: '/v1/images/edits', requestCount: 2 }]);
		expect(json).toMatchObject([
			{
				prompt: 'one',
				quality: 'high',
				size: '1024x1024',
				cost: { batchDiscount: true },
				draft: { model: 'gpt-image-1-mini', cost: { basis: 'usage' } },
			},
			{ prompt: 'two' },
		]);
		for (const [index, item] of json.entries()) {
			expect(picodollars(item['cost'].totalUsd)).toBe(
				picodollars(item['cost'].usd) + draftBills[index]!.costPicodollars,
			);
		}
	});

	it('makes a new picture in a batch where that is wanted', async () => {
		const submitted = await workshop.run(
			[{ prompt: 'one' }],
			{
				resource: 'batch',
				operation: 'submit',
				endpoint: 'promote',
				mode: 'regenerate',
				model: byId('gpt-image-2'),
			},
			{},
			drafts(),
		);

		expect(submitted.json).toMatchObject([{ endpoint: '/v1/images/generations', requestCount: 1 }]);
	});
});
