/** Figures in the text of the pages: each is what the catalogue, the benchmarks or the recorded answers say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Quality } from '../../../nodes/core/catalogue/types';
import { estimateImagePrice } from '../../../nodes/core/pricing/outputTokens';
import { estimateRequest } from '../../../nodes/core/pricing/requestEstimate';
import { toUsdNumber } from '../../../nodes/core/util/money';
import { projectRoot } from '../../n8n/harness/environment.mts';
import { publishedAnswers } from '../../fixtures/answers/index.mts';
import { modelNamed } from '../fixtures/models.mts';

/** On one line, because lines break anywhere. */
const read = (file: string): string =>
	readFileSync(join(projectRoot, file), 'utf8').replace(/\s+/g, ' ');

const price = (model: string, quality: Quality): number =>
	toUsdNumber(estimateImagePrice(modelNamed(model), quality, '1024x1024')!.amount);

const usd = (amount: number, digits: number): string => `$${amount.toFixed(digits)}`;

describe('prices', () => {
	const draft = price('gpt-image-1-mini', 'low');
	const final = price('gpt-image-2.5-sunburst', 'high');

	it('of drafts and finals', () => {
		const page = read('docs/drafts.md');
		const refined = estimateRequest(
			modelNamed('gpt-image-2.5-sunburst'),
			{ prompt: '', quality: 'high', size: '1024x1024' },
			1,
			[{ width: 1024, height: 1024 }],
		)!;
		const input = toUsdNumber(refined.amount) - final;

		expect(page).toContain(`at *Low* costs about ${usd(draft, 4)}.`);
		expect(page).toContain(`at *High* costs about ${usd(final, 4)}.`);
		expect(page).toContain(
			`Twelve drafts and two finals cost ${usd(12 * draft + 2 * final, 2)}; twelve finals cost ${usd(12 * final, 2)}.`,
		);
		expect(page).toContain(
			`about ${usd(final, 4)}, and about ${usd(input, 4)} for a draft of 1024x1024`,
		);
		expect(Math.round(final / input)).toBe(6);
	});

	it('of batches', () => {
		const page = read('docs/batches.md');
		const [many, few] = [10_000 * draft, 1000 * price('gpt-image-2', 'high')];

		expect(page).toContain(
			`10,000 images of gpt-image-1-mini at low quality cost about ${usd(many / 2, 0)} instead of ${usd(many, 0)}.`,
		);
		expect(page).toContain(
			`1,000 images of gpt-image-2 at high quality cost about ${usd(few / 2, 0)} instead of ${usd(few, 0)}.`,
		);
	});
});

describe('measurements', () => {
	const benchmarks = readFileSync(join(projectRoot, 'docs/benchmarks.md'), 'utf8');

	/** First number behind the name of a row, in the first table that has it. */
	const measured = (row: string, unit: string): number =>
		Number(
			new RegExp(`^\\| ${row} \\|(?:[^|]*\\|)*? ([\\d.,]+) ${unit}`, 'm')
				.exec(benchmarks)![1]!
				.replace(',', ''),
		);

	it('of fifty images', () => {
		expect(read('README.md')).toContain('finish in under six seconds');
		expect(measured('50 images of 1 s: node time', 's')).toBeLessThan(6);
	});

	it('of memory and batches', () => {
		const page = read('docs/scaling.md');

		expect(page).toContain(
			'100 live images or 1,000 collected ones of 2 MB take less than 200 MB of memory above idle',
		);
		expect(measured('100 images of 2 MB: most memory above idle', 'MB')).toBeLessThan(200);
		expect(measured('Collect: every image stored, priced, an item', 'MB')).toBeLessThan(200);
		expect(page).toContain(
			'50,000 requests are submitted in seconds, and 1,000 images of 2 MB are collected in less than 20 s',
		);
		expect(measured('Submit behind it, all in one batch', 's')).toBeLessThan(10);
		expect(measured('Collect: every image stored, priced, an item', 's')).toBeLessThan(20);
	});

	it('of the review page', () => {
		expect(read('docs/drafts.md')).toContain(
			'the first images are visible after one or two seconds',
		);
		expect(measured('review page[^|]*', 'ms')).toBeLessThan(2000);
	});
});

it('the published answers are as many as the pages say', () => {
	const recorded = publishedAnswers.filter(({ evidence }) => evidence === 'recorded');

	expect(read('CONTRIBUTING.md')).toContain(
		`${publishedAnswers.length} answers that others have published, ${recorded.length} of them recorded from real servers`,
	);
	expect(read('test/contract/README.md')).toContain(`${publishedAnswers.length} answers`);
});
