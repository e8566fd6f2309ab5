import type { INodeParameters } from 'n8n-workflow';
import { randomFrom } from '../simulator/drawing/random.mts';
import { startSimulator, type Simulator } from '../simulator/index.mts';
import { billedByRequest, costByRequest, toldBy, undelivered } from './account.mts';
import { until, withCredential } from './harness/index.mts';
import { picodollars } from './money.mts';
import { API_KEY, openWorkshop, TODAY, type Run, type Workshop } from './workshop.mts';

/** As many runs at a time; most of each is waiting. */
const AT_ONCE = 8;

/** No run may take longer, in ms: three tries of ten items that are tried three times each. */
const SOON = 90_000;

const SEEDS = Array.from({ length: 100 }, (_, index) => `chaos ${index}`);

interface Plan {
	items: number;
	parameters: INodeParameters;
	extras: {
		onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
		retryOnFail?: boolean;
		maxTries?: number;
		waitBetweenTries?: number;
	};
	/** USD; `null` = none. */
	budget: number | null;
	slowMs: number;
	/** Whether the model may go away, too. */
	removes: boolean;
}

/** The same for the same seed. */
function planOf(seed: string): Plan {
	const random = randomFrom(seed);
	const pick = <T,>(...values: T[]): T => values[Math.floor(random.next() * values.length)]!;
	const budget = pick(null, null, 0.005, 0.02, 0.04);
	const timeoutSeconds = pick(1, 2);
	const model = pick('draft', 'gpt-image-1-mini');
	return {
		items: 6 + Math.floor(random.next() * 5),
		parameters: {
			prompt: '={{ $json.prompt }}',
			model: { __rl: true, mode: 'id', value: model },
			quality: 'low',
			count: pick(1, 1, 2, 3, 4),
			run: {
				...(budget !== null && { budgetUsd: budget }),
				timeoutSeconds,
				maxAttempts: pick(1, 2, 3),
				maxWaitMinutes: pick(0.05, 0.2),
				maxConcurrency: pick(1, 3, 8),
			},
		},
		extras: {
			onError: pick('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
			...(pick(true, false, false) && { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 }),
		},
		budget,
		slowMs: timeoutSeconds * 1000 + 700,
		removes: pick(true, false, false),
	};
}

const KINDS = [
	'rateLimit',
	'tokensTooLarge',
	'serverError',
	'badGateway',
	'badGatewayBilled',
	'gatewayTimeout',
	'gatewayTimeoutBilled',
	'timeout524',
	'timeout524Billed',
	'dropBeforeWork',
	'dropBeforeAnswer',
	'slow',
	'moderation',
	'forbidden',
	'zeroUsage',
	'fewerImages',
	'modelMissing',
	'errorIn200',
	'malformedJson',
] as const;

interface Finished {
	plan: Plan;
	run: Run;
	simulator: Simulator;
}

async function runOf(seed: string, { n8n, start, result }: Workshop): Promise<Finished> {
	const plan = planOf(seed);
	const simulator = await startSimulator({
		apiKey: API_KEY,
		now: () => new Date(TODAY),
		imageBytes: 2000,
		latencyMs: 20,
	});
	const weights = Object.fromEntries(KINDS.map((kind) => [kind, 1]));
	simulator.chaos({
		seed,
		slowMs: plan.slowMs,
		weights: { ...weights, ok: 12, modelRemoved: plan.removes ? 1 : 0 },
	});
	const credential = await n8n.createCredential({
		provider: 'openai',
		apiKey: API_KEY,
		baseUrl: simulator.baseUrl,
	});
	const items = Array.from({ length: plan.items }, (_, index) => ({ prompt: `picture ${index}` }));
	const run = await result(
		await start(items, plan.parameters, { ...withCredential(credential), ...plan.extras }),
	);
	// Those that nobody waited for have to be in the ledger as well.
	await until('the server has ended all', async () => simulator.inFlight === 0 || undefined);
	await simulator.close();
	return { plan, run, simulator };
}

describe('whatever goes wrong', () => {
	let workshop: Workshop;
	const runs = new Map<string, Promise<Finished>>();
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	afterAll(async () => {
		await Promise.allSettled(runs.values());
		await workshop.close();
	});

	/** Those after it are under way meanwhile. */
	const finished = async (seed: string): Promise<Finished> => {
		const first = SEEDS.indexOf(seed);
		for (const next of SEEDS.slice(first, first + AT_ONCE)) {
			if (runs.has(next)) continue;
			const run = runOf(next, workshop);
			run.catch(() => undefined);
			runs.set(next, run);
		}
		return await runs.get(seed)!;
	};

	it.each(SEEDS)(
		'%s: the run ends, costs are as billed, and what was billed for nothing is told',
		async (seed) => {
			const { plan, run, simulator } = await finished(seed);

			const told = toldBy(run);
			const isStopped = run.output.error !== undefined && run.execution.status === 'error';
			expect(['success', 'error']).toContain(run.execution.status);
			expect(run.execution.status === 'error').toBe(isStopped);
			expect(run.output.executionTime).toBeLessThan(SOON);
			if (plan.budget !== null)
				expect(simulator.billedPicodollars() <= picodollars(String(plan.budget))).toBe(true);

			expect({
				seed,
				lost: undelivered(simulator).length,
				isTold: undelivered(simulator).length <= told.maybeBilled,
			}).toMatchObject({ isTold: true });
			if (isStopped) {
				if (plan.extras.retryOnFail !== true)
					expect(imagesIn(run.output.error?.description)).toBe(imagesDelivered(simulator));
				return;
			}
			const costs = costByRequest(run);
			expect([...costs.keys()].sort()).toEqual([...billedByRequest(simulator).keys()].sort());
			for (const { requestId, billed, delivered, fault } of simulator.ledger()) {
				if (delivered && billed > 0n)
					expect([requestId, costs.get(requestId)]).toEqual([
						requestId,
						fault === 'zeroUsage' ? null : billed,
					]);
			}
			expect(told.images).toBe(imagesDelivered(simulator));
			const items = run.output.outputs
				.flat()
				.map(({ pairedItem }) => (pairedItem as { item: number }).item);
			expect([...new Set(items)].sort((a, b) => a - b)).toEqual([...Array(plan.items).keys()]);
		},
	);
});

const imagesDelivered = (simulator: Simulator): number =>
	simulator
		.ledger()
		.reduce(
			(sum, { delivered, billed, images }) => sum + (delivered && billed > 0n ? images : 0),
			0,
		);

/** "Before the run stopped, 12 images for $0.0264, 1 of unknown cost had been made." */
const imagesIn = (description: string | null | undefined): number =>
	Number(/Before the run stopped, (\d+) image/.exec(description ?? '')?.[1] ?? 0);
