import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../nodes/core/catalogue/catalogue';
import { modelForRole } from '../../nodes/core/catalogue/resolve';
import { estimateImagePrice } from '../../nodes/core/pricing/outputTokens';
import { toUsdNumber } from '../../nodes/core/util/money';
import { modelNamed } from './fixtures/models.mts';

const ROOT = join(import.meta.dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Today, and the day of the next shutdown. */
const [NOW, THEN] = ['2026-11-20', '2026-12-01'] as const;

describe('README', () => {
	it('can be read in three minutes', () => {
		expect(Buffer.byteLength(README)).toBeLessThan(13_000);
	});

	it('its five-minute start says what an image of the draft model costs, and from when', () => {
		for (const day of [NOW, THEN]) {
			const { id } = modelForRole('draft', new Date(day), CATALOGUE);
			const price = toUsdNumber(estimateImagePrice(modelNamed(id), 'low', '1024x1024')!.amount);

			expect(README.replace(/\s+/g, ' ')).toMatch(
				new RegExp(`about \\$${price.toFixed(4)}( from ${THEN} on)? \\(${id}\\)`),
			);
		}
	});

	it('it says what the roles mean today and after the next shutdown', () => {
		const means = (role: 'draft' | 'final', day: string): string =>
			modelForRole(role, new Date(day), CATALOGUE).id;
		const draft =
			/\*\*Draft\*\* until 2026-11-30 \| (\S+) [^\n]*\n\| \*\*Draft\*\* from 2026-12-01 \| (\S+) /;

		expect(draft.exec(README)?.slice(1)).toEqual([means('draft', NOW), means('draft', THEN)]);
		expect(means('final', THEN)).toBe(means('final', NOW));
		expect(README).toContain(`| **Final** | ${means('final', NOW)} |`);
	});

	it('every picture is shown somewhere, and the film is small enough to load at once', () => {
		const docs = readdirSync(join(ROOT, 'docs'))
			.filter((name) => name.endsWith('.md'))
			.map((name) => readFileSync(join(ROOT, 'docs', name), 'utf8'));
		const shown = [README, ...docs].join('\n');

		expect(
			readdirSync(join(ROOT, 'docs', 'images')).filter((name) => !shown.includes(`images/${name}`)),
		).toEqual([]);
		expect(statSync(join(ROOT, 'docs', 'images', 'film.webp')).size).toBeLessThan(3_000_000);
	});
});
