/** Stands before a server and changes what it answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

export interface Passing {
	method: string;
	/** Below the base URL, without the query. */
	path: string;
	status: number;
	headers: Record<string, string>;
	/** Parsed JSON, to be changed in place. */
	body: Record<string, unknown>;
}

export type Alteration = (passing: Passing) => void;

export interface AlteringProxy {
	baseUrl: string;
	/** Null: everything goes through as it is. */
	alter: Alteration | null;
	close(): Promise<void>;
}

const DROPPED = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date']);

export async function startAlteringProxy(behind: string): Promise<AlteringProxy> {
	const server = createServer((request, response) => {
		void (async () => {
			const path = request.url ?? '/';
			const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
			const hasBody = request.method === 'POST';
			const answer = await fetch(behind + path, { method: request.method ?? 'GET', headers, ...(hasBody && { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' }) } as RequestInit);
			const text = await answer.text();
			const passing: Passing = {
				method: request.method ?? 'GET',
				path: path.replace(/\?.*/, ''),
				status: answer.status,
				headers: Object.fromEntries([...answer.headers].filter(([name]) => !DROPPED.has(name))),
				body: (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>,
			};
			proxy.alter?.(passing);
			response.writeHead(passing.status, passing.headers).end(text.startsWith('{') ? JSON.stringify(passing.body) : text);
		})().catch(() => response.destroy());
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const proxy: AlteringProxy = {
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		alter: null,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return proxy;
}
