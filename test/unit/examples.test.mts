import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { WorkflowJson } from '../n8n/harness/index.mts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'examples', 'workflows');
const EXAMPLES = readdirSync(FOLDER).map((file) => ({
	file,
	text: readFileSync(join(FOLDER, file), 'utf8'),
}));
const read = (text: string): WorkflowJson => JSON.parse(text) as WorkflowJson;
const NOTE = 'n8n-nodes-base.stickyNote';

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

	it('what they read is in examples/data, so the demo has it too', () => {
		const files = EXAMPLES.flatMap(({ text }) =>
			read(text).nodes.flatMap(({ parameters: { fileSelector } }) =>
				typeof fileSelector === 'string' ? [basename(fileSelector)] : [],
			),
		);

		expect(files.length).toBeGreaterThan(0);
		expect(files.filter((file) => !existsSync(join(ROOT, 'examples', 'data', file)))).toEqual([]);
	});

	it('no two nodes of them have the same id', () => {
		const ids = EXAMPLES.flatMap(({ text }) => read(text).nodes.map(({ id }) => id));

		expect(new Set(ids).size).toBe(ids.length);
	});

	it('the README lists every one', () => {
		const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

		expect(EXAMPLES.filter(({ file }) => !readme.includes(`(examples/workflows/${file})`))).toEqual(
			[],
		);
	});
});
