import { ApiError } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import { json } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import { isObject } from '../http/json.mts';
import type { StatedCost } from '../options.mts';

/** What OpenAI's own answer says, for a provider that says it in other words. Refusals go on as they are. */
export async function bodyOf(answer: Answer): Promise<Record<string, unknown> | null> {
	if (answer.kind !== 'stream' || answer.status !== 200) return null;
	let text = '';
	for await (const chunk of answer.chunks) text += chunk;
	const body: unknown = JSON.parse(text);
	return isObject(body) ? body : null;
}

/** Images of an answer, decoded. */
export function imagesOf(body: Record<string, unknown>): Buffer[] {
	const data = Array.isArray(body['data']) ? (body['data'] as Array<{ b64_json: string }>) : [];
	return data.map(({ b64_json: base64 }) => Buffer.from(base64, 'base64'));
}

/** Keeps a file and says where it can be had, without a key, as a store of results does. */
export function publish(
	{ state, request }: Exchange,
	content: Buffer,
	contentType: string,
): string {
	const name = `${state.results.size + 1}`;
	state.results.set(name, { content, contentType, failures: 0 });
	return `http://${state.options.results?.host ?? request.headers.host}/results/${name}`;
}

async function* zeros(bytes: number): AsyncGenerator<string> {
	const piece = '0'.repeat(1024 * 1024);
	for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

/** A published file. A key that comes along is a mistake of the client. */
export function fetchResult({ state, url, request }: Exchange): Answer | undefined {
	const name = /^\/results\/(\d+)$/.exec(url.pathname)?.[1];
	if (name === undefined) return undefined;
	if (request.headers.authorization !== undefined)
		throw new ApiError(400, {
			message: 'A key was sent to the store of results.',
			type: null,
			param: null,
			code: 'key_leaked',
		});
	const file = state.results.get(name);
	if (file === undefined) return json({ error: { message: 'gone' } }, {}, 404);
	const { failures = 0, bytes } = state.options.results ?? {};
	file.failures += 1;
	if (file.failures <= failures) return json({ error: { message: 'busy' } }, {}, 503);
	if (bytes !== undefined)
		return { kind: 'stream', status: 200, contentType: file.contentType, chunks: zeros(bytes) };
	return { kind: 'bytes', status: 200, contentType: file.contentType, content: file.content };
}

/** An amount as a provider writes it. */
export function stated(picodollars: bigint, style: StatedCost): number | string {
	if (style === 'number') return Number(usd(picodollars));
	if (style === 'text' || picodollars <= 0n) return usd(picodollars);
	if (style === 'exponent') {
		const digits = picodollars.toString();
		const [first = '0', rest] = [digits.at(0), digits.slice(1).replace(/0+$/, '')];
		return `${first}${rest === '' ? '' : `.${rest}`}e${digits.length - 13}`;
	}
	// A little more than a picodollar less: whoever rounds up has the bill.
	const text = (picodollars - 1n).toString().padStart(13, '0');
	const long = `${text.slice(0, -12)}.${text.slice(-12)}4372`;
	return style === 'long' ? Number(long) : long;
}

/** USD with up to twelve decimals. */
export function usd(picodollars: bigint): string {
	const text = picodollars.toString().padStart(13, '0');
	return `${text.slice(0, -12)}.${text.slice(-12)}`.replace(/0+$/, '').replace(/\.$/, '');
}
