import type { Batch } from '../../../../nodes/core/batch/batch';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { apiServerOf, catalogueAt } from '../../../../nodes/core/providers/connection';
import { collectBatch } from '../../../../nodes/platform/batches/collectBatch';
import type { Collected } from '../../../../nodes/platform/batches/collectTypes';
import type { BinaryStore } from '../../../../nodes/platform/n8n/binary';
import { NameBook } from '../../../../nodes/platform/n8n/nameBook';
import {
	type Answering,
	batchOf,
	escaped,
	type Fate,
	FileServer,
	INPUT_TOKENS,
	lineOf,
	OUTPUT_TOKENS,
	type Request,
} from '../../fixtures/batchOnServer.mts';
import { type Random, seeded } from '../../fixtures/random.mts';
import { VirtualRuntime } from '../../fixtures/virtualRuntime.mts';

const ROUNDS = 600;
const ODD_IDS = ['line 1', 'line 2', 'S1#1', 'ä "x" \\ 🐢', '{"custom_id":"sku-1"}'];
const FATES: Record<string, readonly Fate[]> = {
	completed: ['images', 'images', 'images', 'noImage', 'refused', 'blocked'],
	expired: ['images', 'images', 'refused', 'expired', 'expired', 'untouched'],
	cancelled: ['images', 'images', 'refused', 'untouched', 'untouched'],
	failed: ['untouched'],
};

interface Scene {
	batch: Batch;
	requests: Request[];
	server: FileServer;
	/** Nothing is lost, late or damaged, so all must be told of, for certain. */
	isSound: boolean;
	/** Files that can't be had at all. */
	isBlocked: boolean;
	/** It stands in the file of errors as well. */
	isRefused: (request: Request) => boolean;
	now: Date;
}

function requestsOf(random: Random, status: string): Request[] {
	return Array.from({ length: random.int(1, 7) }, (_, index) => ({
		id: random.int(0, 5) === 0 ? `${random.pick(ODD_IDS)} ${index}` : `sku-${index}`,
		prompt: `picture ${index}`,
		fate: random.pick(FATES[status] ?? []),
		images: Array.from({ length: random.int(1, 3) }, () =>
			Buffer.from(random.bytes(random.int(1, 90))),
		),
		isListed: true,
	}));
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
	const left = [...values];
	return values.map(() => left.splice(random.int(0, left.length - 1), 1)[0] as T);
}

/** What a file holds beside one line for each request. */
function fileOf(lines: string[], random: Random): Buffer {
	const noise = (): string[] =>
		random.int(0, 6) > 0 ? [] : [random.pick(['', '  ', lines[0] ?? ''])];
	const newline = random.int(0, 3) === 0 ? '\r\n' : '\n';
	const all = shuffled(lines, random).flatMap((line) => [escaped(line, random), ...noise()]);
	const text = all.join(newline) + (random.int(0, 2) === 0 ? '' : newline);
	return Buffer.from((random.int(0, 5) === 0 ? '\uFEFF' : '') + text);
}

function answering(random: Random, bytes: number): Answering {
	const broken = random.int(0, 2) > 0;
	return {
		...(random.int(0, 7) === 0 && { status: random.pick([404, 503]) }),
		...(broken && {
			until: random.int(0, bytes),
			ending: random.pick(['error', 'silence', 'undecodable'] as const),
		}),
		hasLength: random.int(0, 1) === 0,
		shift: random.pick([0, 0, 0, -3, -40, 5]),
		ranges: random.int(0, 3) > 0,
	};
}

