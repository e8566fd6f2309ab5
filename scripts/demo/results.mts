import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';
import type { N8n } from '../../test/n8n/harness/index.mts';
import { money } from './dist.mts';
import { formatTable } from './table.mts';

/** What the demo reads of an item; the interface is described in docs. */
interface ImageJson {
	prompt?: string;
	error?: string;
	model?: string;
	quality?: string;
	size?: string;
	costUsd?: number | null;
}

const PROMPT_WIDTH = 44;

function shorten(text: string): string {
	return text.length > PROMPT_WIDTH ? `${text.slice(0, PROMPT_WIDTH - 1)}…` : text;
}

const UNKNOWN = 'unknown';

function padDecimals(amount: string, decimals: number): string {
	const [whole, fraction = ''] = amount.split('.');
	return decimals === 0 ? amount : `${whole}.${fraction.padEnd(decimals, '0')}`;
}

/** Amounts with the same number of decimals, so that their points stand below each other. */
function alignPoints(amounts: string[]): string[] {
	const decimals = (amount: string): number => amount.split('.')[1]?.length ?? 0;
	const most = Math.max(...amounts.map(decimals));
	return amounts.map((amount) => (amount === UNKNOWN ? amount : padDecimals(amount, most)));
}

function row({ json, binary }: INodeExecutionData): string[] {
	const { error, prompt, model, quality, size } = json as ImageJson;
	return [
		shorten(error ? `FAILED: ${error}` : (prompt ?? '')),
		model ?? '',
		quality ?? '',
		size ?? '',
		String(binary?.['data']?.bytes ?? ''),
	];
}

/** The items as a table, with the exact total below. */
export function describeItems(items: INodeExecutionData[]): string {
	const read = items.map(({ json }) => money.readUsd((json as ImageJson).costUsd));
	const total = money.sum(read.flatMap((cost) => cost ?? []));
	const costs = alignPoints([
		...read.map((cost) => (cost === null ? UNKNOWN : money.toExactUsd(cost))),
		money.toExactUsd(total),
	]);
	const head = ['prompt', 'model', 'quality', 'size', 'bytes', 'cost in USD'];
	const rows = [...items.map(row), ['total', '', '', '', '']].map((cells, index) => [
		...cells,
		costs[index] ?? '',
	]);
	return formatTable([head, ...rows], [4, 5]);
}

/** Why the first item that failed did; the table has no room for it. */
export function firstFailure(items: INodeExecutionData[]): string | undefined {
	return items.map(({ json }) => (json as ImageJson).error).find((error) => error !== undefined);
}

/** How many items hold no image. */
export function countFailed(items: INodeExecutionData[]): number {
	return items.filter(({ json, binary }) => 'error' in json || binary === undefined).length;
}

/**
 * Fetches the images from n8n, as the editor's download button does.
 *
 * @param folder - is emptied first
 * @returns how many were written
 */
export async function saveImages(
	n8n: N8n,
	items: INodeExecutionData[],
	folder: string,
): Promise<number> {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	let written = 0;
	for (const { binary = {} } of items) {
		for (const { id, fileName } of Object.values(binary)) {
			if (id === undefined) continue;
			written += 1;
			const name = `${String(written).padStart(2, '0')}-${fileName ?? 'image'}`;
			writeFileSync(join(folder, name), (await n8n.downloadBinary(id)).body);
		}
	}
	return written;
}
