import type { IDataObject } from 'n8n-workflow';
import { nameKey, UniqueNames, type WantedName } from '../../core/images/uniqueNames';
import { asText } from '../../core/util/json';
import { digestOf } from './digest';
import { keptPart } from './kept';

/** Enough that two of 100,000 names hardly ever have the same; if they have, a name gets a number for nothing. */
const DIGEST_CHARACTERS = 10;

/**
 * File names that a node has given in an execution: a loop runs it several times, an agent calls it often, and all
 * of it may go into one folder. It lives in the node's context, ten characters a name.
 */
export class NameBook {
	private readonly given: IDataObject;

	/** @param data what n8n keeps for the node */
	constructor(data: IDataObject) {
		this.given = keptPart(data, 'fileNames');
	}

	/**
	 * Gives names that no other run has.
	 * @param run whose names these are; in its next try they are given anew
	 * @param wanted such as the images of each item
	 * @param given names of files that are there already, all of them
	 * @returns `more` for images that nobody has reckoned with
	 */
	give(
		run: string,
		wanted: Iterable<readonly WantedName[]>,
		given: readonly string[] = [],
	): { names: string[][]; more: UniqueNames } {
		delete this.given[run];
		const others = new Set(
			Object.values(this.given).flatMap((text) => digestsIn(asText(text) ?? '')),
		);
		const more = new UniqueNames((key) => others.size > 0 && others.has(shortDigest(key)));
		const names = more.forAll(wanted, given);
		this.given[run] = digestsOf(names).join('');
		return { names, more };
	}
}

function digestsOf(names: ReadonlyArray<readonly string[]>): string[] {
	const digests: string[] = [];
	for (const group of names) for (const name of group) digests.push(shortDigest(nameKey(name)));
	return digests;
}

function digestsIn(text: string): string[] {
	return Array.from({ length: text.length / DIGEST_CHARACTERS }, (_, index) =>
		text.slice(index * DIGEST_CHARACTERS, (index + 1) * DIGEST_CHARACTERS),
	);
}

const shortDigest = (key: string): string => digestOf(key).slice(0, DIGEST_CHARACTERS);
