/** The Data Table of the example rows-in-a-table. */
import type { N8n } from '../../n8n/harness/index.mts';

export interface Row {
	id: number;
	name: string;
	prompt: string;
	state: string;
	note: string | null;
	usd: number | null;
}

const COLUMNS = [
	['name', 'string'],
	['prompt', 'string'],
	['state', 'string'],
	['note', 'string'],
	['usd', 'number'],
] as const;

export interface RowsTable {
	rows(n8n: N8n): Promise<Row[]>;
	/** Rows that are all to do, in place of what was there. */
	fill(n8n: N8n, names: string[]): Promise<void>;
}

export async function createRowsTable(n8n: N8n): Promise<RowsTable> {
	const { id: project } = await n8n.request<{ id: string }>('GET', '/rest/projects/personal');
	const tables = `/rest/projects/${project}/data-tables`;
	const columns = COLUMNS.map(([name, type]) => ({ name, type }));
	const { id } = await n8n.request<{ id: string }>('POST', tables, { name: 'Image rows', columns });
	return {
		rows: async (now) =>
			(await now.request<{ data: Row[] }>('GET', `${tables}/${id}/rows?take=250`)).data,
		fill: async (now, names) => {
			const filter = JSON.stringify({
				type: 'and',
				filters: [{ columnName: 'id', condition: 'gte', value: 0 }],
			});
			await now.request('DELETE', `${tables}/${id}/rows?${new URLSearchParams({ filter })}`);
			const data = names.map((name) => ({
				name,
				prompt: `a picture of ${name}`,
				state: 'todo',
				note: '',
				usd: null,
			}));
			await now.request('POST', `${tables}/${id}/insert`, { data, returnType: 'count' });
		},
	};
}
