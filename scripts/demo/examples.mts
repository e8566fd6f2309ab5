import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeParameters } from 'n8n-workflow';
import { projectRoot } from '../../test/n8n/harness/environment.mts';
import { withFilesIn } from '../../test/n8n/exampleFor.mts';
import type { N8n, WorkflowJson } from '../../test/n8n/harness/index.mts';

const WORKFLOWS = join(projectRoot, 'examples', 'workflows');

/** The example that the demo runs. */
export const MAIN_EXAMPLE = 'generate-from-csv.json';

/** All that the examples read. */
export const DATA = join(projectRoot, 'examples', 'data');

export const PROMPTS_CSV = join(DATA, 'prompts.csv');

const OUR_NODE = /^n8n-nodes-gpt-image\./;

/** The GPT Image node of a workflow. */
export function gptImageNode(workflow: WorkflowJson): INode {
	const found = workflow.nodes.find((node) => node.type === 'n8n-nodes-gpt-image.gptImage');
	if (found === undefined) throw new Error(`"${workflow.name}" has no GPT Image node`);
	return found;
}

export interface Connections {
	credentialId: string;
	/** the folder that n8n may read files from */
	filesFolder: string;
	/** the most that a run of one node may cost, in USD; 0 for no limit */
	budgetUsd: number;
}

/** What a user does after an import: choose the credential, say where the file is, and set a budget. */
function connect(node: INode, { credentialId, filesFolder, budgetUsd }: Connections): INode {
	if (OUR_NODE.test(node.type)) {
		const run = node.parameters['run'] as INodeParameters | undefined;
		const parameters =
			run && budgetUsd > 0 ? { ...node.parameters, run: { ...run, budgetUsd } } : node.parameters;
		return {
			...node,
			parameters,
			credentials: { gptImageApi: { id: credentialId, name: 'GPT Image (demo)' } },
		};
	}
	return node.type === 'n8n-nodes-base.readWriteFile'
		? { ...node, parameters: withFilesIn(filesFolder, node.parameters) }
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
	'n8n-nodes-base.wordpress': 'WordPress',
};

function needs({ nodes }: WorkflowJson): string {
	const others = [...new Set(nodes.flatMap(({ type }) => OTHERS[type] ?? []))];
	return others.length === 0 ? '' : `; needs your credential for ${others.join(' and ')}`;
}

/** Imports every example. @returns the id of the main one */
export async function importExamples(n8n: N8n, connections: Connections): Promise<string> {
	let main = '';
	for (const file of readdirSync(WORKFLOWS)
		.filter((name) => name.endsWith('.json'))
		.sort()) {
		const example = readExample(file);
		const nodes = example.nodes.map((node) => connect(node, connections));
		const id = await n8n.createWorkflow({ ...example, nodes });
		if (file === MAIN_EXAMPLE) main = id;
		console.log(`  imported "${example.name}" (examples/workflows/${file}${needs(example)})`);
	}
	if (main === '') throw new Error(`examples/workflows/${MAIN_EXAMPLE} is missing`);
	return main;
}
