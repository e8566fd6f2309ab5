import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeParameters } from 'n8n-workflow';
import { withFilesIn } from '../../test/n8n/exampleFor.mts';
import type { N8n, WorkflowJson } from '../../test/n8n/harness/index.mts';
import type { Simulator } from '../../test/simulator/index.mts';
import { WORKFLOWS } from './paths.mts';
import { fillTables, makeBatch } from './prepare.mts';

/** The example that the demo runs. */
export const MAIN_EXAMPLE = 'generate-from-csv.json';

/** The one that submits a batch, and the one that is about a batch of which something failed. */
const SUBMITS = 'nightly-catalogue-submit.json';
const RESUBMITS = 'resubmit-failed.json';

const OUR_NODE = /^n8n-nodes-gpt-image\./;

/** The GPT Image node of a workflow. */
export function gptImageNode(workflow: WorkflowJson): INode {
	const found = workflow.nodes.find((node) => node.type === 'n8n-nodes-gpt-image.gptImage');
	if (found === undefined) throw new Error(`"${workflow.name}" has no GPT Image node`);
	return found;
}

export interface Connections {
	credential: { id: string; name: string };
	/** the folder that n8n may read files from */
	filesFolder: string;
	/** the most that a run of one node may cost, in USD; 0 for no limit */
	budgetUsd: number;
	/** where there is one, its batches are finished in seconds */
	simulator?: Simulator;
}

/** What a user does after an import: choose the credential, say where the file is, and set a budget. */
function connect(
	node: INode,
	{ credential, filesFolder, budgetUsd, simulator }: Connections,
): INode {
	const { type, parameters } = node;
	if (OUR_NODE.test(type)) {
		const run = parameters['run'] as INodeParameters | undefined;
		const limited =
			run && budgetUsd > 0 ? { ...parameters, run: { ...run, budgetUsd } } : parameters;
		return { ...node, parameters: limited, credentials: { gptImageApi: credential } };
	}
	if (type === 'n8n-nodes-base.wait' && simulator)
		return { ...node, parameters: { amount: 5, unit: 'seconds' } };
	return type === 'n8n-nodes-base.readWriteFile'
		? { ...node, parameters: withFilesIn(filesFolder, parameters) }
		: node;
}

export function readExample(file: string): WorkflowJson {
	return JSON.parse(readFileSync(join(WORKFLOWS, file), 'utf8')) as WorkflowJson;
}

/** Services whose credential only the user has. */
const OTHERS: Readonly<Record<string, string>> = {
	'@n8n/n8n-nodes-langchain.lmChatOpenAi': 'a chat model',
	'n8n-nodes-base.airtable': 'Airtable',
	'n8n-nodes-base.emailSend': 'an SMTP server',
	'n8n-nodes-base.googleDrive': 'Google Drive',
	'n8n-nodes-base.googleSheets': 'Google Sheets',
	'n8n-nodes-base.slack': 'Slack',
	'n8n-nodes-base.wooCommerce': 'WooCommerce',
	'n8n-nodes-base.wordpress': 'WordPress',
};

/** What stands behind an example's name: what was prepared for it, and what is left to the user. */
function remarks({ nodes }: WorkflowJson, prepared: string[]): string {
	const others = [...new Set(nodes.flatMap(({ type }) => OTHERS[type] ?? []))];
	const isTriggered = nodes.some(({ type }) => type === 'n8n-nodes-gpt-image.gptImageBatchTrigger');
	return [
		...prepared,
		...(others.length > 0 ? [`needs your credential for ${others.join(' and ')}`] : []),
		...(isTriggered ? ['starts by itself when a batch has finished: activate it'] : []),
	]
		.map((remark) => `; ${remark}`)
		.join('');
}

/** A batch for the example that is about one: with the real API that takes hours, so it is left to the user. */
async function chooseBatch(
	n8n: N8n,
	nodes: INode[],
	submitId: string,
	simulator?: Simulator,
): Promise<string> {
	const collect = nodes.find(({ name }) => name === 'Failed Ones');
	if (!simulator || !collect) return 'choose a finished batch in "Failed Ones" first';
	collect.parameters['batchId'] = {
		__rl: true,
		mode: 'id',
		value: await makeBatch(n8n, simulator, submitId),
	};
	return 'with a finished batch of which two requests failed';
}

/** Imports every example, ready to run where that is possible. @returns their ids by file */
export async function importExamples(
	n8n: N8n,
	connections: Connections,
): Promise<Map<string, string>> {
	const ids = new Map<string, string>();
	const files = readdirSync(WORKFLOWS)
		.filter((name) => name.endsWith('.json'))
		.sort();
	for (const file of files) {
		const example = readExample(file);
		const nodes = example.nodes.map((node) => connect(node, connections));
		const prepared = (await fillTables(n8n, example)).map(
			(name) => `with rows in the Data Table "${name}"`,
		);
		if (file === RESUBMITS)
			prepared.push(await chooseBatch(n8n, nodes, ids.get(SUBMITS) ?? '', connections.simulator));
		ids.set(file, await n8n.createWorkflow({ ...example, nodes }));
		console.log(
			`  imported "${example.name}" (examples/workflows/${file}${remarks(example, prepared)})`,
		);
	}
	return ids;
}
