import { createHash } from 'node:crypto';
import {
	chain,
	nodeOutput,
	node,
	ourNode,
	until,
	withCredential,
	type Execution,
} from '../n8n/harness/index.mts';
import { executionsOf, OFTEN, submitBatch, triggered } from '../n8n/openAiBatches.mts';
import type { RecordedRequest } from '../simulator/index.mts';
import {
	CLUSTER_START_MS,
	MODEL,
	NODE,
	openWorkplace,
	prompts,
	type Workplace,
} from './cluster/workplace.mts';

const LIMIT = 60;

/** OpenAI goes on for three days. These go on until main has started again, also on a busy machine. */
const WEBHOOK_RETRY_DELAYS_MS = [500, 500, 500, 1000, 1000, ...Array<number>(30).fill(2000)];

/** In ms since 1970. */
const lastEnd = (requests: readonly RecordedRequest[]): number =>
	Math.max(...requests.map(({ endedAt }) => endedAt?.getTime() ?? Infinity));

describe('a cluster in queue mode', () => {
	let place: Workplace;
	beforeAll(async () => {
		place = await openWorkplace({
			holdBatches: false,
			webhookRetryDelaysMs: WEBHOOK_RETRY_DELAYS_MS,
		});
	}, CLUSTER_START_MS);
	beforeEach(() => place.simulator.reset());
	afterEach(() =>
		place.simulator.configure({ imagesPerMinute: undefined, latencyMs: 0, holdBatches: false }),
	);
	afterAll(async () => await place.close());

	const ended = async (id: string, timeoutMs = 120_000): Promise<Execution> =>
		await place.cluster.n8n().waitForExecution(id, { timeoutMs });

	it('makes images on a worker, which everybody finds', async () => {
		const id = await place.start(place.workflow(prompts(2), { options: { addLink: true } }));
		const { items } = nodeOutput(await ended(id), NODE);

		expect(items).toHaveLength(2);
		expect(place.workersOf(id)).toHaveLength(1);
		expect(items[0]!.binary!['data']!.id).toMatch(/^database:/);
		expect(
			(await place.cluster.n8n().downloadBinary(items[0]!.binary!['data']!.id!)).body,
		).toHaveLength((items[0]!.json['image'] as { bytes: number }).bytes);
		// The worker writes the link, and main answers it.
		const { url, sha256 } = items[1]!.json['image'] as { url: string; sha256: string };
		const behind = Buffer.from(await (await fetch(url)).arrayBuffer());
		expect(new URL(url).origin).toBe(place.cluster.n8n().url);
		expect(createHash('sha256').update(behind).digest('hex')).toBe(sha256);
	});

	it(`delivers 200 images of four executions on two workers at one limit of ${LIMIT} a minute, and uses at least 90 % of it`, async () => {
		place.simulator.configure({ imagesPerMinute: LIMIT, latencyMs: 1000 });
		const ids = await Promise.all(
			[0, 1, 2, 3].map(
				async (one) => await place.start(place.workflow(prompts(50, `execution ${one}, picture`))),
			),
		);
		const executions = await Promise.all(ids.map(async (id) => await ended(id, 400_000)));
		// As the API sees it: from the first request to the last answer.
		const minutes =
			(lastEnd(place.simulator.requests) - place.simulator.requests[0]!.startedAt.getTime()) /
			60_000;
		const items = executions.flatMap((execution) => nodeOutput(execution, NODE).items);

		// A full minute's worth lies ready at the start.
		const used = 200 / (LIMIT + LIMIT * minutes);
		console.log(
			`200 images at ${LIMIT} a minute: ${(minutes * 60).toFixed(0)} s, ${(used * 100).toFixed(1)} % of the limit used, ${place.simulator.requests.filter(({ status }) => status === 429).length} refused`,
		);
		expect(executions.map(({ status }) => status)).toEqual(Array(4).fill('success'));
		expect(new Set(items.map(({ json }) => json['prompt'])).size).toBe(200);
		expect(place.simulator.billed).toHaveLength(200);
		expect(new Set(ids.flatMap((id) => place.workersOf(id))).size).toBe(2);
		expect(used).toBeGreaterThanOrEqual(0.9);
	}, 420_000);

	it('submits a batch of 200 on a worker, and collects it', async () => {
		const submitted = nodeOutput(
			await ended(
				await place.start(place.workflow(prompts(200), { resource: 'batch', operation: 'submit' })),
			),
			NODE,
		).items;
		await place.simulator.settled();
		const batchId = String(submitted[0]!.json['batchId']);
		const id = await place.start(
			place.workflow(['x'], {
				resource: 'batch',
				operation: 'collect',
				batchId: { __rl: true, mode: 'id', value: batchId },
			}),
		);
		const { items } = nodeOutput(await ended(id), NODE);

		expect(submitted).toHaveLength(1);
		expect(new Set(items.map(({ json }) => json['prompt'])).size).toBe(200);
		expect(items.every(({ binary }) => binary?.['data']?.id?.startsWith('database:'))).toBe(true);
		expect(
			items.reduce((sum, { json }) => sum + Number((json['cost'] as { usd: number }).usd), 0),
		).toBeCloseTo(Number(place.simulator.billedPicodollars()) / 1e12, 9);
	});

	it('a review that waits is answered through main and goes on on another worker', async () => {
		const workflow = place.workflow(prompts(3));
		const review = ourNode('Review', 'gptImageReview', {});
		workflow.nodes.push(review, node('Picked', 'n8n-nodes-base.noOp'));
		workflow.connections[NODE] = { main: [[{ node: 'Review', type: 'main', index: 0 }]] };
		workflow.connections['Review'] = { main: [[{ node: 'Picked', type: 'main', index: 0 }], []] };
		const id = await place.start(workflow);
		const waiting = await ended(id);
		const shown = new URL(
			String(waiting.data.resultData.runData['Review']![0]!.metadata?.['resumeUrl' as never]),
		);
		const address = `${place.cluster.n8n().url}${shown.pathname}${shown.search}`;
		const [first = -1] = place.workersOf(id);
		await place.cluster.workers[first]!.stop();
		const page = await (await fetch(address)).text();
		const image = /src="([^"]*image=[^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
		const shownImage = await fetch(new URL(image, address));
		const form = /<form[^>]* action="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
		const answered = await fetch(new URL(form, address), {
			method: 'POST',
			body: new URLSearchParams({ answer: JSON.stringify([{ index: 1, note: 'this one' }]) }),
		});
		const execution = await until(
			'it goes on',
			async () => {
				const now = await place.cluster.n8n().getExecution(id);
				return ['success', 'error'].includes(now.status) ? now : undefined;
			},
			{ timeoutMs: 60_000 },
		);
		await place.cluster.workers[first]!.start();

		expect(waiting.status).toBe('waiting');
		expect([page.includes('picture 1'), shownImage.status, answered.status]).toEqual([
			true,
			200,
			200,
		]);
		expect(execution.status).toBe('success');
		expect(place.workersOf(id)).toEqual([0, 1]);
		expect(nodeOutput(execution, 'Picked').items).toMatchObject([
			{ json: { prompt: 'picture 1', review: { picked: true, note: 'this one' } } },
		]);
	}, 180_000);

	// Both at once, each with batches of its own: main is restarted and killed once for the two.
	describe('while main is restarted and killed', () => {
		const KINDS = ['polling', 'webhook'] as const;
		const NODES = {
			polling: ['gptImageBatchTrigger', { pollTimes: OFTEN }],
			webhook: ['gptImageWebhookTrigger', {}],
		} as const;
		const batches: Record<string, string[]> = { polling: [], webhook: [] };
		const workflows: Record<string, string> = {};
		const executions: Record<string, Execution[]> = {};
		const successes = async (kind: string): Promise<number> =>
			(await executionsOf(place.cluster.n8n(), workflows[kind]!)).filter(
				({ status }) => status === 'success',
			).length;
		const haveStarted = async (count: number, timeoutMs: number): Promise<void> => {
			for (const kind of KINDS)
				await until(
					`${count} have started by ${kind}`,
					async () => (await successes(kind)) >= count || undefined,
					{ timeoutMs },
				);
		};
		const finish = async (from: number, to: number): Promise<void> => {
			for (let index = from; index < to; index++)
				for (const kind of KINDS) await place.simulator.finishBatch(batches[kind]![index]!);
		};
		const publish = async (kind: (typeof KINDS)[number]): Promise<string> => {
			const { cluster, credential } = place;
			const [type, parameters] = NODES[kind];
			const trigger = {
				...ourNode('Trigger', type, { ...parameters, label: kind }, withCredential(credential)),
				webhookId: crypto.randomUUID(),
			};
			const workflow = await cluster.n8n().createWorkflow(triggered(trigger));
			await cluster.n8n().activateWorkflow(workflow);
			// It takes what finishes from now on.
			await until(
				'the trigger is ready',
				async () => {
					const { staticData } = await cluster
						.n8n()
						.request<{ staticData: object | null }>('GET', `/rest/workflows/${workflow}`);
					return (staticData !== null && 'node:Trigger' in staticData) || undefined;
				},
				{ timeoutMs: 60_000 },
			);
			return workflow;
		};

		beforeAll(async () => {
			const { cluster, simulator } = place;
			simulator.reset();
			simulator.configure({ holdBatches: true });
			for (const kind of KINDS) {
				workflows[kind] = await publish(kind);
				for (let index = 0; index < 12; index++)
					batches[kind]!.push(await submitBatch(simulator, kind));
			}
			await finish(0, 4);
			await haveStarted(4, 60_000);
			for (const [end, from] of [
				['stop', 4],
				['kill', 8],
			] as const) {
				// Killed between storing an execution and answering, n8n would be told of the batch again: see docs/scaling.md.
				if (end === 'kill') await haveStarted(from, 60_000);
				await cluster.main[end]();
				await finish(from, from + 2);
				await cluster.main.start();
				await finish(from + 2, from + 4);
			}
			await haveStarted(12, 90_000);
			// Time for one too many.
			await new Promise((resolve) => setTimeout(resolve, 5000));
			for (const kind of KINDS) {
				executions[kind] = await Promise.all(
					(await executionsOf(cluster.n8n(), workflows[kind]!)).map(
						async ({ id }) => await cluster.n8n().getExecution(id),
					),
				);
				await cluster.n8n().deactivateWorkflow(workflows[kind]!);
			}
		}, 400_000);

		it.each(KINDS)('a trigger by %s fires exactly once for each batch', (kind) => {
			expect(
				executions[kind]!.map((execution) =>
					String(nodeOutput(execution, 'Trigger').items[0]!.json['batchId']),
				).sort(),
			).toEqual([...batches[kind]!].sort());
			expect(executions[kind]!.every(({ id }) => place.workersOf(id).length === 1)).toBe(true);
		});
	});

	describe('a session whose budget is enough for three images', () => {
		const path = `session-${crypto.randomUUID()}`;
		let workflow: string;
		let one: number;
		beforeAll(async () => {
			place.simulator.reset();
			const trigger = {
				...node(
					'Message',
					'n8n-nodes-base.webhook',
					{ httpMethod: 'POST', path, options: {} },
					{ typeVersion: 2 },
				),
				webhookId: crypto.randomUUID(),
			};
			const bound = (budgetUsd: number) =>
				ourNode(
					NODE,
					'gptImage',
					{
						model: MODEL,
						prompt: '={{ $json.body.prompt }}',
						quality: 'low',
						run: { budgetUsd, budgetSession: 'chat' },
					},
					withCredential(place.credential),
				);
			const probe = nodeOutput(
				await ended(await place.start(place.workflow(['a mug'], { quality: 'low' }))),
				NODE,
			).items[0]!;
			one = (probe.json['cost'] as { usd: number }).usd;
			const json = chain(trigger, bound(3.5 * one));
			workflow = await place.cluster.n8n().createWorkflow(json);
			await place.cluster.n8n().activateWorkflow(workflow);
			place.simulator.reset();
		});
		afterAll(async () => await place.cluster.n8n().deactivateWorkflow(workflow));

		// n8n may register the webhook some moments after it has published the workflow.
		const message = async (): Promise<void> => {
			await until('the message is taken', async () => {
				const { status } = await fetch(`${place.cluster.n8n().url}/webhook/${path}`, {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify({ prompt: 'a mug' }),
				});
				return status === 200 || undefined;
			});
		};
		const executions = async (count: number): Promise<Execution[]> =>
			await until(
				`${count} executions have ended`,
				async () => {
					const found = await executionsOf(place.cluster.n8n(), workflow);
					if (found.filter(({ status }) => status === 'success').length < count) return undefined;
					return await Promise.all(
						found.map(async ({ id }) => await place.cluster.n8n().getExecution(id)),
					);
				},
				{ timeoutMs: 60_000 },
			);

		it('is that of each worker: n8n hands none of them what the other has saved', async () => {
			await message();
			const [first] = await executions(1);
			const [worker = -1] = place.workersOf(first!.id);
			await place.cluster.workers[worker]!.stop();
			for (let count = 2; count <= 5; count += 1) {
				await message();
				await executions(count);
			}
			await place.cluster.workers[worker]!.start();
			const spent = (await executions(5))
				.filter(({ id }) => id !== first!.id)
				.sort((a, b) => Number(a.id) - Number(b.id))
				.map((execution) => nodeOutput(execution, NODE).items[0]!.json)
				.map(({ cost, status }) => [
					status,
					(cost as { sessionUsd?: number } | undefined)?.sessionUsd,
				]);

			// Docs promise no more; once n8n (2.41) loads static data on workers, they may.
			expect(spent).toEqual([
				['made', expect.closeTo(one, 12)],
				['made', expect.closeTo(2 * one, 12)],
				['made', expect.closeTo(3 * one, 12)],
				['skipped', undefined],
			]);
			expect(place.simulator.billed).toHaveLength(4);
		}, 240_000);
	});

	it.each([
		['gptImageBatchTrigger', { pollTimes: OFTEN }],
		['gptImageWebhookTrigger', {}],
	])(
		'%s keeps its memory where the workflow counts a session',
		async (type, parameters) => {
			const { cluster, simulator, credential } = place;
			const n8n = cluster.n8n();
			simulator.configure({ holdBatches: true });
			const trigger = {
				...ourNode('Trigger', type, parameters, withCredential(credential)),
				webhookId: crypto.randomUUID(),
			};
			const image = ourNode(
				NODE,
				'gptImage',
				{ model: MODEL, prompt: 'a mug', quality: 'low', run: { budgetSession: 'nightly' } },
				withCredential(credential),
			);
			const workflow = await n8n.createWorkflow(chain(trigger, image));
			await n8n.activateWorkflow(workflow);
			const memory = async (): Promise<object | undefined> => {
				const path = `/rest/workflows/${workflow}`;
				const { staticData } = await n8n.request<{ staticData: Record<string, object> | null }>(
					'GET',
					path,
				);
				return staticData?.['node:Trigger'];
			};
			await until('the trigger is ready', memory, { timeoutMs: 60_000 });
			await simulator.finishBatch(await submitBatch(simulator));
			await until(
				'it has run',
				async () =>
					(await executionsOf(n8n, workflow)).some(({ status }) => status === 'success') ||
					undefined,
				{ timeoutMs: 60_000 },
			);
			const kept = await memory();
			await n8n.deactivateWorkflow(workflow);

			expect(kept).toBeDefined();
		},
		200_000,
	);

	it('an execution that is cancelled in the editor stops on its worker', async () => {
		place.simulator.configure({ latencyMs: 400 });
		const id = await place.start(place.workflow(prompts(200), { run: { maxConcurrency: 4 } }));
		await until('it is under way', () => place.simulator.billed.length >= 8 || undefined);
		await place.cluster.n8n().cancelExecution(id);
		const execution = await ended(id);
		await new Promise((resolve) => setTimeout(resolve, 1500));
		const sent = place.simulator.requests.length;
		await new Promise((resolve) => setTimeout(resolve, 1500));

		expect(execution.status).toBe('canceled');
		expect(place.simulator.requests).toHaveLength(sent);
		expect(sent).toBeLessThan(60);
		// The worker is still there for others.
		const next = await ended(
			await place.start(place.workflow(prompts(1, 'after'), { model: MODEL })),
		);
		expect(next.status).toBe('success');
	});
});
