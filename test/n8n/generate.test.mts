import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { picodollars } from './money.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

/** Exact decimal USD of an amount in picodollars, written without the code under test. */
function decimal(picodollars: bigint): string {
	const digits = picodollars.toString().padStart(13, '0');
	return `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
}

describe('Generate', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop({ engine: 'vm' });
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	it('one item becomes one image with everything that the interface promises', async () => {
		const { output } = await workshop.run([{ idea: 'a red balloon on a wooden table' }], {
			prompt: '={{ $json.idea }}',
		});

		const [item] = output.items;
		const [request] = workshop.simulator.requests;
		const bytes = await workshop.bytesOf(item!);
		expect(item!.json).toEqual({
			prompt: 'a red balloon on a wooden table',
			status: 'made',
			operation: 'generate',
			model: 'gpt-image-1-mini',
			requestedModel: 'draft',
			quality: 'low',
			size: '1024x1024',
			background: 'opaque',
			createdAt: expect.stringMatching(/^2026-11-20T09:\d\d:\d\d\.000Z$/),
			image: {
				id: expect.stringMatching(/^img_[\da-f]{24}$/),
				index: 0,
				count: 1,
				width: 1024,
				height: 1024,
				bytes: bytes.length,
				mimeType: 'image/jpeg',
				fileName: 'a-red-balloon-on-a-wooden-table.jpg',
				sha256: createHash('sha256').update(bytes).digest('hex'),
			},
			cost: {
				usd: 0.002204,
				exact: '0.002204',
				currency: 'USD',
				basis: 'usage',
				batchDiscount: false,
				tokens: {
					textInput: 14,
					cachedTextInput: 0,
					imageInput: 0,
					cachedImageInput: 0,
					imageOutput: 272,
					textOutput: 0,
				},
				breakdown: { textInput: '0.000028', imageOutput: '0.002176' },
				requestUsd: 0.002204,
				pricesAsOf: '2026-11-20',
				totalUsd: 0.002204,
			},
			request: {
				id: request!.requestId,
				key: expect.stringMatching(/^req_[\da-f]{24}$/),
				attempts: 1,
				durationMs: expect.any(Number),
				maybeBilledAttempts: 0,
				reused: false,
			},
		});
		expect(item!.pairedItem).toEqual({ item: 0 });
		expect(item!.binary!['data']).toMatchObject({
			mimeType: 'image/jpeg',
			fileName: 'a-red-balloon-on-a-wooden-table.jpg',
			fileExtension: 'jpg',
		});
		expect(await sharp(bytes).metadata()).toMatchObject({
			format: 'jpeg',
			width: 1024,
			height: 1024,
		});
		expect(request!.parameters).toEqual({
			model: 'gpt-image-1-mini',
			prompt: 'a red balloon on a wooden table',
			quality: 'low',
			size: '1024x1024',
			output_format: 'jpeg',
			n: 1,
		});
	});

	it('no base64 is left in what the execution stores', async () => {
		const { execution } = await workshop.run([{}], { prompt: 'a lighthouse' });

		expect(JSON.stringify(execution.data)).not.toMatch(/[A-Za-z0-9+/]{1000}/);
	});

	it('many images of one item are split over requests, and their costs add up to what was billed', async () => {
		const { output, json } = await workshop.run([{}], {
			prompt: 'a cup of tea',
			count: 23,
			quality: 'medium',
		});

		expect(workshop.simulator.requests.map(({ parameters }) => parameters['n']).sort()).toEqual([
			7, 8, 8,
		]);
		expect(json.map(({ image }) => image.index)).toEqual([...Array(23).keys()]);
		expect(new Set(json.map(({ image }) => image.count))).toEqual(new Set([23]));
		expect(json.reduce((sum, { cost }) => sum + picodollars(cost.exact), 0n)).toBe(
			workshop.simulator.billedPicodollars(),
		);
		expect(new Set(json.map(({ image }) => image.fileName)).size).toBe(23);
		expect(
			output.items.every(({ pairedItem }) => JSON.stringify(pairedItem) === '{"item":0}'),
		).toBe(true);
	});

	it.each([
		'gpt-image-1-mini',
		'gpt-image-1.5',
		'chatgpt-image-latest',
		'gpt-image-2',
		'gpt-image-2.5-flare',
		'gpt-image-2.5-sunburst',
		'gpt-image-2.6-flare',
		'gpt-image-2.6-sunburst',
	])(
		'%s: each item costs what was billed for it, to the last digit, cached tokens included',
		async (model) => {
			workshop.simulator.configure({ cachedTokens: true });
			const { json } = await workshop.run(
				['low', 'high', 'auto'].map((quality) => ({ quality })),
				{
					model: { __rl: true, mode: 'id', value: model },
					prompt: 'a street market [text-output]',
					quality: '={{ $json.quality }}',
					size: '1024x1536',
				},
			);
			workshop.simulator.configure({ cachedTokens: false });

			const billed = new Map(workshop.simulator.billed.map((bill) => [bill.requestId, bill]));
			expect(json).toHaveLength(3);
			for (const { cost, request } of json) {
				const bill = billed.get(request.id)!;
				expect(cost.exact).toBe(decimal(bill.costPicodollars));
				expect(cost.tokens.cachedTextInput).toBe(
					bill.usage.input_tokens_details.cached_tokens_details!.text_tokens,
				);
			}
		},
	);

	it('the options reach the API, and the picture is what was asked for', async () => {
		const { output, json } = await workshop.run([{ sku: 'A-17', prompt: 'not this one' }], {
			model: { __rl: true, mode: 'list', value: 'gpt-image-2.6-sunburst' },
			prompt: 'a glass bottle',
			quality: 'xhigh',
			size: 'custom',
			width: 1280,
			height: 720,
			options: {
				outputFormat: 'webp',
				outputCompression: 60,
				background: 'transparent',
				moderation: 'low',
				complexity: 'medium',
				safetyIdentifier: 'user-7',
				outputBinaryField: 'picture',
				fileName: '../bottles/A-17.png',
				includeInputFields: true,
			},
		});

		expect(workshop.simulator.requests[0]!.parameters).toEqual({
			model: 'gpt-image-2.6-sunburst',
			prompt: 'a glass bottle',
			quality: 'xhigh',
			size: '1280x720',
			n: 1,
			output_format: 'webp',
			output_compression: 60,
			background: 'transparent',
			moderation: 'low',
			complexity: 'medium',
			safety_identifier: 'user-7',
		});
		expect(json[0]).toMatchObject({
			input: { sku: 'A-17', prompt: 'not this one' },
			prompt: 'a glass bottle',
			quality: 'xhigh',
			size: '1280x720',
			background: 'transparent',
		});
		expect(json[0]).not.toHaveProperty('sku');
		expect(output.items[0]!.binary!['picture']!.fileName).toBe('bottles-A-17.webp');
		const picture = await sharp(await workshop.bytesOf(output.items[0]!, 'picture')).metadata();
		expect(picture).toMatchObject({ format: 'webp', width: 1280, height: 720, hasAlpha: true });
	});

	it('items run side by side and come out in their order', async () => {
		workshop.simulator.configure({ latencyMs: () => 300 + Math.random() * 300 });
		const { json, output } = await workshop.run(
			Array.from({ length: 30 }, (_, index) => ({ index })),
			{ prompt: '=picture {{ $json.index }}', run: { maxConcurrency: 6 } },
		);
		workshop.simulator.configure({ latencyMs: 0 });

		expect(json.map(({ prompt }) => prompt)).toEqual(
			Array.from({ length: 30 }, (_, index) => `picture ${index}`),
		);
		expect(output.items.map(({ pairedItem }) => pairedItem)).toEqual(
			Array.from({ length: 30 }, (_, item) => ({ item })),
		);
		expect(workshop.simulator.maxInFlight).toBe(6);
	});

	it('progress is shown in the editor, and a hint sums the run up', async () => {
		const { output } = await workshop.run([{}, {}], { prompt: 'a kite' });

		const messages = workshop.n8n.push.messages.filter(({ type }) => type === 'sendConsoleMessage');
		expect(JSON.stringify(messages.at(-1)!.data)).toContain(
			'2 of 2 images done, $0.0044 spent so far',
		);
		expect(output.hints.map(({ message }) => message)).toContain('2 images for $0.0044');
	});

	it('tokens are added to n8n’s own usage counter', async () => {
		const { execution } = await workshop.run([{}], { prompt: 'a kite over a beach' });

		const { usage } = workshop.simulator.billed[0]!;
		expect(execution.data.resultData.runData['GPT Image']![0]!.metadata).toMatchObject({
			tokenUsage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens },
		});
	});

	it('a missing usage is an unknown cost, never 0', async () => {
		workshop.simulator.configure({ usage: 'missing' });
		const { json, output } = await workshop.run([{}], { prompt: 'a kite' });
		workshop.simulator.configure({ usage: 'full' });

		expect(json[0]!.cost).toMatchObject({
			usd: null,
			exact: null,
			basis: 'unknown',
			tokens: null,
			requestUsd: null,
			totalUsd: null,
		});
		expect(output.hints.map(({ message }) => message)).toContain('1 image of unknown cost');
	});
});
