import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readExample } from '../../../scripts/demo/examples.mts';
import { DATA, WORKFLOWS } from '../../../scripts/demo/paths.mts';
import { describeItems } from '../../../scripts/demo/results.mts';
import { parseCsv } from '../../../scripts/demo/csv.mts';
import { highestCost, refuseAboveBudget } from '../../../scripts/demo/budget.mts';
import { parseUsd } from '../../../nodes/core/util/money';
import { formatTable } from '../../../scripts/demo/table.mts';

describe("the demo's CSV file", () => {
	it('may quote fields, with commas and quotes inside', () => {
		expect(parseCsv('id,prompt\r\n1,"a cat, ""Tom"""\n2,plain\n3,\n')).toEqual([
			{ id: '1', prompt: 'a cat, "Tom"' },
			{ id: '2', prompt: 'plain' },
			{ id: '3', prompt: '' },
		]);
	});
});

describe("the demo's budget", () => {
	const parameters = {
		model: { __rl: true, mode: 'id', value: 'gpt-image-1-mini' },
		quality: 'low',
		size: '={{ $json.size }}',
		prompt: '={{ $json.prompt }}',
	};

	it('counts every row at its own size, with a token for each byte of its prompt', () => {
		const rows = [
			{ size: '1024x1024', prompt: '' },
			{ size: '1024x1024', prompt: '10 bytes!!' },
		];

		// 272 output tokens at $8 and 10 text tokens at $2 per million (OpenAI's pricing page, gpt-image-1-mini).
		expect(highestCost(parameters, rows)).toBe(parseUsd('0.004372'));
	});

	it('refuses a run whose cost can not be told', () => {
		expect(() => highestCost({ ...parameters, size: 'auto' }, [{ prompt: 'x' }])).toThrow(
			"can't be told beforehand",
		);
	});

	it('refuses a run that could cost more than it', () => {
		expect(() => refuseAboveBudget(parseUsd('0.250001'))).toThrow(
			"more than the demo's budget of $0.25",
		);
		expect(() => refuseAboveBudget(parseUsd('0.25'))).not.toThrow();
	});
});

describe("the demo's table", () => {
	it('lines up words on the left and numbers on the right', () => {
		expect(
			formatTable(
				[
					['name', 'n'],
					['a', '10'],
					['sum', '10'],
				],
				[1],
			).split('\n'),
		).toEqual(['name   n', '----  --', 'a     10', '----  --', 'sum   10']);
	});
});

describe("the demo's results", () => {
	const item = (json: Record<string, unknown>) => ({
		json: json as never,
		binary: { data: { data: '', mimeType: 'image/jpeg', bytes: 1234 } },
	});

	it('adds up what the items say, and calls unknown what is unknown', () => {
		const table = describeItems([
			item({ prompt: 'a mug', model: 'gpt-image-1-mini', costUsd: 0.002196 }),
			item({ prompt: 'a lamp', model: 'gpt-image-1-mini', costUsd: 0.0022 }),
			item({ prompt: 'a shoe', costUsd: null }),
		]).split('\n');

		expect(table.map((line) => line.split(/ {2,}/).at(-1))).toEqual([
			'cost in USD',
			expect.stringMatching(/^-+$/),
			'0.002196',
			'0.002200',
			'unknown',
			expect.stringMatching(/^-+$/),
			'0.004396',
		]);
		expect(table[2]).toContain('1234');
	});
});

describe('what the demo copies', () => {
	it('is all that the examples read', () => {
		const paths = readdirSync(WORKFLOWS).flatMap((file) =>
			readExample(file)
				.nodes.filter(({ type }) => type === 'n8n-nodes-base.readWriteFile')
				.flatMap(({ parameters }) => parameters['fileSelector'] ?? []),
		);

		expect(paths.length).toBeGreaterThan(0);
		expect(paths.filter((path) => !existsSync(join(DATA, basename(String(path)))))).toEqual([]);
	});
});
