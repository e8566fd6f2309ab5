/**
 * Parameters of both image endpoints, checked in the order the API was seen to check them: model,
 * unknown names, prompt, (input images,) n, quality, output_compression, size, then combinations.
 */
import {
	imageUserError,
	invalidRequest,
	invalidType,
	missingParameter,
	notSimulated,
	stringTooLong,
	unknownParameter,
} from '../errors.mts';
import type { ImageModel } from '../models/catalogue.mts';
import { availableModel, checkAccessTo } from '../models/availability.mts';
import type { State } from '../state.mts';
import type { ImageEndpoint, OutputFormat, Quality } from '../types.mts';
import { parseSvg } from './svgParameters.mts';
import type { SvgOptions } from '../models/authors.mts';
import type { Size } from './sizes.mts';
import { parseFrameSize, parseSize } from './sizes.mts';
import { boolean, enumeration, integer, limitedString, quotedList, typeName } from './values.mts';

export interface RawParameters {
	endpoint: ImageEndpoint;
	values: Record<string, unknown>;
	/** Multipart: every value is text. */
	textual: boolean;
}

export interface Head {
	model: ImageModel;
	/** The id or alias as asked for. */
	requestedModel: string;
	prompt: string;
}

export interface Options {
	n: number;
	quality: Quality;
	/** Undefined: auto. */
	size: Size | undefined;
	format: OutputFormat;
	/** Percent; 100 unless asked otherwise. */
	compression: number;
	background: 'transparent' | 'opaque';
	inputFidelity: 'low' | 'high';
	/** Undefined: it is no GIF. */
	animation: { frames: number; frameMs: number } | undefined;
	/** Undefined: it is no SVG. */
	svg: SvgOptions | undefined;
	safetyIdentifier: string | undefined;
}

const COMMON = [
	'model',
	'prompt',
	'n',
	'size',
	'quality',
	'background',
	'output_format',
	'output_compression',
	'moderation',
	'stream',
	'partial_images',
	'user',
	'safety_identifier',
	'complexity',
	'frame_count',
	'frame_duration_ms',
	'svg',
];
const NAMES: Record<ImageEndpoint, readonly string[]> = {
	generations: COMMON,
	// Where the input images are is checked with them.
	edits: [...COMMON, 'input_fidelity', 'images', 'image', 'image[]', 'mask', 'markup'],
};
const MAX_PROMPT = 32_000;

/** "default" and "nullable" in OpenAI's document; that of generations has been gone since May 2026. */
const DEFAULT_MODELS: Readonly<Record<ImageEndpoint, string>> = {
	generations: 'dall-e-2',
	edits: 'gpt-image-1.5',
};

function parseModel(value: unknown, state: State): ImageModel {
	if (value === undefined) throw missingParameter('model');
	if (typeof value !== 'string') throw invalidType('model', 'a string', typeName(value));
	const model = availableModel(state, value);
	if (model) {
		checkAccessTo(state, value);
		return model;
	}
	throw imageUserError(
		`The model '${value}' does not exist.`,
		'model',
		state.options.goneModelCode ?? 'model_not_found',
	);
}

function parsePrompt(value: unknown): string {
	if (value === undefined) throw missingParameter('prompt');
	if (typeof value !== 'string') throw invalidType('prompt', 'a string', typeName(value));
	if (value === '') {
		const message =
			"Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead.";
		throw invalidRequest(message, 'prompt', 'empty_string');
	}
	const length = [...value].length;
	if (length > MAX_PROMPT) throw stringTooLong('prompt', MAX_PROMPT, length);
	return value;
}

/** The parameters that are checked first. */
export function parseHead(raw: RawParameters, state: State): Head {
	const requestedModel =
		raw.values.model === null ? DEFAULT_MODELS[raw.endpoint] : raw.values.model;
	const model = parseModel(requestedModel, state);
	const stranger = Object.keys(raw.values).find((name) => !NAMES[raw.endpoint].includes(name));
	if (stranger !== undefined) throw unknownParameter(stranger);
	return { model, requestedModel: String(requestedModel), prompt: parsePrompt(raw.values.prompt) };
}

function parseFormat(raw: RawParameters, model: ImageModel): OutputFormat {
	return enumeration(raw.values.output_format, 'output_format', model.formats) ?? 'png';
}

/** "GIF output rounds to the nearest 10 ms and caps the encoded delay at 655,350 ms per frame." */
const MOST_FRAME_MS = 655_350;

