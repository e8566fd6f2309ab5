import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { chain, itemsNode, nodeOutput, ourNode } from './harness/index.mts';
import { NODE, openWorkshop, pngs, type Run, type Workshop } from './workshop.mts';

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => workshop.simulator.reset());
afterAll(async () => await workshop.close());

const estimate = async (
	items: Array<Record<string, unknown>>,
	parameters: INodeParameters,
	...before: Parameters<Workshop['run']>[3][]
): Promise<Run> =>
	await workshop.run(
		items,
		{ resource: 'cost', operation: 'estimate', ...parameters },
		{},
		...before,
	);

const MODELS = [
	'gpt-image-1-mini',
	'gpt-image-1.5',
	'chatgpt-image-latest',
	'gpt-image-2',
	'gpt-image-2.5-flare',
	'gpt-image-2.5-sunburst',
	'gpt-image-2.6-flare',
	'gpt-image-2.6-sunburst',
];
const SIZES = ['1024x1024', '1024x1536', '1536x1024'];
const qualitiesOf = (model: string): string[] =>
	/2\.[56]/.test(model) ? ['low', 'medium', 'high', 'xhigh', 'max'] : ['low', 'medium', 'high'];

describe('Cost: Estimate', () => {
	it('says what an item would cost, now and as a batch, needs no credential and sends nothing', async () => {
		const node = ourNode(NODE, 'gptImage', {
			resource: 'cost',
			operation: 'estimate',
			prompt: '={{ $json.prompt }}',
			count: 2,
		});
		const id = await workshop.n8n.runWorkflow(
			await workshop.n8n.createWorkflow(
				chain(
					itemsNode('Items', [{ prompt: 'a balloon', sku: 7 }, { prompt: 'two balloons' }]),
					node,
				),
			),
		);
		const { json, output } = await workshop.result(id);

		expect(json).toHaveLength(2);
		expect(json[0]).toEqual({ sku: 7, prompt: 'a balloon', estimate: expect.any(Object) });
		expect(json[0]).toMatchObject({
			estimate: {
				prompt: 'a balloon',
				model: 'gpt-image-1-mini',
				requestedModel: 'draft',
				images: 2,
				usd: 0.004388,
				perImageUsd: 0.002194,
				batchUsd: 0.002194,
				tokens: { textInput: 18, imageInput: 0, imageOutput: 544, textOutput: 0 },
				basis: 'table',
				upperBound: false,
				acceptanceRate: 100,
				perAcceptedUsd: 0.002194,
				total: { items: 2, images: 4, usd: 0.008776, batchUsd: 0.004388 },
			},
		});
		expect(output.items[1]!.pairedItem).toEqual({ item: 1 });
		expect(output.hints.map(({ message }) => message)).toEqual([
			'4 images for 2 items: about $0.0088 now, $0.0044 as a batch. Nothing was sent.',
		]);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('lists every live model and quality for the size, cheapest first, with what half thrown away makes of it', async () => {
		const { json } = await estimate([{}], { prompt: 'a balloon', acceptanceRate: 50 });

		const own = json[0]!['estimate'];
		const { alternatives } = own;
		expect(alternatives[0]).toMatchObject({
			provider: 'openai',
			secondHand: false,
			model: 'gpt-image-1-mini',
			quality: 'low',
			usd: own.usd,
			batch: 'yes',
			basis: 'table',
			endsOn: '2026-12-01',
			breakEvenRate: 50,
		});
		expect(own.perAcceptedUsd).toBeCloseTo(2 * own.usd, 12);
		const usd = alternatives.map((one: { usd: number }) => one.usd);
		expect(usd).toEqual([...usd].sort((a, b) => a - b));
		expect(alternatives).toHaveLength(32 + 3);
		expect(
			alternatives.filter((one: { provider: string }) => one.provider === 'fal'),
		).toMatchObject([
			{ model: 'gpt-image-1-mini', quality: 'low', usd: 0.01, batchUsd: null },
			{},
			{},
		]);
		// $0.0059 for a draft of 2.5 against $0.0044 for an accepted one of mini: never.
		expect(
			alternatives.find(
				(one: { model: string; quality: string }) =>
					one.model === 'gpt-image-2.5-flare' && one.quality === 'low',
			),
		).toMatchObject({ breakEvenRate: null });
		expect(
			alternatives.find((one: { model: string }) => one.model === 'gpt-image-2.6-flare'),
		).toMatchObject({ batchUsd: null, batch: 'no', basis: 'approximate' });
	});

	it('counts the variations of an item', async () => {
		const { json } = await estimate([{}], {
			prompt: 'a balloon',
			count: 3,
			variations: { axes: [{ name: 'light', words: 'soft, neon' }] },
		});

		expect(json[0]).toMatchObject({ estimate: { images: 6, tokens: { imageOutput: 6 * 272 } } });
	});

	it('estimates an edit from its images and a promotion from its draft', async () => {
		const photo = (
			await sharp({ create: { width: 640, height: 480, channels: 3, background: '#7aa' } })
				.png()
				.toBuffer()
		).toString('base64');
		const edited = await estimate(
			[{ data: photo }],
			{ endpoint: 'edit', prompt: 'x' },
			pngs('data'),
		);
		const promoted = await estimate([{ prompt: 'x', size: '1536x1024' }], {
			endpoint: 'promote',
			mode: 'regenerate',
		});

		const refused = await estimate([{ prompt: 'x', size: '1536x1024' }], { endpoint: 'promote' });

		expect(refused.execution.data.resultData.error?.message).toMatch(
			/^'Input Binary Fields' names 'data', which the input item does not have.*'New Picture From the Prompt'/,
		);
		expect(edited.json[0]).toMatchObject({
			estimate: { basis: 'table', tokens: { imageInput: 65 + 129 * 2 } },
		});
		expect(edited.output.items[0]!.binary).toHaveProperty('data');
		expect(promoted.json[0]).toMatchObject({
			size: '1536x1024',
			estimate: {
				model: 'gpt-image-2.5-sunburst',
				quality: 'high',
				size: '1536x1024',
				basis: 'formula',
				tokens: { imageOutput: 1372 },
			},
		});
	});

	it('an unknown price is null, with what is known beside it', async () => {
		const { json } = await estimate([{}, {}], {
			prompt: 'x',
			model: { __rl: true, mode: 'id', value: '={{ $itemIndex ? "draft" : "gpt-image-9" }}' },
		});

		expect(json[0]).toMatchObject({
			estimate: { usd: null, batchUsd: null, basis: 'unknown', total: { usd: null } },
		});
		expect(json[0]!['estimate'].alternatives.length).toBeGreaterThan(20);
		expect(json[1]).toMatchObject({ estimate: { basis: 'table' } });
	});

	it.each<[INodeParameters, RegExp]>([
		[{ prompt: '={{ "" }}' }, /^'Prompt' is empty/],
		[
			{ prompt: 'x', acceptanceRate: 0 },
			/^'Acceptance Rate \(%\)' is '0'\. It must be above 0 and at most 100\.$/,
		],
		[
			{ prompt: 'x', endpoint: 'paint' },
			/^'Make Images By' is 'paint'\. Choose generate, edit or promote\.$/,
		],
		[
			{ prompt: 'x', size: 'custom', width: 100, height: 100 },
			/^'Size' is '100x100', which gpt-image-1-mini can't make/,
		],
	])('%j is refused as the live run would refuse it', async (parameters, message) => {
		const { execution } = await estimate([{}], parameters);

		expect(execution.data.resultData.error?.message).toMatch(message);
	});

	it('equals what is then billed: to the token where OpenAI publishes them, within 5 % where a formula is used', async () => {
		const cells = MODELS.flatMap((model) =>
			qualitiesOf(model).flatMap((quality) => SIZES.map((size) => ({ model, quality, size }))),
		);
		const shape = {
			prompt: 'a red balloon on a wooden table',
			model: byId('={{ $json.model }}'),
			quality: '={{ $json.quality }}',
			size: '={{ $json.size }}',
		};
		const { json } = await estimate(cells, shape);
		workshop.simulator.configure({ imageBytes: 2000 });
		const made = await workshop.run(cells, shape);

		expect(made.json).toHaveLength(cells.length);
		const errors: Record<string, number> = { table: 0, formula: 0, approximate: 0 };
		for (const [index, { cost }] of made.json.entries()) {
			const { estimate: guess } = json[index]!;
			errors[guess.basis] = Math.max(errors[guess.basis]!, Math.abs(guess.usd / cost.usd - 1));
			if (guess.basis === 'table') expect(guess.tokens.imageOutput).toBe(cost.tokens.imageOutput);
		}
		expect(errors['table']).toBe(0);
		expect(errors['formula']).toBeLessThanOrEqual(0.05);
		// Only a few points of 2.6 are measured, and so marked.
		expect(errors['approximate']).toBeLessThanOrEqual(0.35);
		expect(Object.keys(errors)).toHaveLength(3);
		expect(nodeOutput(made.execution, NODE).items).toHaveLength(cells.length);
	});
});
