import { readLines, type LineReader, type OpenedFile } from '../../../../nodes/core/batch/download';
import { LineSplitter } from '../../../../nodes/core/batch/lines';
import { localFailure } from '../../../../nodes/core/run/failure';
import type { SendResult } from '../../../../nodes/core/run/outcome';
import { seeded } from '../../fixtures/random.mts';
import { VirtualWorld } from '../../fixtures/virtualWorld.mts';

const OPTIONS = { maxAttempts: 4, maxWaitMs: 3_600_000 };

/** Pieces of a text as a network would cut it. */
function piecesOf(bytes: Buffer, sizes: () => number): Buffer[] {
	const pieces: Buffer[] = [];
	for (let at = 0; at < bytes.length; ) {
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
		const world = new VirtualWorld();
		const { open, asked } = serverOf(server);
		const got: string[] = [];
		const failure = await world.until(readLines({ open, onLine: async (line) => void got.push(line.toString()), ...more }, options, world));
		return { got, failure, asked, waitedMs: world.now() };
	}

	it('hands over each line once', async () => {
		expect(await read({ content, cuts: [] })).toMatchObject({ got: lines, failure: null, asked: [0] });
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
		expect(await read({ content, cuts: [100], silent: true })).toMatchObject({ got: lines, failure: null });
	});

	it('gives up when nothing new comes, as often as asked', async () => {
		const { got, failure, asked } = await read({ content, cuts: [57, 0, 0, 0, 0, 0] }, { ...OPTIONS, maxAttempts: 3 });

		expect(got.length).toBeGreaterThan(0);
		expect(failure).toMatchObject({ kind: 'connectionLost', code: 'download_cut' });
		expect(asked).toHaveLength(3);
	});

	it('does not ask again for a file that is not there', async () => {
		const missing = { ...localFailure('invalidRequest', 'http_404', 'No such File object'), status: 404 };
		const asked: number[] = [];
		const open = async (fromByte: number): Promise<SendResult<OpenedFile>> => {
			asked.push(fromByte);
			return { ok: false, failure: missing };
		};

		expect(await readLines({ open, onLine: async () => undefined }, OPTIONS, new VirtualWorld())).toBe(missing);
		expect(asked).toEqual([0]);
	});

	it('stops within a line when the run is cancelled', async () => {
		const world = new VirtualWorld();
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
			{ now: () => world.now(), random: () => 0.5, sleep: async (ms) => await world.sleep(ms), cancelled: () => cancelled, onCancel: world.onCancel },
		);

		expect(got).toEqual(lines.slice(0, 5));
		expect(failure).toMatchObject({ kind: 'cancelled' });
	});
});
