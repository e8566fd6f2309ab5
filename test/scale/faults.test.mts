import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EXAMPLES, exampleFor } from '../n8n/exampleFor.mts';
import { nodeOutput, RestError, until, type Execution } from '../n8n/harness/index.mts';
import { createRowsTable, type RowsTable } from './cluster/rowsTable.mts';
import {
	CLUSTER_START_MS,
	NODE,
	openWorkplace,
	prompts,
	type Workplace,
} from './cluster/workplace.mts';

const ROWS = 10;
const SLICE = 3;
const OUTAGE_MS = 10_000;

/** A worker's death is noticed in seconds, not in a minute. Nothing else differs from the compose file. */
const QUICK_TO_NOTICE = {
	QUEUE_WORKER_LOCK_DURATION: '6000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '1500',
	QUEUE_WORKER_STALLED_INTERVAL: '3000',
};

/** After how many requests a worker is killed: in the first slice, in the middle, in the last one, or when KILL_WORKER_AFTER says. */
const MOMENTS = process.env['KILL_WORKER_AFTER']
	? [Number(process.env['KILL_WORKER_AFTER'])]
	: [2, 6, ROWS];

const folder = mkdtempSync(join(tmpdir(), 'gpt-image-rows-'));
let place: Workplace;
let table: RowsTable;
beforeAll(async () => {
	copyFileSync(join(EXAMPLES, 'data', 'prompts.csv'), join(folder, 'prompts.csv'));
	place = await openWorkplace(
		{ latencyMs: 600 },
		{ env: { ...QUICK_TO_NOTICE, N8N_RESTRICT_FILE_ACCESS_TO: folder } },
	);
	table = await createRowsTable(place.cluster.n8n());
}, CLUSTER_START_MS);
beforeEach(() => place.simulator.reset());
afterAll(async () => {
	await place.close();
	rmSync(folder, { recursive: true, force: true });
});

const example = async (file: string): Promise<string> =>
	await place.cluster.n8n().createWorkflow(exampleFor(file, place.credential, folder));

const rounds = (execution: Execution) =>
	(execution.data.resultData.runData[NODE] ?? []).map(
		(_, run) => nodeOutput(execution, NODE, run).items,
	);

/** How many images an execution has, each of which must still be there. */
const imagesOf = async (execution: Execution): Promise<number> => {
	const ids = rounds(execution)
		.flat()
		.flatMap(({ binary }) => binary?.['data']?.id ?? []);
	for (const id of ids)
		expect((await place.cluster.n8n().downloadBinary(id)).body.length).toBeGreaterThan(100);
	return ids.length;
};

/** Once n8n answers again: without its database it says 503. */
const answered = async <T,>(ask: () => Promise<T>): Promise<T> =>
	await until(
		'n8n answers',
		async () =>
			await ask().catch((error: unknown) => {
				if (error instanceof RestError && error.status === 503) return undefined;
				throw error;
			}),
		{ timeoutMs: 60_000 },
	);

const atRest = async (id: string, timeoutMs = 180_000): Promise<Execution> =>
	await answered(async () => await place.cluster.n8n().waitForExecution(id, { timeoutMs }));

