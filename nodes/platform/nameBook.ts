import type { IDataObject } from 'n8n-workflow';
import { nameKey, UniqueNames, type WantedName } from '../core/images/uniqueNames';
import { digestOf } from './digest';

/** Enough that two of 100,000 names hardly ever have the same; if they have, a name gets a number for nothing. */
const DIGEST_CHARACTERS = 10;

/**
 * File names that a node has given in an execution: a loop runs it several times, an agent calls it often, and all
 * of it may go into one folder. It lives in the node's context, ten characters a name.
 */
export class NameBook {
	private readonly given: Record<string, string>;

	/** @param data what n8n keeps for the node */
	constructor(data: IDataObject) {
		this.given = (data['fileNames'] ??= {}) as Record<string, string>;
	}

	/**
	 * Gives names that no other run has.
	 * @param run whose names these are; in its next try they are given anew
	 * @param wanted such as the images of each item
	 * @returns `more` for images that nobody has reckoned with
	 */
	give(
		run: string,
		wanted: ReadonlyArray<readonly WantedName[]>,
	): { names: string[][]; more: UniqueNames } {
		delete this.given[run];
		const others = new Set(Object.values(this.given).flatMap(digestsIn));
		const more = new UniqueNames((key) => others.size > 0 && others.has(shortDigest(key)));
		const names = more.forAll(wanted);
		this.given[run] = names
			.flat()
			.map((name) => shortDigest(nameKey(name)))
			.join('');
		return { names, more };
	}
}

function digestsIn(text: string): string[] {
	return Array.from({ length: text.length / DIGEST_CHARACTERS }, (_, index) =>
		text.slice(index * DIGEST_CHARACTERS, (index + 1) * DIGEST_CHARACTERS),
	);
}

const shortDigest = (key: string): string => digestOf(key).slice(0, DIGEST_CHARACTERS);
