import { toReadableUsd, toUsdNumber } from '../pricing/money';
import { escapeHtml } from '../escapeHtml';
import type { Group } from './report';

/*
 * Charts of plain boxes, because n8n's preview of a page lets through nothing else: no SVG, no image, no script.
 */

/** Horizontal bars, one for each group. They take their colours from the page. */
export function barChart(title: string, groups: readonly Group[]): string {
	const most = highest(groups);
	const rows = groups.map(
		(group) =>
			`<tr><th scope="row" class="label">${escapeHtml(clip(group.name, 30))}</th><td class="lane"><div class="bar" style="width:${percent(group, most)}%"></div></td><td class="value">${escapeHtml(amountOf(group))}</td></tr>`,
	);
	return `<table class="bars" aria-label="${escapeHtml(title)}">${rows.join('')}</table>`;
}

/** Columns up to which each one shows its amount and its name. */
const FEW = 10;

/** Columns in the order of time. */
export function columnChart(title: string, groups: readonly Group[]): string {
	const most = highest(groups);
	const every = Math.ceil(groups.length / FEW);
	const columns = groups.map((group) => {
		const amount = groups.length <= FEW ? `<span>${escapeHtml(toReadableUsd(group.cost))}</span>` : '';
		return `<td title="${escapeHtml(`${group.name}: ${amountOf(group)}`)}">${amount}<div class="column" style="height:${(Number(percent(group, most)) * 1.4).toFixed(0)}px"></div></td>`;
	});
	const days = groups.map(({ name }, index) => `<th scope="col">${index % every === 0 ? escapeHtml(name === 'unknown' ? name : name.slice(5)) : ''}</th>`);
	return `<table class="columns" aria-label="${escapeHtml(title)}"><tr>${columns.join('')}</tr><tr>${days.join('')}</tr></table>`;
}

const highest = (groups: readonly Group[]): number => Math.max(...groups.map(({ cost }) => toUsdNumber(cost)), 1e-12);

/** At least so much that it is seen. */
const percent = ({ cost }: Group, most: number): string => Math.max(0.5, (toUsdNumber(cost) / most) * 100).toFixed(1);

/** "$0.0264, 12 images" */
export function amountOf({ cost, images, unknown }: Group): string {
	const number = `${images} ${images === 1 ? 'image' : 'images'}`;
	if (images > 0 && unknown === images) return `unknown, ${number}`;
	return `${toReadableUsd(cost)}${unknown > 0 ? ` + ${unknown} unknown` : ''}, ${number}`;
}

const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
