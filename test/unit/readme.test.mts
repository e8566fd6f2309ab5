import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../nodes/core/models/catalogue';
import { findModel, modelForRole } from '../../nodes/core/models/resolve';
import { QUALITIES } from '../../nodes/core/models/types';
import { estimateImagePrice } from '../../nodes/core/pricing/estimate';
import { toUsdNumber } from '../../nodes/core/pricing/money';

const ROOT = join(import.meta.dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

const rows = (text: string): string[][] =>
	text
		.split('\n')
		.filter((line) => line.startsWith('|'))
		.slice(2)
		.map((line) =>
			line
				.split('|')
				.slice(1, -1)
				.map((cell) => cell.trim()),
		);

describe('README', () => {
	it('its prices are those of the catalogue, for every live model', () => {
		const table = rows(/<!-- prices:.*?-->\n([^]*?)<!-- \/prices -->/.exec(README)![1]!);

		const live = CATALOGUE.models.filter(({ id }) => id !== 'gpt-image-1').map(({ id }) => id);
		expect(table.map(([name]) => name!.replace(' (about)', ''))).toEqual(live);
		for (const [name, ...cells] of table) {
			const model = findModel(name!.replace(' (about)', ''))!;
			const prices = QUALITIES.map((quality) => estimateImagePrice(model, quality, '1024x1024'));
			expect(cells).toEqual([
				...prices.map((price) => (price === null ? '' : toUsdNumber(price.amount).toFixed(4))),
				model.lifecycle.shutdown ?? '',
			]);
			expect(name!.endsWith('(about)')).toBe(
				prices.some((price) => price?.certainty === 'approximate'),
			);
		}
		expect(README).toContain(`(prices of ${CATALOGUE.pricesAsOf})`);
	});

	it('it says what the roles mean today and after the next shutdown', () => {
		for (const [role, label] of [
			['draft', 'Draft'],
			['final', 'Final'],
		] as const) {
			const [now, then] = ['2026-11-20', '2026-12-01'].map(
				(day) => modelForRole(role, new Date(day)).id,
			);
			expect(README).toMatch(new RegExp(`\\*\\*${label}\\*\\*[^|]*\\| ${now} \\| ${then} \\|`));
		}
	});

	it('every file and every heading that it links to is there', () => {
		const links = [...README.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
		const headings = [...README.matchAll(/^#+ (.*)$/gm)].map(
			([, title]) =>
				`#${title!
					.toLowerCase()
					.replace(/[^\w\s-]/g, '')
					.replace(/\s/g, '-')}`,
		);

		expect(links.filter((link) => link.startsWith('#') && !headings.includes(link))).toEqual([]);
		expect(
			links.filter((link) => !/^(#|https?:)/.test(link) && !existsSync(join(ROOT, link))),
		).toEqual([]);
	});
});
