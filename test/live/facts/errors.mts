/** What the API refuses, each provoked without a cost. */
import sharp from 'sharp';
import { formOf, picture, PROMPT } from '../calls.mts';
import type { Context, Fact, Seen } from '../fact.mts';
import { tell } from '../fact.mts';
import type { Knowledge } from '../knowledge.mts';
import type { Answer, Need, Question } from '../target.mts';
import { record } from '../target.mts';

const INVALID = 'invalid_request_error';
const USER = 'image_generation_user_error';

/** status, type, code, param of the API's error, and the kind of failure that the nodes make of it */
type Shape = readonly [
	status: number,
	type: string | null,
	code: string | null,
	param: string | null,
	kind: string,
];

const shape = ([status, type, code, param, kind]: Shape): Seen => ({
	status,
	type,
	code,
	param,
	kind,
});

function seen({ knowledge }: Context, { status, body, text, headers }: Answer): Seen {
	const {
		type = null,
		code = null,
		param = null,
	} = record(record(body)['error']) as Record<string, string | null>;
	if (status < 400) return { status };
	return {
		status,
		type,
		code,
		param,
		kind: knowledge.kindOf({ status, body: body ?? text, header: (name) => headers.get(name) }),
	};
}

interface Refused {
	name: string;
	file: string;
	expected: Shape;
	needs?: Need;
	ask(context: Context): Promise<Answer>;
}

const fact = ({ name, file, expected, needs, ask }: Refused): Fact => ({
	name: `Refused: ${name}`,
	area: 'errors',
	expected: shape(expected),
	writtenIn: { file: `test/simulator/${file}`, what: 'status, type, code and param of this error' },
	...(needs && { needs }),
	probe: async (context) => seen(context, tell(await ask(context), [expected[0]])),
});

const PARAMETERS = 'images/parameters.mts';

/** No model takes it, and it is looked at late: what is wrong before it costs nothing even if it should be taken. */
const REFUSED_SIZE = '16x16';
const GOOD_SIZE = '1024x1024';

/** A request for an image with something wrong in it. */
const wrong = (
	name: string,
	file: string,
	change: Record<string, unknown>,
	expected: Shape,
	model = 'gpt-image-2',
): Refused => ({
	name,
	file,
	expected,
	ask: async (context) => {
		const json = {
			model: context.modelName(model),
			prompt: PROMPT,
			quality: 'low',
			size: REFUSED_SIZE,
			...change,
		};
		return await context.askRefused(
			'/images/generations',
			{ json },
			model,
			json.size === REFUSED_SIZE,
		);
	},
});

const wrongEdit = (
	name: string,
	file: string,
	question: (model: string) => Promise<Question>,
	expected: Shape,
	model: string,
): Refused => ({
	name,
	file,
	expected,
	ask: async (context) =>
		await context.askRefused('/images/edits', await question(context.modelName(model)), model),
});

function generations(gone: string | undefined): Refused[] {
	return [
		...(gone === undefined
			? []
			: [
					wrong('a model that has ended', PARAMETERS, { model: gone }, [
						400,
						USER,
						'model_not_found',
						'model',
						'modelGone',
					]),
				]),
		wrong('a model that never was', PARAMETERS, { model: 'gpt-image-none' }, [
			400,
			USER,
			'model_not_found',
			'model',
			'modelGone',
		]),
		wrong('no prompt', PARAMETERS, { prompt: undefined }, [
			400,
			INVALID,
			'missing_required_parameter',
			'prompt',
			'invalidRequest',
		]),
		wrong('an empty prompt', PARAMETERS, { prompt: '' }, [
			400,
			INVALID,
			'empty_string',
			'prompt',
			'invalidRequest',
		]),
		wrong('a prompt of 32,001 characters', PARAMETERS, { prompt: 'x'.repeat(32_001) }, [
			400,
			INVALID,
			'string_above_max_length',
			'prompt',
			'invalidRequest',
		]),
		wrong('an unknown parameter', PARAMETERS, { response_format: 'b64_json' }, [
			400,
			INVALID,
			'unknown_parameter',
			'response_format',
			'invalidRequest',
		]),
		wrong('eleven images', 'images/values.mts', { n: 11 }, [
			400,
			INVALID,
			'integer_above_max_value',
			'n',
			'invalidRequest',
		]),
		wrong('a quality that the model lacks', 'images/values.mts', { quality: 'hd' }, [
			400,
			INVALID,
			'invalid_value',
			'quality',
			'invalidRequest',
		]),
		wrong('a size with too few pixels', 'images/sizes.mts', { size: '512x512' }, [
			400,
			USER,
			'invalid_value',
			'size',
			'invalidRequest',
		]),
		wrong('a size that 16 does not divide', 'images/sizes.mts', { size: '1000x1000' }, [
			400,
			USER,
			'invalid_value',
			'size',
			'invalidRequest',
		]),
		wrong('an edge of more than 3840', 'images/sizes.mts', { size: '3856x2048' }, [
			400,
			USER,
			'invalid_value',
			'size',
			'invalidRequest',
		]),
		wrong('a ratio of more than 3:1', 'images/sizes.mts', { size: '2048x512' }, [
			400,
			USER,
			'invalid_value',
			'size',
			'invalidRequest',
		]),
		wrong(
			'a transparent JPEG',
			PARAMETERS,
			{ size: GOOD_SIZE, background: 'transparent', output_format: 'jpeg' },
			[400, USER, 'invalid_value', 'background', 'invalidRequest'],
		),
		wrong('a compressed PNG', PARAMETERS, { size: GOOD_SIZE, output_compression: 50 }, [
			400,
			USER,
			'invalid_png_output_compression',
			null,
			'invalidRequest',
		]),
		wrong('input_fidelity with gpt-image-2', PARAMETERS, { input_fidelity: 'high' }, [
			400,
			INVALID,
			'unknown_parameter',
			'input_fidelity',
			'invalidRequest',
		]),
		wrong('complexity with gpt-image-2', PARAMETERS, { size: GOOD_SIZE, complexity: 'low' }, [
			400,
			USER,
			'unsupported_parameter',
			'complexity',
			'invalidRequest',
		]),
	];
}

