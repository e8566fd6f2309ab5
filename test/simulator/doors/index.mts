/** Doors to the models other than OpenAI's own, each with its quirks. What they have in common with OpenAI's API is its code. */
import type { IncomingHttpHeaders } from 'node:http';
import { azure } from './azure.mts';
import { openai } from './openai.mts';
import { vercel } from './vercel.mts';

export interface DoorQuirks {
	/** Throws as the door does when the key is not right, or lies in another door's header. */
	checkKey(headers: IncomingHttpHeaders, key: string): void;
	/** The path as OpenAI has it; throws when the door has nothing there. */
	path(url: URL): string;
	/** OpenAI's id of the model that was asked for; throws when the door has no such one. */
	model(name: unknown, url: URL, deployments: Readonly<Record<string, string>>): unknown;
	/** How a model is called in the list. */
	listed<T extends { id: string; shutdown_date: string | null }>(model: T): Record<string, unknown>;
	/** What stands in the answer beside what OpenAI says. @param picodollars what OpenAI bills */
	extras(picodollars: bigint, requestId: string, surchargePercent: number): Record<string, unknown>;
}

export const DOORS = { openai, azure, vercel } satisfies Record<string, DoorQuirks>;

export type DoorName = keyof typeof DOORS;
