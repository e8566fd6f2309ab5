/**
 * The floor: a script that does nothing but ask and write files. No n8n, no retry, no pacing, no checks. Run as a
 * child process, so that its memory and its time are its own.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Task {
	baseUrl: string;
	apiKey: string;
	request: Record<string, string>;
	prompts: string[];
	concurrency: number;
	/** where the images go */
	folder: string;
	/** this file goes with each prompt, which makes it an edit; null = none */
	reference: string | null;
}

export interface Done {
	ms: number;
	delivered: number;
	sees: string | null;
	memory: number;
}

type Answer = { data: Array<{ b64_json: string }> };

function ask(
	{ baseUrl, apiKey, request, prompts, reference }: Task,
	index: number,
): Promise<Response> {
	const parameters = { ...request, prompt: prompts[index] ?? '' };
	const headers = { authorization: `Bearer ${apiKey}` };
	if (reference === null) {
		return fetch(`${baseUrl}/images/generations`, {
			method: 'POST',
			headers: { ...headers, 'content-type': 'application/json' },
			body: JSON.stringify(parameters),
		});
	}
	const form = new FormData();
	for (const [name, value] of Object.entries(parameters)) form.append(name, value);
	form.append(
		'image[]',
		new File([readFileSync(reference)], 'reference.png', { type: 'image/png' }),
	);
	return fetch(`${baseUrl}/images/edits`, { method: 'POST', headers, body: form });
}

async function fetchOne(task: Task, index: number): Promise<void> {
	const response = await ask(task, index);
	if (!response.ok) throw new Error(`HTTP ${response.status}`);
	const { data } = (await response.json()) as Answer;
	writeFileSync(join(task.folder, `${index}.png`), Buffer.from(data[0]?.b64_json ?? '', 'base64'));
}

async function work(task: Task): Promise<Done> {
	const idle = process.memoryUsage.rss();
	const startedAt = performance.now();
	const errors: string[] = [];
	let next = 0;
	const lane = async (): Promise<void> => {
		while (next < task.prompts.length) {
			await fetchOne(task, next++).catch((error: unknown) => errors.push((error as Error).message));
		}
	};
	await Promise.all(Array.from({ length: task.concurrency }, lane));
	return {
		ms: performance.now() - startedAt,
		delivered: task.prompts.length - errors.length,
		sees: errors[0] ?? null,
		memory: process.resourceUsage().maxRSS * 1024 - idle,
	};
}

process.once('message', (task) => {
	void work(task as Task).then((done) => {
		process.send?.(done);
		process.disconnect();
	});
});
