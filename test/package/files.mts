import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * All files below a folder, as paths relative to it with `/`, sorted.
 *
 * @param skip - names of folders that are left out, at any depth
 */
export function filesBelow(folder: string, skip: string[] = []): string[] {
	const walk = (current: string): string[] =>
		readdirSync(current, { withFileTypes: true }).flatMap((entry) => {
			const path = join(current, entry.name);
			if (entry.isDirectory()) return skip.includes(entry.name) ? [] : walk(path);
			return [relative(folder, path).split(sep).join('/')];
		});
	return walk(folder).sort();
}
