import { answerInEvents, isEventStream } from '../../../../nodes/core/requests/eventStream';
import { parseImageResponse } from '../../../../nodes/core/requests/imageResponse';
import { cpuMs } from '../../cpuTime.mts';

const USAGE = {
	input_tokens: 50,
	output_tokens: 50,
	total_tokens: 100,
	input_tokens_details: { text_tokens: 10, image_tokens: 40 },
};
const event = (data: unknown, name = 'x', end = '\n'): string =>
	`event: ${name}${end}data: ${JSON.stringify(data)}${end}${end}`;
const completed = (image: string, fields: object = {}): string =>
	event(
		{
			type: 'image_generation.completed',
			b64_json: image,
			usage: USAGE,
			quality: 'low',
			created_at: 1,
			...fields,
		},
		'image_generation.completed',
	);
const partial = event(
	{ type: 'image_generation.partial_image', b64_json: 'cGFydA==', partial_image_index: 0 },
	'image_generation.partial_image',
);

describe('an answer that comes as events', () => {
	it('is the image that was completed, with its usage, and no preview', () => {
		const response = parseImageResponse(
			answerInEvents(partial + completed('eA==') + 'data: [DONE]\n\n'),
		);

		expect(response).toMatchObject({
			images: ['eA=='],
			quality: 'low',
			usage: { inputTokens: 50 },
		});
	});

	it('of several images has them all, and no usage, which may be of each or of all', () => {
		expect(parseImageResponse(answerInEvents(completed('eA==') + completed('eQ==')))).toMatchObject(
			{ images: ['eA==', 'eQ=='], usage: null },
		);
	});

	it('is whatever an event holds whole', () => {
		expect(answerInEvents(`data: ${JSON.stringify({ data: [{ b64_json: 'eA==' }] })}\n\n`)).toEqual(
			{ data: [{ b64_json: 'eA==' }] },
		);
		expect(
			answerInEvents(
				partial + event({ type: 'error', error: { message: 'no', code: 'moderation_blocked' } }),
			),
		).toMatchObject({ error: { code: 'moderation_blocked' } });
	});

	it('may end its lines in another way, and break off', () => {
		expect(
			answerInEvents(event({ type: 'image_edit.completed', b64_json: 'eA==' }, 'x', '\r\n')),
		).toMatchObject({ data: [{ b64_json: 'eA==' }] });
		expect(answerInEvents(partial)).toBeNull();
		expect(
			answerInEvents(`${partial}event: image_generation.completed\ndata: {"type":"image_gen`),
		).toBeNull();
	});

	it('is told by its beginning', () => {
		expect([': ping\n\n', 'event: x\ndata: {}\n\n', 'data: {}'].every(isEventStream)).toBe(true);
		expect(['{"data":[]}', '<html>', '', 'upstream connect error'].some(isEventStream)).toBe(false);
	});

	it('may come after thousands of signs of life', () => {
		expect(answerInEvents(': ping\n\n'.repeat(5000) + completed('eA=='))).toMatchObject({
			data: [{ b64_json: 'eA==' }],
		});
	});

	it.each([
		['empty lines', '\n'],
		['events of nothing', 'data:\n\n'],
		['events of no JSON', 'data: {\n\n'],
	])('of endless %s is given up soon', (_, piece) => {
		const started = cpuMs();

		expect(answerInEvents(`data: ${piece.repeat(3_000_000 / piece.length)}`)).toBeNull();
		expect(cpuMs() - started).toBeLessThan(1000);
	});
});
