import { asRecord, asText } from '../util/json';
import { readUsd, toReadableUsd } from '../util/money';

type Fields = Record<string, unknown>;

const MOST_ALTERNATIVES = 3;

/**
 * `estimate` of an item without what only few ask for: what it costs now and as a batch, the same of all items together, and the
 * best alternatives in words. Those of the same quality come first, then the cheapest.
 */
export function shortEstimate(estimate: Fields): Fields {
	const { usd, batchUsd, images, model, quality, size, acceptanceRate, perAcceptedUsd, quotedUsd } =
		estimate;
	const total = asRecord(estimate['total']);
	return {
		usd,
		batchUsd,
		totalUsd: total['usd'] ?? null,
		...(model !== undefined && { images, model, quality, size }),
		...(acceptanceRate !== undefined && acceptanceRate !== 100 && { perAcceptedUsd }),
		...(quotedUsd !== undefined && { quotedUsd }),
		alternatives: bestOf(estimate),
	};
}

function bestOf({ alternatives, model, quality }: Fields): string[] {
	const others = (Array.isArray(alternatives) ? alternatives : [])
		.map(asRecord)
		.filter(
			(one) => one['model'] !== model || one['quality'] !== quality || one['provider'] !== 'openai',
		);
	const isSame = (one: Fields): boolean => one['quality'] === quality;
	return [...others.filter(isSame), ...others.filter((one) => !isSame(one))]
		.slice(0, MOST_ALTERNATIVES)
		.map(lineOf);
}

/** "gpt-image-2 low: $0.0059, $0.0030 as a batch" */
function lineOf({ provider, model, quality, usd, batchUsd, endsOn }: Fields): string {
	const [now, batch] = [readUsd(usd), readUsd(batchUsd)];
	return [
		`${String(model)} ${String(quality)}${provider === 'openai' ? '' : ` at ${String(provider)}`}: ${now === null ? 'unknown' : toReadableUsd(now)}`,
		...(batch === null ? [] : [`${toReadableUsd(batch)} as a batch`]),
		...(asText(endsOn) === null ? [] : [`ends ${String(endsOn)}`]),
	].join(', ');
}
