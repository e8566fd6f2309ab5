import type { FinishedMemory } from '../../core/batch/finished';
import { LOG_NAME } from './pollSettings';

/** What it means for the workflow that a part of what the trigger remembers can't be read. */
export function damagedWords(unreadable: readonly string[], memory: FinishedMemory | null): string {
	const parts = unreadable.map((name) => `finished.${name}`).join(' and ');
	const effect =
		memory === null
			? "Nothing of it is left, so batches that have finished until now don't start the workflow. Collect them with the GPT Image node."
			: unreadable.includes('known')
				? 'A batch of the last days may start the workflow a second time, so that none is left out.'
				: unreadable.includes('since')
					? 'The trigger looks for batches of the last 36 hours. Collect older ones that are missing with the GPT Image node.'
					: 'Collect batches from before the last 36 hours that are missing with the GPT Image node.';
	return `${LOG_NAME}: ${parts} in the workflow's static data can't be read, perhaps because a Code node or an import has changed it. ${effect}`;
}
