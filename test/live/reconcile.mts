/** What this package says that images cost, beside what OpenAI says that it bills. */
import type { Records } from '../../nodes/core/report/types.ts';
import { list, record } from './target.mts';

/** 10^-12 USD. */
type Amount = bigint;

export interface Arithmetic {
	readRecords(items: Iterable<unknown>): Records;
	/** Null: no amount. */
	readUsd(value: unknown): Amount | null;
	/** The model that a name or a snapshot means; the name itself where none is known. */
	modelOf(name: string): string;
	/** Every id and alias. */
	modelNames: readonly string[];
}

export interface Side {
	images: number;
	cost: Amount;
}

export interface Ours {
	byModel: Map<
		string,
		Side & { /** Images and requests whose cost is not known. */ unknown: number }
	>;
	/** Attempts without an answer that may have been billed. */
	maybeBilled: number;
	/** A report instead of items: what it covers can't be divided by day. */
	isReport: boolean;
	/** Items of other days. */
	otherDays: number;
}

/**
 * @param content of a JSON file (items, an export of n8n's, or one item of Cost: Report), of JSON lines, or of a CSV file
 * @param day UTC, YYYY-MM-DD
 */
export function readOurs(
	content: string,
	isCsv: boolean,
	day: string,
	arithmetic: Arithmetic,
): Ours {
	const items = (isCsv ? csvRows(content) : jsonItems(content)).map(
		(item) => record(item)['json'] ?? item,
	);
	const [first] = items;
	const report = items.length === 1 ? list(record(first)['byModel']).map(record) : [];
	const ours: Ours = {
		byModel: new Map(),
		maybeBilled: 0,
		isReport: report.length > 0,
		otherDays: 0,
	};
	const add = (name: string, images: number, cost: Amount | null): void => {
		const model = arithmetic.modelOf(name);
		const known = ours.byModel.get(model) ?? { images: 0, cost: 0n, unknown: 0 };
		ours.byModel.set(model, {
			images: known.images + images,
			cost: known.cost + (cost ?? 0n),
			unknown: known.unknown + (cost === null ? 1 : 0),
		});
	};
	if (ours.isReport) {
		for (const { model, images, exact, usd } of report)
			add(String(model), Number(images), arithmetic.readUsd(exact ?? usd));
		ours.maybeBilled = Number(record(first)['maybeBilledAttempts'] ?? 0);
		return ours;
	}
	const records = arithmetic.readRecords(items);
	ours.maybeBilled = records.maybeBilledAttempts;
	for (const { model, cost, day: made } of records.images)
		made === day || made === null ? add(model, 1, cost) : (ours.otherDays += 1);
	for (const { model, cost, day: made, sent } of records.failures)
		if (sent && (made === day || made === null)) add(model, 0, cost);
	return ours;
}

function jsonItems(content: string): unknown[] {
	try {
		const parsed = JSON.parse(content) as unknown;
		return Array.isArray(parsed) ? parsed : [parsed];
	} catch {
		return content
			.split('\n')
			.filter((line) => line.trim() !== '')
			.map((line) => JSON.parse(line) as unknown);
	}
}

/** RFC 4180. */
export function csvRows(content: string): Array<Record<string, string>> {
	const rows: string[][] = [[]];
	for (const [, quoted, plain, end] of content
		.replace(/^\uFEFF/, '')
		.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
		rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
		if (end !== ',') rows.push([]);
	}
	const [head = [], ...body] = rows.filter((row) => row.length > 1 || (row[0] ?? '') !== '');
	return body.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])));
}

export interface Line {
	name: string;
	/** Null: it names none. */
	model: string | null;
	cost: Amount;
}

export interface Theirs {
	lines: Line[];
	images: Map<string, { images: number; requests: number }>;
}

export interface Account {
	/** With the version's path, without a trailing slash. */
	baseUrl: string;
	adminKey: string;
	/** Null: all of them. */
	project: string | null;
}

const DAY_SECONDS = 24 * 3600;

/** @throws in words for people */
export async function readTheirs(
	account: Account,
	day: string,
	arithmetic: Arithmetic,
): Promise<Theirs> {
	const start = Date.parse(`${day}T00:00:00Z`) / 1000;
	const lines: Line[] = [];
	for (const result of await results(account, '/organization/costs', {
		start,
		group: 'line_item',
	})) {
		const { line_item: name, amount } = result;
		const cost = arithmetic.readUsd(record(amount)['value']);
		if (cost === null)
			throw new Error(
				`A line of /organization/costs has no amount that can be read: ${JSON.stringify(result)}`,
			);
		lines.push({
			name: String(name ?? 'without a name'),
			model: modelIn(String(name ?? ''), arithmetic),
			cost,
		});
	}
	const images: Theirs['images'] = new Map();
	for (const { model, images: count, num_model_requests: requests } of await results(
		account,
		'/organization/usage/images',
		{ start, group: 'model' },
	)) {
		const name = arithmetic.modelOf(String(model ?? 'unknown'));
		const known = images.get(name) ?? { images: 0, requests: 0 };
		images.set(name, {
			images: known.images + Number(count),
			requests: known.requests + Number(requests),
		});
	}
	return { lines, images };
}

/** The longest name of a model that stands in a line. */
function modelIn(line: string, { modelNames, modelOf }: Arithmetic): string | null {
	const text = line.toLowerCase().replace(/[\s_]+/g, '-');
	const [longest] = modelNames
		.filter((name) => text.includes(name))
		.sort((a, b) => b.length - a.length);
	return longest === undefined ? null : modelOf(longest);
}

