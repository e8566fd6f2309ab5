import type { ChosenModel } from '../../../../nodes/core/catalogue/resolve';
import {
	checkImageRequest,
	type CheckedRequest,
} from '../../../../nodes/core/requests/imageRequest';
import type {
	AskedParameters,
	FieldName,
	Problem,
} from '../../../../nodes/core/requests/parameters';
import { chosen, modelNamed } from '../../fixtures/models.mts';
import { MODEL_IDS, PUBLISHED_MODELS } from '../../fixtures/published.mts';

const ASKED: AskedParameters = {
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	count: 1,
};
const BASE = { prompt: 'a red balloon', quality: 'low', size: '1024x1024', output_format: 'jpeg' };
const MINI = 'gpt-image-1-mini';
const FLARE = 'gpt-image-2.5-flare';

function problems(asked: Partial<AskedParameters>, model: ChosenModel): Problem[] {
	const checked = checkImageRequest({ ...ASKED, ...asked }, model);
	return checked.ok ? [] : checked.problems;
}

function accepted(asked: Partial<AskedParameters>, model: ChosenModel): CheckedRequest {
	const checked = checkImageRequest({ ...ASKED, ...asked }, model);
	if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('\n'));
	return checked.value;
}

const long = (length: number): string => 'x'.repeat(length);

const refused: Array<
	[field: FieldName, model: string, asked: Partial<AskedParameters>, message: string]
