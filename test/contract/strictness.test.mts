import type { Simulator } from '../simulator/index.mts';
import { postJson, start } from './support.mts';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await start();
});
afterAll(() => simulator.close());

const INVALID = 'invalid_request_error';
const USER = 'image_generation_user_error';
type Expected = { message?: string; type?: string; param?: string | null; code?: string | null };

/** Body on top of a good one, and the refusal. `undefined` takes a parameter away. */
const REFUSED: [name: string, body: Record<string, unknown>, expected: Expected][] = [
	[
		'no model',
		{ model: undefined },
		{
			message: "Missing required parameter: 'model'.",
			type: INVALID,
			param: 'model',
			code: 'missing_required_parameter',
		},
	],
	[
		'a model of another type',
		{ model: 7 },
		{
			message: "Invalid type for 'model': expected a string, but got an integer instead.",
			code: 'invalid_type',
		},
	],
	[
		'a model of null, whose documented default is gone',
		{ model: null },
		{ message: "The model 'dall-e-2' does not exist.", type: USER },
	],
	[
		'a retired model',
		{ model: 'gpt-image-1' },
		{
			message: "The model 'gpt-image-1' does not exist.",
			type: USER,
			param: 'model',
			code: 'model_not_found',
		},
	],
	[
		'a retired model before anything else',
		{ model: 'dall-e-3', n: 99, style: 'vivid', prompt: '' },
		{ message: "The model 'dall-e-3' does not exist.", type: USER, code: 'model_not_found' },
	],
	[
		'a model that makes no images',
		{ model: 'gpt-5-mini' },
		{ message: "The model 'gpt-5-mini' does not exist.", type: USER },
	],
	[
		'an unknown parameter',
		{ bogus: 1 },
		{
			message: "Unknown parameter: 'bogus'.",
			type: INVALID,
			param: 'bogus',
			code: 'unknown_parameter',
		},
	],
	['an unknown parameter before a bad n', { n: 0, bogus: 1 }, { code: 'unknown_parameter' }],
	[
		'response_format',
		{ response_format: 'b64_json' },
		{ message: "Unknown parameter: 'response_format'.", code: 'unknown_parameter' },
	],
	['response_format null', { response_format: null }, { code: 'unknown_parameter' }],
	['style', { style: 'vivid' }, { code: 'unknown_parameter', param: 'style' }],
	[
		'input_fidelity without an input',
		{ model: 'gpt-image-1.5', input_fidelity: 'high' },
		{ code: 'unknown_parameter', param: 'input_fidelity' },
	],
	['input images', { images: [] }, { code: 'unknown_parameter', param: 'images' }],
	[
		'no prompt',
		{ prompt: undefined },
		{ message: "Missing required parameter: 'prompt'.", code: 'missing_required_parameter' },
	],
	[
		'a null prompt',
		{ prompt: null },
		{
			message: "Invalid type for 'prompt': expected a string, but got null instead.",
			code: 'invalid_type',
		},
	],
	['an empty prompt', { prompt: '' }, { code: 'empty_string', param: 'prompt', type: INVALID }],
	[
		'a prompt of 32,001 characters',
		{ prompt: 'é'.repeat(32_001) },
		{
			code: 'string_above_max_length',
			message:
				"Invalid 'prompt': string too long. Expected a string with maximum length 32000, but got a string with length 32001 instead.",
		},
	],
	[
		'n 0',
		{ n: 0 },
		{
			code: 'integer_below_min_value',
			message:
				"Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead.",
		},
	],
	[
		'n 11',
		{ n: 11 },
		{
			code: 'integer_above_max_value',
			message:
				"Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead.",
		},
	],
	[
		'n 1.5',
		{ n: 1.5 },
		{
			code: 'invalid_type',
			message: "Invalid type for 'n': expected an integer, but got a decimal number instead.",
		},
	],
	[
		'n as text',
		{ n: '2' },
		{
			code: 'invalid_type',
			message: "Invalid type for 'n': expected an integer, but got a string instead.",
		},
	],
	[
		'a quality no model has',
		{ quality: 'ultra' },
		{
			code: 'invalid_value',
			type: INVALID,
			message: "Invalid value: 'ultra'. Supported values are: 'low', 'medium', 'high', and 'auto'.",
		},
	],
	[
		'a quality of another type',
		{ quality: 1 },
		{
			code: 'invalid_type',
			message:
				"Invalid type for 'quality': expected one of 'low', 'medium', 'high', or 'auto', but got an integer instead.",
		},
	],
	['xhigh on gpt-image-2', { quality: 'xhigh' }, { code: 'invalid_value', param: 'quality' }],
	[
		'max on 1.5',
		{ model: 'gpt-image-1.5', quality: 'max' },
		{ code: 'invalid_value', param: 'quality' },
	],
	[
		'a format',
		{ output_format: 'gif' },
		{
			code: 'invalid_value',
			message: "Invalid value: 'gif'. Supported values are: 'png', 'webp', and 'jpeg'.",
		},
	],
	[
		'a background',
		{ background: 'blue' },
		{
			code: 'invalid_value',
			message: "Invalid value: 'blue'. Supported values are: 'transparent', 'opaque', and 'auto'.",
		},
	],
	[
		'a moderation',
		{ moderation: 'off' },
		{
			code: 'invalid_value',
			message: "Invalid value: 'off'. Supported values are: 'auto' and 'low'.",
		},
	],
	[
		'a compression of 101',
		{ output_format: 'webp', output_compression: 101 },
		{ code: 'integer_above_max_value', param: 'output_compression' },
	],
	[
		'a negative compression',
		{ output_format: 'webp', output_compression: -1 },
		{ code: 'integer_below_min_value', param: 'output_compression' },
	],
	[
		'a compressed PNG',
		{ output_compression: 80 },
		{ code: 'invalid_png_output_compression', type: USER },
	],
	[
		'a transparent JPEG',
		{ background: 'transparent', output_format: 'jpeg' },
		{ code: 'invalid_value', param: 'background', type: USER },
	],
	[
		'a custom size on a model of fixed sizes',
		{ model: 'gpt-image-1-mini', size: '1280x720' },
		{
			code: 'invalid_value',
			param: 'size',
			message:
				"Invalid value: '1280x720'. Supported values are: '1024x1024', '1024x1536', '1536x1024', and 'auto'.",
		},
	],
	[
		'no size at all',
		{ size: 'big' },
		{
			code: 'invalid_value',
			type: USER,
			param: 'size',
			message: "Invalid size 'big'. Expected WIDTHxHEIGHT, for example '1824x1024'.",
		},
	],
	[
		'edges not divisible by 16',
		{ size: '1000x1000' },
		{
			code: 'invalid_value',
			message: "Invalid size '1000x1000'. Width and height must both be divisible by 16.",
		},
	],
	[
		'an edge above 3840',
		{ size: '3856x1600' },
		{ message: "Invalid size '3856x1600'. The longest edge must be less than or equal to 3840." },
	],
	[
		'a ratio above 3:1',
		{ size: '3200x1024' },
		{
			type: USER,
			param: 'size',
			code: 'invalid_value',
			message: expect.stringContaining('ratio') as unknown as string,
		},
	],
	[
		'too few pixels',
		{ size: '512x512' },
		{
			message:
				"Invalid size '512x512'. Requested resolution is below the current minimum pixel budget.",
		},
	],
	[
		'too many pixels',
		{ size: '3008x3008' },
		{ message: "Invalid size '3008x3008'. Requested resolution exceeds the current pixel budget." },
	],
	[
		'complexity before 2.6',
		{ model: 'gpt-image-2.5-flare', complexity: 'low' },
		{ param: 'complexity', type: USER },
	],
	[
		'a complexity nobody has',
		{ model: 'gpt-image-2.6-flare', complexity: 'max' },
		{ param: 'complexity', code: 'invalid_value', type: INVALID },
	],
	[
		'a long safety identifier',
		{ safety_identifier: 's'.repeat(129) },
		{ param: 'safety_identifier', code: 'string_above_max_length' },
	],
	[
		'four partial images',
		{ partial_images: 4 },
		{ param: 'partial_images', code: 'integer_above_max_value' },
	],
	[
		'streaming, which is not simulated',
		{ stream: true },
		{ param: 'stream', code: 'not_simulated' },
	],
	[
		'stream as text',
		{ stream: 'yes' },
		{ message: "Invalid type for 'stream': expected a boolean, but got a string instead." },
	],
	[
		'frames of something that is no GIF',
		{ model: 'gpt-image-2.6-flare', frame_count: 4 },
		{ param: 'frame_count' },
	],
];

test.each(REFUSED)('refuses %s', async (_name, change, expected) => {
	const { status, error } = await postJson(simulator, '/images/generations', {
		model: 'gpt-image-2',
		prompt: 'x',
		...change,
	});
	expect(status).toBe(400);
	expect(error).toMatchObject(expected);
	expect(simulator.billed).toEqual([]);
});
