/** Providers to the models other than OpenAI's own, each with its quirks. What they have in common with OpenAI's API is its code. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorBody } from '../errors.mts';
import type { Answer } from '../http/answer.mts';
import type { Exchange } from '../http/exchange.mts';
import type { Size } from '../images/sizes.mts';
import type { Job } from '../images/work.mts';
import type { BilledRequest, SimulatorOptions, Usage } from '../types.mts';
import { azure } from './azure.mts';
import { fal } from './fal.mts';
import { lumenfall } from './lumenfall.mts';
import { openai } from './openai.mts';
import { openrouter } from './openrouter.mts';
import { vercel } from './vercel.mts';

export interface Sale {
	/** OpenAI's price, in 10^-12 USD. */
	list: bigint;
	usage: Usage;
	size: Size;
	job: Job;
	options: SimulatorOptions;
}

export interface ProviderQuirks {
	/** Throws as the provider does when the key is not right, or lies in another provider's header. */
	checkKey(headers: IncomingHttpHeaders, key: string): void;
	/** The path as OpenAI has it; throws when the provider has nothing there. */
	path(url: URL): string;
	/** OpenAI's id of the model that was asked for; throws when the provider has no such one. */
	model(name: unknown, url: URL, deployments: Readonly<Record<string, string>>): unknown;
	/** How a model is called in the list. */
	listed<T extends { id: string; shutdown_date: string | null }>(model: T): Record<string, unknown>;
	/** Parameters that the provider takes beside OpenAI's, which never see them. */
	own?: readonly string[];
	/** What is asked for, in OpenAI's words, for a provider with other ones. */
	values?(values: Record<string, unknown>): {
		endpoint: 'generations' | 'edits';
		values: Record<string, unknown>;
	};
	/** Answers what has no counterpart at OpenAI, before the key is looked at. */
	open?(exchange: Exchange): Promise<Answer | undefined>;
	/** The answer in the provider's own words. */
	answer?(exchange: Exchange, answer: Answer, values: Record<string, unknown>): Promise<Answer>;
	/** An error in the provider's own words. */
	errorBody?(body: ErrorBody): Record<string, unknown>;
	/** The status that the provider gives an error. */
	errorStatus?(status: number): number;
	/** Headers of every answer. */
	headers?(requestId: string): Record<string, string>;
	/** What the provider bills, when that is not OpenAI's price and a surcharge. */
	price?(sale: Sale): bigint | undefined;
	/** What stands in the answer beside what OpenAI says. */
	extras(bill: BilledRequest, options: SimulatorOptions): Record<string, unknown>;
}

export const SERVERS: Readonly<Record<ProviderName, ProviderQuirks>> = {
	openai,
	azure,
	fal,
	lumenfall,
	openrouter,
	vercel,
};

export type ProviderName = 'openai' | 'azure' | 'fal' | 'lumenfall' | 'openrouter' | 'vercel';
