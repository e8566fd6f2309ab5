import { picodollars, type Picodollars, toExactUsd, toReadableUsd, ZERO } from '../util/money';
import { plural } from '../util/text';
import type { Group, Report } from './types';

/** Says an amount: "$0.0264", "at least $0.0264" or "unknown". What is not known is never shown as nothing, and at least nothing is no more than unknown. */
export type SayUsd = (cost: Picodollars | null, atLeast?: boolean) => string;

const saying =
	(write: (known: Picodollars) => string): SayUsd =>
	(cost, atLeast = false) => {
		if (cost === null || (atLeast && cost === ZERO)) return 'unknown';
		const known = cost === ZERO ? '$0' : write(cost);
		return atLeast ? `at least ${known}` : known;
	};

const usdOf = saying(toReadableUsd);

const DOLLAR = 10n ** 12n;

/** Decimals of all amounts of a page, so that they can be compared: more where all of it cost little. */
export const decimalsFor = ({ total }: Report): number =>
	total.cost === null || total.cost < DOLLAR ? 6 : 4;

/** In one style for the whole page: so many decimals, and never zeros alone. */
export function pageAmounts(report: Report): SayUsd {
	const decimals = decimalsFor(report);
	const unit = DOLLAR / 10n ** BigInt(decimals);
	const written = (units: bigint): string => {
		const [whole = '0', fraction = ''] = toExactUsd(picodollars(units * unit)).split('.');
		return `$${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}.${fraction.padEnd(decimals, '0')}`;
	};
	return saying((known) =>
		known * 2n < unit ? `under ${written(1n)}` : written((known * 2n + unit) / (unit * 2n)),
	);
}

/** "1 image, 2 lost" */
export function countOf({ images, lost }: Pick<Group, 'images' | 'lost'>): string {
	if (lost === 0) return plural(images, 'image');
	return `${images > 0 ? `${plural(images, 'image')}, ` : ''}${lost} lost`;
}

/** "12 items have no cost: …" */
export const ignoredWords = (ignored: number): string =>
	`${ignored === 1 ? '1 item has no cost: it is' : `${ignored} items have no cost: they are`} not from a GPT Image node, or the image ID and the cost were removed.`;

/** The report in a sentence or two. */
export function reportSummary(report: Report): string {
	const { total, failures, skipped, ignored } = report;
	// Those whose image was billed and lost stand beside the images.
	const others = failures.count - failures.billed;
	const nothing = total.images + total.lost + others + skipped === 0;
	if (nothing)
		return ignored === 0
			? 'There are no images from GPT Image nodes in the input.'
			: `There are no images from GPT Image nodes in the input. ${ignoredWords(ignored)}`;
	const failed = others > 0 ? `; ${plural(others, 'request')} failed` : '';
	const notMade =
		skipped > 0 ? `; ${plural(skipped, 'image')} not made because a budget was reached` : '';
	return `${spentWords(report)}${failed}${notMade}.${ignored > 0 ? ` ${ignoredWords(ignored)}` : ''}`;
}

function spentWords({ total, accepted, perImage }: Report): string {
	const spent = usdOf(total.cost, total.atLeast);
	if (total.images + total.lost === 0)
		return spent === 'unknown'
			? 'Cost unknown, no images were made'
			: 'Nothing was spent, no images were made';
	const unknown =
		total.unknown === 0 || total.unknown === total.images
			? ''
			: `, ${total.unknown} of them of unknown cost`;
	const [each, cost] =
		accepted.by === null ? ['image', perImage] : [`${accepted.by} image`, accepted.cost];
	const forEach = cost === null ? '' : `; ${usdOf(cost, total.atLeast)} for each ${each}`;
	return `${spent === 'unknown' ? 'Cost unknown' : capital(spent)} for ${countOf(total)}${unknown}${forEach}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
