import { Readable } from 'node:stream';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import type { ImageRequest } from '../../../../nodes/core/requests/imageRequest';
import type { SendResult } from '../../../../nodes/core/scheduler/outcome';
import { isMaybeBilled } from '../../../../nodes/core/scheduler/retry';
import { createImageApi } from '../../../../nodes/platform/api/client';
import type { Answer, ImageApi } from '../../../../nodes/platform/providers/imageApi';
import { type FakeAnswer, fakeN8n, type FakeSetup, jsonAnswer } from '../../fixtures/fakeN8n.mts';

const REQUEST: ImageRequest = {
	model: 'gpt-image-2',
	prompt: 'a red balloon',
	quality: 'low',
	size: '1024x1024',
	output_format: 'jpeg',
};
const HEADERS = { 'content-type': 'application/json', 'x-request-id': 'req_1' };

const generate = async (api: ImageApi): Promise<SendResult<Answer>> =>
	await api.generate(REQUEST, { count: 1, idempotencyKey: 'key' });
const apiOf = async (setup: FakeSetup, timeoutMs = 60_000): Promise<ImageApi> =>
	await createImageApi(fakeN8n(setup).context, timeoutMs, CATALOGUE);
const aTick = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** What a body of unknown length is read into at first. */
const ROOM_OF_A_BODY = 4 * 1024 * 1024;

const imageOf = (index: number): Buffer => Buffer.alloc(50_000 + index, `image ${index};`);
const bodyOf = (image: Buffer): Buffer =>
	jsonAnswer({ data: [{ b64_json: image.toString('base64') }] }).body as Buffer;

/** A body of which a part comes; `then` says how it goes on. */
function broken(then: (stream: Readable) => void): FakeAnswer & { body: Readable } {
	let isBegun = false;
	const body = new Readable({
		read() {
			if (!isBegun) this.push(bodyOf(imageOf(0)).subarray(0, 30_000));
			else then(this);
			isBegun = true;
		},
	});
	return { statusCode: 200, headers: HEADERS, body };
}

const halted = (): FakeAnswer & { body: Readable } => broken(() => undefined);

describe('200 answers that are there at once', () => {
	it('are read four at a time, in their order, and each until its image is stored', async () => {
		let open = 0;
		let most = 0;
		const begun: number[] = [];
		const answer = (_options: unknown, index: number): FakeAnswer => {
			const rest = Readable.from([
				bodyOf(imageOf(index)).subarray(0, 20_000),
				bodyOf(imageOf(index)).subarray(20_000),
			]);
			const body = Readable.from(
				(async function* () {
					most = Math.max(most, (open += 1));
					begun.push(index);
					yield* rest as AsyncIterable<Buffer>;
				})(),
			);
			return { statusCode: 200, headers: HEADERS, body };
		};
		const api = await apiOf({ answer });
		const images = await Promise.all(
			Array.from({ length: 200 }, async () => {
				const sent = await generate(api);
				if (!sent.ok) throw new Error(sent.failure.message);
				const bytes = sent.value.images[0]?.() ?? Buffer.alloc(0);
				// As long as it takes to store it.
				for (let ticks = 0; ticks < 3; ticks++) await aTick();
				const stored = Buffer.from(bytes);
				open -= 1;
				sent.value.done();
				return stored;
			}),
		);

		expect(most).toBe(4);
		expect(begun).toEqual(Array.from({ length: 200 }, (_, index) => index));
		expect(images.every((image, index) => image.equals(imageOf(index)))).toBe(true);
	});

	it('give their turn on when they bring no image', async () => {
		const bodies = [
			'{"data":[{"b64',
			'{}',
			'',
			'{"data":[{"b64_json":""}]}',
			'{"error":{"message":"no"}}',
			'<html>',
		];
		const answer = (_options: unknown, index: number): FakeAnswer =>
			index < 60
				? {
						statusCode: 200,
						headers: HEADERS,
						body: Buffer.from(bodies[index % bodies.length] ?? ''),
					}
				: jsonAnswer({ data: [{ b64_json: 'eA==' }] });
		const api = await apiOf({ answer });
		const results = await Promise.all(Array.from({ length: 61 }, async () => await generate(api)));

		expect(results.map(({ ok }) => ok)).toEqual([...Array.from({ length: 60 }, () => false), true]);
	});
});

describe('an answer that does not say that it is JSON', () => {
	it.each([
		['text/plain', `{"data":[{"b64_json":"${imageOf(1).toString('base64')}"}]}`],
		['', `{"data":[{"b64_json":"${imageOf(1).toString('base64')}"}]}`],
		[
			'text/event-stream',
			`event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"eA=="}\n\nevent: image_generation.completed\ndata: {"type":"image_generation.completed","b64_json":"${imageOf(1).toString('base64')}"}\n\n`,
		],
	])('%s brings its image all the same', async (type, body) => {
		const api = await apiOf({
			answer: () => ({
				statusCode: 200,
				headers: { 'content-type': type },
				body: Buffer.from(body),
			}),
		});
		const sent = await generate(api);

		expect(sent.ok && sent.value.images.map((bytes) => bytes().equals(imageOf(1)))).toEqual([true]);
	});
});

