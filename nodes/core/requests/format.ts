import { exampleModel } from '../catalogue/resolve';
import type { Capabilities, Catalogue, OutputFormat } from '../catalogue/types';
import {
	type AskedParameters,
	FIELD_LABELS,
	type FieldName,
	orList,
	type Problem,
	showValue,
} from './parameters';

type FormatParameters = Pick<
	AskedParameters,
	| 'outputFormat'
	| 'background'
	| 'outputCompression'
	| 'frameCount'
	| 'frameDurationMs'
	| 'svgModel'
	| 'svgReasoningEffort'
>;

/** Jpeg is smallest and fastest; it can't be transparent, so png then. */
export function resolveFormat<T>(
	format: T | 'auto' | undefined,
	background: unknown,
): T | 'png' | 'jpeg' {
	if (format !== undefined && format !== 'auto') return format as T;
	return background === 'transparent' ? 'png' : 'jpeg';
}

/** Images of these are made one a request: an SVG must be, and GIFs of one request share its pixels. */
const ONE_A_REQUEST: readonly string[] = ['gif', 'svg'];

/** Most images that one request of this format may ask for. */
export const mostPerRequest = (
	{ output_format: format }: { output_format: OutputFormat },
	{ maxImagesPerRequest }: Pick<Capabilities, 'maxImagesPerRequest'>,
): number => (ONE_A_REQUEST.includes(format) ? 1 : maxImagesPerRequest);

/** What of another format stands against an option that belongs to one. */
const BELONGS_TO: ReadonlyArray<readonly [FieldName & keyof FormatParameters, OutputFormat]> = [
	['frameCount', 'gif'],
	['frameDurationMs', 'gif'],
	['svgModel', 'svg'],
	['svgReasoningEffort', 'svg'],
];

/** What file format, background and compression have against each other, and the model against them. @param catalogue names a model that makes a format, where this one does not */
export function formatProblems(
	asked: FormatParameters,
	capabilities: Pick<Capabilities, 'transparentBackground' | 'outputFormats'>,
	modelName: string,
	catalogue: Catalogue,
): Problem[] {
	const format = resolveFormat(asked.outputFormat, asked.background);
	return [
		...unknownFormat(format, capabilities, modelName, catalogue),
		...backgroundProblem(asked, format, capabilities, modelName),
		...compressionProblem(asked, format),
		...foreignOptions(asked, format),
		...authorProblem(asked),
	];
}

/** One that no model makes is told of by its own check. */
function unknownFormat(
	format: unknown,
	{ outputFormats }: Pick<Capabilities, 'outputFormats'>,
	modelName: string,
	catalogue: Catalogue,
): Problem[] {
	const isMade = (outputFormats as readonly unknown[]).includes(format);
	if (isMade || !ALL.includes(format)) return [];
	const other = exampleModel(
		(one) => (one.outputFormats as readonly unknown[]).includes(format),
		catalogue,
	);
	const orModel = other === null ? '' : `, or a model that makes it, such as ${other}`;
	return [
		{
			field: 'outputFormat',
			message: `'Output Format' is ${showValue(format)}, which ${modelName} can't make. Choose ${orList(['auto', ...outputFormats])}${orModel}.`,
		},
	];
}

const ALL: readonly unknown[] = ['png', 'jpeg', 'webp', 'gif', 'svg'];

/** OpenAI API reference, `background`: transparent ones are png or webp. Of SVG nothing is said. */
function backgroundProblem(
	{ background }: FormatParameters,
	format: unknown,
	{ transparentBackground }: Pick<Capabilities, 'transparentBackground'>,
	modelName: string,
): Problem[] {
	if (background !== 'transparent') return [];
	const refuse = (why: string): Problem[] => [
		{ field: 'background', message: `'Background' is 'transparent', ${why}` },
	];
	if (!transparentBackground)
		return refuse(`which ${modelName} can't make. Choose auto or opaque, or another model.`);
	if (format === 'jpeg')
		return refuse("but 'Output Format' is 'jpeg', which has no transparency. Choose png or webp.");
	if (format === 'gif')
		return refuse(
			"but 'Output Format' is 'gif', which OpenAI makes with a background only. Choose png or webp, or another background.",
		);
	return [];
}

function compressionProblem({ outputCompression }: FormatParameters, format: unknown): Problem[] {
	const why = NOT_COMPRESSED[String(format)];
	if (outputCompression === undefined || why === undefined) return [];
	return [
		{
			field: 'outputCompression',
			message: `'Output Compression' is ${showValue(outputCompression)}${why}. Choose jpeg or webp as 'Output Format', or remove the compression.`,
		},
	];
}

const NOT_COMPRESSED: Readonly<Record<string, string>> = {
	png: ', but the image is a png, which is always lossless',
	gif: ', but the image is a gif, which takes no compression',
	svg: ', but the image is an svg, which takes no compression',
};

function foreignOptions(asked: FormatParameters, format: unknown): Problem[] {
	return BELONGS_TO.flatMap(([field, owner]) =>
		asked[field] === undefined || format === owner
			? []
			: [
					{
						field,
						message: `'${FIELD_LABELS[field]}' is ${showValue(asked[field])}, but 'Output Format' is ${showValue(format)}. Choose ${owner} as 'Output Format', or remove the option.`,
					},
				],
	);
}

/** OpenAI API reference, `svg`: who is not named can't be told how to think. */
function authorProblem({ svgModel, svgReasoningEffort }: FormatParameters): Problem[] {
	if (svgReasoningEffort === undefined || svgModel !== undefined) return [];
	return [
		{
			field: 'svgReasoningEffort',
			message: `'SVG Reasoning Effort' is ${showValue(svgReasoningEffort)}, but 'SVG Model' is empty. Enter the model that writes the SVG, or remove this option.`,
		},
	];
}
