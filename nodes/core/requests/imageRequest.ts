import * as z from '../../vendor/zod';
import type { Capabilities, OutputFormat, Quality } from '../models/types';
import { OUTPUT_FORMATS } from '../models/types';
import { UNKNOWN_MODEL } from '../models/unknownModel';
import type { ChosenModel } from '../models/resolve';
import {
	FIELD_LABELS,
	orList,
	showValue,
	type AskedParameters,
	type FieldName,
	type Problem,
} from './parameters';
import { formatProblems, resolveFormat } from './format';
import { MAX_IMAGES_PER_ITEM } from './limits';
import { plainObject } from '../plainObject';
import { resolveSize } from './size';

/** Body of POST /images/generations and the text fields of POST /images/edits, without `n`. */
export interface ImageRequest {
	model: string;
	prompt: string;
	quality: Quality | 'auto';
	size: string;
	output_format: OutputFormat;
	output_compression?: number;
	background?: 'auto' | 'transparent' | 'opaque';
	moderation?: 'auto' | 'low';
	input_fidelity?: 'low' | 'high';
	complexity?: 'low' | 'medium' | 'high';
	safety_identifier?: string;
}

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
	const parsed = schemaFor(capabilities, model.id).safeParse(given);
	const size = resolveSize(asked, model.id, capabilities);
	const problems: Problem[] = [
		...(model.id === '' ? [{ field: 'model', message: EMPTY_MODEL } as const] : []),
		...(parsed.success ? [] : parsed.error.issues.map(toProblem)),
		...(size.ok ? [] : [size.problem]),
		...formatProblems(given, capabilities, model.id),
	];
	if (!parsed.success || !size.ok || problems.length > 0) return { ok: false, problems };
	const parameters = parsed.data;
	return {
		ok: true,
		value: {
			request: toRequest(model.id, size.size, parameters),
			count: parameters.count,
			warnings: size.experimental
				? [
						`The size ${size.size} is above 2560x1440, which OpenAI calls experimental: results vary.`,
					]
				: [],
		},
	};
}

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

/** A schema takes longer to build than to use, and thousands of items share a few. */
const SCHEMAS = new WeakMap<Capabilities, Map<string, ReturnType<typeof parametersSchema>>>();

function schemaFor(
	capabilities: Capabilities,
	modelName: string,
): ReturnType<typeof parametersSchema> {
	const schemas =
		SCHEMAS.get(capabilities) ?? new Map<string, ReturnType<typeof parametersSchema>>();
	SCHEMAS.set(capabilities, schemas);
	const schema = schemas.get(modelName) ?? parametersSchema(capabilities, modelName);
	schemas.set(modelName, schema);
	return schema;
}

function parametersSchema(capabilities: Capabilities, modelName: string) {
	const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
		z.enum(values, {
			error: ({ input, path }) =>
				`'${labelOf(path)}' is ${showValue(input)}. Choose ${orList(values)}.`,
		});
	const forModel = <T extends string>(values: readonly T[], known: readonly string[]) => {
		const error = ({ input, path }: Issue) =>
			values.length === 0
				? `'${labelOf(path)}' is ${showValue(input)}, but ${modelName} does not know this option. Remove it.`
				: `'${labelOf(path)}' is ${showValue(input)}${known.includes(String(input)) ? `, which ${modelName} does not support` : ''}. Choose ${orList(values)}.`;
		return z
			.string({ error })
			.check(z.refine((value) => (values as readonly string[]).includes(value), { error }));
	};
	const wholeNumber = (min: number, max: number) => {
		const error = ({ input, path }: Issue) =>
			`'${labelOf(path)}' is ${showValue(input)}. It must be a whole number from ${min} to ${max}.`;
		return z
			.number({ error })
			.check(
				z.refine((value) => Number.isInteger(value) && value >= min && value <= max, { error }),
			);
	};
	return z.object({
		prompt: promptSchema(capabilities.maxPromptCharacters, modelName),
		quality: forModel(
			[...capabilities.qualities, 'auto'],
			['low', 'medium', 'high', 'xhigh', 'max'],
		),
		count: wholeNumber(1, MAX_IMAGES_PER_ITEM),
		outputFormat: z.optional(oneOf(['auto', ...OUTPUT_FORMATS])),
		outputCompression: z.optional(wholeNumber(0, 100)),
		background: z.optional(oneOf(['auto', 'transparent', 'opaque'])),
		moderation: z.optional(oneOf(['auto', 'low'])),
		inputFidelity: z.optional(forModel(capabilities.inputFidelity, ['low', 'high'])),
		complexity: z.optional(forModel(capabilities.complexity, ['low', 'medium', 'high'])),
		safetyIdentifier: z.optional(safetyIdentifierSchema()),
	});
}

/** What zod tells of a value that does not fit. */
interface Issue {
	input?: unknown;
	path?: PropertyKey[] | undefined;
}

type Parameters = z.infer<ReturnType<typeof parametersSchema>>;

/** OpenAI API reference: a text of at most 32,000 characters. */
function promptSchema(maxCharacters: number, modelName: string) {
	const isEmpty = (input: unknown) => typeof input !== 'string' || input.trim() === '';
	const message = (input: unknown): string =>
		isEmpty(input)
			? "'Prompt' is empty. Describe the image, or check the expression that should give the text."
			: `'Prompt' has ${[...String(input)].length.toLocaleString('en-US')} characters; ${modelName} takes at most ${maxCharacters.toLocaleString('en-US')}. Shorten it.`;
	return z.string({ error: ({ input }) => message(input) }).check(
		z.refine((text) => !isEmpty(text) && [...text].length <= maxCharacters, {
			error: ({ input }) => message(input),
		}),
	);
}

/** OpenAI API reference, `safety_identifier`: a stable identifier of at most 128 characters. */
const MAX_SAFETY_IDENTIFIER = 128;

function safetyIdentifierSchema() {
	return z.string().check(
		z.refine((text) => text.length <= MAX_SAFETY_IDENTIFIER, {
			error: ({ input }) =>
				`'Safety Identifier' has ${String(input).length} characters; at most ${MAX_SAFETY_IDENTIFIER} are allowed. Send a hash of the user's name instead.`,
		}),
	);
}

function fieldOf(path: PropertyKey[] | undefined): FieldName {
	const name = String(path?.[0] ?? '');
	return name in FIELD_LABELS ? (name as FieldName) : 'model';
}

const labelOf = (path: PropertyKey[] | undefined): string => FIELD_LABELS[fieldOf(path)];

function toProblem(issue: { path: PropertyKey[]; message: string }): Problem {
	return { field: fieldOf(issue.path), message: issue.message };
}

function toRequest(model: string, size: string, parameters: Parameters): ImageRequest {
	const request: ImageRequest = {
		model,
		prompt: parameters.prompt,
		quality: parameters.quality as Quality | 'auto',
		size,
		output_format: resolveFormat(parameters.outputFormat, parameters.background),
	};
	const { outputCompression, background, moderation, inputFidelity, complexity, safetyIdentifier } =
		parameters;
	if (outputCompression !== undefined) request.output_compression = outputCompression;
	if (background !== undefined) request.background = background;
	if (moderation !== undefined) request.moderation = moderation;
	if (inputFidelity !== undefined) request.input_fidelity = inputFidelity as 'low' | 'high';
	if (complexity !== undefined) request.complexity = complexity as 'low' | 'medium' | 'high';
	if (safetyIdentifier !== undefined) request.safety_identifier = safetyIdentifier;
	return request;
}
