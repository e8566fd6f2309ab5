import type { IExecuteFunctions } from 'n8n-workflow';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { findModel } from '../../../../nodes/core/catalogue/resolve';
import { catalogueFrom } from '../../../../nodes/platform/api/catalogueUrl';

/** n8n's HTTP helper; `null` = the address is down. */
function answering(answer: () => string | null): IExecuteFunctions {
	const httpRequest = async () => {
		const text = answer();
		if (text === null) throw new Error('connect ECONNREFUSED');
		return { body: [Buffer.from(text)] };
	};
	return {
		helpers: { httpRequest },
		logger: { debug: (line: string) => void lines.push(line) },
	} as unknown as IExecuteFunctions;
}

/** Of n8n's log. */
const lines: string[] = [];

const HOUR = 60 * 60 * 1000;
const dearMini = (): string => {
	const models = CATALOGUE.models.map((model) => ({
		...model,
		prices: model.prices && { ...model.prices, imageOutput: '16' },
	}));
	return JSON.stringify({ ...CATALOGUE, pricesAsOf: '2026-11-20', models: models.slice(0, 1) });
};

describe('a catalogue at an address', () => {
	const { now } = Date;
	let time = Date.parse('2026-11-25T12:00:00Z');
	beforeEach(() => {
		Date.now = () => time;
	});
	afterEach(() => {
		Date.now = now;
	});

	it('that is down after it had worked goes on being used, and that is what is said', async () => {
		let text: string | null = dearMini();
		const context = answering(() => text);
		const first = await catalogueFrom(context, 'https://worked.example/catalogue.json');
		text = null;
		time += 4 * HOUR;
		const second = await catalogueFrom(context, 'https://worked.example/catalogue.json');

		expect(first.problem).toBeNull();
		expect(second.catalogue).toBe(first.catalogue);
		expect(findModel('gpt-image-1-mini', second.catalogue)?.prices?.imageOutput).toBe('16');
		expect(second.problem).toBe(
			'The catalogue at https://worked.example/catalogue.json could not be read again, so the version read earlier is still used: no catalogue of at most 512 kB was found there.',
		);
		time += HOUR;
		expect(await catalogueFrom(context, 'https://worked.example/catalogue.json')).toEqual(second);
	});

	it('that is something else is told no differently from one that is not there', async () => {
		const answers = [
			null,
			'',
			'SSH-2.0-OpenSSH_9.6',
			'<html>',
			'{"clusterName":"prod"}',
			'[1]',
			'x'.repeat(600_000),
		];
		const problems = await Promise.all(
			answers.map(async (answer, index) =>
				(
					await catalogueFrom(
						answering(() => answer),
						`http://internal-${index}/x`,
					)
				).problem?.replace(/-\d/, ''),
			),
		);

		expect(new Set(problems)).toEqual(
			new Set([
				'The catalogue at http://internal/x is not used: no catalogue of at most 512 kB was found there.',
			]),
		);
	});

	it.each([
		'http://metadata.google.internal/x',
		'http://metadata/x',
		'https://169.254.169.254/x',
		'http://[::ffff:169.254.169.254]/x',
	])('is not fetched from a metadata service: %s', async (url) => {
		const context = answering(() => {
			throw new Error('it was called');
		});

		expect((await catalogueFrom(context, url)).problem).toContain('its address must be');
		expect(lines.join()).not.toContain('it was called');
	});

	it('that never worked is not used', async () => {
		const source = await catalogueFrom(
			answering(() => null),
			'https://down.example/catalogue.json',
		);

		expect(source).toEqual({
			catalogue: CATALOGUE,
			problem:
				'The catalogue at https://down.example/catalogue.json is not used: no catalogue of at most 512 kB was found there.',
		});
		expect(lines.at(-1)).toBe(
			'GPT Image: the catalogue at https://down.example/catalogue.json is not used: connect ECONNREFUSED',
		);
	});
});
