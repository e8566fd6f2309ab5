import { isEndedEarly, type LineReader, readLines } from '../../../../nodes/core/batch/download';
import type { OpenedFile } from '../../../../nodes/core/batch/downloadBody';
import { LineSplitter } from '../../../../nodes/core/batch/lines';
import { localFailure } from '../../../../nodes/core/failures/failure';
import type { SendResult } from '../../../../nodes/core/scheduler/outcome';
import { FileServer } from '../../fixtures/batchOnServer.mts';
import { seeded } from '../../fixtures/random.mts';
import { VirtualRuntime } from '../../fixtures/virtualRuntime.mts';

const OPTIONS = { maxAttempts: 4, maxWaitMs: 3_600_000 };

/** Pieces of a text as a network would cut it. */
function piecesOf(bytes: Buffer, sizes: () => number): Buffer[] {
	const pieces: Buffer[] = [];
	for (let at = 0; at < bytes.length;) {
		const size = Math.max(1, sizes());
		pieces.push(bytes.subarray(at, at + size));
		at += size;
	}
	return pieces;
}

describe('LineSplitter', () => {
	it('gives the same lines however the bytes are cut, also inside a character', () => {
		const random = seeded(7);
		const lines = ['first', '', 'żółw 🐢 drugi', 'x'.repeat(300), '{"a":1}'];
		const bytes = Buffer.from(`${lines.join('\n')}\nlast without newline`);
		for (let round = 0; round < 50; round++) {
			const splitter = new LineSplitter();
			const found: string[] = [];
			for (const piece of piecesOf(bytes, () => random.int(0, 40))) {
				for (const line of splitter.push(piece)) found.push(line.toString());
			}
			expect([...found, splitter.end().toString()]).toEqual([...lines, 'last without newline']);
		}
	});
});

interface Server {
	content: Buffer;
	/** Bytes after which each answer ends; the first one first. */
	cuts: number[];
	ranges?: boolean;
	/** Whether a cut is an error of the connection, or just the end of the stream. */
	silent?: boolean;
}

function serverOf({ content, cuts, ranges = true, silent = false }: Server) {
	const asked: number[] = [];
	const open = async (fromByte: number): Promise<SendResult<OpenedFile>> => {
		asked.push(fromByte);
		const startsAt = ranges ? fromByte : 0;
		const cut = cuts.shift();
		const rest = content.subarray(startsAt);
		const chunks = async function* (): AsyncGenerator<Buffer> {
			yield* piecesOf(cut === undefined ? rest : rest.subarray(0, cut), () => 10);
			if (cut !== undefined && !silent) throw new Error('aborted');
		};
		return { ok: true, value: { startsAt, length: rest.length, chunks: chunks() } };
	};
	return { open, asked };
}

describe('readLines', () => {
	const lines = Array.from({ length: 20 }, (_, index) => `line ${index} ${'*'.repeat(index)}`);
	const content = Buffer.from(lines.map((line) => `${line}\n`).join(''));

	async function read(server: Server, options = OPTIONS, more: Partial<LineReader> = {}) {
		const runtime = new VirtualRuntime();
		const { open, asked } = serverOf(server);
		const got: string[] = [];
		const failure = await runtime.until(
			readLines(
				{ open, onLine: async (line) => void got.push(line.toString()), ...more },
				options,
				runtime,
			),
		);
		return { got, failure, asked, waitedMs: runtime.now() };
	}

	it('hands over each line once', async () => {
		expect(await read({ content, cuts: [] })).toMatchObject({
			got: lines,
			failure: null,
			asked: [0],
		});
	});

	it('takes a last line that has no newline', async () => {
		const { got } = await read({ content: content.subarray(0, -1), cuts: [] });

		expect(got).toEqual(lines);
	});

	it.each([
		['a server that knows ranges', true],
		['a server that begins at the beginning each time', false],
	])('goes on after a cut, each line once, with %s', async (_, ranges) => {
		const { got, failure, asked, waitedMs } = await read({ content, cuts: [57, 333], ranges });

		expect(got).toEqual(lines);
		expect(failure).toBeNull();
		expect(asked).toHaveLength(3);
		expect(asked[1]).toBe(content.lastIndexOf(10, 56) + 1);
		expect(waitedMs).toBeGreaterThan(0);
	});

	it('notices a download that ends too early without any complaint', async () => {
		expect(await read({ content, cuts: [100], silent: true })).toMatchObject({
			got: lines,
			failure: null,
		});
	});

	it('gives up when nothing new comes, as often as asked', async () => {
		const { got, failure, asked } = await read(
			{ content, cuts: [57, 0, 0, 0, 0, 0] },
			{ ...OPTIONS, maxAttempts: 3 },
		);

		expect(got.length).toBeGreaterThan(0);
		expect(failure).toMatchObject({ kind: 'connectionLost', code: 'download_cut' });
		expect(asked).toHaveLength(3);
	});

	it('does not ask again for a file that is not there', async () => {
		const missing = {
			...localFailure('invalidRequest', 'http_404', 'No such File object'),
			status: 404,
		};
		const asked: number[] = [];
		const open = async (fromByte: number): Promise<SendResult<OpenedFile>> => {
			asked.push(fromByte);
			return { ok: false, failure: missing };
		};

		expect(
			await readLines({ open, onLine: async () => undefined }, OPTIONS, new VirtualRuntime()),
		).toBe(missing);
		expect(asked).toEqual([0]);
	});

	it('stops within a line when the run is cancelled', async () => {
		const runtime = new VirtualRuntime();
		const { open } = serverOf({ content, cuts: [] });
		const got: string[] = [];
		let cancelled = false;
		const failure = await readLines(
			{
				open,
				onLine: async (line) => {
					got.push(line.toString());
					cancelled = got.length === 5;
				},
			},
			OPTIONS,
			{
				now: () => runtime.now(),
				random: () => 0.5,
				sleep: async (ms) => await runtime.sleep(ms),
				cancelled: () => cancelled,
				onCancel: runtime.onCancel,
			},
		);

		expect(got).toEqual(lines.slice(0, 5));
		expect(failure).toMatchObject({ kind: 'cancelled' });
	});

	it('hands over no blank line, and no mark before the first one', async () => {
		const { got } = await read({
			content: Buffer.from('\uFEFFfirst\r\n\r\n \t\nlast\r\n'),
			cuts: [],
		});

		expect(got.map((line) => line.trim())).toEqual(['first', 'last']);
	});

	it('does not hold a line that is too long', async () => {
		const { got, failure } = await read(
			{ content: Buffer.from(`short\n${'x'.repeat(100)}\nnext\n`), cuts: [] },
			OPTIONS,
			{ longestLine: 90 },
		);

		expect(got).toEqual(['short']);
		expect(failure).toMatchObject({ kind: 'malformedResponse', code: 'line_too_long' });
	});
});

