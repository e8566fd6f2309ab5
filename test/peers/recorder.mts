/** Stands before a server and keeps what is said. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange } from './openApi.mts';

export interface Recorder {
	/** Whoever asks here asks the server behind it. */
	baseUrl: string;
	exchanges: Exchange[];
	close(): Promise<void>;
}

async function formFields(content: Buffer, type: string): Promise<Record<string, unknown>> {
	const form = await new Response(new Uint8Array(content), { headers: { 'content-type': type } }).formData();
	const fields: Record<string, unknown> = {};
	for (const [name, value] of form) {
		const text = typeof value === 'string' ? value : '<file>';
		// `image[]` is how a form writes a list.
		const key = name.replace(/\[\d*\]$/, '');
		const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(key) ?? [];
		if (outer !== undefined && inner !== undefined) fields[outer] = { ...(fields[outer] as object | undefined), [inner]: text };
		else fields[key] = key === name ? text : [...((fields[key] as unknown[] | undefined) ?? []), text];
	}
	return fields;
}

/** @param behind with the version's path, as clients have it */
export async function startRecorder(behind: string): Promise<Recorder> {
	const exchanges: Exchange[] = [];
	const server = createServer((request, response) => {
		void (async () => {
			const chunks: Buffer[] = [];
			for await (const chunk of request) chunks.push(chunk as Buffer);
			const content = Buffer.concat(chunks);
			const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
			const path = (request.url ?? '/').replace(/^\/v1/, '');
			const answer = await fetch(behind + path, { method: request.method ?? 'GET', headers, ...(content.length > 0 && { body: new Uint8Array(content) }) });
			const body = Buffer.from(await answer.arrayBuffer());
			const type = headers['content-type'] ?? '';
			exchanges.push({
				method: request.method ?? 'GET',
				path: path.replace(/\?.*/, ''),
				contentType: content.length === 0 ? null : type.replace(/;.*/, ''),
				request: type.startsWith('multipart/') ? await formFields(content, type).catch(() => null) : parsed(content.toString()),
				status: answer.status,
				answer: parsed(body.toString()),
			});
			const out = Object.fromEntries([...answer.headers].filter(([name]) => !['transfer-encoding', 'connection', 'keep-alive'].includes(name)));
			response.writeHead(answer.status, out).end(body);
		})().catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		exchanges,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
