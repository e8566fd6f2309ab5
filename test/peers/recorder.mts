/** Stands before a server, keeps what is said and can change what it answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange } from './openApi.mts';

/** An answer on its way, to be changed in place. */
export interface Passing {
	method: string;
	/** Below the base URL, without the query. */
	path: string;
	status: number;
	headers: Record<string, string>;
	/** Parsed JSON. */
	body: Record<string, unknown>;
}

export interface Recorder {
	/** Whoever asks here asks the server behind it. */
	baseUrl: string;
	exchanges: Exchange[];
	/** Null: every answer goes through as it is. */
	alter: ((passing: Passing) => void) | null;
	close(): Promise<void>;
}

/** Of an answer whose body may become another one. */
const DROPPED = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

async function formFields(content: Buffer, type: string): Promise<Record<string, unknown>> {
	const form = await new Response(new Uint8Array(content), {
		headers: { 'content-type': type },
	}).formData();
	const fields: Record<string, unknown> = {};
	for (const [name, value] of form) {
		const text = typeof value === 'string' ? value : '<file>';
		// `image[]` is how a form writes a list.
		const key = name.replace(/\[\d*\]$/, '');
		const [, outer, inner] = /^(\w+)\[(\w+)\]$/.exec(key) ?? [];
		if (outer !== undefined && inner !== undefined)
			fields[outer] = { ...(fields[outer] as object | undefined), [inner]: text };
		else
			fields[key] = key === name ? text : [...((fields[key] as unknown[] | undefined) ?? []), text];
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
			const {
				host: _,
				connection: __,
				'content-length': ___,
				...headers
			} = request.headers as Record<string, string>;
			const path = (request.url ?? '/').replace(/^\/v1/, '');
			const answer = await fetch(behind + path, {
				method: request.method ?? 'GET',
				headers,
				...(content.length > 0 && { body: new Uint8Array(content) }),
			});
			const body = Buffer.from(await answer.arrayBuffer());
			const type = headers['content-type'] ?? '';
			exchanges.push({
				method: request.method ?? 'GET',
				path: path.replace(/\?.*/, ''),
				contentType: content.length === 0 ? null : type.replace(/;.*/, ''),
				request: type.startsWith('multipart/')
					? await formFields(content, type).catch(() => null)
					: parsed(content.toString()),
				status: answer.status,
				answer: parsed(body.toString()),
			});
			const out = Object.fromEntries([...answer.headers].filter(([name]) => !DROPPED.has(name)));
			const last = exchanges.at(-1) as Exchange;
			if (recorder.alter === null || typeof last.answer !== 'object')
				return response.writeHead(answer.status, out).end(body);
			const passing = {
				method: last.method,
				path: last.path,
				status: answer.status,
				headers: out,
				body: structuredClone(last.answer) as Record<string, unknown>,
			};
			recorder.alter(passing);
			return response.writeHead(passing.status, passing.headers).end(JSON.stringify(passing.body));
		})().catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const recorder: Recorder = {
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		exchanges,
		alter: null,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return recorder;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
