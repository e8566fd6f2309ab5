import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../n8n/harness/environment.mts';
import type { N8n } from '../n8n/harness/index.mts';
import { openWorkshop, type Workshop } from '../n8n/workshop.mts';

interface ServedType {
	name: string;
	iconUrl?: { light: string; dark: string } | string;
	codex?: unknown;
}

interface Manifest {
	n8n: { nodes: string[]; credentials: string[] };
}

describe('the packed package in a real n8n', () => {
	let workshop: Workshop;
	let n8n: N8n;
	const { n8n: listed } = JSON.parse(
		readFileSync(join(projectRoot, 'package.json'), 'utf8'),
	) as Manifest;
	const served = async (kind: 'nodes' | 'credentials'): Promise<ServedType[]> =>
		JSON.parse((await n8n.download(`/types/${kind}.json`)).body.toString()) as ServedType[];

	beforeAll(async () => {
		// What is asked for here comes with the editor's pages.
		workshop = await openWorkshop({ editor: true });
		n8n = workshop.n8n;
	});
	afterAll(async () => await workshop.close());

	it('every node is offered under its real type name, with its codex', async () => {
		const names = listed.nodes.map((file) =>
			file.replace(
				/^.*\/(\w)(\w*)\.node\.js$/,
				(_, first: string, rest: string) => first.toLowerCase() + rest,
			),
		);

		const ours = (await served('nodes')).filter(({ name }) =>
			name.startsWith('n8n-nodes-gpt-image.'),
		);

		expect(new Set(ours.map(({ name }) => name.replace(/^.*\./, '').replace(/Tool$/, '')))).toEqual(
			new Set(names),
		);
		expect(ours.filter(({ codex }) => codex === undefined)).toEqual([]);
	});

	it('the credential is offered', async () => {
		expect((await served('credentials')).map(({ name }) => name)).toContain('gptImageApi');
	});

	it('every icon is served as an SVG image, in both themes', async () => {
		const ours = (await served('nodes')).filter(({ name }) =>
			name.startsWith('n8n-nodes-gpt-image.'),
		);
		const icons = ours.flatMap(({ iconUrl }) =>
			typeof iconUrl === 'object' ? [iconUrl.light, iconUrl.dark] : [],
		);

		expect(icons.length).toBeGreaterThanOrEqual(2);
		for (const icon of new Set(icons)) {
			const { body, headers } = await n8n.download(`/${icon}`);

			expect(headers.get('content-type')).toContain('image/svg+xml');
			expect(body.toString()).toContain('<svg');
		}
	});

	it('n8n starts without a complaint about the package', () => {
		const start = n8n.log().split('Editor is now accessible')[0] ?? '';
		const complaints = start
			.split('\n')
			.filter(
				(line) =>
					/gpt-?image|package|node type/i.test(line) &&
					/error|fail|could not|cannot|missing/i.test(line),
			);

		expect(complaints).toEqual([]);
	});
});