describe('an answer of several images', () => {
	it('has each of them decoded when it is asked for', async () => {
		const images = [imageOf(3), imageOf(1), imageOf(2)];
		const api = await apiOf({
			answer: () =>
				jsonAnswer({ data: images.map((image) => ({ b64_json: image.toString('base64') })) }),
		});
		const sent = await generate(api);

		expect(sent.ok && sent.value.images.map((bytes) => Buffer.from(bytes()))).toEqual(images);
	});
});

describe('a body that does not come to its end', () => {
	it('is left when nothing comes any more', async () => {
		const answer = halted();
		const api = await apiOf({ answer: () => answer }, 40);

		expect(await generate(api)).toMatchObject({
			ok: false,
			failure: { kind: 'timeout', code: 'timeout', requestId: 'req_1' },
		});
		expect(answer.body.destroyed).toBe(true);
	});

	it.each([
		'ECONNRESET',
		'ERR_STREAM_PREMATURE_CLOSE',
		'EPROTO',
		'ECONNREFUSED',
		'ERR_SSL_WRONG_VERSION_NUMBER',
		'CERT_HAS_EXPIRED',
		'Z_DATA_ERROR',
	])('because of %s may have been billed, whatever that means elsewhere', async (code) => {
		const api = await apiOf({
			answer: () =>
				broken((stream) =>
					stream.destroy(Object.assign(new Error('connect ECONNRESET'), { code })),
				),
		});
		const sent = await generate(api);

		expect(sent).toMatchObject({
			ok: false,
			failure: { kind: 'connectionLost', requestId: 'req_1' },
		});
		expect(!sent.ok && isMaybeBilled(sent.failure)).toBe(true);
	});

	it('and whose connection ended while it waited for its turn is a lost one', async () => {
		const bodies = Array.from({ length: 5 }, halted);
		const cancel = new AbortController();
		const api = await apiOf(
			{ answer: (_options, index) => bodies[index] as FakeAnswer, cancelSignal: cancel.signal },
			80,
		);
		const sent = bodies.map(async () => await generate(api));
		await aTick();
		bodies[4]?.body.destroy(new Error('reset'));

		expect((await Promise.all(sent)).map((result) => !result.ok && result.failure.kind)).toEqual([
			'timeout',
			'timeout',
			'timeout',
			'timeout',
			'connectionLost',
		]);
	});

	it('is left when the execution is cancelled, whether it is read or waits', async () => {
		const bodies = Array.from({ length: 9 }, halted);
		const cancel = new AbortController();
		const api = await apiOf({
			answer: (_options, index) => bodies[index] as FakeAnswer,
			cancelSignal: cancel.signal,
		});
		const sent = bodies.map(async () => await generate(api));
		while (bodies.filter(({ body }) => body.readableDidRead).length < 4) await aTick();
		cancel.abort();

		expect((await Promise.all(sent)).map((result) => !result.ok && result.failure.kind)).toEqual(
			bodies.map(() => 'cancelled'),
		);
		expect(bodies.every(({ body }) => body.destroyed)).toBe(true);
	});
});

