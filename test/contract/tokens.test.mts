import type { Quality, Simulator } from '../simulator/index.mts';
import { IMAGE_MODELS } from '../simulator/models/catalogue.mts';
import type { ImageModel } from '../simulator/models/catalogue.mts';
import { imageInputTokens, outputTokens } from '../simulator/models/tokens.mts';
import { FURTHER_READINGS, PRINTED_PRICES, PUBLISHED_OUTPUT_TOKENS } from './publishedTokens.mts';
import { editForm, formOf, picture, postJson, send, start } from './support.mts';

function modelOf(id: string): ImageModel {
	const model = IMAGE_MODELS.find((entry) => entry.id === id);
	if (!model) throw new Error(`no model ${id}`);
	return model;
}

function tokensOf(id: string, quality: string, size: string): number {
	const [width = 0, height = 0] = size.split('x').map(Number);
	return outputTokens(modelOf(id), quality as Quality, width, height);
}

describe('output tokens', () => {
	test.each(Object.keys(PUBLISHED_OUTPUT_TOKENS))('of %s equal every published cell', (id) => {
		const published = PUBLISHED_OUTPUT_TOKENS[id] ?? {};
		const computed = Object.fromEntries(
			Object.entries(published).map(([quality, row]) => [
				quality,
				Object.fromEntries(Object.keys(row).map((size) => [size, tokensOf(id, quality, size)])),
			]),
		);
		expect(computed).toEqual(published);
		expect(Object.keys(published)).toEqual(modelOf(id).qualities);
	});

	test('of gpt-image-2 equal further readings', () => {
		for (const [quality, width, height, tokens] of FURTHER_READINGS)
			expect(outputTokens(modelOf('gpt-image-2'), quality, width, height)).toBe(tokens);
	});

	test('of 2.6 equal what was measured', () => {
		expect(tokensOf('gpt-image-2.6-flare', 'low', '1536x1024')).toBe(664);
		expect(tokensOf('gpt-image-2.6-flare', 'high', '1536x1024')).toBe(1353);
		expect(tokensOf('gpt-image-2.6-sunburst', 'high', '3840x2160')).toBe(3337);
		expect(tokensOf('gpt-image-2.6-sunburst', 'max', '1024x1024')).toBe(7024);
	});

	test('times their price round to the printed price of an image', () => {
		for (const [id, quality, size, usd] of PRINTED_PRICES) {
			const picodollars = BigInt(tokensOf(id, quality, size)) * modelOf(id).prices.imageOut;
			// Printed to a tenth of a cent, the larger ones to a cent.
			const tolerance = Math.max(0.0005, usd * 0.015);
			expect(Math.abs(Number(picodollars) / 1e12 - usd)).toBeLessThanOrEqual(tolerance);
		}
	});
});

describe('image input tokens', () => {
	test('before gpt-image-2 follow the tiles of the guide', () => {
		const model = modelOf('gpt-image-1.5');
		expect(imageInputTokens(model, 1024, 1024, 'low')).toBe(194);
		expect(imageInputTokens(model, 1024, 1536, 'low')).toBe(323);
		expect(imageInputTokens(model, 1024, 1024, 'high')).toBe(194 + 4160);
		expect(imageInputTokens(model, 1536, 1024, 'high')).toBe(323 + 6240);
	});

	test('of gpt-image-2 are about 1024 for a megapixel', () => {
		expect(imageInputTokens(modelOf('gpt-image-2'), 1024, 1024, 'low')).toBe(1024);
	});
});

describe('usage and bill', () => {
	let simulator: Simulator;
	beforeEach(async () => {
		simulator = await start();
	});
	afterEach(() => simulator.close());

	test('n images are billed as n runs, input included', async () => {
		const prompt = 'x'.repeat(56); // 14 + 6 tokens
		const { body } = await postJson(simulator, '/images/generations', {
			model: 'gpt-image-2',
			prompt,
			n: 3,
			quality: 'low',
			size: '1024x1024',
		});
		expect(body.usage).toEqual({
			input_tokens: 60,
			input_tokens_details: { text_tokens: 60, image_tokens: 0 },
			output_tokens: 588,
			output_tokens_details: { image_tokens: 588, text_tokens: 0 },
			total_tokens: 648,
		});
		// 60 x $5 + 588 x $30 per million
		expect(simulator.billed[0]?.costPicodollars).toBe(300_000_000n + 17_640_000_000n);
	});

	test('the input images of n edits are paid n times', async () => {
		const image = { bytes: await picture('png', 1024, 1024), type: 'image/png' };
		const { body } = await editForm(simulator, [
			['image', image],
			['n', '2'],
		]);
		expect(body.usage).toMatchObject({
			input_tokens_details: { image_tokens: 2048 },
			output_tokens: 392,
		});
	});

	test('text output of 1.5 has its own price', async () => {
		await postJson(simulator, '/images/generations', {
			model: 'gpt-image-1.5',
			prompt: '[text-output]',
			quality: 'low',
			size: '1024x1024',
		});
		const [bill] = simulator.billed;
		const text = bill?.usage.output_tokens_details.text_tokens ?? 0;
		expect(text).toBeGreaterThan(0);
		expect(bill?.usage.output_tokens).toBe(272 + text);
		expect(bill?.costPicodollars).toBe(
			10n * 5_000_000n + 272n * 32_000_000n + BigInt(text) * 10_000_000n,
		);
	});

	test('cached input is split by kind and cheaper', async () => {
		simulator.configure({ cachedTokens: { text_tokens: 4, image_tokens: 999_999 } });
		const form = formOf([
			['model', 'gpt-image-2'],
			['prompt', 'x'.repeat(16)],
			['quality', 'low'],
			['image', { bytes: await picture('png', 1024, 1024), type: 'image/png' }],
		]);
		const { body } = await send(simulator, '/images/edits', { method: 'POST', body: form });
		expect(body.usage).toMatchObject({
			input_tokens: 10 + 1024,
			input_tokens_details: {
				text_tokens: 10,
				image_tokens: 1024,
				cached_tokens: 1028,
				cached_tokens_details: { text_tokens: 4, image_tokens: 1024 },
			},
		});
		expect(simulator.billedPicodollars()).toBe(
			6n * 5_000_000n + 4n * 1_250_000n + 1024n * 2_000_000n + 196n * 30_000_000n,
		);
	});

	test('usage can be without details or missing, and is billed all the same', async () => {
		const request = { model: 'gpt-image-1-mini', prompt: 'x', quality: 'low', size: '1024x1024' };
		simulator.configure({ usage: 'noDetails' });
		expect((await postJson(simulator, '/images/generations', request)).body.usage).toEqual({
			input_tokens: 7,
			output_tokens: 272,
			total_tokens: 279,
		});
		simulator.configure({ usage: 'missing' });
		expect((await postJson(simulator, '/images/generations', request)).body).not.toHaveProperty(
			'usage',
		);
		expect(simulator.billedPicodollars()).toBe(2n * (7n * 2_000_000n + 272n * 8_000_000n));
	});
});
