import type { Arithmetic } from './reconcile.mts';

/** The package's own sums. @param load one of the modules below nodes/core, by its path without an ending */
export function arithmeticFrom(load: (path: string) => unknown): Arithmetic {
	const { readRecords } = load(
		'report/records',
	) as typeof import('../../nodes/core/report/records.ts');
	const { readUsd } = load('util/money') as typeof import('../../nodes/core/util/money.ts');
	const { findEntry } = load(
		'catalogue/resolve',
	) as typeof import('../../nodes/core/catalogue/resolve.ts');
	const { CATALOGUE } = load(
		'catalogue/catalogue',
	) as typeof import('../../nodes/core/catalogue/catalogue.ts');
	return {
		readRecords,
		readUsd,
		modelOf: (name) => findEntry(name, CATALOGUE)?.id ?? name,
		modelNames: CATALOGUE.models.flatMap(({ id, aliases }) => [id, ...aliases]),
	};
}
