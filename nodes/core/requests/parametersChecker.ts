import * as z from '../../vendor/zod';
import { type Capabilities, OUTPUT_FORMATS } from '../catalogue/types';
import { FRAME_DURATION, FRAMES } from './gif';
import {
	type AskedParameters,
	FIELD_LABELS,
	type FieldName,
	MAX_IMAGES_PER_ITEM,
	orList,
	showValue,
} from './parameters';

/** A schema takes longer to build than to use, and thousands of items share a few. */
const CHECKERS = new WeakMap<Capabilities, Map<string, ParametersChecker>>();

/** An expression may name another model for each item, and a process may live for months. */
const MOST_NAMES = 100;

export function checkerFor(capabilities: Capabilities, modelName: string): ParametersChecker {
	const checkers = CHECKERS.get(capabilities) ?? new Map<string, ParametersChecker>();
	CHECKERS.set(capabilities, checkers);
	const known = checkers.get(modelName);
	if (known !== undefined) return known;
	// A map keeps its order, so the first name is the oldest.
	const [oldest] = checkers.keys();
	if (oldest !== undefined && checkers.size >= MOST_NAMES) checkers.delete(oldest);
	const checker = new ParametersChecker(capabilities, modelName);
	checkers.set(modelName, checker);
	return checker;
}

type CheckedParameters =
	| { success: true; parameters: Parameters }
	| { success: false; error: { issues: Array<{ path: PropertyKey[]; message: string }> } };

/** Checks what was asked of a model. Rows of a table differ in their prompt only: what else they ask is checked once. */
class ParametersChecker {
	private readonly schema: ReturnType<typeof parametersSchema>;

	private readonly prompt: ReturnType<typeof promptSchema>;

	/** What passed last. */
	private last: { given: Partial<AskedParameters>; parameters: Parameters } | null = null;

	constructor(capabilities: Capabilities, modelName: string) {
		this.schema = parametersSchema(capabilities, modelName);
		this.prompt = promptSchema(capabilities.maxPromptCharacters, modelName);
	}

	/** @returns `parameters` may have the prompt of another row */
	check(given: Partial<AskedParameters>): CheckedParameters {
		const { last } = this;
		if (
			last !== null &&
			differInPromptOnly(given, last.given) &&
			this.prompt.safeParse(given.prompt).success
		)
			return { success: true, parameters: last.parameters };
		const parsed = this.schema.safeParse(given);
		if (!parsed.success) return parsed;
		this.last = { given, parameters: parsed.data };
		return { success: true, parameters: parsed.data };
	}
}

function differInPromptOnly(
	one: Partial<AskedParameters>,
	other: Partial<AskedParameters>,
): boolean {
	const names = Object.keys(one) as Array<keyof AskedParameters>;
	return (
		names.length === Object.keys(other).length &&
		names.every((name) => name === 'prompt' || Object.is(one[name], other[name]))
	);
}

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
	return z.enum(values, {
		error: ({ input, path }) =>
			`'${labelOf(path)}' is ${showValue(input)}. Choose ${orList(values)}.`,
	});
}

function wholeNumber(min: number, max: number) {
	const error = ({ input, path }: Issue) =>
		`'${labelOf(path)}' is ${showValue(input)}. It must be a whole number from ${min} to ${max.toLocaleString('en-US')}.`;
	return z
		.number({ error })
		.check(z.refine((value) => Number.isInteger(value) && value >= min && value <= max, { error }));
}

function parametersSchema(capabilities: Capabilities, modelName: string) {
	const forModel = <T extends string>(values: readonly T[], known: readonly string[]) => {
		const error = ({ input, path }: Issue) =>
			values.length === 0
				? `'${labelOf(path)}' is ${showValue(input)}, but ${modelName} does not support this option. Remove it.`
				: `'${labelOf(path)}' is ${showValue(input)}${known.includes(String(input)) ? `, which ${modelName} does not support` : ''}. Choose ${orList(values)}.`;
		return z
			.string({ error })
			.check(z.refine((value) => (values as readonly string[]).includes(value), { error }));
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
		frameCount: z.optional(wholeNumber(FRAMES.least, FRAMES.most)),
		frameDurationMs: z.optional(wholeNumber(FRAME_DURATION.least, FRAME_DURATION.most)),
		svgModel: z.optional(svgModelSchema()),
		svgReasoningEffort: z.optional(oneOf(SVG_EFFORTS)),
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

export type Parameters = Omit<z.infer<ReturnType<typeof parametersSchema>>, 'prompt'>;

/** OpenAI API reference: a text of at most 32,000 characters. */
function promptSchema(maxCharacters: number, modelName: string) {
	const isEmpty = (input: unknown) => typeof input !== 'string' || input.trim() === '';
	const message = (input: unknown): string =>
		typeof input === 'object' && input !== null
			? `'Prompt' is ${Array.isArray(input) ? 'a list' : 'an object'}, not text. Choose the field that has the text, such as {{ $json.prompt }}.`
			: isEmpty(input)
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

/** OpenAI API reference, `svg.reasoning.effort`; which of them an author takes is for the API to say. */
const SVG_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

function svgModelSchema() {
	const error = ({ input }: Issue) =>
		`'SVG Model' is ${showValue(input)}, which is not a model ID. Enter a text model that your key may use, or remove the option.`;
	return z.string({ error }).check(z.refine((id) => /^[\w.:/-]{1,100}$/.test(id), { error }));
}

export function fieldOf(path: PropertyKey[] | undefined): FieldName {
	const name = String(path?.[0] ?? '');
	return name in FIELD_LABELS ? (name as FieldName) : 'model';
}

const labelOf = (path: PropertyKey[] | undefined): string => FIELD_LABELS[fieldOf(path)];
