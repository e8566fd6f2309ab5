import type { Calls } from '../calls.mts';
import type { Fact } from '../fact.mts';
import type { Knowledge } from '../knowledge.mts';
import { errorFacts } from './errors.mts';
import { modelFacts } from './models.mts';
import { parameterFacts } from './parameters.mts';
import { storageFacts } from './storage.mts';
import { usageFacts } from './usage.mts';

/** All facts, in the order in which they are asked: what is paid for comes before what should be free and might not be. */
export function factsFor(knowledge: Knowledge, calls: Calls, now: Date): Fact[] {
	return [
		...modelFacts(knowledge, now),
		...usageFacts(knowledge, calls),
		...errorFacts(knowledge, now),
		...parameterFacts(knowledge, now),
		...storageFacts(knowledge, now),
	];
}
