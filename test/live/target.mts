/** Whom to ask, and how: a provider's API or the simulator. */

export interface Target {
	/** As it stands in a sentence. */
	name: string;
	isSimulator: boolean;
	/** Without a trailing slash. */
	baseUrl: string;
	/** The header that carries the key. */
	authorization: Readonly<Record<string, string>>;
	/** What stands there before the id of a model. */
	modelPrefix: string;
	/** What it is known to have; facts that need more are left out. */
	has: readonly Need[];
}

export type Need = 'models' | 'files' | 'batches' | 'webhooks';

export interface Answer {
	status: number;
	headers: Headers;
	/** Parsed; undefined when it is no JSON. */
	body: unknown;
	text: string;
}

export interface Question {
	method?: 'GET' | 'POST' | 'DELETE';
	/** Sent as JSON. */
	json?: unknown;
	form?: FormData;
	/** Sent as it is. */
	text?: { content: string; type: string };
	/** Instead of the key's header. */
	authorization?: Readonly<Record<string, string>>;
}

/** Images take up to some minutes; the official client waits as long. */
const PATIENCE_MS = 600_000;

/** Rejects when no answer comes. */
export async function ask(target: Target, path: string, question: Question = {}): Promise<Answer> {
	const { json, form, text, authorization = target.authorization } = question;
	const body = json !== undefined ? JSON.stringify(json) : (form ?? text?.content);
	const type = json !== undefined ? 'application/json' : text?.type;
	const answer = await fetch(target.baseUrl + path, {
		method: question.method ?? (body === undefined ? 'GET' : 'POST'),
		headers: { ...authorization, ...(type !== undefined && { 'content-type': type }) },
		...(body !== undefined && { body }),
		redirect: 'manual',
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	const content = await answer.text();
	return { status: answer.status, headers: answer.headers, body: parsed(content), text: content };
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

export const record = (value: unknown): Record<string, unknown> =>
	typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
