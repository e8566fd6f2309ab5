import { type Problem, showValue } from '../requests/parameters';

/** OpenAI states no limit; this is what its dashboard still shows. */
const MAX_CUSTOM_ID_CHARACTERS = 256;

/** What an item is called when the user gives it no name: its position and what is asked for. */
export function madeCustomId(itemIndex: number, fingerprint: string): string {
	return `item-${itemIndex + 1}-${fingerprint.slice(0, 8)}`;
}

/** Names of the lines of one item, which is one line unless its images need several requests. */
export function lineIds(customId: string, lines: number): string[] {
	if (lines === 1) return [customId];
	return Array.from({ length: lines }, (_, index) => `${customId}#${index + 1}`);
}

/** Why a name can't be used; `null` = it can. */
export function customIdProblem(customId: string): Problem | null {
	if (customId.length <= MAX_CUSTOM_ID_CHARACTERS) return null;
	return {
		field: 'customId',
		message: `'Custom ID' has ${customId.length} characters; at most ${MAX_CUSTOM_ID_CHARACTERS} are allowed. Shorten ${showValue(customId)}.`,
	};
}

/** Finds names that were given twice, across all items of a submission. */
export class CustomIds {
	private readonly owners = new Map<string, number>();

	/**
	 * @param customId what the user knows the item by: two items may not share it, however their lines are called
	 * @param lines names of the item's lines
	 * @returns why an item's names can't be used beside those before it; `null` = they can
	 */
	claim(customId: string, lines: readonly string[], itemIndex: number): Problem | null {
		const names = new Set([customId, ...lines]);
		for (const name of names) {
			const owner = this.owners.get(name);
			if (owner === undefined || owner === itemIndex) continue;
			const given =
				name === customId
					? showValue(name)
					: `${showValue(customId)}, whose images come from several requests, one of them ${showValue(name)}`;
			const message = `'Custom ID' is ${given}, the same as that of input item ${owner + 1}. Each must be unique, because results are matched by it.`;
			return { field: 'customId', message };
		}
		for (const name of names) this.owners.set(name, itemIndex);
		return null;
	}
}
