import { toExactUsd, toReadableUsd, ZERO, type Picodollars } from '../pricing/money';
import type { Group } from './group';
import type { Report } from './report';

/** "$0.0264", "at least $0.0264" or "unknown": what is not known is never shown as nothing. */
export function usdOf(cost: Picodollars | null, atLeast: boolean): string {
	return worded(cost, atLeast, (known) => (known === ZERO ? '$0' : toReadableUsd(known)));
}

/** The same to the last digit. */
export function exactUsdOf(cost: Picodollars | null, atLeast = false): string {
	return worded(cost, atLeast, (known) => `$${toExactUsd(known)}`);
}

/** At least nothing is no more than unknown. */
function worded(
	cost: Picodollars | null,
	atLeast: boolean,
	write: (known: Picodollars) => string,
): string {
	if (cost === null || (atLeast && cost === ZERO)) return 'unknown';
	return atLeast ? `at least ${write(cost)}` : write(cost);
}

/** "at least $0.0264, 12 images" */
export function amountOf({ cost, images, unknown, lost }: Group): string {
	return `${usdOf(cost, unknown > 0)}, ${countOf({ images, lost })}`;
}

/** "1 image, 2 lost" */
export function countOf({ images, lost }: Pick<Group, 'images' | 'lost'>): string {
	if (lost === 0) return plural(images, 'image');
	return `${images > 0 ? `${plural(images, 'image')}, ` : ''}${lost} lost`;
}

/** Whose cost it is that everything was spent for. */
export const ACCEPTED = {
	promoted: 'promoted image',
	picked: 'picked image',
	all: 'image',
} as const;

export const plural = (count: number, noun: string): string =>
	`${count} ${noun}${count === 1 ? '' : 's'}`;

/** The report in a sentence. */
export function reportSummary({ total, accepted, failures, skipped }: Report): string {
	const unknown =
		total.unknown === 0 || total.unknown === total.images
			? ''
			: `, ${total.unknown} of them of unknown cost`;
	const spent = total.cost === null ? 'Cost unknown' : capital(usdOf(total.cost, total.atLeast));
	const each =
		accepted.cost === null
			? ''
			: `; ${usdOf(accepted.cost, accepted.atLeast)} for each ${ACCEPTED[accepted.by]}`;
	const notMade =
		skipped > 0 ? `; ${plural(skipped, 'image')} not made because a budget was reached` : '';
	// Those whose image was billed and lost stand beside the images.
	const others = failures.count - failures.billed;
	const failed = others > 0 ? `; ${plural(others, 'request')} failed` : '';
	return `${spent} for ${countOf(total)}${unknown}${each}${failed}${notMade}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
