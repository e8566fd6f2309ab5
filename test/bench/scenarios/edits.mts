import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { chain, itemsNode, node, ourNode, withCredential } from '../../n8n/harness/index.mts';
import { runBareFetch } from '../fetchRun.mts';
import { API_KEY, type Lab } from '../lab.mts';
import { measureWorkflow, peerRunOf, type PeerRun } from '../n8nRun.mts';
import { AUTO, NODE, REQUEST, type Peer } from '../peers.mts';
import { peerTable, prompts, type Scenario } from '../section.mts';
import { megabytes, seconds, times } from '../statistics.mts';

const EDITS = 100;
const REFERENCE_BYTES = 10_000_000;
const LATENCY_MS = 5000;

/** The file, by an address from which n8n fetches it once. */
async function serve(file: Buffer): Promise<{ url: string; close(): void }> {
	const server = createServer((_, answer) =>
		answer.setHeader('content-type', 'image/png').end(file),
	);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/reference.png`,
		close: () => server.close(),
	};
}

function editsOf(url: string, credentialId: string): INode[] {
	const file = {
		method: 'GET',
		url,
		options: { response: { response: { responseFormat: 'file' } } },
	};
	const items = `const [file] = $input.all(); return ${JSON.stringify(prompts(EDITS))}.map((prompt) => ({ json: { prompt }, binary: file.binary }));`;
	const edit = {
		operation: 'edit',
		model: { __rl: true, mode: 'id', value: REQUEST.model },
		prompt: '={{ $json.prompt }}',
		inputBinaryFields: 'data',
		quality: REQUEST.quality,
		size: REQUEST.size,
		run: { maxConcurrency: AUTO },
	};
	return [
		...itemsNode('One', [{}]),
		node('File', 'n8n-nodes-base.httpRequest', file, { typeVersion: 4.2 }),
		node('Items', 'n8n-nodes-base.code', { jsCode: items }, { typeVersion: 2 }),
		ourNode(NODE, 'gptImage', edit, withCredential(credentialId)),
	];
}

async function measure(lab: Lab): Promise<{ ours: PeerRun; fetch: PeerRun }> {
	const { simulator } = lab;
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-bench-'));
	const file = join(folder, 'reference.png');
	simulator.reset();
	simulator.configure({ imageBytes: REFERENCE_BYTES, latencyMs: 0, imagesPerMinute: undefined });
	const answer = await fetch(`${simulator.baseUrl}/images/generations`, {
		method: 'POST',
		headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
		body: JSON.stringify({ ...REQUEST, prompt: 'a reference' }),
	});
	const { data } = (await answer.json()) as { data: Array<{ b64_json: string }> };
	writeFileSync(file, Buffer.from(data[0]?.b64_json ?? '', 'base64'));
	const server = await serve(Buffer.from(data[0]?.b64_json ?? '', 'base64'));
	try {
		simulator.configure({ imageBytes: 100_000, latencyMs: LATENCY_MS });
		const ours = await lab.withN8n(async (n8n, credentialId) => {
			const { output, memory, dataBytes } = await measureWorkflow(
				n8n,
				chain(...editsOf(server.url, credentialId)),
				NODE,
			);
			return peerRunOf(output, memory, dataBytes);
		});
		return {
			ours,
			fetch: await runBareFetch(simulator.baseUrl, API_KEY, prompts(EDITS), AUTO, file),
		};
	} finally {
		server.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Memory of large files that are sent. */
export const edits: Scenario = {
	name: 'edits',
	async run(lab) {
		const runs = await measure(lab);
		const failed = Object.entries(runs).find(([, { delivered }]) => delivered !== EDITS);
		if (failed !== undefined)
			throw new Error(`${failed[0]}: ${failed[1].delivered} of ${EDITS} edits; ${failed[1].sees}`);
		const peers = ['ours', 'fetch'] as const satisfies Peer[];
		return {
			title: `${EDITS} edits of an image of ${REFERENCE_BYTES / 1e6} MB, all at once`,
			body: [
				`Each takes ${LATENCY_MS / 1000} s at the server, and all of them are in flight together. GPT Image reads a file while it is sent; the script puts it into a form first, as most scripts do.`,
				peerTable(
					['node time', 'of the script', 'memory above idle'],
					peers.map((peer) => [
						peer,
						seconds(runs[peer].ms),
						times(runs[peer].ms / runs.fetch.ms),
						megabytes(runs[peer].memory),
					]),
				),
			],
			summary: [
				{
					what: `${EDITS} edits of ${REFERENCE_BYTES / 1e6} MB: most memory above idle`,
					cells: { ours: megabytes(runs.ours.memory), fetch: megabytes(runs.fetch.memory) },
				},
			],
		};
	},
};
