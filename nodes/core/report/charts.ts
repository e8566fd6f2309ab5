import { toUsdNumber } from '../pricing/money';
import { escapeHtml } from '../escapeHtml';
import type { Group } from './group';
import { amountOf, usdOf } from './words';

/*
 * Charts of plain boxes, because n8n's preview of a page lets through nothing else: no SVG, no image, no script.
 */

/** Horizontal bars, one for each group; none where nothing is known. They take their colours from the page. */
export function barChart(title: string, groups: readonly Group[]): string {
	const most = highest(groups);
	const rows = groups.map((group) => {
		const share = percent(group, most);
		const bar = share === null ? '' : `<div class="bar" style="width:${share.toFixed(1)}%"></div>`;
		return `<tr><th scope="row" class="label">${escapeHtml(clip(group.name, 30))}</th><td class="lane">${bar}</td><td class="value">${escapeHtml(amountOf(group))}</td></tr>`;
	});
	return `<table class="bars" aria-label="${escapeHtml(title)}">${rows.join('')}</table>`;
}

/** Columns up to which each one shows its amount and its name. */
const FEW = 10;

/** Columns in the order of time. */
export function columnChart(title: string, groups: readonly Group[]): string {
	const most = highest(groups);
	const every = Math.ceil(groups.length / FEW);
	const columns = groups.map((group) => {
		const amount =
			groups.length <= FEW
				? `<span>${escapeHtml(usdOf(group.cost, group.unknown > 0))}</span>`
				: '';
		const share = percent(group, most);
		const column =
			share === null
				? ''
				: `<div class="column" style="height:${(share * 1.4).toFixed(0)}px"></div>`;
		return `<td title="${escapeHtml(`${group.name}: ${amountOf(group)}`)}">${amount}${column}</td>`;
	});
	const days = groups.map(
		({ name }, index) =>
			`<th scope="col">${index % every === 0 ? escapeHtml(name === 'unknown' ? 'day unknown' : name.slice(5)) : ''}</th>`,
	);
	return `<table class="columns" aria-label="${escapeHtml(title)}"><tr>${columns.join('')}</tr><tr>${days.join('')}</tr></table>`;
}

function highest(groups: readonly Group[]): number {
	let most = 1e-12;
	for (const { cost } of groups) if (cost !== null) most = Math.max(most, toUsdNumber(cost));
	return most;
}

/** At least so much that it is seen; `null` = nothing is known, so there is nothing to see. */
const percent = ({ cost }: Group, most: number): number | null =>
	cost === null ? null : Math.max(0.5, (toUsdNumber(cost) / most) * 100);

const clip = (text: string, most: number): string =>
	text.length > most ? `${text.slice(0, most - 1)}…` : text;
