import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { type ChosenModel, resolveModel } from '../../../../nodes/core/catalogue/resolve';
import type { ImageFacts } from '../../../../nodes/core/images/inspect';
import { mostPerRequest } from '../../../../nodes/core/requests/format';
import { sheetsOf } from '../../../../nodes/core/requests/gif';
import { checkImageRequest } from '../../../../nodes/core/requests/imageRequest';
import type { InputFile } from '../../../../nodes/core/requests/inputImages';
import { overlayProblems } from '../../../../nodes/core/requests/overlays';
import type { AskedParameters } from '../../../../nodes/core/requests/parameters';
import { modelNamed } from '../../fixtures/models.mts';

const FLARE = 'gpt-image-2.6-flare';
const SUNBURST = 'gpt-image-2.6-sunburst';
const chosen = (id: string): ChosenModel =>
	resolveModel(id, new Date('2026-11-20T00:00:00Z'), CATALOGUE);

const ASKED: AskedParameters = { prompt: 'a balloon', quality: 'low', size: 'auto', count: 1 };
const check = (asked: Partial<AskedParameters>, model = FLARE) =>
	checkImageRequest({ ...ASKED, ...asked }, chosen(model));
const said = (asked: Partial<AskedParameters>, model = FLARE): string[] => {
	const checked = check(asked, model);
	return checked.ok ? [] : checked.problems.map(({ field, message }) => `${field}: ${message}`);
};
const custom = (width: number, height: number) => ({ size: 'custom', width, height });

describe('what a GIF and an SVG can not be', () => {
	const GIF = { outputFormat: 'gif' };
	const SVG = { outputFormat: 'svg' };

	it.each<[Partial<AskedParameters>, string]>([
		[
			{ ...GIF, outputCompression: 50 },
			"outputCompression: 'Output Compression' is '50', but the image is a gif, which takes no compression. Choose jpeg or webp as 'Output Format', or remove the compression.",
		],
		[
			{ ...SVG, outputCompression: 100 },
			"outputCompression: 'Output Compression' is '100', but the image is an svg, which takes no compression. Choose jpeg or webp as 'Output Format', or remove the compression.",
		],
		[
			{ ...GIF, background: 'transparent' },
			"background: 'Background' is 'transparent', but 'Output Format' is 'gif', which OpenAI makes with a background only. Choose png or webp, or another background.",
		],
		[
			{ ...GIF, frameCount: 1 },
			"frameCount: 'Frame Count' is '1'. It must be a whole number from 2 to 16.",
		],
		[
			{ ...GIF, frameCount: 17 },
			"frameCount: 'Frame Count' is '17'. It must be a whole number from 2 to 16.",
		],
		[
			{ ...GIF, frameCount: 'many' },
			"frameCount: 'Frame Count' is 'many'. It must be a whole number from 2 to 16.",
		],
		[
			{ ...GIF, frameDurationMs: 655_360 },
			"frameDurationMs: 'Frame Duration (Ms)' is '655360'. It must be a whole number from 10 to 655,350.",
		],
		[
			{ ...GIF, frameDurationMs: 0 },
			"frameDurationMs: 'Frame Duration (Ms)' is '0'. It must be a whole number from 10 to 655,350.",
		],
		[
			{ frameCount: 4 },
			"frameCount: 'Frame Count' is '4', but 'Output Format' is 'jpeg'. Choose gif as 'Output Format', or remove the option.",
		],
		[
			{ ...SVG, frameDurationMs: 100 },
			"frameDurationMs: 'Frame Duration (Ms)' is '100', but 'Output Format' is 'svg'. Choose gif as 'Output Format', or remove the option.",
		],
		[
			{ ...GIF, svgModel: 'gpt-6-luna' },
			"svgModel: 'SVG Model' is 'gpt-6-luna', but 'Output Format' is 'gif'. Choose svg as 'Output Format', or remove the option.",
		],
		[
			{ ...SVG, svgModel: 'two words' },
			"svgModel: 'SVG Model' is 'two words', which is not a model ID. Enter a text model that your key may use, or remove the option.",
		],
		[
			{ ...SVG, svgModel: 'gpt-6-luna', svgReasoningEffort: 'more' },
			"svgReasoningEffort: 'SVG Reasoning Effort' is 'more'. Choose none, minimal, low, medium, high, xhigh or max.",
		],
		[
			{ ...SVG, svgReasoningEffort: 'low' },
			"svgReasoningEffort: 'SVG Reasoning Effort' is 'low', but 'SVG Model' is empty. Enter the model that writes the SVG, or remove this option.",
		],
		[
			{ ...GIF, size: '1024x1024' },
			"size: 'Size' is '1024x1024'. It is too large for a GIF of 9 frames, which are drawn on one sheet. Choose 'Auto', or 'Custom' with at most 960x960 for square frames.",
		],
		[
			{ ...GIF, ...custom(1024, 1024), frameCount: 6 },
			"size: 'Size' is '1024x1024'. It is too large for a GIF of 6 frames, which are drawn on one sheet. Choose 'Auto', or 'Custom' with at most 960x960 for square frames.",
		],
		[
			{ ...GIF, ...custom(832, 832), frameCount: 10 },
			"size: 'Size' is '832x832'. It is too large for a GIF of 10 frames, which are drawn on one sheet. Choose 'Auto', or 'Custom' with at most 816x816 for square frames.",
		],
		[
			{ ...GIF, ...custom(736, 736), frameCount: 16 },
			"size: 'Size' is '736x736'. It is too large for a GIF of 16 frames, which are drawn on one sheet. Choose 'Auto', or 'Custom' with at most 720x720 for square frames.",
		],
		[
			{ ...GIF, ...custom(256, 256) },
			"size: 'Size' is '256x256'. It is too small for a GIF of 9 frames, which are drawn on one sheet. Choose 'Auto', or 'Custom' with at least 272x272 for square frames.",
		],
		[
			{ ...GIF, ...custom(500, 512) },
			"size: 'Size' is '500x512'. Width and height must be multiples of 16.",
		],
	])('%j is refused', (asked, message) => {
		expect(said(asked)).toEqual([message]);
	});

	it('what a model does not make is refused with one that does', () => {
		for (const [model, format] of [
			['gpt-image-1-mini', 'gif'],
			['gpt-image-1.5', 'svg'],
			['gpt-image-2', 'svg'],
			['gpt-image-2.5-sunburst', 'gif'],
		] as const)
			expect(said({ outputFormat: format, size: '1024x1024' }, model)).toEqual([
				`outputFormat: 'Output Format' is '${format}', which ${model} can't make. Choose auto, png, jpeg or webp, or a model that makes it, such as ${FLARE}.`,
			]);
	});

	it('a model that nobody knows here may make anything: the API has the last word', () => {
		expect(said({ ...GIF, size: '1024x1024', frameCount: 16 }, 'gpt-image-9')).toEqual([]);
		expect(said({ ...SVG, svgModel: 'gpt-9' }, 'gpt-image-9')).toEqual([]);
	});
});

