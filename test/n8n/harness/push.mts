import { randomUUID } from 'node:crypto';

/** A message that n8n's server sends to the editor, for example `nodeExecuteAfter` or `sendConsoleMessage`. */
export interface PushMessage {
	type: string;
	data: Record<string, unknown>;
	/** when it came, ms since 1970 */
	at: number;
}

export interface Push {
	/** names this connection: a run started with it reports here */
	readonly ref: string;
	/** everything that came so far, oldest first */
	readonly messages: PushMessage[];
	/** resolves with the first message that fits, also one that has come already */
	waitFor(
		what: string,
		fits: (message: PushMessage) => boolean,
		timeoutMs?: number,
	): Promise<PushMessage>;
	/** calls `listener` with every message from now on. @returns a function that ends it */
	onMessage(listener: (message: PushMessage) => void): () => void;
	close(): void;
}

/** undici's WebSocket takes headers; the type in lib.dom doesn't know. */
type HeaderWebSocket = new (url: string, options: { headers: Record<string, string> }) => WebSocket;

async function opened(socket: WebSocket): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		socket.addEventListener('open', () => resolve(), { once: true });
		socket.addEventListener('error', () => reject(new Error('n8n refused the push connection')), {
			once: true,
		});
	});
}

/** Waits for the first message that fits, by listening, not by asking. */
async function firstFitting(
	socket: WebSocket,
	messages: PushMessage[],
	what: string,
	fits: (message: PushMessage) => boolean,
	timeoutMs: number,
): Promise<PushMessage> {
	return await new Promise((resolve, reject) => {
		const finish = (message: PushMessage | undefined): void => {
			socket.removeEventListener('message', look);
			clearTimeout(timer);
			if (message) resolve(message);
			else reject(new Error(`no push message "${what}" within ${timeoutMs} ms`));
		};
		const look = (): void => {
			const found = messages.find(fits);
			if (found) finish(found);
		};
		const timer = setTimeout(() => finish(undefined), timeoutMs);
		socket.addEventListener('message', look);
		look();
	});
}

/**
 * Connects as an open editor does.
 *
 * @param url - n8n's address
 * @param cookie - of a signed-in user
 */
export async function connectPush(url: string, cookie: string): Promise<Push> {
	const ref = randomUUID();
	const address = `${url.replace('http', 'ws')}/rest/push?pushRef=${ref}`;
	const socket = new (WebSocket as unknown as HeaderWebSocket)(address, {
		headers: { cookie, origin: url },
	});
	const messages: PushMessage[] = [];
	const listeners = new Set<(message: PushMessage) => void>();
	socket.addEventListener('message', (event: MessageEvent) => {
		// Large ones come as binary frames; both kinds hold JSON.
		const text =
			typeof event.data === 'string'
				? event.data
				: Buffer.from(event.data as ArrayBuffer).toString();
		const message = { ...(JSON.parse(text) as Omit<PushMessage, 'at'>), at: Date.now() };
		messages.push(message);
		listeners.forEach((listener) => listener(message));
	});
	socket.binaryType = 'arraybuffer';
	await opened(socket);
	return {
		ref,
		messages,
		waitFor: async (what, fits, timeoutMs = 30_000) =>
			await firstFitting(socket, messages, what, fits, timeoutMs),
		onMessage(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close: () => socket.close(),
	};
}