describe('time that passes', () => {
	/** Timers that go off when the test says so, and a clock that it turns. */
	const timers = new Set<AbortController>();
	let now = 0;
	beforeEach(() => {
		now = 0;
		timers.clear();
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
			const timer = new AbortController();
			timers.add(timer);
			return timer.signal;
		});
	});
	afterEach(() => jest.restoreAllMocks());
	const pass = async (ms: number): Promise<void> => {
		now += ms;
		for (const timer of [...timers]) {
			timers.delete(timer);
			timer.abort();
		}
		for (let ticks = 0; ticks < 10; ticks++) await aTick();
	};

	it('without a byte lets another body be read, and only those that are read time out', async () => {
		const bodies = [
			...Array.from({ length: 4 }, halted),
			{ statusCode: 200, headers: HEADERS, body: Readable.from([bodyOf(imageOf(7))]) },
		];
		const api = await apiOf({ answer: (_options, index) => bodies[index] as FakeAnswer }, 60_000);
		const ends: string[] = [];
		const sent = bodies.map(async (_, index) => {
			const result = await generate(api);
			ends.push(`${index}: ${result.ok ? 'made' : result.failure.kind}`);
		});
		await pass(0);
		expect(ends).toEqual([]);
		await pass(3000);
		expect(ends).toEqual(['4: made']);
		await pass(57_000);
		await Promise.all(sent);
		expect(ends.slice(1).sort()).toEqual(['0: timeout', '1: timeout', '2: timeout', '3: timeout']);
	});

	it('in which drops come, and no more, ends it', async () => {
		const drops = broken((stream) => setImmediate(() => stream.push(Buffer.from('A'))));
		const api = await apiOf({ answer: () => drops }, 60_000);
		const sent = generate(api);
		for (let seconds = 0; seconds < 70; seconds++) await pass(1000);

		expect(await sent).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
		expect(drops.body.destroyed).toBe(true);
	});

	it('in which hundreds of bodies pause begins some tens of them, and all are read in the end', async () => {
		const images = 200;
		const room = jest.spyOn(Buffer, 'allocUnsafeSlow');
		const goOn: Array<() => void> = [];
		const answer = (_options: unknown, index: number): FakeAnswer => {
			const whole = bodyOf(imageOf(index));
			const body = Readable.from(
				(async function* () {
					yield whole.subarray(0, 1000);
					await new Promise<void>((resolve) => goOn.push(resolve));
					yield whole.subarray(1000);
				})(),
			);
			return { statusCode: 200, headers: HEADERS, body };
		};
		const api = await apiOf({ answer }, 60_000);
		let made = 0;
		const sent = Array.from({ length: images }, async () => {
			const result = await generate(api);
			if (!result.ok) throw new Error(result.failure.message);
			made += 1;
			await aTick();
			result.value.done();
		});
		for (let times = 0; times < 12; times++) await pass(3000);
		const begun = room.mock.calls.filter(([bytes]) => bytes === ROOM_OF_A_BODY).length;
		while (made < images) {
			for (const one of goOn.splice(0)) one();
			await pass(10);
		}
		await Promise.all(sent);

		expect(begun).toBe(36);
	});

	it('while a body waits for its turn is not its server’s fault, and a little of it is taken, so that the connection lives', async () => {
		let taken = 0;
		const whole = bodyOf(Buffer.alloc(3_000_000, 'x'));
		const waiting = new Readable({
			highWaterMark: 64 * 1024,
			read(bytes) {
				const next = whole.subarray(taken, taken + bytes);
				taken += next.length;
				this.push(next.length === 0 ? null : next);
			},
		});
		const images = Array.from({ length: 4 }, () => ({
			statusCode: 200,
			headers: HEADERS,
			body: Readable.from([bodyOf(imageOf(1))]),
		}));
		const bodies: FakeAnswer[] = [...images, { statusCode: 200, headers: HEADERS, body: waiting }];
		const api = await apiOf({ answer: (_options, index) => bodies[index] as FakeAnswer }, 15_000);
		// Four are being stored; nobody else has a turn.
		const stored = await Promise.all(images.map(async () => await generate(api)));
		const last = generate(api);
		await pass(0);
		const after: number[] = [];
		for (let times = 0; times < 12; times++) {
			await pass(10_000);
			after.push(taken);
		}
		for (const one of stored) if (one.ok) one.value.done();
		const result = await last;

		expect(after[0]).toBeGreaterThan(0);
		expect(after[11]).toBeGreaterThan(after[1] as number);
		expect(after[11]).toBeLessThan(400_000);
		expect(result.ok && result.value.images[0]?.().equals(Buffer.alloc(3_000_000, 'x'))).toBe(true);
	});
});

describe('a body without an end', () => {
	it('is not read for ever', async () => {
		const chunk = Buffer.alloc(4 * 1024 * 1024, 'A');
		const body = new Readable({
			highWaterMark: 1,
			read() {
				this.push(chunk);
			},
		});
		const api = await apiOf({ answer: () => ({ statusCode: 200, headers: HEADERS, body }) });

		expect(await generate(api)).toMatchObject({
			ok: false,
			failure: { kind: 'malformedResponse', code: 'answer_too_large' },
		});
		expect(body.destroyed).toBe(true);
	});
});

describe('the body of an error', () => {
	it('without an end is read no further than it can say something', async () => {
		let chunks = 0;
		const body = new Readable({
			read() {
				chunks += 1;
				this.push(Buffer.alloc(64 * 1024, 'x'));
			},
		});
		const api = await apiOf({ answer: () => ({ statusCode: 500, headers: HEADERS, body }) });

		expect(await generate(api)).toMatchObject({
			ok: false,
			failure: { kind: 'serverError', status: 500, requestId: 'req_1' },
		});
		expect(body.destroyed).toBe(true);
		expect(chunks).toBeLessThan(10);
	});

	it('that breaks off is still an error of its status', async () => {
		const api = await apiOf({
			answer: () => ({
				...broken((stream) => stream.destroy(new Error('reset'))),
				statusCode: 429,
				headers: { ...HEADERS, 'retry-after': '3' },
			}),
		});

		expect(await generate(api)).toMatchObject({
			ok: false,
			failure: { kind: 'rateLimit', retryAfterMs: 3000, requestId: 'req_1' },
		});
	});
});
