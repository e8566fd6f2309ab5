/** Reads a JSON object from a request's body. */
import type { IncomingMessage } from 'node:http';
import { invalidRequest } from '../errors.mts';

const BAD_JSON =
	"We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library " +
	'correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)';

export async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws 400 when the body is no JSON object. */
export async function readJsonObject(request: IncomingMessage): Promise<Record<string, unknown>> {
	const body = await readBody(request);
	let value: unknown;
	try {
		value = JSON.parse(body.toString('utf8'));
	} catch {
		throw invalidRequest(BAD_JSON, null, null);
	}
	if (!isObject(value)) throw invalidRequest(BAD_JSON, null, null);
	return value;
}

/** A copy for the record: data URLs (up to 20 MB each) are replaced by their length. */
export function shortened(value: unknown): unknown {
	if (typeof value === 'string' && value.startsWith('data:') && value.length > 200) {
		return `${value.slice(0, value.indexOf(',') + 1)}… (${value.length} characters)`;
	}
	if (Array.isArray(value)) return value.map(shortened);
	if (isObject(value))
		return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shortened(entry)]));
	return value;
}
