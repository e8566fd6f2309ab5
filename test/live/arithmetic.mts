import type { Arithmetic } from './reconcile.mts';

/** The package's own sums. @param load one of the modules below nodes/core, by its path without an ending */
export function arithmeticFrom(load: (path: string) => unknown): Arithmetic {
	const { readRecords } = load(
		'report/records',
	) as typeof import('../../nodes/core/report/records.ts');
	const { readUsd } = load('pricing/money') as typeof import('../../nodes/core/pricing/money.ts');
	const { findEntry } = load(
		'models/resolve',
	) as typeof import('../../nodes/core/models/resolve.ts');
	const { CATALOGUE } = load(
		'models/catalogue',
	) as typeof import('../../nodes/core/models/catalogue.ts');
	return {
		readRecords,
		readUsd,
		modelOf: (name) => findEntry(name)?.id ?? name,
		modelNames: CATALOGUE.models.flatMap(({ id, aliases }) => [id, ...aliases]),
	};
}