describe('a server that says no length', () => {
	const lines = Array.from({ length: 6 }, (_, index) =>
		JSON.stringify({ index, text: '*'.repeat(index) }),
	);
	const content = Buffer.from(lines.join('\n'));

	/** @param silences bytes after which each answer ends without a word */
	async function read(silences: number[], more: Partial<LineReader> = {}, shift = 0) {
		const runtime = new VirtualRuntime();
		const server = new FileServer(() => 7);
		server.hidesLength = true;
		server.files.set('f', content);
		server.answers.set(
			'f',
			silences.map((until) => ({
				until,
				ending: 'silence',
				hasLength: false,
				shift,
				ranges: true,
			})),
		);
		const got: string[] = [];
		const failure = await runtime.until(
			readLines(
				{
					open: async (from) => await server.open('f', from),
					onLine: async (line) => void got.push(line.toString()),
					...more,
				},
				OPTIONS,
				runtime,
			),
		);
		return { got, failure, asked: server.asked.map(({ from }) => from) };
	}

	it('and ends in the middle of a line is asked for the rest', async () => {
		expect(await read([30, 25])).toMatchObject({ got: lines, failure: null });
	});

	it('and ends between two lines is asked for the rest, as long as lines are missing', async () => {
		const between = content.indexOf(10) + 1;
		const got: string[] = [];
		const { asked, failure } = await read([between], {
			onLine: async (line) => void got.push(line.toString()),
			isComplete: () => got.length === lines.length,
		});

		expect(failure).toBeNull();
		expect(got).toEqual(lines);
		expect(asked).toEqual([0, between]);
	});

	it('has said all when there is nothing after its end (416), whatever is expected', async () => {
		const ended = `${lines.join('\n')}\n`;
		const server = new FileServer(() => 7);
		server.hidesLength = true;
		server.files.set('f', Buffer.from(ended));
		const runtime = new VirtualRuntime();
		const failure = await runtime.until(
			readLines(
				{
					open: async (from) => await server.open('f', from),
					onLine: async () => undefined,
					isComplete: () => false,
				},
				OPTIONS,
				runtime,
			),
		);

		expect(failure).toBeNull();
		expect(server.asked.map(({ from }) => from)).toEqual([0, ended.length]);
	});

	it('and ends too early for good is told apart from a connection that breaks', async () => {
		const { failure, got } = await read(
			Array.from({ length: 9 }, (_, index) => (index === 0 ? 30 : 0)),
			{ isComplete: () => false },
		);

		expect(got).toEqual(lines.slice(0, 1));
		expect(failure !== null && isEndedEarly(failure)).toBe(true);
	});
});

describe('an answer that begins elsewhere than asked', () => {
	const lines = Array.from({ length: 6 }, (_, index) =>
		JSON.stringify({ index, text: '*'.repeat(index) }),
	);

	it.each([-20, 9])('(%i bytes) gives each line once', async (shift) => {
		const server = new FileServer(() => 7);
		server.files.set('f', Buffer.from(`${lines.join('\n')}\n`));
		server.answers.set('f', [
			{ until: 50, ending: 'error', hasLength: true, shift: 0, ranges: true },
			{ hasLength: true, shift, ranges: true },
		]);
		const runtime = new VirtualRuntime();
		const got: string[] = [];
		const failure = await runtime.until(
			readLines(
				{
					open: async (from) => await server.open('f', from),
					onLine: async (line) => void got.push(line.toString()),
				},
				OPTIONS,
				runtime,
			),
		);

		expect(failure).toBeNull();
		expect(got).toEqual(lines);
	});
});
