import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { chain, itemsNode, node, nodeOutput, ourNode, withCredential } from './harness/index.mts';
import { openWorkshop, NODE, type Workshop } from './workshop.mts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const LONG = 'studio photograph in the colours of our brand, '.repeat(4);

/** 500 rows: five prompts, three that differ only at their end, and twelve whose names are the same to a file system. */
const ROWS = [
	...Array.from({ length: 485 }, (_, index) => ({ prompt: `poster ${index % 5}` })),
	...['a moss green mug', 'a moss green pot', 'a rose mug'].map((end) => ({
		prompt: `${LONG}${end}`,
	})),
	...Array.from({ length: 12 }, (_, index) => ({
		prompt: 'a mug',
		name: ['Mug', 'mug', 'MUG.png'][index % 3],
	})),
];
const ASKED: INodeParameters = {
	prompt: '={{ $json.prompt }}',
	options: { fileName: '={{ $json.name }}' },
};

describe('images that are written to a folder by their file names', () => {
	let workshop: Workshop;
	const root = mkdtempSync(join(tmpdir(), 'gpt-image-names-'));
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => {
		await workshop.close();
		rmSync(root, { recursive: true, force: true });
	});

	/** Runs our node between rows and a node that writes files, and compares what lies in the folder with what it made. */
	const write = async (
		folder: string,
		rows: Array<Record<string, unknown>>,
		parameters: INodeParameters,
	): Promise<string[]> => {
		mkdirSync(join(root, folder));
		const ours = ourNode(NODE, 'gptImage', parameters, withCredential(workshop.credentialId));
		const writing = node('Write', 'n8n-nodes-base.readWriteFile', {
			operation: 'write',
			fileName: `={{ '${join(root, folder)}/' + $binary.data.fileName }}`,
			dataPropertyName: 'data',
		});
		const id = await workshop.n8n.runWorkflow(
			await workshop.n8n.createWorkflow(chain(itemsNode('Rows', rows), ours, writing)),
		);
		const execution = await workshop.n8n.waitForExecution(id, { timeoutMs: 120_000 });
		expect(execution.status).toBe('success');
		const { items } = nodeOutput(execution, NODE);
		for (const item of items)
			expect(sha256(readFileSync(join(root, folder, nameOf(item))))).toBe(
				(item.json['image'] as { sha256: string }).sha256,
			);
		return readdirSync(join(root, folder));
	};
	const nameOf = ({ binary, json }: INodeExecutionData): string => {
		expect((json['image'] as { fileName: string }).fileName).toBe(binary!['data']!.fileName);
		return String(binary!['data']!.fileName);
	};
	const expectFiveHundred = (files: string[]): void => {
		expect(files).toHaveLength(500);
		expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(500);
		expect(files).toEqual(
			expect.arrayContaining([
				'poster-0.jpg',
				'poster-4-97.jpg',
				'Mug.jpg',
				'mug-2.jpg',
				'MUG-3.jpg',
				'MUG-12.jpg',
			]),
		);
		for (const end of ['a-moss-green-mug.jpg', 'a-moss-green-pot.jpg', 'a-rose-mug.jpg'])
			expect(files.filter((file) => file.startsWith('studio-') && file.endsWith(end))).toHaveLength(
				1,
			);
	};

	it('are 500 files for 500 rows, each what its item holds', async () => {
		expectFiveHundred(await write('live', ROWS, ASKED));
	});

	it('are the same 500 files out of several batches', async () => {
		const submitted = await workshop.run(ROWS, {
			resource: 'batch',
			operation: 'submit',
			requestsPerBatch: 200,
			...ASKED,
		});
		await workshop.simulator.settled();

		expect(submitted.json).toHaveLength(3);
		expectFiveHundred(
			await write('batch', submitted.json, {
				resource: 'batch',
				operation: 'collect',
				batchId: { __rl: true, mode: 'id', value: '={{ $json.batchId }}' },
			}),
		);
		expect(readdirSync(join(root, 'batch'))).toEqual(readdirSync(join(root, 'live')));
	});
});
