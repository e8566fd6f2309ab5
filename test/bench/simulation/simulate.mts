/** Workers that know nothing of each other, at one limit, in virtual time. Bundled before it runs: see bundle.mts. */
import { allowed, work, type Client } from '../../unit/fixtures/crowd.mts';
import type { LimitOptions } from '../../unit/fixtures/limitedServer.mts';
import { jain } from '../statistics.mts';

export type Limit = Partial<LimitOptions> & { imagesPerMinute: number };

export interface Question {
	limit: Limit;
	workers: number;
	/** How long all of them work, from a cold start, in minutes. */
	minutes: number;
	/** `null` = Auto. */
	maxConcurrency: number | null;
	client: Client;
	seed: number;
}

export interface Answer {
	/** Delivered, of what the limit would have let through. */
	utilisation: number;
	/** Refused requests, of all. */
	refused: number;
	/** Jain's index of the images that each worker got. */
	fairness: number;
}

const MINUTE_MS = 60_000;

/** 150 ms there and back, half more or less by chance. */
const NETWORK = { refusalMs: 75, jitter: 0.5 };

/** All work for a time, with more to make than anybody can. */
export async function simulate({
	limit,
	workers,
	minutes,
	maxConcurrency,
	client,
	seed,
}: Question): Promise<Answer> {
	const available = allowed(limit, minutes * MINUTE_MS - 1);
	const { images, refusedShare, perWorker } = await work(
		{ ...NETWORK, ...limit },
		{
			workers,
			requests: Math.ceil(available) + 1,
			untilMs: minutes * MINUTE_MS,
			maxConcurrency,
			client,
			seed,
		},
	);
	return { utilisation: images / available, refused: refusedShare, fairness: jain(perWorker) };
}

/** How long a number of images takes, for one worker or several. */
export async function finish(
	limit: Limit,
	{
		workers,
		requests,
		client,
		seed,
	}: { workers: number; requests: number; client: Client; seed: number },
): Promise<{ seconds: number; refused: number; used: number }> {
	const worked = await work({ ...NETWORK, ...limit }, { workers, requests, client, seed });
	return {
		seconds: worked.seconds,
		refused: worked.refusedShare,
		used: worked.images / allowed(limit, worked.lastAt),
	};
}
