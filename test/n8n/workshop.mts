import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { startSimulator, type Simulator, type SimulatorOptions } from '../simulator/index.mts';
import {
	chain,
	itemsNode,
	node,
	nodeOutput,
	ourNode,
	sharedN8n,
	startN8n,
	withCredential,
	type Execution,
	type N8n,
	type NodeOutput,
} from './harness/index.mts';
import type { LaunchOptions } from './harness/launch.mts';

/** A key that no item, log, error or file may ever show. */
export const API_KEY = 'sk-simulator-4f0c2d7a91b3e8';

export const NODE = 'GPT Image';

type NodeExtras = Parameters<typeof ourNode>[3];

/** A run of the node between the items that went in and what came out. */
export interface Run {
	execution: Execution;
	output: NodeOutput;
	/** JSON of the items of the first output. */
	json: Array<Record<string, any>>;
}

/** A real n8n with our package, the simulator as its OpenAI, and a credential for it. */
export interface Workshop {
	n8n: N8n;
	simulator: Simulator;
	credentialId: string;
	/** Runs the node once on these items; other steps may come between. */
	run(
		items: Array<Record<string, unknown>>,
		parameters: INodeParameters,
		extras?: NodeExtras,
		...before: StepNode[]
	): Promise<Run>;
	/** Starts it without waiting. @returns the execution's id */
	start(
		items: Array<Record<string, unknown>>,
		parameters: INodeParameters,
		extras?: NodeExtras,
		...before: StepNode[]
	): Promise<string>;
	/** What an execution left behind. */
	result(executionId: string): Promise<Run>;
	bytesOf(item: INodeExecutionData, field?: string): Promise<Buffer>;
	close(): Promise<void>;
}

type StepNode = ReturnType<typeof node>;

/** The day on which these tests take place, whenever they are run: shutdown dates lie before and after it. */
export const TODAY = '2026-11-20T09:00:00Z';

/** The fields of an image's item with Simplify off, in their order, without the input row. */
export const WHOLE_ITEM = [
	'prompt',
	'status',
	'operation',
	'model',
	'requestedModel',
	'quality',
	'size',
	'background',
	'createdAt',
	'image',
	'cost',
	'request',
] as const;

/** As large as drawn ones. */
export const PLAIN_IMAGE_BYTES = 100_000;

export interface WorkshopOptions extends LaunchOptions {
	simulator?: SimulatorOptions;
	/** Start of n8n's and the simulator's clock. */
	clock?: string;
}

/** Environment in which n8n's clock starts at this ISO 8601 time. */
export function clockEnvironment(clock: string, nodeOptions = ''): Record<string, string> {
	const preload = join(import.meta.dirname, 'harness', 'clock.cjs');
	return { GPT_IMAGE_CLOCK: clock, NODE_OPTIONS: `--require "${preload}" ${nodeOptions}`.trim() };
}

export async function openWorkshop({
	simulator: options,
	clock = TODAY,
	...launch
}: WorkshopOptions = {}): Promise<Workshop> {
	const simulator = await startSimulator({
		apiKey: API_KEY,
		now: () => new Date(clock),
		// Drawing one takes 45 ms of CPU, and nobody looks at them.
		imageBytes: PLAIN_IMAGE_BYTES,
		...options,
	});
	const files = { N8N_RESTRICT_FILE_ACCESS_TO: tmpdir() };
	const asked = {
		// Whoever tests what people see first, or expressions, asks for n8n's default.
		engine: launch.editor ? ('vm' as const) : ('legacy' as const),
		...launch,
		env: { ...files, ...launch.env, ...clockEnvironment(clock, launch.env?.['NODE_OPTIONS']) },
	};
	// One with options of its own serves one file: kept for all of the run, a dozen of them would take gigabytes and a good part of a core.
	const { editor: _, engine: __, ...special } = launch;
	const isUsual = Object.keys(special).length === 0 && clock === TODAY;
	const n8n = await (isUsual ? sharedN8n(asked) : startN8n(asked));
	const credentialId = await n8n.createCredential({
		provider: 'openai',
		apiKey: API_KEY,
		baseUrl: simulator.baseUrl,
	});
	const start: Workshop['start'] = async (items, parameters, extras = {}, ...before) => {
		const ours = ourNode(NODE, 'gptImage', parameters, {
			...withCredential(credentialId),
			...extras,
		});
		return await n8n.runWorkflow(
			await n8n.createWorkflow(chain(itemsNode('Items', items), ...before, ours)),
		);
	};
	const result: Workshop['result'] = async (executionId) => {
		const execution = await n8n.waitForExecution(executionId);
		const output = nodeOutput(execution, NODE);
		return { execution, output, json: output.items.map((item) => item.json) };
	};
	return {
		n8n,
		simulator,
		credentialId,
		start,
		result,
		run: async (...run) => await result(await start(...run)),
		bytesOf: async (item, field = 'data') =>
			(await n8n.downloadBinary(item.binary?.[field]?.id ?? '')).body,
		close: async () => {
			await (isUsual ? n8n.disconnect() : n8n.stop());
			await simulator.close();
		},
	};
}

/** A file in an item: base64 in the JSON field of the same name, labelled as a node before ours might label it. */
export interface Label {
	mimeType: string;
	fileName: string;
}

/** A step that turns base64 texts in JSON fields into binary fields of the same names. */
export function filesNode(labels: Record<string, Label>): StepNode {
	const code = `
		const labels = ${JSON.stringify(labels)};
		return $input.all().map(({ json }) => ({
			json: {},
			binary: Object.fromEntries(Object.entries(labels).map(([field, label]) => [field, { ...label, data: json[field] }])),
		}));`;
	return node('Files', 'n8n-nodes-base.code', { jsCode: code }, { typeVersion: 2 });
}

/** The same label for several fields. */
export function pngs(...fields: string[]): StepNode {
	return filesNode(
		Object.fromEntries(
			fields.map((field) => [field, { mimeType: 'image/png', fileName: `${field}.png` }]),
		),
	);
}