> = [
	[
		'prompt',
		MINI,
		{ prompt: '' },
		"'Prompt' is empty. Describe the image, or check the expression that should give the text.",
	],
	['prompt', MINI, { prompt: ' \n\t' }, "'Prompt' is empty."],
	['prompt', MINI, { prompt: undefined }, "'Prompt' is empty."],
	['prompt', MINI, { prompt: null }, "'Prompt' is empty."],
	[
		'prompt',
		MINI,
		{ prompt: { text: 'x' } },
		"'Prompt' is an object, not text. Choose the field that has the text, such as {{ $json.prompt }}.",
	],
	['prompt', MINI, { prompt: ['x'] }, "'Prompt' is a list, not text. Choose"],
	[
		'prompt',
		MINI,
		{ prompt: long(32_001) },
		"'Prompt' has 32,001 characters; gpt-image-1-mini takes at most 32,000. Shorten it.",
	],
	[
		'quality',
		MINI,
		{ quality: 'xhigh' },
		"'Quality' is 'xhigh', which gpt-image-1-mini does not support. Choose low, medium, high or auto.",
	],
	[
		'quality',
		FLARE,
		{ quality: 'ultra' },
		"'Quality' is 'ultra'. Choose low, medium, high, xhigh, max or auto.",
	],
	['quality', FLARE, { quality: 'LOW' }, "'Quality' is 'LOW'. Choose"],
	['quality', FLARE, { quality: '' }, "'Quality' is ''. Choose"],
	['quality', FLARE, { quality: undefined }, "'Quality' is empty. Choose"],
	['quality', FLARE, { quality: 3 }, "'Quality' is '3'. Choose"],
	[
		'count',
		MINI,
		{ count: 0 },
		"'Number of Images' is '0'. It must be a whole number from 1 to 100.",
	],
	['count', MINI, { count: 101 }, "'Number of Images' is '101'. It must be"],
	['count', MINI, { count: -1 }, "'Number of Images' is '-1'. It must be"],
	['count', MINI, { count: 1.5 }, "'Number of Images' is '1.5'. It must be"],
	['count', MINI, { count: 'two' }, "'Number of Images' is 'two'. It must be"],
	['count', MINI, { count: '' }, "'Number of Images' is ''. It must be"],
	['count', MINI, { count: null }, "'Number of Images' is empty. It must be"],
	['count', MINI, { count: Number.POSITIVE_INFINITY }, "'Number of Images' is"],
	['count', MINI, { count: Number.NaN }, "'Number of Images' is"],
	[
		'outputFormat',
		MINI,
		{ outputFormat: 'gif' },
		"'Output Format' is 'gif', which gpt-image-1-mini can't make. Choose auto, png, jpeg or webp, or a model that makes it, such as gpt-image-2.6-flare.",
	],
	[
		'outputFormat',
		MINI,
		{ outputFormat: 'bmp' },
		"'Output Format' is 'bmp'. Choose auto, png, jpeg, webp, gif or svg.",
	],
	[
		'outputCompression',
		MINI,
		{ outputCompression: 101 },
		"'Output Compression' is '101'. It must be a whole number from 0 to 100.",
	],
	[
		'outputCompression',
		MINI,
		{ outputCompression: -1 },
		"'Output Compression' is '-1'. It must be",
	],
	[
		'outputCompression',
		MINI,
		{ outputCompression: 50.5 },
		"'Output Compression' is '50.5'. It must be",
	],
	[
		'outputCompression',
		MINI,
		{ outputCompression: 50, outputFormat: 'png' },
		"'Output Compression' is '50', but the image is a png",
	],
	[
		'outputCompression',
		MINI,
		{ outputCompression: 50, background: 'transparent' },
		"'Output Compression' is '50', but the image is a png",
	],
	[
		'background',
		MINI,
		{ background: 'red' },
		"'Background' is 'red'. Choose auto, transparent or opaque.",
	],
	[
		'background',
		MINI,
		{ background: 'transparent', outputFormat: 'jpeg' },
		"'Background' is 'transparent', but 'Output Format' is 'jpeg', which has no transparency. Choose png or webp.",
	],
	['moderation', MINI, { moderation: 'none' }, "'Moderation' is 'none'. Choose auto or low."],
	[
		'inputFidelity',
		MINI,
		{ inputFidelity: 'high' },
		"'Input Fidelity' is 'high', which gpt-image-1-mini does not support. Choose low.",
	],
	[
		'inputFidelity',
		'gpt-image-1.5',
		{ inputFidelity: 'max' },
		"'Input Fidelity' is 'max'. Choose low or high.",
	],
	[
		'inputFidelity',
		'gpt-image-2',
		{ inputFidelity: 'high' },
		"'Input Fidelity' is 'high', but gpt-image-2 does not support this option. Remove it.",
	],
	[
		'complexity',
		FLARE,
		{ complexity: 'high' },
		`'Complexity' is 'high', but ${FLARE} does not support this option. Remove it.`,
	],
	[
		'complexity',
		'gpt-image-2.6-flare',
		{ complexity: 'extreme' },
		"'Complexity' is 'extreme'. Choose low, medium or high.",
	],
	[
		'safetyIdentifier',
		MINI,
		{ safetyIdentifier: long(129) },
		"'Safety Identifier' has 129 characters; at most 128 are allowed.",
	],
	[
		'size',
		MINI,
		{ size: '512x512' },
		"'Size' is '512x512', which gpt-image-1-mini can't make. Choose 1024x1024, 1024x1536, 1536x1024 or auto, or a model with custom sizes",
	],
	[
		'size',
		FLARE,
		{ size: 'huge' },
		"'Size' is 'huge'. Choose 1024x1024, 1024x1536, 1536x1024 or auto, or 'Custom' with a width and a height.",
	],
	['size', FLARE, { size: '' }, "'Size' is ''."],
	['size', FLARE, { size: undefined }, "'Size' is empty."],
	['size', FLARE, { size: '1024 x 1024' }, "'Size' is '1024 x 1024'."],
	[
		'size',
		FLARE,
		{ size: 'custom' },
		"'Width' and 'Height' are empty and empty. Both must be whole numbers of pixels.",
	],
	[
		'size',
		FLARE,
		{ size: 'custom', width: 1024.5, height: 1024 },
		"'Width' and 'Height' are '1024.5' and '1024'.",
	],
	[
		'size',
		FLARE,
		{ size: 'custom', width: -1024, height: 1024 },
		"'Width' and 'Height' are '-1024' and '1024'.",
	],
	[
		'size',
		FLARE,
		{ size: 'custom', width: 'wide', height: 1024 },
		"'Width' and 'Height' are 'wide' and '1024'.",
	],
	[
		'size',
		FLARE,
		{ size: 'custom', width: 1e21, height: 1024 },
		"'Width' and 'Height' are '1e+21' and '1024'.",
	],
];

