import sharp from 'sharp';
import { chain, itemsNode, nodeOutput, ourNode, withCredential } from './harness/index.mts';
import { NODE, openWorkshop, pngs, type Workshop } from './workshop.mts';

const FLARE = { __rl: true, mode: 'id', value: 'gpt-image-2.6-flare' };

/** What of a field the rows say. */
const said = (field: string) => `={{ $json.${field} }}`;
const OPTIONS = {
	outputFormat: said('format'),
	frameCount: said('frames'),
	frameDurationMs: said('ms'),
	svgModel: said('author'),
	includeInputFields: false,
};
const GENERATE = {
	prompt: said('prompt'),
	model: FLARE,
	size: 'custom',
	width: said('width'),
	height: said('height'),
	count: said('count'),
	simplify: false,
	options: OPTIONS,
};

const gif = {
	prompt: 'a wave',
	format: 'gif',
	frames: 4,
	ms: 120,
	width: 320,
	height: 288,
	count: 1,
};
const svg = {
	prompt: 'a fox',
	format: 'svg',
	author: 'gpt-6-luna',
	width: 1024,
	height: 1024,
	count: 2,
};

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => workshop.simulator.reset());
afterAll(async () => await workshop.close());

const ofUsd = (usd: string | null): bigint => BigInt(Math.round(Number(usd) * 1e12));

