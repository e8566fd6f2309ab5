/** Workers that know nothing of each other, at one limit, in virtual time. Bundled before it runs: see bundle.mts. */
import { Ledger } from '../../../nodes/core/run/ledger';
import type { Part } from '../../../nodes/core/run/parts';
import { runRequests, type RunOptions } from '../../../nodes/core/run/runRequests';
import { LimitedServer } from '../../unit/fixtures/limitedServer.mts';
import { seeded } from '../../unit/fixtures/random.mts';
import { plainHandler, plainRequest } from '../../unit/fixtures/requests.mts';
import { VirtualWorld } from '../../unit/fixtures/virtualWorld.mts';
import { jain } from '../statistics.mts';

export interface Question {
	workers: number;
	imagesPerMinute: number;
	/** how the server counts */
	counts: 'bucket' | 'window';
	/** whether its answers carry the limit and what remains */
	headers: boolean;
	/** how long an image takes, in ms */
	latencyMs: number;
	/** how long all of them work, from a cold start, in minutes */
	minutes: number;
	maxConcurrency: number;
	/** `pacing` is the node's; `obedient` only waits as long as each refusal asks, then tries again */
	client: 'pacing' | 'obedient';
	seed: number;
}

export interface Answer {
	/** delivered, of what the limit would have let through */
	utilisation: number;
	/** refused requests, of all */
	refused: number;
	/** Jain's index of the images that each worker got */
	fairness: number;
}

const MINUTE_MS = 60_000;

/** What the limit lets through from a full start: a bucket's content comes on top of what flows in. */
function available({ imagesPerMinute, minutes, counts }: Question): number {
	return imagesPerMinute * (counts === 'bucket' ? minutes + 1 : minutes);
}

type Work = (question: Question, parts: Part[], send: (part: Part) => ReturnType<LimitedServer['send']>, world: VirtualWorld) => Promise<void>;

const pacing: Work = async ({ maxConcurrency }, parts, send, world) => {
	const options: RunOptions = {
		maxConcurrency,
		maxAttempts: 4,
		stopOnFailure: false,
		imagesPerMinute: null,
		maxWaitMs: Infinity,
		budget: null,
	};
	const requests = parts.map((part) => plainRequest(part));
	await runRequests(requests, plainHandler(send), options, new Ledger(), world, { ended: () => undefined, waiting: () => undefined });
};

/** Waits exactly as long as a refusal asks, as OpenAI's own client does, but without its limit of tries. */
const obedient: Work = async ({ maxConcurrency }, parts, send, world) => {
	const left = [...parts];
	const lane = async (): Promise<void> => {
		for (let part = left.pop(); part !== undefined && !world.cancelled(); ) {
			const result = await send(part);
			if (result.ok) part = left.pop();
			else await world.sleep(result.failure.rate?.retryAfterMs ?? 1000);
		}
	};
	await Promise.all(Array.from({ length: maxConcurrency }, lane));
};

export async function simulate(question: Question): Promise<Answer> {
	const { workers, imagesPerMinute, counts, headers, latencyMs, minutes, seed } = question;
	const world = new VirtualWorld();
	const random = seeded(seed).next;
	world.random = () => random();
	const server = new LimitedServer(world, { imagesPerMinute, counts, headers, latencyMs, says: 'everything' });
	// More than anybody can make in that time.
	const parts = Array.from({ length: available(question) + 1 }, (_, job): Part => ({ job, offset: 0, images: 1 }));
	world.cancelAt(minutes * MINUTE_MS);
	const work = { pacing, obedient }[question.client];
	const runs = Array.from({ length: workers }, async (_, worker) =>
		await work(question, parts, async (part) => await server.send(part, worker), world),
	);
	await world.until(Promise.all(runs));
	const perWorker = Array.from({ length: workers }, () => 0);
	server.delivered.forEach(({ worker, images }) => (perWorker[worker] = (perWorker[worker] ?? 0) + images));
	return {
		utilisation: server.images / available(question),
		refused: server.refused / (server.refused + server.delivered.length),
		fairness: jain(perWorker),
	};
}
