import type { NodeHint } from 'n8n-workflow';
import { CATALOGUE } from '../../core/catalogue/catalogue';
import { exampleModel } from '../../core/catalogue/resolve';
import type { Capabilities, ModelEntry, OutputFormat } from '../../core/catalogue/types';
import { isOneOf } from './hints';

/** Formats that few models make. */
const RARE: ReadonlyArray<readonly [OutputFormat, string]> = [
	['gif', 'GIFs'],
	['svg', 'SVGs'],
];

/** Before a run that would be refused for the chosen format. */
export function formatHints(): NodeHint[] {
	const refusals = RARE.flatMap(([format, name]) => {
		const makes = ({ outputFormats }: Capabilities): boolean => outputFormats.includes(format);
		const other = exampleModel(makes, CATALOGUE);
		const inBatches = exampleModel((one) => makes(one) && one.batch !== 'no', CATALOGUE);
		const hint = (
			resource: 'image' | 'batch',
			models: readonly ModelEntry[],
			message: string,
		): NodeHint => ({
			message,
			type: 'warning',
			location: 'outputPane',
			whenToDisplay: 'beforeExecution',
			displayCondition: `={{ ${isChosen(format)} && ${isOneOf(models, resource)} }}`,
		});
		const without = CATALOGUE.models.filter(({ capabilities }) => !makes(capabilities));
		const choose = (model: string): string =>
			`The chosen model doesn't make ${name}, so this run would be refused. Choose one that does, such as ${model}, or another 'Output Format'.`;
		return [
			...(other === null ? [] : [hint('image', without, choose(other))]),
			inBatches === null
				? hint(
						'batch',
						CATALOGUE.models,
						`OpenAI doesn't accept models that make ${name} in batches, so this run would be refused. Make them with the resource 'Image', or choose another 'Output Format'.`,
					)
				: hint('batch', without, choose(inBatches)),
		];
	});
	return [...refusals, gifSizeHint()];
}

const isChosen = (format: OutputFormat): string =>
	`$rawParameter["options"]?.outputFormat === "${format}"`;

/** Size has a default, which no GIF can have. */
function gifSizeHint(): NodeHint {
	const makers = CATALOGUE.models.filter(({ capabilities }) =>
		capabilities.outputFormats.includes('gif'),
	);
	return {
		message:
			"No standard size fits a GIF, whose frames are drawn on one sheet, so this run would be refused. Set 'Size' to 'Auto' or 'Custom'.",
		type: 'warning',
		location: 'outputPane',
		whenToDisplay: 'beforeExecution',
		displayCondition: `={{ ${isChosen('gif')} && /^\\d+x/.test($rawParameter["size"]) && ${isOneOf(makers, 'image')} }}`,
	};
}