describe('what a GIF and an SVG are asked for with', () => {
	const request = (asked: Partial<AskedParameters>, model = FLARE) => {
		const checked = check(asked, model);
		if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
		return checked.value.request;
	};

	it.each([FLARE, SUNBURST])('%s takes frames, and leaves out what was not asked for', (model) => {
		const gif = { outputFormat: 'gif', ...custom(512, 288) };

		expect(request({ ...gif, frameCount: 12, frameDurationMs: 85 }, model)).toEqual({
			model,
			prompt: 'a balloon',
			quality: 'low',
			size: '512x288',
			output_format: 'gif',
			frame_count: 12,
			frame_duration_ms: 85,
		});
		expect(request(gif, model)).not.toHaveProperty('frame_count');
	});

	it.each([FLARE, SUNBURST])('%s takes who writes an SVG, and how much they think', (model) => {
		const svg = { outputFormat: 'svg', background: 'transparent' };

		expect(
			request({ ...svg, svgModel: 'gpt-6-luna', svgReasoningEffort: 'low' }, model),
		).toMatchObject({
			output_format: 'svg',
			background: 'transparent',
			svg: { model: 'gpt-6-luna', reasoning: { effort: 'low' } },
		});
		expect(request({ ...svg, svgModel: 'gpt-6-luna' }, model).svg).toEqual({ model: 'gpt-6-luna' });
		expect(request({ ...svg, svgModel: '' }, model)).not.toHaveProperty('svg');
	});

	it('sizes of frames that were taken elsewhere are taken here', () => {
		for (const [frameCount, width, height] of [
			[9, 960, 960],
			[2, 960, 960],
			[12, 816, 816],
			[16, 720, 720],
			[9, 1280, 720],
			[9, 720, 1280],
			[9, 1024, 768],
			[6, 768, 768],
			[9, 384, 384],
			[9, 288, 512],
		] as const)
			expect([
				frameCount,
				width,
				said({ outputFormat: 'gif', frameCount, ...custom(width, height) }),
			]).toEqual([frameCount, width, []]);
	});

	it('an animation is one sheet, whichever way round it lies', () => {
		const { capabilities } = modelNamed(FLARE);

		expect(sheetsOf({ width: 512, height: 512 }, undefined, capabilities)).toEqual([
			{ width: 1536, height: 1536 },
		]);
		expect(sheetsOf({ width: 512, height: 288 }, 5, capabilities)).toEqual([
			{ width: 2048, height: 576 },
			{ width: 1024, height: 1152 },
		]);
		expect(
			sheetsOf({ width: 512, height: 512 }, 9, modelNamed('gpt-image-2').capabilities),
		).toEqual([]);
	});

	it('each is a request of its own', () => {
		const { capabilities } = modelNamed(FLARE);
		const most = CATALOGUE.models.map(
			({ capabilities: { maxImagesPerRequest } }) => maxImagesPerRequest,
		);

		expect(
			(['gif', 'svg', 'png', 'jpeg'] as const).map((output_format) =>
				mostPerRequest({ output_format }, capabilities),
			),
		).toEqual([1, 1, most[0], most[0]]);
	});
});