function sceneOf(seed: number): Scene {
	const random = seeded(seed);
	const status = random.pick(['completed', 'completed', 'expired', 'cancelled', 'failed']);
	const requests = requestsOf(random, status);
	const server = new FileServer(() => random.int(1, 60));
	server.hidesLength = random.int(0, 3) === 0;
	const success = requests.filter(({ fate }) => fate === 'images' || fate === 'noImage');
	const failures = requests.filter(({ fate }) => fate === 'refused' || fate === 'blocked');
	const expired = requests.filter(({ fate }) => fate === 'expired');
	let isSound = true;
	const lose = (listed: Request[]): string[] =>
		listed.flatMap((request) => {
			const line = lineOf(request) ?? '';
			if (random.int(0, 14) > 0) return [line];
			// A line that is not there, or that nobody can read.
			[request.isListed, isSound] = [false, false];
			return random.int(0, 1) === 0
				? []
				: [line.slice(0, random.int(1, line.length - 1)), '{"custom_id":5}'];
		});
	const output = lose(success);
	const errors = [...lose(failures), ...expired.map((request) => lineOf(request) ?? '')];
	// A request that stands in both files was made all the same.
	const doubled = success.filter(() => random.int(0, 14) === 0);
	for (const request of doubled) errors.push(lineOf({ ...request, fate: 'refused' }) ?? '');
	if (output.length > 0) server.files.set('output', fileOf(output, random));
	if (errors.length > 0) server.files.set('errors', fileOf(errors, random));
	const hasManifest = random.int(0, 3) > 0;
	if (hasManifest)
		server.files.set(
			'manifest',
			Buffer.from(
				`{"manifest":1,"own_file_ids":[]}\n${requests.map(({ id, prompt }, position) => JSON.stringify({ lineId: id, customId: id, prompt, position, model: 'gpt-image-1-mini' })).join('\n')}\n`,
			),
		);
	if (random.int(0, 3) > 0)
		server.files.set(
			'input',
			Buffer.from(
				requests
					.map(({ id, prompt }) =>
						JSON.stringify({ custom_id: id, body: { prompt, model: 'gpt-image-1-mini' } }),
					)
					.join('\n'),
			),
		);
	for (const [name, content] of server.files)
		server.answers.set(
			name,
			Array.from({ length: random.int(0, 2) }, () => answering(random, content.length)),
		);
	const unnamed = random.pick([null, 'later']);
	const batch = batchOf({
		status,
		counts:
			status === 'failed'
				? { total: 0, completed: 0, failed: 0 }
				: {
						total: requests.length,
						completed: success.length,
						failed: failures.length + (random.int(0, 1) === 0 ? expired.length : 0),
					},
		outputFileId: server.files.has('output') ? 'output' : success.length > 0 ? unnamed : null,
		errorFileId: server.files.has('errors') ? 'errors' : failures.length > 0 ? unnamed : null,
		metadata: {
			created_by: 'n8n-nodes-gpt-image',
			request_count: String(requests.length),
			submission: 's',
			...(hasManifest && { manifest_file_id: 'manifest' }),
		},
	});
	// Named, but not there.
	const lost = random.int(0, 19) === 0 ? random.pick(['output', 'errors']) : '';
	if (server.files.delete(lost))
		for (const request of lost === 'output' ? success : failures)
			[request.isListed, isSound] = [false, false];
	// A line too many hides one that is missing, where nobody says how long the file is.
	const isSilent = [...server.answers.values()].flat().some(({ ending }) => ending === 'silence');
	if (doubled.length > 0 && isSilent) isSound = false;
	const isThere = (file: string, counted: readonly Request[]): boolean =>
		counted.length === 0 || server.files.has(file);
	const isBlocked =
		!isThere('output', success) || !isThere('errors', [...failures, ...expired]) || lost !== '';
	return {
		batch,
		requests,
		server,
		isSound,
		isBlocked,
		isRefused: (request) => doubled.includes(request),
		now: new Date(random.pick([1100, 90_000]) * 1000),
	};
}

