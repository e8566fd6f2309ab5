import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../../nodes/core/models/catalogue';
import { projectRoot } from '../../n8n/harness/environment.mts';
import { modelsPage } from './modelsPage.mts';

const FILE = join(projectRoot, 'docs', 'models.md');

describe('docs/models.md', () => {
	it('says what the catalogue says', () => {
		const page = modelsPage(CATALOGUE);
		if (process.env['UPDATE_DOCS'] === '1') writeFileSync(FILE, page);

		expect(readFileSync(FILE, 'utf8')).toBe(page);
	});

	it('names every model, every price and every source', () => {
		const page = readFileSync(FILE, 'utf8');
		for (const { id, prices, sources } of CATALOGUE.models) {
			expect(page).toContain(`| ${id} | ${prices?.textInput} | `);
			for (const source of sources) expect(page).toContain(source);
		}
	});
});
