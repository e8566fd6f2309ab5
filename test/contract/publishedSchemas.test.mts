import { Ajv2020 } from 'ajv/dist/2020';
import type { ValidateFunction } from 'ajv/dist/2020';
import { toFile } from 'openai';
import type { Simulator } from '../simulator/index.mts';
import document from './openai-images.openapi.json';
import { clientOf, formOf, picture, postJson, send, start } from './support.mts';

type Schema = { type?: string; properties: Record<string, Record<string, unknown>> };

/** `nullable` is an older OpenAPI's word that JSON Schema doesn't know; these tests send no null. */
function withoutNullable(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutNullable);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).flatMap(([key, entry]) =>
			key === 'nullable' ? [] : [[key, withoutNullable(entry)]],
		),
	);
}

/** One schema of the document with all it refers to; `change` may widen it. */
function validatorOf(
	name: string,
	change: (schema: Schema) => void = () => undefined,
): ValidateFunction {
	const copy = withoutNullable(document) as { components: { schemas: Record<string, Schema> } };
	const schema = copy.components.schemas[name];
	if (!schema) throw new Error(`no schema ${name}`);
	change(schema);
	const ajv = new Ajv2020({
		strict: false,
		allErrors: true,
		formats: { unixtime: true, uri: true, date: /^\d{4}-\d\d-\d\d$/, binary: true },
	});
	return ajv.compile({ $ref: `#/components/schemas/${name}`, components: copy.components });
}

/** What openai npm 7.55.0 added to the image parameters and responses after the document was published. */
function widen(schema: Schema): void {
	const qualities = ['low', 'medium', 'high', 'xhigh', 'max'];
	const isResponse = 'data' in schema.properties;
	schema.properties.quality = { enum: isResponse ? qualities : [...qualities, 'auto', null] };
	schema.properties.size = { type: ['string', 'null'], pattern: '^(auto|[1-9]\\d*x[1-9]\\d*)$' };
	schema.properties.safety_identifier = { type: 'string', maxLength: 128 };
}

/** Nothing that the document doesn't know. */
function closed(schema: Schema): void {
	Object.assign(schema, { additionalProperties: false });
}

function expectValid(validate: ValidateFunction, value: unknown): void {
	validate(value);
	expect(validate.errors ?? []).toEqual([]);
}

let simulator: Simulator;
beforeAll(async () => {
	simulator = await start();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe('answers have the published shape and nothing else', () => {
	test.each(['gpt-image-1-mini', 'gpt-image-1.5', 'gpt-image-2'])('of %s', async (model) => {
		const { body } = await postJson(simulator, '/images/generations', { model, prompt: 'x', n: 2 });
		expectValid(validatorOf('ImagesResponse', closed), body);
		expect(Object.keys(body)).toEqual([
			'created',
			'background',
			'data',
			'output_format',
			'quality',
			'size',
			'usage',
		]);
	});

	test('of models newer than the document', async () => {
		const request = {
			model: 'gpt-image-2.6-sunburst',
			prompt: 'x',
			quality: 'max',
			size: '1280x1280',
			complexity: 'low',
			safety_identifier: 'user-1',
		};
		const { body } = await postJson(simulator, '/images/generations', request);
		expectValid(
			validatorOf('ImagesResponse', (schema) =>
				[widen, closed].forEach((change) => change(schema)),
			),
			body,
		);
		expect(validatorOf('ImagesResponse')(body)).toBe(false);
	});

	test('of edits', async () => {
		const image = { bytes: await picture('png'), type: 'image/png' };
		const { body } = await send(simulator, '/images/edits', {
			method: 'POST',
			body: formOf([
				['model', 'gpt-image-2'],
				['prompt', 'x'],
				['image', image],
			]),
		});
		expectValid(validatorOf('ImagesResponse', closed), body);
	});

	test('of models', async () => {
		expectValid(validatorOf('ListModelsResponse', closed), (await send(simulator, '/models')).body);
		expectValid(
			validatorOf('Model', closed),
			(await send(simulator, '/models/gpt-image-1.5')).body,
		);
	});

	test('of files', async () => {
		expectValid(validatorOf('ListFilesResponse', closed), (await send(simulator, '/files')).body);
		const upload = formOf([
			['purpose', 'user_data'],
			['file', { bytes: Buffer.from('x'), type: 'text/plain', name: 'x.txt' }],
		]);
		const { body } = await send(simulator, '/files', { method: 'POST', body: upload });
		expectValid(validatorOf('OpenAIFile', closed), body);
		expectValid(validatorOf('ListFilesResponse', closed), (await send(simulator, '/files')).body);
		expectValid(
			validatorOf('DeleteFileResponse', closed),
			(await send(simulator, `/files/${String(body.id)}`, { method: 'DELETE' })).body,
		);
	});

	test.each([
		[
			'a bad parameter',
			() => postJson(simulator, '/images/generations', { model: 'gpt-image-2', prompt: 'x', n: 0 }),
		],
		['an unknown path', () => send(simulator, '/nothing')],
		[
			'a wrong key',
			() => send(simulator, '/models', { headers: { authorization: 'Bearer sk-other' } }),
		],
		['a missing file', () => send(simulator, '/files/file-1')],
	])('of %s', async (_name, request) => {
		const { status, body } = await request();
		expect(status).toBeGreaterThanOrEqual(400);
		expectValid(validatorOf('ErrorResponse', closed), body);
		expectValid(validatorOf('Error', closed), body.error);
	});
});

describe('what the official client sends is a published request', () => {
	test('to generate', async () => {
		const client = clientOf(simulator);
		await client.images.generate({
			model: 'gpt-image-2',
			prompt: 'x',
			n: 1,
			quality: 'low',
			size: '1024x640',
			background: 'transparent',
			moderation: 'low',
			user: 'u',
		});
		await client.images.generate({
			model: 'gpt-image-2.5-flare',
			prompt: 'x',
			quality: 'xhigh',
			output_format: 'webp',
			output_compression: 80,
			safety_identifier: 's',
		});
		expectValid(validatorOf('CreateImageRequest', closed), simulator.requests[0]?.parameters);
		expectValid(
			validatorOf('CreateImageRequest', (schema) =>
				[widen, closed].forEach((change) => change(schema)),
			),
			simulator.requests[1]?.parameters,
		);
	});

	test('to edit as JSON', async () => {
		const client = clientOf(simulator);
		const file = await client.files.create({
			file: await toFile(await picture('jpeg'), 'i.jpg'),
			purpose: 'vision',
		});
		const url = `data:image/png;base64,${(await picture('png')).toString('base64')}`;
		const body = {
			model: 'gpt-image-2',
			prompt: 'x',
			images: [{ file_id: file.id }, { image_url: url }],
			output_format: 'png',
			output_compression: 100,
		};
		expectValid(validatorOf('EditImageBodyJsonParam', closed), body);
		const response = await client.post<Record<string, unknown>>('/images/edits', { body });
		expectValid(validatorOf('ImagesResponse', closed), response);
	});
});
