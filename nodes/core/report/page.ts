import { toExactUsd, toReadableUsd } from '../pricing/money';
import { amountOf, barChart, columnChart } from './charts';
import { escapeHtml } from '../escapeHtml';
import { REPORT_STYLE } from './pageStyle';
import type { Group, Report } from './report';

/** Unknown costs that the page lists one by one. */
const LISTED = 50;

const ACCEPTED_BY = { promoted: 'promoted images', picked: 'images that were picked', all: 'images' } as const;

/**
 * The report as one page that needs nothing else: no script, no font, no address.
 * @param madeAt ISO 8601
 */
export function reportPage(report: Report, title: string, madeAt: string): string {
	const { total } = report;
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
		'<meta name="color-scheme" content="light dark"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
		`<title>${escapeHtml(title)}</title><style>${REPORT_STYLE}</style></head><body><main>`,
		`<header><h1>${escapeHtml(title)}</h1><p>Made ${escapeHtml(madeAt.replace('T', ' ').slice(0, 16))} UTC. Amounts in USD, from what the API reported of each image.</p></header>`,
		tiles(report),
		total.images === 0 ? '<p class="empty">No image with a cost came in.</p>' : charts(report),
		notes(report),
		unknownTable(report),
		'</main></body></html>',
	].join('\n');
}

function tiles({ total, accepted, batch, failures }: Report): string {
	const tile = (name: string, value: string, detail: string): string =>
		`<div class="tile"><dt>${escapeHtml(name)}</dt><dd><b>${escapeHtml(value)}</b><span>${escapeHtml(detail)}</span></dd></div>`;
	const perAccepted = accepted.cost === null ? 'unknown' : `${accepted.atLeast ? 'at least ' : ''}${toReadableUsd(accepted.cost)}`;
	const drafts = accepted.draftsPerWinner === null ? '' : `, ${accepted.draftsPerWinner.toFixed(1)} drafts each`;
	const unknown = total.unknown > 0 ? `, ${total.unknown} of unknown cost` : '';
	return `<dl class="tiles">${[
		tile('Spent', toReadableUsd(total.cost), `${plural(total.images, 'image')}${unknown}`),
		tile('Per accepted image', perAccepted, `${accepted.images} ${ACCEPTED_BY[accepted.by]}${drafts}`),
		tile('Saved by batches', toReadableUsd(batch.saved), `${plural(batch.images, 'image')} at half the price`),
		tile('Failed', String(failures.count), failureDetail(failures)),
	].join('')}</dl>`;
}

function failureDetail({ count, neverSent, unknownCost }: Report['failures']): string {
	if (count === 0) return 'every request brought an image';
	return [...(neverSent > 0 ? [`${neverSent} never sent`] : []), ...(unknownCost > 0 ? [`${unknownCost} of unknown cost`] : [])].join(', ');
}

function charts({ byModel, byStage, byQuality, byDay }: Report): string {
	const section = (title: string, chart: string, groups: readonly Group[]): string =>
		`<section><h2>${title}</h2>${chart}${table(groups)}</section>`;
	return [
		section('By model', barChart('Spend by model', byModel), byModel),
		section('By stage', barChart('Spend by stage', byStage), byStage),
		section('By quality', barChart('Spend by quality', byQuality), byQuality),
		section('By day (UTC)', columnChart('Spend by day', byDay), byDay),
	].join('\n');
}

function table(groups: readonly Group[]): string {
	const rows = groups.map(
		({ name, images, cost, unknown }) =>
			`<tr><th scope="row">${escapeHtml(name)}</th><td>${images}</td><td>$${toExactUsd(cost)}</td><td>${unknown}</td></tr>`,
	);
	return `<table class="figures"><thead><tr><th scope="col">Name</th><th scope="col">Images</th><th scope="col">Cost</th><th scope="col">Cost unknown</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function notes({ failures, skipped, maybeBilledAttempts, duplicates, ignored }: Report): string {
	const codes = failures.byCode.map(({ code, count }) => `${count} × ${code}`).join(', ');
	const list = [
		...(failures.count > 0 ? [`Failures: ${codes}. OpenAI does not say what a failed request costs.`] : []),
		...(skipped > 0 ? [`${plural(skipped, 'image')} not made, because a budget was reached.`] : []),
		...(maybeBilledAttempts > 0 ? [`${plural(maybeBilledAttempts, 'attempt')} without an answer may have been billed on top.`] : []),
		...(duplicates > 0 ? [`${plural(duplicates, 'item')} of an image that stood there already, counted once.`] : []),
		...(ignored > 0 ? [`${plural(ignored, 'item')} without a cost of the GPT Image nodes, left out.`] : []),
	];
	return list.length === 0 ? '' : `<section><h2>Notes</h2><ul>${list.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul></section>`;
}

function unknownTable({ unknown }: Report): string {
	if (unknown.length === 0) return '';
	const rows = unknown
		.slice(0, LISTED)
		.map(({ model, requestId, prompt }) => `<tr><th scope="row">${escapeHtml(model)}</th><td>${escapeHtml(requestId ?? '')}</td><td>${escapeHtml((prompt ?? '').slice(0, 80))}</td></tr>`);
	const more = unknown.length > LISTED ? `<p>and ${unknown.length - LISTED} more</p>` : '';
	return `<section><h2>Cost unknown</h2><p>Not contained in any sum.</p><table><thead><tr><th scope="col">Model</th><th scope="col">Request</th><th scope="col">Prompt</th></tr></thead><tbody>${rows.join('')}</tbody></table>${more}</section>`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The report in a sentence. */
export function reportSummary({ total, accepted }: Report): string {
	const each = accepted.cost === null ? '' : `; ${accepted.atLeast ? 'at least ' : ''}${toReadableUsd(accepted.cost)} for each of ${accepted.images} ${ACCEPTED_BY[accepted.by]}`;
	return `${amountOf(total)}${each}.`;
}
