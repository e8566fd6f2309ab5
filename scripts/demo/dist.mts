import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '../../test/n8n/harness/environment.mts';

const load = createRequire(join(projectRoot, 'package.json'));

/** The package's own arithmetic, as it is published: the demo's sums are the node's sums. */
export const money = load(
	'./dist/nodes/core/pricing/money.js',
) as typeof import('../../nodes/core/pricing/money.ts');
export const estimates = load(
	'./dist/nodes/core/pricing/estimate.js',
) as typeof import('../../nodes/core/pricing/estimate.ts');
export const prices = load(
	'./dist/nodes/core/pricing/price.js',
) as typeof import('../../nodes/core/pricing/price.ts');
export const models = load(
	'./dist/nodes/core/models/resolve.js',
) as typeof import('../../nodes/core/models/resolve.ts');
