/** Shared by the contract tests: a simulator on a fixed day, the official client, small pictures. */
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import sharp from 'sharp';
import { startSimulator } from '../simulator/index.mts';
import type { Simulator, SimulatorOptions } from '../simulator/index.mts';

/** A day on which every model but gpt-image-1 is live. */
export const TODAY = new Date('2026-11-20T12:00:00Z');

export function start(options: SimulatorOptions = {}): Promise<Simulator> {
	return startSimulator({ now: () => TODAY, ...options });
}

/** The official client, without its own retries unless asked for. */
export function clientOf(
	simulator: Simulator,
	options: { apiKey?: string; maxRetries?: number } = {},
): OpenAI {
	return new OpenAI({
		baseURL: simulator.baseUrl,
		apiKey: 'sk-simulator',
		maxRetries: 0,
		...options,
	});
}

export interface RawAnswer {
	status: number;
	headers: Headers;
	text: string;
	body: Record<string, unknown>;
	error: Record<string, unknown>;
}

/** A plain request, for what no client would send. */
export async function send(
	simulator: Simulator,
	path: string,
	init: RequestInit = {},
): Promise<RawAnswer> {
	const answer = await fetch(simulator.baseUrl + path, {
		...init,
		headers: { authorization: 'Bearer sk-simulator', ...init.headers },
	});
	const text = await answer.text();
	let body: Record<string, unknown> = {};
	try {
		body = JSON.parse(text) as Record<string, unknown>;
	} catch {
		// Some answers are broken on purpose.
	}
	return {
		status: answer.status,
		headers: answer.headers,
		text,
		body,
		error: (body.error ?? {}) as Record<string, unknown>,
	};
}

/** @param patience how long it waits, in ms */
export function postJson(
	simulator: Simulator,
	path: string,
	body: unknown,
	headers: Record<string, string> = {},
	patience = 600_000,
): Promise<RawAnswer> {
	const signal = AbortSignal.timeout(patience);
	return send(simulator, path, {
		method: 'POST',
		signal,
		body: JSON.stringify(body),
		headers: { 'content-type': 'application/json', ...headers },
	});
}

/** A form of texts and files, in order. */
export function formOf(
	parts: [name: string, value: string | { bytes: Uint8Array; type: string; name?: string }][],
): FormData {
	const form = new FormData();
	for (const [name, value] of parts) {
		if (typeof value === 'string') form.append(name, value);
		else
			form.append(
				name,
				new Blob([new Uint8Array(value.bytes)], { type: value.type }),
				value.name ?? 'file',
			);
	}
	return form;
}

/** A plain picture; `alpha` below 1 gives it an alpha channel. */
export function picture(
	format: 'png' | 'jpeg' | 'webp',
	width = 64,
	height = 64,
	alpha?: number,
): Promise<Buffer> {
	const background = { r: 30, g: 90, b: 160, ...(alpha !== undefined && { alpha }) };
	return sharp({ create: { width, height, channels: alpha === undefined ? 3 : 4, background } })
		.toFormat(format)
		.toBuffer();
}

/** The bytes of one image of a response. */
export function imageBytes(response: { data?: { b64_json?: string }[] }, index = 0): Buffer {
	return Buffer.from(response.data?.[index]?.b64_json ?? '', 'base64');
}

/** What a promise rejects with; fails when it doesn't. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
	try {
		await promise;
	} catch (error) {
		return error;
	}
	throw new Error('expected a rejection');
}

const open: Simulator[] = [];

/** A simulator of one test; `closeAll` in afterEach ends it. */
export async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
	const simulator = await start(options);
	open.push(simulator);
	return simulator;
}

export async function closeAll(): Promise<void> {
	await Promise.all(open.splice(0).map((simulator) => simulator.close()));
}

/** A cheap generation, changed by `body`. */
export function generate(
	simulator: Simulator,
	body: Record<string, unknown> = {},
	headers: Record<string, string> = {},
): Promise<RawAnswer> {
	return postJson(
		simulator,
		'/images/generations',
		{ model: 'gpt-image-2', prompt: 'x', quality: 'low', ...body },
		headers,
	);
}

/** One part of a form: a text or a file. */
export type Part = Parameters<typeof formOf>[0][number];

/** An edit sent as a form. */
export function editForm(
	simulator: Simulator,
	parts: Part[],
	model = 'gpt-image-2',
): Promise<RawAnswer> {
	const body = formOf([['model', model], ['prompt', 'x'], ['quality', 'low'], ...parts]);
	return send(simulator, '/images/edits', { method: 'POST', body });
}

export function dataUrl(bytes: Buffer, type = 'image/png'): string {
	return `data:${type};base64,${bytes.toString('base64')}`;
}

/** Resolves when the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await sleep(5);
}

/** Holds back whoever awaits `opened`. */
export function createGate(): { opened: Promise<void>; open: () => void } {
	let open = (): void => {};
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { opened, open: () => open() };
}
