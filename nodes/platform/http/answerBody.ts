import type { IHttpRequestOptions } from 'n8n-workflow';
import { Wait, watchEvery } from './bodyWait';
import { EarlyScavenge } from './earlyScavenge';

/** A body as n8n's HTTP helper hands it out: a stream of Node's. */
export interface BodyStream extends AsyncIterable<Buffer> {
	destroy(error?: Error): void;
	on(event: 'error', listener: (error: Error) => void): void;
	resume(): void;
	/** @returns what has come, `bytes` of it at most; `null` = less than that, or nothing */
	read(bytes?: number): Buffer | null;
}

/** Ends a request with its body, or with the execution. n8n puts its cancel button into the options, in place of whatever is there. */
export function endTogether(
	options: IHttpRequestOptions,
	connection: AbortController,
	cancel: AbortSignal | undefined,
): void {
	const signal =
		cancel === undefined ? connection.signal : AbortSignal.any([cancel, connection.signal]);
	Object.defineProperty(options, 'abortSignal', {
		get: () => signal,
		set: () => undefined,
		enumerable: true,
		configurable: true,
	});
}

/**
 * A body whose connection closes with it. n8n wraps what axios gives, and the wrapper can't be ended while it waits.
 * @param connection aborts the request
 */
export function closable(stream: BodyStream, connection: AbortController): BodyStream {
	// While nobody reads it yet, nobody listens either.
	stream.on('error', () => undefined);
	return {
		[Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
		destroy: (error) => {
			connection.abort();
			stream.destroy(error);
		},
		on: (event, listener) => stream.on(event, listener),
		resume: () => stream.resume(),
		read: (bytes) => stream.read(bytes),
	};
}

export interface BodyLimits {
	/** Longest time without a byte, in ms: n8n's own limit ends with the headers. */
	timeoutMs: number;
	/** n8n's cancel button; `undefined` = nothing can be cancelled. */
	signal: AbortSignal | undefined;
}

/** How long a body may bring nothing before another one may be read beside it, in ms. */
const LONG_PAUSE_MS = 2000;

/** A body that broke off. Its headers had come, so the request may have been worked on, whatever the error's name. */
class BrokenBody extends Error {
	readonly code: string;

	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}

/**
 * The chunks of a body. One that comes to a halt, or by drops, is ended, and so is one whose execution is cancelled.
 * Only waiting counts: what is done with a chunk may take as long as it likes.
 * @param onPause nothing has come for some seconds; it may be told so again
 * @throws with the codes of axios: ERR_CANCELED, ETIMEDOUT; otherwise ECONNRESET, or that of a decoder
 */
export async function* bodyChunks(
	stream: BodyStream,
	limits: BodyLimits,
	onPause: () => void = () => undefined,
): AsyncGenerator<Buffer> {
	const { timeoutMs, signal } = limits;
	const [wait, scavenge] = [new Wait(timeoutMs), new EarlyScavenge()];
	const body = new EndableBody(stream, signal);
	const cancel = (): void => body.end('ERR_CANCELED', 'The execution was cancelled');
	const watch = watchEvery(Math.min(LONG_PAUSE_MS, timeoutMs), () => {
		const problem = wait.problem();
		if (problem !== null) body.end('ETIMEDOUT', problem);
		else if (wait.idleMs >= LONG_PAUSE_MS) onPause();
	});
	signal?.addEventListener('abort', cancel);
	if (signal?.aborted === true) cancel();
	let isRead = false;
	try {
		for (;;) {
			wait.begin();
			const next = await body.next();
			isRead = next.done === true;
			if (next.done === true) return;
			wait.end(next.value.length);
			scavenge.allocate(next.value.length);
			yield next.value;
		}
	} finally {
		watch.end();
		signal?.removeEventListener('abort', cancel);
		if (!isRead) stream.destroy();
	}
}

/** A body that can be ended from outside, also while nobody waits for a chunk. */
class EndableBody {
	private broken: BrokenBody | null = null;

	private reject: (error: BrokenBody) => void = () => undefined;

	private readonly stream: BodyStream;

	private readonly signal: AbortSignal | undefined;

	private readonly iterator: AsyncIterator<Buffer>;

	constructor(stream: BodyStream, signal: AbortSignal | undefined) {
		this.stream = stream;
		this.signal = signal;
		this.iterator = stream[Symbol.asyncIterator]();
	}

	end(code: string, message: string): void {
		const error = new BrokenBody(code, message);
		this.broken ??= error;
		this.reject(error);
		this.stream.destroy(error);
	}

	/** @throws BrokenBody */
	async next(): Promise<IteratorResult<Buffer>> {
		if (this.broken !== null) throw this.broken;
		const next = await endable(this.iterator.next(), (fail) => (this.reject = fail)).catch(
			(error: unknown) => brokenBy(error, this.signal),
		);
		if (next instanceof BrokenBody) throw next;
		return next;
	}
}

/** Work that can be given up. A race against one promise for the whole body would keep every chunk until its end. */
async function endable<T>(
	work: Promise<T>,
	handOut: (fail: (error: BrokenBody) => void) => void,
): Promise<T> {
	return await new Promise<T>((resolve, fail) => {
		handOut(fail);
		work.then(resolve, fail);
	});
}

/** A decoder's code says more than a lost connection; any other could be taken for one of a connection that never stood. */
function brokenBy(error: unknown, signal: AbortSignal | undefined): BrokenBody {
	if (error instanceof BrokenBody) return error;
	if (signal?.aborted === true)
		return new BrokenBody('ERR_CANCELED', 'The execution was cancelled');
	const code = String((error as { code?: unknown }).code ?? '');
	return new BrokenBody(
		/^(?:Z_|ERR_.*BROTLI|ERR__ERROR_FORMAT)/.test(code) ? code : 'ECONNRESET',
		'The answer was cut off',
	);
}

/** No server needs more to say what is wrong, in bytes. */
const MOST_OF_AN_ERROR = 256 * 1024;

/** Lists and batches are far smaller, in bytes. */
const MOST_OF_A_TEXT = 64 * 1024 * 1024;

/** @throws as bodyChunks does; RangeError when the body is larger than a text of an API */
export async function bodyText(stream: BodyStream, limits: BodyLimits): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of bodyChunks(stream, limits)) {
		chunks.push(chunk);
		length += chunk.length;
		if (length > MOST_OF_A_TEXT) throw new RangeError('The answer is too large');
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** The beginning of an error's body, or as much of it as came: the status says what matters. */
export async function errorText(stream: BodyStream, limits: BodyLimits): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	try {
		for await (const chunk of bodyChunks(stream, limits)) {
			chunks.push(chunk);
			length += chunk.length;
			if (length >= MOST_OF_AN_ERROR) break;
		}
	} catch {
		// What has come is all there is.
	}
	return Buffer.concat(chunks).toString('utf8');
}
