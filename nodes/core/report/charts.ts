import { toReadableUsd, toUsdNumber } from '../pricing/money';
import { escapeHtml } from '../escapeHtml';
import type { Group } from './report';

const ROW = 34;
const LABEL_WIDTH = 190;
const BAR_WIDTH = 330;
const VALUE_WIDTH = 140;
const WIDTH = LABEL_WIDTH + BAR_WIDTH + VALUE_WIDTH;

/** Horizontal bars, one for each group, as inline SVG that takes its colours from the page. */
export function barChart(title: string, groups: readonly Group[]): string {
	const most = Math.max(...groups.map(({ cost }) => toUsdNumber(cost)), 1e-12);
	const rows = groups.map((group, index) => bar(group, index * ROW, (toUsdNumber(group.cost) / most) * BAR_WIDTH));
	return svg(title, WIDTH, groups.length * ROW, rows.join(''));
}

function bar(group: Group, top: number, length: number): string {
	const middle = top + ROW / 2;
	return [
		`<text x="${LABEL_WIDTH - 10}" y="${middle}" class="label">${escapeHtml(clip(group.name, 26))}</text>`,
		`<rect x="${LABEL_WIDTH}" y="${top + 7}" width="${Math.max(2, length).toFixed(1)}" height="${ROW - 14}" rx="4" class="bar"/>`,
		`<text x="${(LABEL_WIDTH + Math.max(2, length) + 8).toFixed(1)}" y="${middle}" class="value">${escapeHtml(amountOf(group))}</text>`,
	].join('');
}

const COLUMN_HEIGHT = 150;

/** Columns in the order of time. */
export function columnChart(title: string, groups: readonly Group[]): string {
	const most = Math.max(...groups.map(({ cost }) => toUsdNumber(cost)), 1e-12);
	const step = WIDTH / groups.length;
	const every = Math.ceil(groups.length / 10);
	const columns = groups.map((group, index) => {
		const height = Math.max(2, (toUsdNumber(group.cost) / most) * COLUMN_HEIGHT);
		const center = (index + 0.5) * step;
		const wide = Math.min(56, step * 0.7);
		const day = index % every === 0 ? `<text x="${center.toFixed(1)}" y="${COLUMN_HEIGHT + 46}" class="day">${escapeHtml(group.name.slice(group.name.length > 7 ? 5 : 0))}</text>` : '';
		const amount = groups.length <= 10 ? `<text x="${center.toFixed(1)}" y="${(COLUMN_HEIGHT + 16 - height).toFixed(1)}" class="day">${escapeHtml(toReadableUsd(group.cost))}</text>` : '';
		const title = `<title>${escapeHtml(`${group.name}: ${amountOf(group)}`)}</title>`;
		return `<g>${title}<rect x="${(center - wide / 2).toFixed(1)}" y="${(COLUMN_HEIGHT + 24 - height).toFixed(1)}" width="${wide.toFixed(1)}" height="${height.toFixed(1)}" rx="3" class="bar"/>${day}${amount}</g>`;
	});
	return svg(title, WIDTH, COLUMN_HEIGHT + 56, columns.join(''));
}

/** "$0.0264, 12 images" */
export function amountOf({ cost, images, unknown }: Group): string {
	const number = `${images} ${images === 1 ? 'image' : 'images'}`;
	if (images > 0 && unknown === images) return `unknown, ${number}`;
	return `${toReadableUsd(cost)}${unknown > 0 ? ` + ${unknown} unknown` : ''}, ${number}`;
}

const svg = (title: string, width: number, height: number, content: string): string =>
	`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">${content}</svg>`;

const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