async function results(
	{ baseUrl, adminKey, project }: Account,
	path: string,
	{ start, group }: { start: number; group: string },
): Promise<Array<Record<string, unknown>>> {
	const found: Array<Record<string, unknown>> = [];
	let page: string | null = null;
	do {
		// Lists with brackets, as the official client writes them.
		const query = new URLSearchParams({
			start_time: String(start),
			end_time: String(start + DAY_SECONDS),
			bucket_width: '1d',
			'group_by[]': group,
			...(project !== null && { 'project_ids[]': project }),
			...(page !== null && { page }),
		});
		const answer = await fetch(`${baseUrl}${path}?${query.toString()}`, {
			headers: { authorization: `Bearer ${adminKey}` },
			signal: AbortSignal.timeout(60_000),
		});
		const body = record(await answer.json().catch(() => ({})));
		if (!answer.ok)
			throw new Error(
				`OpenAI refused ${path} with status ${answer.status}: ${String(record(body['error'])['message'] ?? 'no explanation')} OPENAI_ADMIN_KEY has to be an admin key (platform.openai.com/settings/organization/admin-keys).`,
			);
		for (const bucket of list(body['data']))
			found.push(...list(record(bucket)['results']).map(record));
		page = body['has_more'] === true ? String(body['next_page']) : null;
	} while (page !== null);
	return found;
}

export interface Row {
	model: string;
	ours: Side & { unknown: number };
	theirs: Side;
	/** Theirs less ours. */
	difference: Amount;
	lines: Line[];
	/** What may have brought the difference about; empty: there is none, or nobody knows. */
	because: string[];
}

/** OpenAI writes its amounts as binary numbers. */
const TOLERANCE = 100_000_000n;

export const isEqual = ({ difference }: Row): boolean =>
	difference < TOLERANCE && difference > -TOLERANCE;

const NOTHING = { images: 0, cost: 0n, unknown: 0 };

/** One row for each model, the largest difference first. */
export function compare(ours: Ours, theirs: Theirs): Row[] {
	const billed = theirs.lines.flatMap(({ model }) => model ?? []);
	const models = [...new Set([...ours.byModel.keys(), ...billed, ...theirs.images.keys()])];
	const rows = models.map((model): Row => {
		const lines = theirs.lines.filter((line) => line.model === model);
		const own = ours.byModel.get(model) ?? NOTHING;
		const cost = lines.reduce((sum, line) => sum + line.cost, 0n);
		const row = {
			model,
			ours: own,
			theirs: { images: theirs.images.get(model)?.images ?? 0, cost },
			difference: cost - own.cost,
			lines,
		};
		return { ...row, because: isEqual({ ...row, because: [] }) ? [] : reasons(row, ours) };
	});
	const size = ({ difference }: Row): bigint => (difference < 0n ? -difference : difference);
	return rows.sort((a, b) =>
		size(a) > size(b) ? -1 : size(a) < size(b) ? 1 : a.model < b.model ? -1 : 1,
	);
}

function reasons({ ours: own, theirs, difference }: Omit<Row, 'because'>, ours: Ours): string[] {
	const found: string[] = [];
	const extra = theirs.images - own.images;
	if (difference > 0n) {
		if (own.unknown > 0) found.push(`${own.unknown} of our images or requests have no known cost`);
		if (extra > 0)
			found.push(
				`${extra} images are billed that are not in the file: made by something else with this project's keys, lost on the way, or removed from the file`,
			);
		if (ours.maybeBilled > 0)
			found.push(`${ours.maybeBilled} attempts without an answer may have been billed`);
		return found;
	}
	if (theirs.cost === 0n && theirs.images === 0)
		found.push(
			'nothing of it is billed yet: OpenAI may book it later, or on the day a batch ends, or in another project',
		);
	else if (extra < 0)
		found.push(
			`${-extra} images in the file are not billed on this day: their day ends at midnight UTC, and a batch is booked when it ends`,
		);
	if (ours.isReport) found.push('the file is a report, which may cover more than this day');
	return found;
}

const usd = (amount: Amount): string =>
	`${amount < 0n ? '-' : ''}$${(Number(amount < 0n ? -amount : amount) / 1e12).toFixed(6)}`;

interface About {
	day: string;
	project: string | null;
	otherDays: number;
	/** What OpenAI bills that names no model of images. */
	others: readonly Line[];
}

export function wordsOf(rows: readonly Row[], { day, project, otherDays, others }: About): string {
	const head = `${day} (UTC), ${project === null ? 'all projects' : `project ${project}`}${otherDays > 0 ? `; images of other days that are left out: ${otherDays}` : ''}`;
	const parts = rows.map((row) => {
		const { model, ours, theirs, difference, lines, because } = row;
		const result = isEqual(row)
			? 'the same'
			: `${usd(difference)} ${difference > 0n ? 'more' : 'less'} is billed`;
		return [
			`${model}: ours ${usd(ours.cost)} for ${ours.images} images, OpenAI's ${usd(theirs.cost)} for ${theirs.images}: ${result}`,
			...lines.map((line) => `  ${usd(line.cost)}  ${line.name}`),
			...because.map((reason) => `  perhaps: ${reason}`),
			...(isEqual(row) || because.length > 0 ? [] : ['  not explained']),
		].join('\n');
	});
	const rest =
		others.length === 0
			? []
			: [
					[
						'Lines that name no model of images, which are in no sum above:',
						...others.map((line) => `  ${usd(line.cost)}  ${line.name}`),
					].join('\n'),
				];
	return [head, ...(parts.length === 0 ? ['Neither side has any images.'] : parts), ...rest].join(
		'\n\n',
	);
}
