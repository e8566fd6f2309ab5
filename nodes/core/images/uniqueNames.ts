import type { BaseName } from './fileName';

/** What a file is to be called. */
export interface WantedName {
	base: BaseName;
	/** From 1 among several images of an item; `null` for a single one. */
	position: number | null;
	/** The name of a file that is there already. */
	given?: string;
}

/** @param count of all images of the item, of which `images` from `offset` on are asked for here */
export function wantedNames(
	base: BaseName,
	{ offset, images, count }: { offset: number; images: number; count: number },
): WantedName[] {
	return Array.from({ length: images }, (_, index) => ({
		base,
		position: count > 1 ? offset + index + 1 : null,
	}));
}

/**
 * File names without extension, no two of which any file system takes for the same. The same is wanted by several where
 * prompts are equal: the first gets it, the others the first number that is free, from 2.
 */
export class UniqueNames {
	private readonly taken = new Set<string>();

	/** By base, the number to try next. */
	private readonly next = new Map<BaseName, number>();

	private readonly isTakenElsewhere: (key: string) => boolean;

	/** @param isTakenElsewhere asked with the key of a name */
	constructor(isTakenElsewhere: (key: string) => boolean = () => false) {
		this.isTakenElsewhere = isTakenElsewhere;
	}

	/**
	 * In the order of what is wanted. What is given stays, so that the others are called the same in each try.
	 * @param groups such as the images of each item; there may be 50,000, so they are looked at one by one
	 * @param given all of them
	 */
	forAll(groups: Iterable<readonly WantedName[]>, given: Iterable<string> = []): string[][] {
		for (const name of given) this.taken.add(nameKey(name));
		const all: string[][] = [];
		const left: Array<{ names: string[]; index: number; base: BaseName }> = [];
		for (const group of groups) {
			const names: string[] = [];
			for (const { base, position, given: own } of group) {
				const name = own ?? this.claim(position === null ? base : `${base}-${position}`);
				if (name === null) left.push({ names, index: names.length, base });
				names.push(name ?? '');
			}
			all.push(names);
		}
		for (const { names, index, base } of left) names[index] = this.another(base);
		return all;
	}

	/** One that nobody has reckoned with: the name itself, if it is free. */
	one(base: BaseName): string {
		return this.claim(base) ?? this.another(base);
	}

	/** The next number of a name. */
	another(base: BaseName): string {
		for (let number = this.next.get(base) ?? 2; ; number++) {
			const name = this.claim(`${base}-${number}`);
			this.next.set(base, number + 1);
			if (name !== null) return name;
		}
	}

	private claim(name: string): string | null {
		const key = nameKey(name);
		if (this.taken.has(key) || this.isTakenElsewhere(key)) return null;
		this.taken.add(key);
		return name;
	}
}

/** The same for names that a file system may take for the same: by case, by how letters are composed, by what can't be seen. */
export function nameKey(name: string): string {
	return name
		.normalize('NFKC')
		.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
		.toUpperCase()
		.toLowerCase()
		.normalize('NFC');
}