describe('a markup', () => {
	const PNG: ImageFacts = {
		format: 'png',
		mimeType: 'image/png',
		extension: 'png',
		width: 64,
		height: 48,
		alphaChannel: true,
	};
	const file = (changes: Partial<InputFile> = {}): InputFile => ({
		field: 'over',
		isField: true,
		reference: null,
		fileName: '',
		bytes: 1000,
		identity: 'x',
		facts: PNG,
		declaredType: 'image/png',
		...changes,
	});
	const problems = (
		markup: InputFile | null,
		{ mask = null as InputFile | null, model = FLARE, outputFormat = 'png', first = file() } = {},
	) =>
		overlayProblems({ mask, markup, outputFormat }, [first], modelNamed(model).capabilities, {
			id: model,
			catalogue: CATALOGUE,
		}).map(({ field, message }) => `${field}: ${message}`);
	const NAME = "markupBinaryField: 'Markup Binary Field'";

	it('is a transparent png of the first image’s size, for models from 2.5 on', () => {
		for (const model of [FLARE, SUNBURST, 'gpt-image-2.5-flare', 'gpt-image-2.5-sunburst'])
			expect([model, problems(file(), { model })]).toEqual([model, []]);
	});

	it('may be as large as a photo that is turned upright', () => {
		const turned = file({ facts: { ...PNG, width: 48, height: 64 } });

		expect(problems(turned)).toEqual([]);
	});

	it.each<[string, InputFile, string]>([
		[
			'another format',
			file({ facts: { ...PNG, format: 'webp', mimeType: 'image/webp' } }),
			"the file in 'over' is image/webp. A markup must be a PNG that is transparent but for what you drew.",
		],
		[
			'no image',
			file({ facts: null, declaredType: 'text/plain' }),
			"the file in 'over' is not an image (declared as text/plain). A markup must be a PNG that is transparent but for what you drew.",
		],
		[
			'no alpha channel',
			file({ facts: { ...PNG, alphaChannel: false } }),
			"the file in 'over' has no alpha channel. Save it as a 32-bit PNG (RGBA) that is transparent but for what you drew.",
		],
		[
			'another size',
			file({ facts: { ...PNG, width: 65 } }),
			"the file in 'over' is 65x48 pixels, but the first image is 64x48. Both must be the same size.",
		],
		[
			'50 MB',
			file({ bytes: 50 * 1024 * 1024 }),
			"the file in 'over' has 50 MB; it must be smaller than 50 MB.",
		],
	])('of %s is refused', (_what, markup, message) => {
		expect(problems(markup)).toEqual([`${NAME}: ${message}`]);
	});

	it('does not go with a mask', () => {
		expect(problems(file(), { mask: file() })).toEqual([
			`${NAME} and 'Mask Binary Field' are both set, but OpenAI accepts only one of them. Remove the other.`,
		]);
	});

	it('does not go with an image that is no file', () => {
		const first = file({ isField: false, reference: { file_id: 'file-1' }, facts: null });

		expect(problems(file(), { first })).toEqual([
			`${NAME} is set, but OpenAI documents markup only for images that are sent as files. Use binary fields, or URLs without 'Send URLs', for all images, or remove the markup.`,
		]);
	});

	it('is not for older models', () => {
		for (const model of ['gpt-image-1-mini', 'gpt-image-1.5', 'gpt-image-2'])
			expect(problems(file(), { model })).toEqual([
				`${NAME} is set, but ${model} does not support markup. Remove it, or choose a model that does, such as gpt-image-2.5-flare.`,
			]);
	});

	it('a GIF takes a markup and no mask', () => {
		expect(problems(file(), { outputFormat: 'gif' })).toEqual([]);
		expect(problems(null, { mask: file(), outputFormat: 'gif' })).toEqual([
			"maskBinaryField: 'Mask Binary Field' is set, but 'Output Format' is 'gif', and OpenAI makes GIFs only without a mask. Remove the mask, or choose another format.",
		]);
	});
});
