import { APIError, toFile } from 'openai';
import sharp from 'sharp';
import { readCredentials } from '../simulator/drawing/credentials.mts';
import type { Simulator } from '../simulator/index.mts';
import { clientOf, formOf, imageBytes, picture, rejection, send, start } from './support.mts';
import type { Part } from './support.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await start();
});
afterAll(() => simulator.close());

const check = async (bytes: Buffer) => {
	const { results } = await clientOf(simulator).contentProvenanceChecks.create({
		file: await toFile(bytes, 'image.png', { type: 'image/png' }),
	});
	return results;
};
const generate = async (format: 'png' | 'jpeg' | 'webp'): Promise<Buffer> =>
	imageBytes(
		await clientOf(simulator).images.generate({
			model: 'gpt-image-1-mini',
			prompt: `a signed picture, ${format}`,
			quality: 'low',
			output_format: format,
		}),
	);

describe.each(['png', 'jpeg', 'webp'] as const)('a %s picture of the simulator', (format) => {
	it('carries credentials, and the official client finds them', async () => {
		const bytes = await generate(format);

		expect((await sharp(bytes).metadata()).width).toBe(1024);
		expect(readCredentials(bytes)).toMatchObject({ model: 'gpt-image-1-mini', isWhole: true });
		expect(await check(bytes)).toEqual([
			{
				type: 'c2pa',
				outcome: 'detected',
				validation_state: 'trusted',
				issuer: 'OpenAI (simulated)',
				model: 'gpt-image-1-mini',
				generated_at: null,
			},
			{ type: 'synthid', outcome: 'detected', model: null, generated_at: null },
		]);
	});

	it('that was changed since is told as such, and one that was written anew has none', async () => {
		const bytes = await generate(format);
		const changed = Buffer.from(bytes);
		const at = Math.floor(changed.length / 2);
		changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
		const anew = await sharp(bytes).toFormat(format).toBuffer();

		expect(readCredentials(changed)?.isWhole).toBe(false);
		expect(await check(anew)).toMatchObject([
			{ outcome: 'not_detected', validation_state: 'not_present', issuer: null, model: null },
			{ outcome: 'not_detected' },
		]);
	});
});

test('a gif can be checked', async () => {
	const gif = await sharp(await picture('png'))
		.gif()
		.toBuffer();

	expect(await check(gif)).toMatchObject([{ type: 'c2pa' }, { type: 'synthid' }]);
});

const file = async (): Promise<Part> => [
	'file',
	{ bytes: await picture('png'), type: 'image/png' },
];

test.each<[string, () => Promise<Part[]>, Record<string, unknown>]>([
	['no file', async () => [], { code: 'missing_required_parameter', param: 'file' }],
	['a text', async () => [['file', 'x']], { code: 'invalid_type', param: 'file' }],
	['two files', async () => [await file(), await file()], { code: 'duplicate_parameter' }],
	[
		'another field',
		async () => [await file(), ['model', 'gpt-image-2']],
		{ code: 'unknown_parameter', param: 'model' },
	],
	[
		'no image',
		async () => [['file', { bytes: Buffer.from('hello'), type: 'image/png' }]],
		{ param: 'file' },
	],
])('a check with %s is refused', async (_name, parts, expected) => {
	const { status, error } = await send(simulator, '/content_provenance_checks', {
		method: 'POST',
		body: formOf(await parts()),
	});

	expect(status).toBe(400);
	expect(error).toMatchObject(expected);
});

test('a check without a form, or with a wrong key, is refused', async () => {
	const json = await send(simulator, '/content_provenance_checks', {
		method: 'POST',
		body: '{}',
		headers: { 'content-type': 'application/json' },
	});
	const stranger = clientOf(simulator, { apiKey: 'sk-other' });
	const refused = await rejection(
		stranger.contentProvenanceChecks.create({ file: await toFile(await picture('png'), 'a.png') }),
	);

	expect(json.status).toBe(400);
	expect(refused).toBeInstanceOf(APIError);
	expect((refused as APIError).status).toBe(401);
});
