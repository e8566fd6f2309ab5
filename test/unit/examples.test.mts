import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { resolveBatchModel } from '../../nodes/core/batch/batchModel';
import { CATALOGUE } from '../../nodes/core/catalogue/catalogue';
import { resolveModel } from '../../nodes/core/catalogue/resolve';
import type { Quality } from '../../nodes/core/catalogue/types';
import { estimateImagePrice } from '../../nodes/core/pricing/outputTokens';
import { picodollars, toUsdNumber } from '../../nodes/core/util/money';
import { estimateRequest } from '../../nodes/core/pricing/requestEstimate';
import type { WorkflowJson } from '../n8n/harness/index.mts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'examples', 'workflows');
const EXAMPLES = readdirSync(FOLDER).map((file) => ({
	file,
	text: readFileSync(join(FOLDER, file), 'utf8'),
}));
const read = (text: string): WorkflowJson => JSON.parse(text) as WorkflowJson;
const NOTE = 'n8n-nodes-base.stickyNote';

/** The day of the prices that the notes say. */
const TODAY = '2026-11-20';

/** Sizes that rows may ask for, where an example takes theirs. */
const ROW_SIZES = ['1024x1024', '1024x1536', '1536x1024'];

/** What an image of this node costs on a day, of each size that it may have; of none where the node pays for nothing. */
function pricesOf({ parameters }: INode, day: string): string[] {
	const isBatch = parameters['resource'] === 'batch' && parameters['operation'] === 'submit';
	if (
		!isBatch &&
		(parameters['resource'] !== 'image' ||
			!String(parameters['operation']).match(/^(?:generate|edit|promote)$/))
	)
		return [];
	const role = (parameters['model'] as { value: string }).value;
	const model = isBatch
		? resolveBatchModel(role, new Date(day), 'successor', CATALOGUE).entry!
		: resolveModel(role, new Date(day), CATALOGUE).entry!;
	const quality = parameters['quality'] as Quality;
	const chosen = String(parameters['size']);
	const { outputFormat, frameCount } = parameters['options'] as {
		outputFormat?: string;
		frameCount?: number;
	};
	if (outputFormat === 'gif') {
		const size = `${String(parameters['width'])}x${String(parameters['height'])}`;
		const gif = {
			prompt: '',
			quality,
			size,
			output_format: 'gif',
			frame_count: frameCount!,
		} as const;
		const { amount } = estimateRequest(model, gif, 1, [])!;
		return [`$${toUsdNumber(amount).toFixed(4)}`];
	}
	const sizes =
		/^=\{\{ \$json\.size/.test(chosen) && parameters['operation'] !== 'edit'
			? ROW_SIZES
			: [ROW_SIZES.includes(chosen) ? chosen : '1024x1024'];
	const hasInputs = parameters['operation'] === 'edit' || parameters['mode'] === 'refine';
	const named = ['inputBinaryFields', 'inputUrls', 'inputFileIds'].find(
		(field) => field in parameters,
	);
	const inputs = hasInputs
		? String(parameters[named ?? ''])
				.split(',')
				.map(() => ({ width: 1024, height: 1024 }))
		: [];
	const amounts = sizes.map(
		(size) =>
			(inputs.length > 0
				? estimateRequest(model, { prompt: '', quality, size }, 1, inputs)
				: estimateImagePrice(model, quality, size))!.amount,
	);
	const prices = amounts
		.map((amount) => toUsdNumber(isBatch ? picodollars(amount / 2n) : amount))
		.sort((a, b) => a - b);
	return [...new Set([prices[0]!, prices.at(-1)!].map((price) => `$${price.toFixed(4)}`))];
}

type Box = { x: number; y: number; width: number; height: number };
const touch = (a: Box, b: Box): boolean =>
	a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('the examples', () => {
	it.each(EXAMPLES)('$file is as n8n writes it, and tidy', ({ text }) => {
		const { nodes, connections } = read(text);
		const names = nodes.map(({ name }) => name);
		const targets = Object.values(connections).flatMap((types) =>
			Object.values(types).flatMap((outputs) =>
				outputs.flatMap((output) => (output ?? []).map(({ node }) => node)),
			),
		);
		const boxes = nodes.map(({ position: [x, y], parameters, type }): Box =>
			type === NOTE
				? { x, y, width: Number(parameters['width']), height: Number(parameters['height']) }
				: { x, y, width: 100, height: 100 },
		);

		expect(`${JSON.stringify(read(text), null, 2)}\n`).toBe(text);
		expect(new Set(names).size).toBe(names.length);
		expect(
			[...targets, ...Object.keys(connections)].filter((name) => !names.includes(name)),
		).toEqual([]);
		expect(nodes.filter(({ position }) => position.some((at) => at % 20 !== 0))).toEqual([]);
		expect(
			boxes.flatMap((box, index) => boxes.slice(index + 1).filter((other) => touch(box, other))),
		).toEqual([]);
	});

	it('each says in a note which nodes to connect, and brings no credential of its own', () => {
		for (const { file, text } of EXAMPLES) {
			const { nodes } = read(text);
			const notes = nodes
				.filter(({ type }) => type === NOTE)
				.map(({ parameters }) => String(parameters['content']));
			const named = [...notes.join().matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g)].map(
				([, name]) => name,
			);

			expect([
				file,
				notes.length,
				/credential/.test(notes.join()),
				text.includes('"credentials"'),
			]).toEqual([file, 1, true, false]);
			expect([file, nodes.some(({ name }) => named.includes(name))]).toEqual([file, true]);
		}
	});

	it('each has pinned data, if none, as all that n8n downloads: without it, "Execute step" can fail (see n8n/demo.test)', () => {
		expect(
			EXAMPLES.filter(({ text }) => !text.includes('"pinData": {}')).map(({ file }) => file),
		).toEqual([]);
	});

	it('what they read is in examples/data, so the demo has it too', () => {
		const files = EXAMPLES.flatMap(({ text }) =>
			read(text).nodes.flatMap(({ parameters: { fileSelector } }) =>
				typeof fileSelector === 'string' ? [basename(fileSelector)] : [],
			),
		);

		expect(files.length).toBeGreaterThan(0);
		expect(files.filter((file) => !existsSync(join(ROOT, 'examples', 'data', file)))).toEqual([]);
	});

	it.each(EXAMPLES)(
		'$file says what an image costs, today and after its model ends',
		({ text }) => {
			const { nodes } = read(text);
			const line = /^\*\*What it costs:\*\* (.*)$/m.exec(
				String(nodes.find(({ type }) => type === NOTE)!.parameters['content']),
			)![1]!;
			const [, change] = /from (\S+) on/.exec(line) ?? [];
			const on = (day: string): string[] => nodes.flatMap((node) => pricesOf(node, day));
			const dayBefore = (day: string): string =>
				new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

			expect(new Set(line.match(/\$[\d.]+\d/g))).toEqual(
				new Set([...on(TODAY), ...on(change ?? '2026-12-01')]),
			);
			if (change !== undefined)
				expect([on(dayBefore(change)), on(change)]).toEqual([
					on(TODAY),
					expect.not.arrayContaining(on(TODAY)),
				]);
		},
	);

	it('no two nodes of them have the same id', () => {
		const ids = EXAMPLES.flatMap(({ text }) => read(text).nodes.map(({ id }) => id));

		expect(new Set(ids).size).toBe(ids.length);
	});

	it('the README lists every one', () => {
		const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

		expect(
			EXAMPLES.map(({ file }) => file).filter(
				(file) => !readme.includes(`(examples/workflows/${file})`),
			),
		).toEqual([]);
	});
});
