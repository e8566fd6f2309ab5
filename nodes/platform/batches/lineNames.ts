import type { ManifestEntry } from '../../core/batch/manifest';
import { baseFromPrompt } from '../../core/images/fileName';
import { type UniqueNames, type WantedName, wantedNames } from '../../core/images/uniqueNames';
import type { NameBook } from '../n8n/nameBook';

/** More than any line makes, whatever number a file names. */
const MOST_IMAGES = 100;

/**
 * Names for the images of a batch: as they were submitted, unless another batch of this execution has the same.
 * @returns for images that the batch does not tell of
 */
export function nameLines(
	book: NameBook,
	batchId: string,
	entries: ReadonlyMap<string, ManifestEntry>,
): UniqueNames {
	const lines = [...entries.values()];
	const { names, more } = book.give(batchId, lines.map(wantedBy));
	for (const [index, line] of lines.entries()) line.fileNames = names[index] ?? [];
	return more;
}

function wantedBy({
	fileNames,
	prompt,
	lineId,
	images,
	offset,
	count,
}: ManifestEntry): WantedName[] {
	if (fileNames.length > 0) return fileNames.map((base) => ({ base, position: null }));
	return wantedNames(baseFromPrompt(prompt || lineId), {
		offset,
		images: Math.min(images, MOST_IMAGES),
		count,
	});
}