describe('faults in a cluster', () => {
	it.each(MOMENTS)(
		'a worker is killed after %d requests: what is done stays done, and the next run makes what is missing',
		async (requests) => {
			const { cluster, simulator } = place;
			const names = prompts(ROWS, `row-${requests}`);
			await table.fill(cluster.n8n(), names);
			const workflow = await example('rows-in-a-table.json');
			const id = await cluster.n8n().runWorkflow(workflow);
			await until('it is on its way', () => simulator.requests.length >= requests || undefined);
			const killed = cluster.workers[place.workersOf(id)[0]!]!;
			await killed.kill();
			const crashed = await atRest(id);
			const before = await table.rows(cluster.n8n());
			const billedBefore = simulator.billed.length;
			const second = await atRest(await cluster.n8n().runWorkflow(workflow));
			await killed.start();
			const after = await table.rows(cluster.n8n());

			const done = before.filter(({ state }) => state === 'done');
			const open = before.filter(({ state }) => state === 'started');
			console.log(
				`worker killed after ${requests} requests: ${crashed.status}; ${done.length} done, ${open.length} on their way, ${billedBefore} billed; ${simulator.billed.length} after the next run`,
			);
			expect([crashed.status, second.status, second.data.resultData.error?.message]).toEqual([
				'error',
				'success',
				undefined,
			]);
			expect(after.map(({ state }) => state)).toEqual(Array(ROWS).fill('done'));
			expect(simulator.billed.length - billedBefore).toBe(ROWS - done.length);
			expect(billedBefore).toBeLessThanOrEqual(done.length + SLICE);
			// What may have been billed twice says so, and nothing else does.
			expect(
				after
					.filter(({ note }) => note?.includes('may have been billed before'))
					.map(({ id: row }) => row),
			).toEqual(open.map(({ id: row }) => row));
			for (const { id: row, name } of after)
				expect(existsSync(join(folder, `${name}-${row}.jpg`))).toBe(true);
		},
		300_000,
	);

	it('a worker is killed while it collects a batch: another collects all of it, and nothing is billed', async () => {
		const { cluster, simulator } = place;
		const submitted = await atRest(
			await place.start(place.workflow(prompts(120), { resource: 'batch', operation: 'submit' })),
		);
		await simulator.settled();
		const batchId = String(nodeOutput(submitted, NODE).items[0]!.json['batchId']);
		const billedBefore = simulator.billed.length;
		const collect = place.workflow(['x'], {
			resource: 'batch',
			operation: 'collect',
			batchId: { __rl: true, mode: 'id', value: batchId },
		});
		const id = await place.start(collect);
		await until(
			'the results are on their way',
			() =>
				simulator.requests.some(
					({ path, method }) => method === 'GET' && path.endsWith('/content'),
				) || undefined,
		);
		const killed = cluster.workers[place.workersOf(id)[0]!]!;
		await killed.kill();
		const crashed = await atRest(id);
		const again = await atRest(await place.start(collect));
		await killed.start();

		expect([crashed.status, again.status]).toEqual(['error', 'success']);
		expect(new Set(nodeOutput(again, NODE).items.map(({ json }) => json['prompt'])).size).toBe(120);
		expect(simulator.billed).toHaveLength(billedBefore);
	}, 300_000);

	it.each(['stop', 'kill'] as const)(
		'main ends by a %s and starts again: executions go on on their workers',
		async (end) => {
			const { cluster, simulator } = place;
			const id = await place.start(place.workflow(prompts(60), { run: { maxConcurrency: 4 } }));
			await until('it is on its way', () => simulator.billed.length >= 4 || undefined);
			await cluster.main[end]();
			await cluster.main.start();
			const execution = await atRest(id);

			expect(execution.status).toBe('success');
			expect(await imagesOf(execution)).toBe(60);
			expect(simulator.billed).toHaveLength(60);
		},
		180_000,
	);

	it('a worker that is told to end finishes what it has under way', async () => {
		const id = await place.start(place.workflow(prompts(40), { run: { maxConcurrency: 4 } }));
		await until('it is on its way', () => place.simulator.billed.length >= 4 || undefined);
		const worker = place.cluster.workers[place.workersOf(id)[0]!]!;
		await worker.stop();
		const execution = await atRest(id);
		await worker.start();

		expect(execution.status).toBe('success');
		expect(await imagesOf(execution)).toBe(40);
		expect(place.simulator.billed).toHaveLength(40);
	}, 180_000);

	it.each(['redis', 'postgres'] as const)(
		'%s is away for 10 s: the run goes on, nothing is lost or paid for twice',
		async (name) => {
			const id = await place.start(place.workflow(prompts(60), { run: { maxConcurrency: 4 } }));
			await until('it is on its way', () => place.simulator.billed.length >= 8 || undefined);
			await place.cluster[name].kill();
			await delay(OUTAGE_MS);
			await place.cluster[name].start();
			const execution = await atRest(id);
			const items = rounds(execution).flat();
			console.log(
				`${name} away: ${execution.status} ${execution.data.resultData.error?.message ?? ''}, ${items.length} items, ${place.simulator.billed.length} billed`,
			);
			const after = await atRest(
				await answered(async () => await place.start(place.workflow(prompts(1, 'after')))),
			);

			expect(execution.status).toBe('success');
			expect(await imagesOf(execution)).toBe(60);
			expect(new Set(items.map(({ json }) => json['prompt'])).size).toBe(60);
			expect(place.simulator.billed).toHaveLength(61);
			expect(after.status).toBe('success');
		},
		300_000,
	);

	it('everything is killed and started again: saved progress stays, and a retry pays for what is missing', async () => {
		const { cluster, simulator } = place;
		const id = await cluster.n8n().runWorkflow(await example('slices-that-survive-a-crash.json'));
		await until('it is on its way', () => simulator.requests.length >= 5 || undefined);
		await Promise.all(
			[...cluster.workers, cluster.main, cluster.redis, cluster.postgres].map(
				async (server) => await server.kill(),
			),
		);
		await Promise.all([cluster.postgres.start(), cluster.redis.start()]);
		await cluster.main.start();
		await Promise.all(cluster.workers.map(async (worker) => await worker.start()));
		const crashed = await atRest(id);
		const recorded = await imagesOf(crashed);
		const billedBefore = simulator.billed.length;
		const second = await atRest(await cluster.n8n().retryExecution(id));

		console.log(
			`all killed: ${crashed.status} ${crashed.data.resultData.error?.message}, ${recorded} recorded, ${billedBefore} billed, ${simulator.billed.length} after the retry`,
		);
		expect(second.status).toBe('success');
		expect(
			new Set(
				rounds(second)
					.flat()
					.map(({ json }) => (json['input'] as { id: string }).id),
			).size,
		).toBe(readdirSync(folder).length > 0 ? ROWS : 0);
		expect(simulator.billed.length - billedBefore).toBe(ROWS - recorded);
	}, 300_000);
});
