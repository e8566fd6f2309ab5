import type { Capabilities } from '../models/types';
import { showValue, type AskedParameters, type Problem } from './parameters';

type FormatParameters = Pick<AskedParameters, 'outputFormat' | 'background' | 'outputCompression'>;

/** Jpeg is smallest and fastest; it can't be transparent, so png then. */
export function resolveFormat<T>(
	format: T | 'auto' | undefined,
	background: unknown,
): T | 'png' | 'jpeg' {
	if (format !== undefined && format !== 'auto') return format as T;
	return background === 'transparent' ? 'png' : 'jpeg';
}

/** What file format, background and compression have against each other, and the model against them. */
export function formatProblems(
	{ outputFormat, background, outputCompression }: FormatParameters,
	capabilities: Pick<Capabilities, 'transparentBackground'>,
	modelName: string,
): Problem[] {
	const problems: Problem[] = [];
	const format = resolveFormat(outputFormat, background);
	if (background === 'transparent' && !capabilities.transparentBackground) {
		problems.push({
			field: 'background',
			message: `'Background' is 'transparent', which ${modelName} can't make. Choose auto or opaque, or another model.`,
		});
	} else if (background === 'transparent' && format === 'jpeg') {
		problems.push({
			field: 'background',
			message:
				"'Background' is 'transparent', but 'Output Format' is 'jpeg', which has no transparency. Choose png or webp.",
		});
	}
	if (outputCompression !== undefined && format === 'png') {
		problems.push({
			field: 'outputCompression',
			message: `'Output Compression' is ${showValue(outputCompression)}, but the image is a png, which is never compressed with loss. Choose jpeg or webp as 'Output Format', or remove the compression.`,
		});
	}
	return problems;
}
