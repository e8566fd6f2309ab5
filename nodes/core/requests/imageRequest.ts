import { type ChosenModel, UNKNOWN_MODEL } from '../catalogue/resolve';
import type { OutputFormat, Quality } from '../catalogue/types';
import { plainObject } from '../util/json';
import { formatProblems, resolveFormat } from './format';
import { FRAMES } from './gif';
import type { AskedParameters, Problem } from './parameters';
import { checkerFor, fieldOf, type Parameters } from './parametersChecker';
import { resolveSize } from './size';

/** Body of POST /images/generations and the text fields of POST /images/edits, without `n`. */
export interface ImageRequest {
	model: string;
	prompt: string;
	quality: Quality | 'auto';
	size: string;
	output_format: OutputFormat;
	output_compression?: number;
	frame_count?: number;
	frame_duration_ms?: number;
	/** Who writes an SVG; absent = the API chooses. */
	svg?: { model: string; reasoning?: { effort: SvgEffort } };
	background?: 'auto' | 'transparent' | 'opaque';
	moderation?: 'auto' | 'low';
	input_fidelity?: 'low' | 'high';
	complexity?: 'low' | 'medium' | 'high';
	safety_identifier?: string;
}

type SvgEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export type Checked<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

/** A request that the chosen model can serve, and what is worth saying of it. */
export interface CheckedRequest {
	request: ImageRequest;
	count: number;
	warnings: string[];
}

/** Turns what was asked into a request, or says everything that stands against it. Nothing is sent. */
export function checkImageRequest(
	asked: AskedParameters,
	model: ChosenModel,
): Checked<CheckedRequest> {
	const capabilities = model.entry?.capabilities ?? UNKNOWN_MODEL;
	const given = withoutEmpty(asked);
	const parsed = checkerFor(capabilities, model.id).check(given);
	const size = resolveSize(asked, model.id, capabilities, model.catalogue, framesOf(given));
	const problems: Problem[] = [
		...(model.id === '' ? [{ field: 'model', message: EMPTY_MODEL } as const] : []),
		...(parsed.success ? [] : parsed.error.issues.map(toProblem)),
		...(size.ok ? [] : [size.problem]),
		...formatProblems(given, capabilities, model.id, model.catalogue),
	];
	if (!parsed.success || !size.ok || problems.length > 0) return { ok: false, problems };
	const { parameters } = parsed;
	return {
		ok: true,
		value: {
			request: toRequest(model.id, size.size, asked.prompt as string, parameters),
			count: parameters.count,
			warnings: size.experimental
				? [
						`The size ${size.size} is above 2560x1440, which OpenAI calls experimental: results may vary.`,
					]
				: [],
		},
	};
}

/** Of an animation; `null` = it is none. */
const framesOf = ({ outputFormat, frameCount }: Partial<AskedParameters>): number | null =>
	outputFormat !== 'gif' ? null : typeof frameCount === 'number' ? frameCount : FRAMES.preset;

const EMPTY_MODEL =
	"'Model' is empty. Choose 'Draft', 'Final' or a model, or check the expression that should give its ID.";

/** Fields that were left empty are as if they had not been set. */
function withoutEmpty(asked: AskedParameters): Partial<AskedParameters> {
	const required = ['prompt', 'quality', 'count'];
	const given: Record<string, unknown> = plainObject(asked);
	for (const [name, value] of Object.entries(asked)) {
		if (!required.includes(name) && (value === '' || value === null || value === undefined))
			delete given[name];
	}
	return given;
}

function toProblem(issue: { path: PropertyKey[]; message: string }): Problem {
	return { field: fieldOf(issue.path), message: issue.message };
}

function toRequest(
	model: string,
	size: string,
	prompt: string,
	parameters: Parameters,
): ImageRequest {
	const request: ImageRequest = {
		model,
		prompt,
		quality: parameters.quality as Quality | 'auto',
		size,
		output_format: resolveFormat(parameters.outputFormat, parameters.background),
	};
	const { outputCompression, background, moderation, inputFidelity, complexity, safetyIdentifier } =
		parameters;
	if (outputCompression !== undefined) request.output_compression = outputCompression;
	addFormatOptions(request, parameters);
	if (background !== undefined) request.background = background;
	if (moderation !== undefined) request.moderation = moderation;
	if (inputFidelity !== undefined) request.input_fidelity = inputFidelity as 'low' | 'high';
	if (complexity !== undefined) request.complexity = complexity as 'low' | 'medium' | 'high';
	if (safetyIdentifier !== undefined) request.safety_identifier = safetyIdentifier;
	return request;
}

function addFormatOptions(
	request: ImageRequest,
	{ frameCount, frameDurationMs, svgModel, svgReasoningEffort: effort }: Parameters,
): void {
	if (frameCount !== undefined) request.frame_count = frameCount;
	if (frameDurationMs !== undefined) request.frame_duration_ms = frameDurationMs;
	if (svgModel === undefined) return;
	request.svg = { model: svgModel, ...(effort !== undefined && { reasoning: { effort } }) };
}
