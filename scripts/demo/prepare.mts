/** What examples need beside a credential and files: rows in Data Tables, and a finished batch. */
import { readFileSync } from 'node:fs';
import type { INode } from 'n8n-workflow';
import { nodeOutput, type N8n, type WorkflowJson } from '../../test/n8n/harness/index.mts';
import type { Simulator } from '../../test/simulator/index.mts';
import { parseCsv } from './csv.mts';
import { PROMPTS_CSV } from './paths.mts';

/** As many rows as show what an example does. */
const ROWS = 3;

interface Column {
	name: string;
	type: string;
}

/** What the column of this name holds in the row of a prompt. */
function cell(column: string, row: Record<string, string>, index: number): string | number | null {
	const cells: Record<string, string | number> = {
		name: row['id'] ?? '',
		sku: row['id'] ?? '',
		prompt: row['prompt'] ?? '',
		state: 'todo',
		note: '',
		supplier: `Supplier ${index + 1}`,
		price: 10 * (index + 1),
	};
	return cells[column] ?? null;
}

/** The nodes of an example that make a Data Table. */
function tableNodes({ nodes }: WorkflowJson): INode[] {
	return nodes.filter(
		({ type, parameters }) =>
			type === 'n8n-nodes-base.dataTable' &&
			parameters['resource'] === 'table' &&
			parameters['operation'] === 'create',
	);
}

/** Makes the Data Tables of an example, as the example itself would, and puts rows into them. @returns their names */
export async function fillTables(n8n: N8n, example: WorkflowJson): Promise<string[]> {
	const rows = parseCsv(readFileSync(PROMPTS_CSV, 'utf8')).slice(0, ROWS);
	const names: string[] = [];
	for (const { parameters } of tableNodes(example)) {
		const name = String(parameters['tableName']);
		const columns = (parameters['columns'] as unknown as { column: Column[] }).column;
		const { id: project } = await n8n.request<{ id: string }>('GET', '/rest/projects/personal');
		const tables = `/rest/projects/${project}/data-tables`;
		const { id } = await n8n.request<{ id: string }>('POST', tables, { name, columns });
		const data = rows.map((row, index) =>
			Object.fromEntries(columns.map((column) => [column.name, cell(column.name, row, index)])),
		);
		await n8n.request('POST', `${tables}/${id}/insert`, { data, returnType: 'count' });
		names.push(name);
	}
	return names;
}

/** A batch of which two requests failed, both worth another try. @returns its ID */
export async function makeBatch(n8n: N8n, simulator: Simulator, submitId: string): Promise<string> {
	simulator.configure({ batchLineFault: (_, index) => (index < 2 ? 'serverError' : undefined) });
	const execution = await n8n.waitForExecution(await n8n.runWorkflow(submitId));
	await simulator.settled();
	simulator.configure({ batchLineFault: undefined });
	return String(nodeOutput(execution, 'Submit Batch').items[0]?.json['batchId']);
}
