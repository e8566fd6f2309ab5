/** aimock's fal.ai, at an address of its own: aimock tells hosts apart by a header and gives the addresses of the real ones. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FalPeer {
	url: string;
	/** What was asked of the queue, in order. */
	asked: string[];
	close(): Promise<void>;
}

const QUEUE = 'queue.fal.run';

/** @param image what its store of results holds, at `/files/…` */
export async function openFalPeer(aimockUrl: string, image: Buffer): Promise<FalPeer> {
	const asked: string[] = [];
	const server = createServer((request, answer) => {
		void (async () => {
			if (request.url?.startsWith('/files/'))
				return void answer.setHeader('content-type', 'image/png').end(image);
			asked.push(
				`${request.method} ${/\/requests\/[^/]+(\/\w+)?$/.exec(request.url ?? '')?.[1]?.slice(1) ?? (request.method === 'POST' ? 'submit' : 'result')}`,
			);
			const forwarded = await fetch(`${aimockUrl}/fal${request.url}`, {
				method: request.method ?? 'GET',
				headers: {
					'content-type': 'application/json',
					'x-fal-target-host': QUEUE,
					authorization: request.headers.authorization ?? '',
				},
				...(request.method === 'POST' && { body: await bodyOf(request) }),
			});
			const text = (await forwarded.text()).replaceAll(
				`https://${QUEUE}`,
				`http://${request.headers.host}`,
			);
			answer.writeHead(forwarded.status, { 'content-type': 'application/json' }).end(text);
		})().catch((error: unknown) => answer.writeHead(500).end(String(error)));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	return text;
}
