/** docs/costs.md is made from the catalogue; this looks at the result with other eyes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { modelForRole } from '../../../nodes/core/catalogue/resolve';
import { QUALITIES } from '../../../nodes/core/catalogue/types';
import { estimateImagePrice } from '../../../nodes/core/pricing/outputTokens';
import { toUsdNumber } from '../../../nodes/core/util/money';
import { projectRoot } from '../../n8n/harness/environment.mts';
import { modelNamed } from '../fixtures/models.mts';

const COSTS = readFileSync(join(projectRoot, 'docs', 'costs.md'), 'utf8');

const rows = (name: string): string[][] =>
	new RegExp(`made from the code: ${name} -->\\n([^]*?)<!-- end`)
		.exec(COSTS)![1]!
		.split('\n')
		.filter((line) => line.startsWith('|'))
		.slice(2)
		.map((line) =>
			line
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);

describe('docs/costs.md', () => {
	const table = rows('prices of an image');

	it('has the prices of the catalogue, for every live model', () => {
		const live = CATALOGUE.models.filter(({ id }) => id !== 'gpt-image-1').map(({ id }) => id);
		expect(table.map(([name]) => name)).toEqual(live);
		for (const [name, ...rest] of table) {
			const model = modelNamed(name!);
			const prices = QUALITIES.map((quality) => estimateImagePrice(model, quality, '1024x1024'));
			expect(rest.slice(0, -1)).toEqual([
				...prices.map((price) =>
					price === null
						? ''
						: `${price.certainty === 'approximate' ? 'about ' : ''}${toUsdNumber(price.amount).toFixed(4)}`,
				),
				model.lifecycle.shutdown ?? '',
			]);
		}
		expect(COSTS).toContain(`Prices of ${CATALOGUE.pricesAsOf}.`);
	});

	it('says which models the roles mean, and from when', () => {
		const at = (role: 'draft' | 'final', day: string): string =>
			modelForRole(role, new Date(day), CATALOGUE).id;
		const marks: Record<string, string> = {
			[at('draft', '2026-11-20')]: 'Draft until 2026-11-30',
			[at('draft', '2026-12-01')]: 'Draft from 2026-12-01',
			[at('final', '2026-11-20')]: 'Final',
		};

		expect(at('final', '2026-12-01')).toBe(at('final', '2026-11-20'));
		expect(table.map((cells) => [cells[0], cells.at(-1)])).toEqual(
			table.map(([name]) => [name, marks[name!] ?? '']),
		);
	});
});