async function collect({
	batch,
	server,
	now,
}: Scene): Promise<{ collected: Collected; bytesOf: (id: string) => Buffer; stored: number }> {
	const runtime = new VirtualRuntime();
	const files: Buffer[] = [];
	const store: BinaryStore = {
		helpers: {
			prepareBinaryData: async (bytes) => {
				files.push(Buffer.from(bytes as Buffer));
				return { data: 'x', id: String(files.length - 1), mimeType: 'x' };
			},
		},
	};
	const collector = {
		store,
		api: server,
		options: { maxAttempts: 8, maxWaitMs: 3_600_000 },
		runtime,
		results: 'all' as const,
		catalogue: catalogueAt(CATALOGUE, apiServerOf({ provider: 'openai' }), ''),
		now,
		names: new NameBook({}),
		progress: () => undefined,
	};
	const collected = await runtime.until(collectBatch(collector, batch));
	return { collected, bytesOf: (id) => files[Number(id)] ?? Buffer.alloc(0), stored: files.length };
}

/** At half of $2 and $8 per million. */
const costOf = ({ fate, images }: Request): bigint => {
	const made = fate === 'noImage' ? 1 : images.length;
	return BigInt(INPUT_TOKENS) * 1_000_000n + BigInt(OUTPUT_TOKENS * made) * 4_000_000n;
};

const wasBilled = ({ fate }: Request): boolean => fate === 'images' || fate === 'noImage';

describe(`${ROUNDS} random batches, with everything that can go wrong in their files and downloads`, () => {
	const scenes = Array.from({ length: ROUNDS }, (_, seed) => ({ seed, ...sceneOf(seed) }));
	let delivered = 0;
	let settled = 0;

	it.each(scenes.map((scene) => [scene.seed, scene] as const))('batch %i', async (_, scene) => {
		const { batch, requests } = scene;
		const { collected, bytesOf, stored } = await collect(scene);
		const { lines, account, failure } = collected;
		const { sums } = account;
		const failed = sums.failed.yes + sums.failed.no + sums.failed.unknown;

		// Each request is in exactly one state.
		expect(sums.delivered + failed + sums.notReady + sums.unknown).toBe(sums.total);
		if (failure !== null) {
			expect({ isBlocked: scene.isBlocked, failure }).toMatchObject({ isBlocked: true });
			expect(account.isSettled).toBe(false);
			return;
		}
		expect(sums.total).toBe(requests.length);
		if (batch.counts.total > 0) expect(sums.total).toBe(batch.counts.total);
		const named = lines.flatMap(({ lineId }) => lineId ?? []);
		expect(new Set(named).size).toBe(named.length);

		const byId = new Map(lines.map((line) => [line.lineId, line]));
		let cost = 0n;
		let images = 0;
		for (const request of requests) {
			const outcome = byId.get(request.id)?.outcome;
			const state = account.stateOf(request.id);
			if (request.fate === 'images' && request.isListed) {
				if (outcome?.ok !== true) throw new Error(`${request.id} was not delivered`);
				expect(outcome.images.map(({ binary }) => bytesOf(String(binary.id)))).toEqual(
					request.images,
				);
				expect(state).toEqual({ is: 'delivered' });
				images += request.images.length;
			} else {
				expect(outcome?.ok ?? false).toBe(false);
			}
			if (request.isListed && wasBilled(request)) {
				expect(outcome?.price?.total).toBe(costOf(request));
				cost += costOf(request);
			}
			// What was billed is never said not to have been, unless the API says so.
			if (wasBilled(request) && !scene.isRefused(request))
				expect(state).not.toEqual({ is: 'failed', billed: 'no' });
		}
		expect(lines.reduce((sum, { outcome }) => sum + (outcome.price?.total ?? 0n), 0n)).toBe(cost);
		// Each image is stored once.
		expect(stored).toBe(images);
		// Files are given up only when nothing that was billed may be in them.
		if (account.isSettled)
			for (const request of requests) expect(request.isListed || !wasBilled(request)).toBe(true);
		if (scene.isSound && !scene.isBlocked) expect(account.isSettled).toBe(true);
		delivered += images;
		settled += account.isSettled ? 1 : 0;
	});

	it('were delivered for the most part', () => {
		expect(delivered).toBeGreaterThan(ROUNDS);
		expect(settled).toBeGreaterThan(ROUNDS / 2);
	});
});
