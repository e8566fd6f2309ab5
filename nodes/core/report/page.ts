import { escapeHtml, plural } from '../util/text';
import { notes, unknownTable } from './notes';
import { REPORT_STYLE } from './pageStyle';
import { gallery, type Picture } from './pictures';
import { tables } from './tables';
import type { Report } from './types';
import { countOf, decimalsFor, ignoredWords, pageAmounts, type SayUsd } from './words';

/**
 * The report as one page that needs nothing else: no script, no font, no address. n8n's preview of a page lets through
 * nothing but plain boxes, tables and styles.
 * @param madeAt ISO 8601
 */
export function reportPage(
	report: Report,
	title: string,
	madeAt: string,
	pictures: readonly Picture[] = [],
): string {
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
		'<meta name="color-scheme" content="light dark"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">',
		`<title>${escapeHtml(title)}</title><style>${REPORT_STYLE}</style></head><body><main>`,
		`<header><h1>${escapeHtml(title)}</h1><p>Created ${escapeHtml(madeAt.replace('T', ' ').slice(0, 16))} UTC. Costs in USD, based on what the API reported for each image and rounded to ${decimalsFor(report)} decimals; the CSV file has the exact amounts.</p></header>`,
		...body(report, pictures),
		'</main></body></html>',
	].join('\n');
}

function body(report: Report, pictures: readonly Picture[]): string[] {
	const { total, failures, skipped, ignored } = report;
	if (total.images + total.lost + failures.count + skipped === 0) {
		return [
			`<section><p>There are no images from GPT Image nodes in the input. ${ignored > 0 ? escapeHtml(ignoredWords(ignored)) : ''}</p></section>`,
		];
	}
	const usd = pageAmounts(report);
	const hasTables = total.images + total.lost > 0 || report.byField !== null;
	return [
		tiles(report, usd),
		hasTables ? tables(report, usd) : '<section><p>No images were made.</p></section>',
		gallery(pictures, total.images, usd),
		notes(report, usd),
		unknownTable(report),
	];
}

function tiles(report: Report, usd: SayUsd): string {
	const { total, batch, failures, skipped } = report;
	const tile = (name: string, value: string, detail: string): string =>
		`<div class="tile"><dt>${escapeHtml(name)}</dt><dd><b>${escapeHtml(value).replace(/^at least /, '<small>at least</small> ')}</b><span>${escapeHtml(detail)}</span></dd></div>`;
	const unknown =
		total.unknown > 0 && total.cost !== null ? `, ${total.unknown} of unknown cost` : '';
	return `<dl class="tiles">${[
		tile('Spent', usd(total.cost, total.atLeast), `${countOf(total)}${unknown}`),
		...(total.images > 0 ? [tile(...each(report, usd))] : []),
		...(batch.images > 0
			? [
					tile(
						'Saved by batches',
						usd(batch.cost, batch.unknown > 0),
						`${plural(batch.images, 'image')} at half the price`,
					),
				]
			: []),
		tile('Failed', String(failures.count), failureDetail(report, usd)),
		...(skipped > 0 ? [tile('Not made', String(skipped), 'a budget was reached')] : []),
	].join('')}</dl>`;
}

/** For which images everything was spent. */
function each(
	{ accepted, perImage, total }: Report,
	usd: SayUsd,
): [name: string, value: string, detail: string] {
	const { by, images, cost, draftsPerWinner } = accepted;
	if (by === null)
		return [
			'Per image',
			usd(perImage, total.atLeast),
			`${plural(total.images, 'image')}, none reviewed or promoted`,
		];
	const drafts =
		draftsPerWinner === null
			? ''
			: `, ${plural(Math.round(draftsPerWinner * 10) / 10, 'draft')} for each`;
	return [
		`Per ${by} image`,
		images === 0 ? 'none' : usd(cost, total.atLeast),
		`${plural(images, `${by} image`)}${drafts}`,
	];
}

function failureDetail({ failures, total }: Report, usd: SayUsd): string {
	const { count, neverSent, unknownCost, billed, cost } = failures;
	if (count === 0)
		return total.images > 0 ? 'every request returned an image' : 'no requests failed';
	return [
		...(billed > 0 ? [`${billed} billed: ${usd(cost)}`] : []),
		...(neverSent > 0 ? [`${neverSent} never sent or processed`] : []),
		...(unknownCost > 0 ? [`${unknownCost} of unknown cost`] : []),
	].join(', ');
}