function parseAnimation(
	{ values, textual }: RawParameters,
	format: OutputFormat,
): Options['animation'] {
	const frames =
		integer(values.frame_count, 'frame_count', { minimum: 2, maximum: 16, textual }) ?? 9;
	const ms =
		integer(values.frame_duration_ms, 'frame_duration_ms', {
			minimum: 1,
			maximum: Number.MAX_SAFE_INTEGER,
			textual,
		}) ?? 200;
	if (format !== 'gif') return undefined;
	return { frames, frameMs: Math.min(MOST_FRAME_MS, Math.round(ms / 10) * 10) };
}

/** The sentences are assumptions; that these combinations are refused is in OpenAI's types. */
function refuseCombinations(
	format: OutputFormat,
	{ n, compression, background }: { n: number; compression: number; background: string },
): void {
	const refuse = (message: string, param: string): Error =>
		imageUserError(message, param, 'invalid_value');
	if (format === 'svg' && n !== 1) throw refuse('SVG output requires n=1.', 'n');
	if (background === 'transparent' && (format === 'jpeg' || format === 'gif'))
		throw refuse(
			`Transparent background is not supported for ${format.toUpperCase()} output format`,
			'background',
		);
	if (compression < 100 && (format === 'gif' || format === 'svg'))
		throw refuse(
			`'output_compression' is not supported for ${format.toUpperCase()} output format`,
			'output_compression',
		);
}

function parseFidelity(value: unknown, model: ImageModel): 'low' | 'high' {
	const fidelity = enumeration(value, 'input_fidelity', ['high', 'low']);
	if (fidelity === undefined || model.inputFidelity.includes(fidelity)) return fidelity ?? 'low';
	const message =
		model.inputFidelity.length === 0
			? `The model '${model.id}' does not support the 'input_fidelity' parameter.`
			: // Only a paraphrase of this one was found.
				`The model '${model.id}' supports only ${quotedList(model.inputFidelity, 'and')} for the 'input_fidelity' parameter.`;
	throw imageUserError(message, 'input_fidelity', 'invalid_input_fidelity_model');
}

/** Parameters that belong to something this stand-in or this model doesn't have. */
function refuseForeign(
	{ values, textual }: RawParameters,
	model: ImageModel,
	outputFormat: OutputFormat,
): void {
	if (boolean(values.stream, 'stream', textual) === true) throw notSimulated('Streaming', 'stream');
	integer(values.partial_images, 'partial_images', { minimum: 0, maximum: 3, textual });
	const complexity = enumeration(values.complexity, 'complexity', ['low', 'medium', 'high']);
	if (complexity !== undefined && !model.complexity) {
		throw imageUserError(
			`The model '${model.id}' does not support the 'complexity' parameter.`,
			'complexity',
			'unsupported_parameter',
		);
	}
	for (const name of ['frame_count', 'frame_duration_ms', 'svg']) {
		const format = name === 'svg' ? 'svg' : 'gif';
		if (values[name] === undefined || values[name] === null || outputFormat === format) continue;
		throw imageUserError(
			`'${name}' is only supported with output_format=${format}.`,
			name,
			'invalid_value',
		);
	}
}

/** Everything after the prompt (and, for edits, after the input images). */
export function parseOptions(raw: RawParameters, model: ImageModel, state: State): Options {
	const { values, textual } = raw;
	const n = integer(values.n, 'n', { minimum: 1, maximum: 10, textual }) ?? 1;
	const quality = enumeration(values.quality, 'quality', [...model.qualities, 'auto']) ?? 'auto';
	const background =
		enumeration(values.background, 'background', ['transparent', 'opaque', 'auto']) ?? 'auto';
	enumeration(values.moderation, 'moderation', ['auto', 'low']);
	const format = parseFormat(raw, model);
	const compression =
		integer(values.output_compression, 'output_compression', {
			minimum: 0,
			maximum: 100,
			textual,
		}) ?? 100;
	const safetyIdentifier = limitedString(values.safety_identifier, 'safety_identifier', 128);
	const animation = parseAnimation(raw, format);
	const size =
		animation === undefined
			? parseSize(values.size, model)
			: parseFrameSize(values.size, { frames: animation.frames, n });
	refuseForeign(raw, model, format);
	const inputFidelity = parseFidelity(values.input_fidelity, model);
	refuseCombinations(format, { n, compression, background });
	if (compression < 100 && format === 'png') {
		throw imageUserError(
			'Compression less than 100 is not supported for PNG output format',
			null,
			'invalid_png_output_compression',
		);
	}
	return {
		n,
		quality: quality === 'auto' ? model.autoQuality : quality,
		size,
		format,
		compression,
		background: background === 'transparent' ? 'transparent' : 'opaque',
		inputFidelity,
		animation,
		svg: format === 'svg' ? parseSvg(values.svg, state) : undefined,
		safetyIdentifier,
	};
}