describe('a request that can’t be served', () => {
	it.each(refused)('for its %s (%s, %j) says so', (field, model, asked, message) => {
		const found = problems(asked, chosen(model));

		expect(found.map((problem) => problem.field)).toEqual([field]);
		expect(found[0]?.message).toContain(message);
	});

	it('for an empty model says where it should come from', () => {
		expect(problems({}, chosen(''))).toEqual([
			{
				field: 'model',
				message:
					"'Model' is empty. Choose 'Draft', 'Final' or a model, or check the expression that should give its ID.",
			},
		]);
	});

	it('for a background that the model can’t make names the model', () => {
		const entry = modelNamed('gpt-image-2');
		const opaque: ChosenModel = {
			...chosen('gpt-image-2'),
			entry: { ...entry, capabilities: { ...entry.capabilities, transparentBackground: false } },
		};

		expect(problems({ background: 'transparent' }, opaque)).toEqual([
			{
				field: 'background',
				message:
					"'Background' is 'transparent', which gpt-image-2 can't make. Choose auto or opaque, or another model.",
			},
		]);
	});

	it('says everything that stands against it at once', () => {
		const found = problems(
			{
				prompt: '',
				quality: 'max',
				size: '1x1',
				count: 0,
				outputFormat: 'jpeg',
				outputCompression: 200,
				background: 'transparent',
				moderation: 'off',
				inputFidelity: 'high',
				complexity: 'low',
				safetyIdentifier: long(200),
			},
			chosen(MINI),
		);

		expect(found.map(({ field }) => field).sort()).toEqual([
			'background',
			'complexity',
			'count',
			'inputFidelity',
			'moderation',
			'outputCompression',
			'prompt',
			'quality',
			'safetyIdentifier',
			'size',
		]);
	});

	it('shows a long value in one line', () => {
		const [problem] = problems({ quality: long(10_000) }, chosen(MINI));

		expect(problem?.message).toContain(`'${long(60)}…'`);
		expect(problem?.message.length).toBeLessThan(200);
	});
});

const good: Array<
	[title: string, model: string, asked: Partial<AskedParameters>, request: Record<string, unknown>]
