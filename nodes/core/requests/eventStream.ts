import { asRecord } from '../util/json';

/** Whether a body that is no JSON is a stream of events (HTML Standard, "Server-sent events"). */
export const isEventStream = (text: string): boolean =>
	/^\s*(?:event|data|id|retry|):/.test(text.slice(0, 200));

/**
 * The answer that a stream of events brings. Nobody asks for one, but some relays send it all the same, and what it holds
 * is paid for. Previews are left out; whose usage it is can only be told of one image.
 * @returns a body as it comes without a stream: images, or an error; `null` = neither
 */
export function answerInEvents(text: string): Record<string, unknown> | null {
	const events = text.split(/\r?\n\r?\n/, MOST_EVENTS).flatMap(eventOf);
	const whole = events.find(
		({ data, error }) => Array.isArray(data) || (error !== undefined && error !== null),
	);
	if (whole !== undefined) return whole;
	const images = events.filter(
		({ type, b64_json: image }) => typeof image === 'string' && /\.completed$/.test(String(type)),
	);
	const [first] = images;
	if (first === undefined) return null;
	return {
		...first,
		usage: images.length === 1 ? first.usage : undefined,
		data: images.map(({ b64_json }) => ({ b64_json })),
	};
}

/** Ten images with their previews are some dozens; what keeps a connection open can be thousands more, before an image that is paid for. */
const MOST_EVENTS = 20_000;

function eventOf(block: string): Array<Record<string, unknown>> {
	const lines = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
	const data = lines
		.map((line) => line.slice('data:'.length))
		.join('\n')
		.trim();
	if (!data.startsWith('{') || !data.endsWith('}')) return [];
	try {
		return [asRecord(JSON.parse(data))];
	} catch {
		return [];
	}
}
