import type { ManifestEntry } from './manifest';

/** Names of the lines of an item that needs several requests: see lineIds. */
const PART = /^(.+)#(\d+)$/;

/**
 * What the names of lines tell of their items where no manifest does: that `sku#1` and `sku#2` are the images of one.
 * @param entries of an input file of this package, in its order; they are changed
 */
export function restoreItems(entries: Iterable<ManifestEntry>): void {
	let item: ManifestEntry[] = [];
	for (const entry of entries) {
		if (!continues(item, entry)) {
			join(item);
			item = [];
		}
		item.push(entry);
	}
	join(item);
}

function continues(item: readonly ManifestEntry[], { lineId, prompt }: ManifestEntry): boolean {
	const [first] = item;
	return (
		first !== undefined &&
		first.prompt === prompt &&
		lineId === `${PART.exec(first.lineId)?.[1] ?? ''}#${item.length + 1}` &&
		first.lineId.endsWith('#1')
	);
}

function join(item: readonly ManifestEntry[]): void {
	if (item.length < 2) return;
	const count = item.reduce((sum, { images }) => sum + images, 0);
	let offset = 0;
	for (const entry of item) {
		Object.assign(entry, { customId: PART.exec(entry.lineId)?.[1] ?? entry.lineId, offset, count });
		offset += entry.images;
	}
}
