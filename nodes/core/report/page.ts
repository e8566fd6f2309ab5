import { barChart, columnChart } from './charts';
import { escapeHtml } from '../escapeHtml';
import type { Group } from './group';
import { REPORT_STYLE } from './pageStyle';
import type { Report } from './report';
import { ACCEPTED, countOf, exactUsdOf, plural, usdOf } from './words';

/** Unknown costs that the page lists one by one. */
const LISTED = 50;

/**
 * The report as one page that needs nothing else: no script, no font, no address.
 * @param madeAt ISO 8601
 */
export function reportPage(report: Report, title: string, madeAt: string): string {
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
		'<meta name="color-scheme" content="light dark"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
		`<title>${escapeHtml(title)}</title><style>${REPORT_STYLE}</style></head><body><main>`,
		`<header><h1>${escapeHtml(title)}</h1><p>Made ${escapeHtml(madeAt.replace('T', ' ').slice(0, 16))} UTC. Amounts in USD, from what the API reported for each image.</p></header>`,
		tiles(report),
		report.byModel.length === 0 ? `<p class="empty">${emptyWords(report)}</p>` : charts(report),
		notes(report),
		unknownTable(report),
		'</main></body></html>',
	].join('\n');
}

const emptyWords = ({ skipped, failures }: Report): string =>
	skipped > 0 || failures.count > 0
		? 'No image was made.'
		: 'No image of the GPT Image nodes came in.';

function tiles(report: Report): string {
	const { total, accepted, batch, failures, skipped } = report;
	const tile = (name: string, value: string, detail: string): string =>
		`<div class="tile"><dt>${escapeHtml(name)}</dt><dd><b>${escapeHtml(value).replace(/^at least /, '<small>at least</small> ')}</b><span>${escapeHtml(detail)}</span></dd></div>`;
	const unknown =
		total.unknown > 0 && total.cost !== null ? `, ${total.unknown} of unknown cost` : '';
	const each = accepted.images === 0 ? 'none' : usdOf(accepted.cost, accepted.atLeast);
	return `<dl class="tiles">${[
		tile('Spent', usdOf(total.cost, total.atLeast), `${countOf(total)}${unknown}`),
		tile(`Per ${ACCEPTED[accepted.by]}`, each, acceptedDetail(accepted)),
		...(batch.images > 0
			? [
					tile(
						'Saved by batches',
						usdOf(batch.cost, batch.unknown > 0),
						`${plural(batch.images, 'image')} at half the price`,
					),
				]
			: []),
		tile('Failed', String(failures.count), failureDetail(report)),
		...(skipped > 0 ? [tile('Not made', String(skipped), 'a budget was reached')] : []),
	].join('')}</dl>`;
}

function acceptedDetail({ by, images, draftsPerWinner }: Report['accepted']): string {
	if (by === 'all')
		return images === 0
			? 'no image was made'
			: `${plural(images, 'image')}, none picked or promoted`;
	const drafts = draftsPerWinner === null ? '' : `, ${draftsPerWinner.toFixed(1)} drafts for each`;
	return `${plural(images, ACCEPTED[by])}${drafts}`;
}

function failureDetail({ failures, total }: Report): string {
	const { count, neverSent, unknownCost, billed, cost } = failures;
	if (count === 0) return total.images > 0 ? 'every request brought an image' : 'no request failed';
	return [
		...(billed > 0 ? [`${billed} billed: ${usdOf(cost, false)}`] : []),
		...(neverSent > 0 ? [`${neverSent} never sent or worked on`] : []),
		...(unknownCost > 0 ? [`${unknownCost} of unknown cost`] : []),
	].join(', ');
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
	const hasLost = groups.some(({ lost }) => lost > 0);
	const head = ['Name', 'Images', ...(hasLost ? ['Lost'] : []), 'Cost', 'Cost unknown'].map(
		(name) => `<th scope="col">${name}</th>`,
	);
	const rows = groups.map(({ name, images, lost, cost, unknown }) => {
		const cells = [images, ...(hasLost ? [lost] : []), exactUsdOf(cost, unknown > 0), unknown].map(
			(cell) => `<td>${cell}</td>`,
		);
		return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.join('')}</tr>`;
	});
	return `<table class="figures"><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function notes(report: Report): string {
	const { failures, skipped, maybeBilledAttempts, duplicates, byRequest, leftOut, ignored } =
		report;
	const codes = failures.byCode.map(({ code, count }) => `${count} × ${code}`).join(', ');
	const list = [
		...(failures.count > 0 ? [`Failed: ${codes}.`] : []),
		...(failures.billed > 0
			? [
					`${plural(failures.billed, 'image')} made and billed, but lost: ${exactUsdOf(failures.cost)}. That is part of what was spent.`,
				]
			: []),
		...(failures.unknownCost > 0
			? [
					`The API does not say what a failed request costs: ${plural(failures.unknownCost, 'request')} may have been billed on top.`,
				]
			: []),
		...(skipped > 0 ? [`${plural(skipped, 'image')} not made because a budget was reached.`] : []),
		...(maybeBilledAttempts > 0
			? [`${plural(maybeBilledAttempts, 'attempt')} without an answer may have been billed on top.`]
			: []),
		...(duplicates > 0
			? [
					`${plural(duplicates, 'item')} ${duplicates === 1 ? 'is' : 'are'} of an image or a request that came in already, counted once.`,
				]
			: []),
		...(byRequest > 0
			? [`${plural(byRequest, 'image')} without an image ID, counted by what the request cost.`]
			: []),
		...(leftOut.items > 0
			? [
					`${plural(leftOut.items, 'item')} whose image ID is missing, left out. Cost: ${exactUsdOf(leftOut.cost)}.`,
				]
			: []),
		...(ignored > 0 ? [`${plural(ignored, 'item')} not from the GPT Image nodes, left out.`] : []),
	];
	return list.length === 0
		? ''
		: `<section><h2>Notes</h2><ul>${list.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul></section>`;
}

function unknownTable({ unknown }: Report): string {
	if (unknown.length === 0) return '';
	const rows = unknown
		.slice(0, LISTED)
		.map(
			({ model, requestId, prompt }) =>
				`<tr><th scope="row">${escapeHtml(model)}</th><td>${escapeHtml(requestId ?? '')}</td><td>${escapeHtml((prompt ?? '').slice(0, 80))}</td></tr>`,
		);
	const more = unknown.length > LISTED ? `<p>and ${unknown.length - LISTED} more</p>` : '';
	return `<section><h2>Cost unknown</h2><p>These images are in no sum.</p><table><thead><tr><th scope="col">Model</th><th scope="col">Request</th><th scope="col">Prompt</th></tr></thead><tbody>${rows.join('')}</tbody></table>${more}</section>`;
}
