import { picodollars, type Picodollars, readUsd, toUsdNumber, ZERO } from '../../core/util/money';

/** As n8n attaches them to the node's span in OpenTelemetry. */
type Attributes = Record<string, string | number | boolean>;

interface Usage {
	inputTokens: number;
	outputTokens: number;
	images: number;
	/** Those among them whose cost is not known. */
	unpricedImages: number;
	/** Of the others; `null` = of none. */
	cost: Picodollars | null;
}

const COST = 'gpt_image.cost_usd';

/**
 * Usage and cost of a node's run.
 * @param before of earlier tries, or of an agent's other calls: they are added up
 */
export function spanAttributes(before: Attributes, usage: Usage): Attributes {
	const counts = {
		// OpenTelemetry's own names (semantic conventions for generative AI).
		'gen_ai.usage.input_tokens': usage.inputTokens,
		'gen_ai.usage.output_tokens': usage.outputTokens,
		'gpt_image.images': usage.images,
		'gpt_image.images_of_unknown_cost': usage.unpricedImages,
	};
	const sums = Object.entries(counts).map(([name, count]) => [
		name,
		count + Number(before[name] ?? 0),
	]);
	const costs = [readUsd(before[COST]), usage.cost].filter((cost) => cost !== null);
	const cost = costs.reduce<bigint>((sum, one) => sum + one, ZERO);
	return {
		...(Object.fromEntries(sums) as Attributes),
		...(costs.length > 0 && { [COST]: toUsdNumber(picodollars(cost)) }),
	};
}
