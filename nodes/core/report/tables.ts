import { toUsdNumber } from '../util/money';
import { escapeHtml } from '../util/text';
import { fieldsTogether, NO_VALUE } from './byField';
import { together } from './group';
import type { FieldGroup, Group, Kind, Report } from './types';
import type { SayUsd } from './words';

/** Rows of a table; what is left is one more. */
const MOST_ROWS = 25;
const MOST_DAYS = 31;

/** Rows up to which model, stage and quality are one table. */
const MOST_KINDS = 10;

interface Table<T extends Group> {
	heading: string;
	/** Of the first column. */
	name: string;
	groups: readonly T[];
	/** All that have no row of their own. */
	rest: T | null;
	isRestFirst?: boolean;
	/** The total, which is that of the whole page. */
	whole: T;
	/** More columns of numbers. */
	more: ReadonlyArray<Column<T>>;
}

type Column<T> = readonly [name: string, value: (group: T) => number];

/** By whatever the images differ in, each figure once; and in one sentence what is the same for all. */
export function tables(report: Report, usd: SayUsd): string {
	const stages = report.byStage.map((one) => ({ ...one, name: stageOf(one.name) }));
	const facts = [
		plain(report, 'Stage', stages),
		plain(report, 'Model', report.byModel),
		plain(report, 'Quality', report.byQuality),
	];
	const [several, day] = [facts.filter(({ groups }) => groups.length > 1), byDay(report)];
	const isShort = several.length > 1 && report.byKind.length <= MOST_KINDS;
	const shown = [
		...(isShort
			? [
					byKind(
						report,
						several.map(({ name }) => name),
					),
				]
			: several),
		...(day.groups.length > 1 ? [day] : []),
	];
	const same = [...facts, day].filter(({ groups }) => groups.length === 1);
	return [...fieldTable(report, usd), ...shown.map((one) => table(one, usd)), sentence(same)].join(
		'\n',
	);
}

const STAGES: Readonly<Record<string, string>> = {
	draft: 'drafts',
	edit: 'edits',
	final: 'finals',
	lost: 'made and billed, but lost',
};

const stageOf = (stage: string): string => STAGES[stage] ?? stage;

function plain(report: Report, name: string, groups: readonly Group[]): Table<Group> {
	const [shown, others] = [groups.slice(0, MOST_ROWS), groups.slice(MOST_ROWS)];
	const rest = others.length === 0 ? null : together(`(${others.length} more)`, others);
	return {
		heading: `By ${name.toLowerCase()}`,
		name,
		groups: shown,
		rest,
		whole: report.total,
		more: [],
	};
}

/**
 * Where one says nearly what the other does, as of drafts by one model and finals by another.
 * @param names of what differs
 */
function byKind(report: Report, names: readonly string[]): Table<Group> {
	const words = ({ stage, model, quality }: Kind): string[] =>
		[
			['Stage', stageOf(stage)],
			['Model', model],
			['Quality', quality],
		].flatMap(([name = '', word = '']) => {
			if (!names.includes(name)) return [];
			if (word !== 'unknown') return [word];
			return name === 'Model' ? ['model not known'] : [];
		});
	const groups = report.byKind.map((kind) => ({
		...kind,
		name: words(kind).join(', ') || 'unknown',
	}));
	const name = `${names.slice(0, -1).join(', ')} and ${names.slice(-1).join('')}`.toLowerCase();
	return { ...plain(report, 'Kind', groups), heading: `By ${name}` };
}

function byDay(report: Report): Table<Group> {
	const [earlier, last] = [report.byDay.slice(0, -MOST_DAYS), report.byDay.slice(-MOST_DAYS)];
	const rest = earlier.length === 0 ? null : together(`(${earlier.length} earlier)`, earlier);
	return {
		...plain(report, 'Day', last),
		heading: 'By day (UTC)',
		groups: last,
		rest,
		isRestFirst: true,
	};
}

function fieldTable({ byField, total, failures, skipped }: Report, usd: SayUsd): string[] {
	if (byField === null) return [];
	const named = byField.groups.map((one) => ({
		...one,
		name: one.name === NO_VALUE ? '(none)' : one.name,
	}));
	const [groups, others] = [named.slice(0, MOST_ROWS), named.slice(MOST_ROWS)];
	const rest = others.length === 0 ? null : fieldsTogether(`(${others.length} more)`, others);
	const more: Array<Column<FieldGroup>> = [
		['Failed', ({ failed }) => failed],
		['Not made', (one) => one.skipped],
	];
	return [
		table(
			{
				heading: `By ${byField.field}`,
				name: byField.field,
				groups,
				rest,
				whole: { ...total, failed: failures.count, skipped },
				more,
			},
			usd,
		),
	];
}

/** Each row has a bar beside its figures. Columns of nothing but zeros are left out. */
function table<T extends Group>(
	{ heading, name, groups, rest, isRestFirst, whole, more }: Table<T>,
	usd: SayUsd,
): string {
	const counts: Array<Column<T>> = [
		['Images', ({ images }) => images],
		['Lost', ({ lost }) => lost],
		...more,
		['Cost unknown', ({ unknown }) => unknown],
	];
	const columns = counts.filter(([, value], index) => index === 0 || value(whole) > 0);
	const most = Math.max(...groups.map(({ cost }) => (cost === null ? 0 : toUsdNumber(cost))));
	const row = (one: T, lane: string): string => {
		const cells = [...columns.map(([, value]) => String(value(one))), usd(one.cost, one.atLeast)];
		return `<tr><th scope="row">${escapeHtml(clip(one.name))}</th><td class="lane">${lane}</td>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
	};
	const [rows, others] = [
		groups.map((one) => row(one, bar(one, most))),
		rest === null ? [] : [row(rest, '')],
	];
	const head = [...columns.map(([title]) => title), 'Cost'].map(
		(title) => `<th scope="col">${title}</th>`,
	);
	return [
		`<section><h2>${escapeHtml(clip(heading))}</h2><table class="figures${columns.length > 2 ? ' wide' : ''}"><thead><tr><th scope="col">${escapeHtml(clip(name))}</th><td class="lane"></td>${head.join('')}</tr></thead>`,
		`<tbody>${(isRestFirst ? [...others, ...rows] : [...rows, ...others]).join('\n')}</tbody>`,
		`<tfoot>${row({ ...whole, name: 'Total' }, '')}</tfoot></table></section>`,
	].join('\n');
}

/** At least so wide that it is seen; none where nothing is known or nothing was spent. */
function bar({ cost }: Group, most: number): string {
	const usd = cost === null ? 0 : toUsdNumber(cost);
	return usd === 0
		? ''
		: `<div class="bar" style="width:${Math.max(0.5, (usd / most) * 100).toFixed(1)}%"></div>`;
}

function sentence(same: ReadonlyArray<Table<Group>>): string {
	const known = same.filter(({ groups }) => groups[0]?.name !== 'unknown');
	const words = known.map(
		({ name, groups }) => `${name.toLowerCase()} ${clip(groups[0]?.name ?? '')}`,
	);
	return words.length === 0
		? ''
		: `<p class="same">The same for all: ${escapeHtml(words.join(' · '))}</p>`;
}

/** Longest name that a table shows. */
const LONGEST = 60;

const clip = (text: string): string =>
	text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
