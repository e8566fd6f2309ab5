import { QUALITIES } from '../../../../nodes/core/catalogue/types';
import { highestCost } from '../../../../nodes/core/pricing/highestCost';
import { mostInputImageTokens, type PixelSize } from '../../../../nodes/core/pricing/inputTokens';
import { priceRequest } from '../../../../nodes/core/pricing/price';
import { estimateRequest } from '../../../../nodes/core/pricing/requestEstimate';
import type { ImageRequest } from '../../../../nodes/core/requests/imageRequest';
import { IMAGE_MODELS, type ImageModel } from '../../../simulator/models/catalogue.mts';
import {
	imageInputTokens,
	outputTokens,
	textOutputTokens,
	textTokens,
} from '../../../simulator/models/tokens.mts';
import { modelNamed } from '../../fixtures/models.mts';
import { seeded } from '../../fixtures/random.mts';
import { MODEL_IDS } from '../../fixtures/published.mts';

const SIZES = ['1024x1024', '1024x1536', '1536x1024'];
const PROMPTS = ['x', 'a red balloon [text-output]', '漢字'.repeat(500), 'word '.repeat(3000)];
const simulated = (id: string): ImageModel =>
	IMAGE_MODELS.find((model) => model.id === id) as ImageModel;
const toSize = ([width, height]: [number, number]): PixelSize => ({ width, height });
const request = (fields: Partial<ImageRequest>): ImageRequest => ({
	model: 'x',
	prompt: 'x',
	quality: 'low',
	size: '1024x1024',
	output_format: 'png',
	...fields,
});

describe.each(MODEL_IDS)('the highest cost of %s', (id) => {
	const model = modelNamed(id);
	const { qualities, customSizes, inputFidelity } = model.capabilities;
	const sizes = customSizes === null ? SIZES : [...SIZES, '2048x1152', '3840x2160', '1008x656'];

	/** What the simulator would bill for it. */
	const billed = (
		asked: ImageRequest,
		size: string,
		quality: (typeof QUALITIES)[number],
		images: number,
		inputs: Array<[number, number]>,
	): bigint => {
		const [width = 0, height = 0] = size.split('x').map(Number);
		const text = images * textTokens(asked.prompt);
		const image =
			images *
			inputs.reduce(
				(sum, [w, h]) => sum + imageInputTokens(simulated(id), w, h, asked.input_fidelity ?? 'low'),
				0,
			);
		const output = {
			image: images * outputTokens(simulated(id), quality, width, height),
			text: images * textOutputTokens(simulated(id), asked.prompt),
		};
		const usage = {
			inputTokens: text + image,
			outputTokens: output.image + output.text,
			inputDetails: { text, image },
			outputDetails: output,
			cached: null,
		};
		return (
			priceRequest({ model, usage, images, hasInputImages: inputs.length > 0, batch: false })
				.total ?? -1n
		);
	};

	it('is never below what is billed, for every quality and size, auto too, with and without images', () => {
		const random = seeded(7);
		for (const prompt of PROMPTS) {
			for (const quality of qualities) {
				for (const size of sizes) {
					const inputs = Array.from({ length: random.int(0, 4) }, (): [number, number] => [
						random.int(300, 4000),
						random.int(300, 4000),
					]);
					const images = random.int(1, 10);
					const fidelity =
						inputFidelity.length > 0
							? { input_fidelity: random.pick(inputFidelity) as 'low' | 'high' }
							: {};
					const exact = request({ prompt, quality, size, ...fidelity });
					const auto = request({
						prompt,
						quality: 'auto',
						size: SIZES.includes(size) ? 'auto' : size,
						...fidelity,
					});
					const cost = billed(exact, size, quality, images, inputs);

					expect(cost > 0n).toBe(true);
					expect((highestCost(model, exact, images, inputs.map(toSize)) ?? 0n) >= cost).toBe(true);
					expect((highestCost(model, auto, images, inputs.map(toSize)) ?? 0n) >= cost).toBe(true);
				}
			}
		}
	});

	it('is not known without prices, or for a size that is not known', () => {
		expect(highestCost({ ...model, prices: null }, request({}), 1, [])).toBeNull();
		expect(highestCost(model, request({ size: 'large' }), 1, [])).toBeNull();
	});

	it('knows the most tokens of an input image, whatever its shape', () => {
		for (const fidelity of ['low', 'high'] as const) {
			for (const [width, height] of [
				[3000, 1000],
				[2048, 512],
				[512, 4096],
				[1024, 1024],
				[100, 90],
			] as const) {
				const billed = imageInputTokens(simulated(id), width, height, fidelity);

				expect(mostInputImageTokens(model, { width, height }, fidelity)).toBeGreaterThanOrEqual(
					billed,
				);
				expect(
					mostInputImageTokens(model, { width: null, height: null }, fidelity),
				).toBeGreaterThanOrEqual(billed);
			}
		}
	});

	it('allows for the text that edits are recorded to answer with', () => {
		const perWord = BigInt(Math.round(Number(model.prices?.textOutput ?? 0) * 1e6));
		const image =
			estimateRequest(model, request({ prompt: 'make the balloon green' }), 1, [])?.amount ?? 0n;

		expect(
			(highestCost(model, request({ prompt: 'make the balloon green' }), 1, []) ?? 0n) >=
				image + 308n * perWord,
		).toBe(true);
	});
});
