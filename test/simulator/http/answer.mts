/** Answers as values, and the one place that writes them. */
import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { ApiError, type ErrorBody } from '../errors.mts';
import { readFrom } from '../files/spool.mts';

export type Answer =
	| { kind: 'json'; status: number; body: unknown; headers?: Record<string, string> }
	| {
			kind: 'bytes';
			status: number;
			contentType: string;
			content: Buffer;
			headers?: Record<string, string>;
	  }
	/** For bodies too long for one string. */
	| {
			kind: 'stream';
			status: number;
			contentType: string;
			chunks: AsyncIterable<string>;
			headers?: Record<string, string>;
	  }
	/** From disk. */
	| {
			kind: 'file';
			status: number;
			contentType: string;
			path: string;
			start: number;
			/** How it ends, and after how many bytes; `null` = all of it comes. */
			ending: { after: number; then: 'cut' | 'halt' | 'end' } | null;
			gzip: boolean;
			headers?: Record<string, string>;
	  }
	/** JSON whose second half does not come. */
	| {
			kind: 'half';
			status: number;
			content: Buffer;
			then: 'cut' | 'stall';
			headers?: Record<string, string>;
	  }
	/** The connection is cut without a word. */
	| { kind: 'drop' };

export function json(body: unknown, headers: Record<string, string> = {}, status = 200): Answer {
	return { kind: 'json', status, body, headers };
}

/** A fault of the simulator itself must not hide behind the 500 that it causes. */
export function reportFailure(error: unknown): void {
	process.stderr.write(
		`simulator: unexpected error ${error instanceof Error ? error.stack : String(error)}\n`,
	);
}

export interface OwnWords {
	errorBody?(body: ErrorBody): Record<string, unknown>;
	errorStatus?(status: number): number;
}

/** The answer to anything thrown by an endpoint. */
export function answerToError(error: unknown, { errorBody, errorStatus }: OwnWords = {}): Answer {
	if (error instanceof ApiError)
		return json(
			errorBody?.(error.body) ?? { error: error.body },
			error.headers,
			errorStatus?.(error.status) ?? error.status,
		);
	reportFailure(error);
	const body = {
		message: 'The simulator itself failed; see its log.',
		type: 'server_error',
		param: null,
		code: 'simulator_failed',
	};
	return json({ error: body }, {}, 500);
}

/** A client that leaves in the middle is its own business. */
async function writeFile(
	response: ServerResponse,
	{ path, start, ending, gzip }: Extract<Answer, { kind: 'file' }>,
): Promise<void> {
	// Of no bytes there is nothing to be read, and the headers go out by themselves.
	const content =
		ending?.after === 0
			? Readable.from([])
			: readFrom(path, start, ending === null ? null : start + ending.after);
	if (gzip && ending === null) return await pipeline(content, createGzip(), response);
	if (ending === null || ending.then === 'end') return await pipeline(content, response);
	response.flushHeaders();
	for await (const chunk of content) {
		if (!response.write(chunk)) await once(response, 'drain');
	}
	// What was written shall arrive, and nothing after it.
	if (ending.then === 'halt') await new Promise((resolve) => response.once('close', resolve));
	else await new Promise((resolve) => setTimeout(resolve, 20));
	response.destroy();
}

async function writeHalf(
	response: ServerResponse,
	{ content, then }: Extract<Answer, { kind: 'half' }>,
): Promise<void> {
	response.write(content.subarray(0, content.length / 2));
	if (then === 'stall') await new Promise((resolve) => response.once('close', resolve));
	else await new Promise((resolve) => setTimeout(resolve, 20));
	response.destroy();
}

/** @param common headers of every answer. Resolves when the answer is handed over or the client is gone. */
export async function writeAnswer(
	response: ServerResponse,
	answer: Answer,
	common: Record<string, string>,
): Promise<void> {
	if (response.destroyed) return;
	if (answer.kind === 'drop') {
		response.destroy();
		return;
	}
	const contentType =
		answer.kind === 'json' || answer.kind === 'half' ? 'application/json' : answer.contentType;
	const length = answer.kind === 'half' ? { 'content-length': String(answer.content.length) } : {};
	response.writeHead(answer.status, {
		...common,
		'content-type': contentType,
		...length,
		...answer.headers,
	});
	if (answer.kind === 'stream') {
		// A client that leaves in the middle is its own business; the record shows it as aborted.
		await pipeline(Readable.from(answer.chunks), response).catch(() => undefined);
		return;
	}
	if (answer.kind === 'file') {
		await writeFile(response, answer).catch(() => undefined);
		return;
	}
	if (answer.kind === 'half') {
		await writeHalf(response, answer);
		return;
	}
	response.end(answer.kind === 'json' ? JSON.stringify(answer.body, null, 2) : answer.content);
}
