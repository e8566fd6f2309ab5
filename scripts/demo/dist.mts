import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '../../test/n8n/harness/environment.mts';

const load = createRequire(join(projectRoot, 'package.json'));

/** The package's own arithmetic, as it is published: the demo's sums are the node's sums. */
export const money = load(
	'./dist/nodes/core/util/money.js',
) as typeof import('../../nodes/core/util/money.ts');
export const estimates = load(
	'./dist/nodes/core/pricing/outputTokens.js',
) as typeof import('../../nodes/core/pricing/outputTokens.ts');
export const prices = load(
	'./dist/nodes/core/pricing/price.js',
) as typeof import('../../nodes/core/pricing/price.ts');
export const models = load(
	'./dist/nodes/core/catalogue/resolve.js',
) as typeof import('../../nodes/core/catalogue/resolve.ts');
export const catalogue = load(
	'./dist/nodes/core/catalogue/catalogue.js',
) as typeof import('../../nodes/core/catalogue/catalogue.ts');
