import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';
import {
	chain,
	itemsNode,
	node,
	nodeOutput,
	ourNode,
	until,
	withCredential,
	type Execution,
} from './harness/index.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const NODE = 'Ours';
const PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const DRAFTS: IDataObject[] = ['a', 'b', 'c'].map((prompt) => ({ prompt, batchId: 'batch_1' }));
const files = node(
	'Files',
	'n8n-nodes-base.code',
	{
		jsCode: `return $input.all().map(({ json }) => ({ json, binary: { data: { data: '${PIXEL}', mimeType: 'image/png', fileName: 'a.png' } } }));`,
	},
	{ typeVersion: 2 },
);

let workshop: Workshop;
let credential: string;
beforeAll(async () => {
	workshop = await openWorkshop();
	credential = await workshop.n8n.createCredential({
		provider: 'openai',
		apiKey: 'sk-that-nobody-knows',
		baseUrl: workshop.simulator.baseUrl,
	});
});
afterAll(async () => await workshop.close());

async function run(
	type: string,
	parameters: INodeParameters,
	onError: NonNullable<INode['onError']>,
): Promise<Execution> {
	const { n8n } = workshop;
	const extras = type === 'gptImage' ? withCredential(credential) : {};
	const workflow = chain(
		itemsNode('Items', DRAFTS),
		files,
		ourNode(NODE, type, parameters, { ...extras, onError }),
	);
	const id = await n8n.runWorkflow(await n8n.createWorkflow(workflow));
	return await until(
		'it has ended',
		async () => {
			const execution = await n8n.getExecution(id);
			return ['success', 'error'].includes(execution.status) ? execution : undefined;
		},
		{ timeoutMs: 90_000 },
	);
}

const BATCH = { __rl: true, mode: 'id', value: '={{ $json.batchId }}' };
const FAILURES: Array<[string, string, INodeParameters]> = [
	['Generate with a key that is refused', 'gptImage', { prompt: '={{ $json.prompt }}' }],
	['Promote with a key that is refused', 'gptImage', { operation: 'promote', mode: 'refine' }],
	[
		'Promote with a setting that is refused',
		'gptImage',
		{ operation: 'promote', run: { budgetUsd: '={{ "much" }}' } },
	],
	[
		'Promote with an expression that fails',
		'gptImage',
		{ operation: 'promote', quality: '={{ $("Nobody").item.json.x }}' },
	],
	[
		'Collect with a key that is refused',
		'gptImage',
		{ resource: 'batch', operation: 'collect', batchId: BATCH },
	],
	[
		'Submit with a key that is refused',
		'gptImage',
		{ resource: 'batch', operation: 'submit', prompt: '={{ $json.prompt }}' },
	],
	['Upload with a key that is refused', 'gptImage', { resource: 'reference', operation: 'upload' }],
	['Review with settings that are refused', 'gptImageReview', { minPicks: 3, maxPicks: 2 }],
	[
		'Review with an expression that fails',
		'gptImageReview',
		{ title: '={{ $("Nobody").item.json.x }}' },
	],
	[
		'Review that fails when its time is up',
		'gptImageReview',
		{ timeLimit: 0.02, onTimeLimit: 'fail' },
	],
];

describe.each(FAILURES)('%s', (_, type, parameters) => {
	it('On Error: Continue gives out nothing that looks well, and no draft as picked', async () => {
		const execution = await run(type, parameters, 'continueRegularOutput');
		const { outputs } = nodeOutput(execution, NODE);

		expect(execution.status).toBe('success');
		expect(outputs.flat().length).toBeGreaterThan(0);
		for (const { json } of outputs.flat()) expect(String(json['error'] ?? '')).not.toBe('');
		if (type === 'gptImageReview')
			expect(outputs[0]!.filter(({ binary }) => binary !== undefined)).toEqual([]);
	});

	it('On Error: Continue (using error output) gives out errors at the error output alone', async () => {
		const execution = await run(type, parameters, 'continueErrorOutput');
		const { outputs } = nodeOutput(execution, NODE);
		const errors = outputs.at(-1)!;

		expect(execution.status).toBe('success');
		expect(outputs).toHaveLength(type === 'gptImageReview' ? 3 : 2);
		expect(outputs.slice(0, -1).flat()).toEqual([]);
		expect(errors.length).toBeGreaterThan(0);
		for (const { json } of errors) expect(String(json['error'] ?? '')).not.toBe('');
	});
});