> = [
	['of the defaults', MINI, {}, {}],
	['in every quality', FLARE, { quality: 'max' }, { quality: 'max' }],
	['with quality auto', MINI, { quality: 'auto' }, { quality: 'auto' }],
	['with size auto', MINI, { size: 'auto' }, { size: 'auto' }],
	[
		'of a named size as width and height',
		MINI,
		{ size: 'custom', width: 1024, height: 1536 },
		{ size: '1024x1536' },
	],
	['of a custom size', FLARE, { size: 'custom', width: 2048, height: 1152 }, { size: '2048x1152' }],
	['of a size in one text', FLARE, { size: '2048x1152' }, { size: '2048x1152' }],
	['as png', MINI, { outputFormat: 'png' }, { output_format: 'png' }],
	[
		'as webp with compression 0',
		MINI,
		{ outputFormat: 'webp', outputCompression: 0 },
		{ output_format: 'webp', output_compression: 0 },
	],
	[
		'as jpeg by itself, with compression',
		MINI,
		{ outputFormat: 'auto', outputCompression: 100 },
		{ output_compression: 100 },
	],
	[
		'as png by itself when transparent',
		MINI,
		{ background: 'transparent' },
		{ output_format: 'png', background: 'transparent' },
	],
	[
		'as webp when transparent',
		MINI,
		{ background: 'transparent', outputFormat: 'webp' },
		{ output_format: 'webp', background: 'transparent' },
	],
	['with an opaque background', MINI, { background: 'opaque' }, { background: 'opaque' }],
	['with moderation', MINI, { moderation: 'low' }, { moderation: 'low' }],
	['with input fidelity', 'gpt-image-1.5', { inputFidelity: 'high' }, { input_fidelity: 'high' }],
	['with complexity', 'gpt-image-2.6-sunburst', { complexity: 'low' }, { complexity: 'low' }],
	[
		'with a safety identifier',
		MINI,
		{ safetyIdentifier: long(128) },
		{ safety_identifier: long(128) },
	],
	['with the longest prompt', MINI, { prompt: long(32_000) }, { prompt: long(32_000) }],
	['with a prompt whose blanks are its own', MINI, { prompt: '  a\n b ' }, { prompt: '  a\n b ' }],
	[
		'without the options that were left empty',
		MINI,
		{
			outputFormat: '',
			outputCompression: '',
			background: null,
			moderation: undefined,
			inputFidelity: '',
			complexity: '',
			safetyIdentifier: '',
		},
		{},
	],
];

describe('a request that can be served', () => {
	it.each(good)('%s (%s) is sent exactly so', (_title, model, asked, request) => {
		expect(accepted(asked, chosen(model))).toStrictEqual({
			request: { model, ...BASE, ...request },
			count: 1,
			warnings: [],
		});
	});

	it('counts characters, not UTF-16 units, in a prompt', () => {
		expect(accepted({ prompt: '🎈'.repeat(32_000) }, chosen(MINI)).request.prompt).toHaveLength(
			64_000,
		);
		expect(problems({ prompt: '🎈'.repeat(32_001) }, chosen(MINI))[0]?.message).toContain(
			'32,001 characters',
		);
	});

	it.each([1, 10, 11, 100])(
		'may ask for %i images, which are not part of the request itself',
		(count) => {
			const checked = accepted({ count }, chosen(MINI));

			expect(checked.count).toBe(count);
			expect(checked.request).not.toHaveProperty('n');
		},
	);

	it('goes to the snapshot that was chosen', () => {
		expect(accepted({}, chosen('gpt-image-2-2026-04-21')).request.model).toBe(
			'gpt-image-2-2026-04-21',
		);
	});

	it('goes to the model that the role means', () => {
		expect(accepted({}, chosen('draft')).request.model).toBe(MINI);
	});

	it.each(MODEL_IDS)('takes each quality of %s, and no other', (id) => {
		const takes = ['low', 'medium', 'high', 'xhigh', 'max'].filter(
			(quality) => problems({ quality }, chosen(id)).length === 0,
		);

		expect(takes).toEqual(PUBLISHED_MODELS[id]?.qualities);
	});
});

describe('a model that the catalogue does not know', () => {
	const unknown = chosen('gpt-image-9');

	it('is sent whatever any model can take, so that it works on its first day', () => {
		const asked = {
			quality: 'max',
			size: 'custom',
			width: 500,
			height: 7001,
			inputFidelity: 'high',
			complexity: 'low',
			background: 'transparent',
		};

		expect(accepted(asked, unknown).request).toStrictEqual({
			...BASE,
			model: 'gpt-image-9',
			quality: 'max',
			size: '500x7001',
			output_format: 'png',
			background: 'transparent',
			input_fidelity: 'high',
			complexity: 'low',
		});
	});

	it('is not sent what no model takes', () => {
		expect(
			problems({ quality: 'ultra', size: 'big', count: 101 }, unknown)
				.map(({ field }) => field)
				.sort(),
		).toEqual(['count', 'quality', 'size']);
	});
});