describe('GIF and SVG', () => {
	it('come as what they are, with what they cost, and what is not known of it is null', async () => {
		const rows = [
			gif,
			svg,
			{ ...svg, prompt: 'a dog', author: 'gpt-5.6-terra', count: 1 },
			{ ...gif, width: 1024, height: 1024, frames: undefined },
		];
		const { n8n, simulator } = workshop;
		const credential = withCredential(workshop.credentialId);
		const { json, output, execution } = await workshop.result(
			await n8n.runWorkflow(
				await n8n.createWorkflow(
					chain(
						itemsNode('Items', rows),
						ourNode(NODE, 'gptImage', GENERATE, {
							...credential,
							onError: 'continueRegularOutput',
						}),
						ourNode('Report', 'gptImage', {
							resource: 'cost',
							operation: 'report',
							simplify: false,
						}),
					),
				),
			),
		);
		const [animation, first, second, unknown, refused] = json;
		const [bytes, picture] = await Promise.all(
			[0, 1].map(async (index) => await workshop.bytesOf(output.items[index]!)),
		);

		expect(animation).toMatchObject({
			status: 'made',
			image: {
				mimeType: 'image/gif',
				fileName: 'a-wave.gif',
				width: 320,
				height: 288,
				frames: 4,
				bytes: bytes!.length,
			},
			cost: { basis: 'usage' },
		});
		const { pages, delay } = await sharp(bytes!, { pages: -1 }).metadata();
		expect({ pages, delay }).toEqual({ pages: 4, delay: [120, 120, 120, 120] });

		expect([first, second].map((one) => one!['image'])).toMatchObject([
			{ mimeType: 'image/svg+xml', fileName: 'a-fox-1.svg', width: 1024, height: 1024, count: 2 },
			{ mimeType: 'image/svg+xml', fileName: 'a-fox-2.svg', width: 1024, height: 1024, count: 2 },
		]);
		expect(first!['image']).not.toHaveProperty('frames');
		expect(picture!.toString()).toMatch(/^<svg /);
		expect(output.items[1]!.binary!['data']).toMatchObject({
			mimeType: 'image/svg+xml',
			fileExtension: 'svg',
		});
		// An SVG is always a request of its own.
		const sent = simulator.requests.map(({ parameters }) => parameters);
		expect(sent.filter(({ output_format: format }) => format === 'svg').map(({ n }) => n)).toEqual([
			1, 1, 1,
		]);
		expect(sent.find(({ output_format: format }) => format === 'gif')).toMatchObject({
			frame_count: 4,
			frame_duration_ms: 120,
			size: '320x288',
		});

		const billOf = (one: Record<string, any> | undefined) =>
			simulator.billed.find(({ requestId }) => requestId === one!['request'].id)!;
		expect(ofUsd(animation!['cost'].exact)).toBe(billOf(animation).costPicodollars);
		for (const one of [first, second]) {
			const { costPicodollars, svgUsage } = billOf(one);
			// Whether the author's input was written to a cache is not said: that is the dearest.
			expect(ofUsd(one!['cost'].exact)).toBe(
				costPicodollars + BigInt(svgUsage!.input_tokens) * 25_000n,
			);
			expect(one!['cost']).toMatchObject({
				estimated: true,
				svg: { model: 'gpt-6-luna', outputTokens: svgUsage!.output_tokens },
			});
		}
		const { costPicodollars, svgUsage } = billOf(unknown);
		expect(unknown!['cost']).toMatchObject({
			usd: null,
			exact: null,
			totalUsd: null,
			basis: 'unknown',
			svg: { model: 'gpt-5.6-terra', usd: null },
			knownRequestUsd: expect.any(Number) as number,
		});
		expect(ofUsd(String(unknown!['cost'].knownRequestUsd))).toBe(
			costPicodollars -
				BigInt(svgUsage!.input_tokens) * 2_000_000n -
				BigInt(svgUsage!.output_tokens) * 12_000_000n,
		);
		expect(refused).toMatchObject({
			status: 'failed',
			code: 'invalid_input',
			error: expect.stringMatching(
				/^'Size' is '1024x1024'\. It is too large for a GIF of 9 frames/,
			),
		});

		const known = [animation, first, second].reduce(
			(sum, one) => sum + ofUsd(one!['cost'].exact),
			0n,
		);
		expect(nodeOutput(execution, 'Report').items[0]!.json['total']).toMatchObject({
			images: 4,
			unknownImages: 1,
			atLeast: true,
			exact: (Number(known) / 1e12).toFixed(12).replace(/0+$/, ''),
		});
	});

	it('with a budget: an SVG is made where its author’s price is known, for at most so much, and refused elsewhere', async () => {
		const { json, output } = await workshop.run(
			[
				{ ...svg, count: 1 },
				{ ...svg, count: 1, author: 'gpt-5.6-terra' },
			],
			{ ...GENERATE, simplify: true, run: { budgetUsd: 1 } },
			{ onError: 'continueRegularOutput' },
		);

		expect(json).toMatchObject([
			{ status: 'made', estimated: true },
			{
				status: 'failed',
				error:
					"'Budget (USD)' is set, but the price of gpt-5.6-terra, which writes the SVG, is not known, so the budget can't be kept. Remove the budget, or choose an 'SVG Model' with a known price.",
			},
		]);
		expect(output.hints.map(({ message }) => message).join()).toContain('1 image for at most $');
		expect(workshop.simulator.billed).toHaveLength(1);
	});

	it('an edit takes a markup, and its result may be an SVG', async () => {
		const image = async (alpha: number) =>
			(
				await sharp({
					create: { width: 64, height: 48, channels: 4, background: { r: 9, g: 99, b: 9, alpha } },
				})
					.png()
					.toBuffer()
			).toString('base64');
		const { json } = await workshop.run(
			[{ data: await image(1), over: await image(0) }],
			{
				operation: 'edit',
				prompt: 'follow the arrows',
				model: FLARE,
				markupBinaryField: 'over',
				simplify: false,
				options: { outputFormat: 'svg', svgModel: 'gpt-6-luna', svgReasoningEffort: 'low' },
			},
			{},
			pngs('data', 'over'),
		);
		const [request] = workshop.simulator.requests;

		expect(json[0]).toMatchObject({
			status: 'made',
			operation: 'edit',
			image: { mimeType: 'image/svg+xml', fileName: 'data-follow-the-arrows.svg' },
		});
		expect(request!.files.map(({ field, filename }) => [field, filename]).sort()).toEqual([
			['image[]', 'image-1.png'],
			['markup', 'markup.png'],
		]);
		expect(request!.parameters).toMatchObject({
			output_format: 'svg',
			'svg[model]': 'gpt-6-luna',
			'svg[reasoning][effort]': 'low',
		});
	});
});