function edits(cheapest: string): Refused[] {
	const head = (model: string) => ({ model, prompt: PROMPT, quality: 'low', size: GOOD_SIZE });
	return [
		wrongEdit(
			'an edit without an image',
			'images/inputs.mts',
			async (model) => ({ form: formOf(head(model)) }),
			[400, INVALID, 'missing_required_parameter', 'image', 'invalidRequest'],
			cheapest,
		),
		wrongEdit(
			'a text in place of an image',
			'images/inputs.mts',
			async (model) => ({
				form: formOf({ ...head(model), image: Buffer.from('no image') }, 'text/plain'),
			}),
			[400, INVALID, 'unsupported_file_mimetype', 'image', 'unsupportedFile'],
			cheapest,
		),
		wrongEdit(
			'an image that is none',
			'images/inputs.mts',
			async (model) => ({ form: formOf({ ...head(model), image: Buffer.from('no image') }) }),
			[400, USER, 'invalid_image_file', null, 'invalidRequest'],
			cheapest,
		),
		wrongEdit(
			'a mask without an alpha channel',
			'images/inputs.mts',
			async (model) => ({
				form: formOf({ ...head(model), image: await picture(1), mask: await opaque() }),
			}),
			[400, USER, 'invalid_mask_image_format', 'mask', 'invalidRequest'],
			cheapest,
		),
		wrongEdit(
			'a field of a form that comes twice',
			'errors.mts',
			async (model) => {
				const form = formOf({ ...head(model), image: await picture(1) });
				form.append('prompt', PROMPT);
				return { form };
			},
			[400, INVALID, 'duplicate_parameter', 'prompt', 'invalidRequest'],
			cheapest,
		),
		wrongEdit(
			'a plain text as an edit',
			'endpoints/images.mts',
			async () => ({ text: { content: 'x', type: 'text/plain' } }),
			[400, INVALID, 'unsupported_content_type', null, 'invalidRequest'],
			cheapest,
		),
	];
}

const opaque = async (): Promise<Buffer> =>
	await sharp(await picture(1))
		.removeAlpha()
		.png()
		.toBuffer();

function others(): Refused[] {
	const ask =
		(path: string, question?: Question) =>
		async (context: Context): Promise<Answer> =>
			await context.ask(path, question);
	return [
		{
			name: 'no key',
			file: 'account.mts',
			expected: [401, INVALID, null, null, 'invalidKey'],
			ask: ask('/images/generations', { json: {}, authorization: {} }),
		},
		{
			name: 'a key that is none',
			file: 'account.mts',
			expected: [401, INVALID, 'invalid_api_key', null, 'invalidKey'],
			ask: ask('/images/generations', {
				json: {},
				authorization: { authorization: 'Bearer sk-none-of-ours-0000' },
			}),
		},
		{
			name: 'an address that is not there',
			file: 'errors.mts',
			expected: [404, INVALID, null, null, 'invalidRequest'],
			ask: ask('/images/nothing', { json: {} }),
		},
		{
			name: 'a file that is not there',
			file: 'errors.mts',
			needs: 'files',
			expected: [404, INVALID, null, 'id', 'invalidRequest'],
			ask: ask('/files/file-0123456789abcdefghijklmn'),
		},
		{
			name: 'a batch that is not there',
			file: 'endpoints/batches.mts',
			needs: 'batches',
			expected: [404, INVALID, null, null, 'invalidRequest'],
			ask: ask('/batches/batch_0123456789abcdef01234567'),
		},
		{
			name: 'a batch for an endpoint that has none',
			file: 'endpoints/batches.mts',
			needs: 'batches',
			expected: [400, INVALID, 'invalid_value', 'endpoint', 'invalidRequest'],
			ask: ask('/batches', {
				json: { input_file_id: 'file-0', endpoint: '/v1/images/none', completion_window: '24h' },
			}),
		},
		{
			name: 'a webhook for an event that there is not',
			file: 'endpoints/webhooks.mts',
			needs: 'webhooks',
			expected: [400, INVALID, 'invalid_value', 'event_types', 'invalidRequest'],
			ask: ask('/webhook_endpoints', {
				json: { name: 'verify', url: 'https://example.com/verify', event_types: ['batch.none'] },
			}),
		},
	];
}

export function errorFacts({ catalogue, isGone }: Knowledge, now: Date): Fact[] {
	const live = catalogue.roles.draft.filter((id) =>
		catalogue.models.some((model) => model.id === id && !isGone(model, now)),
	);
	const gone = catalogue.models.find((model) => isGone(model, now))?.id;
	return [...others(), ...generations(gone), ...edits(live[0] ?? 'gpt-image-2')].map(fact);
}
