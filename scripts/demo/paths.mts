import { join } from 'node:path';
import { projectRoot } from '../../test/n8n/harness/environment.mts';

export const WORKFLOWS = join(projectRoot, 'examples', 'workflows');

/** All that the examples read. */
export const DATA = join(projectRoot, 'examples', 'data');

export const PROMPTS_CSV = join(DATA, 'prompts.csv');
