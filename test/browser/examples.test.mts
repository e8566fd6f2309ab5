import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../n8n/harness/environment.mts';
import type { WorkflowJson } from '../n8n/harness/index.mts';
import { canvasNode } from './panel.mts';
import { openStage, type Stage } from './stage.mts';

const FOLDER = join(projectRoot, 'examples', 'workflows');

/** The notes of all examples side by side, each named after its example. */
function allNotes(): WorkflowJson {
	const notes = readdirSync(FOLDER).flatMap((file, index) =>
		(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as WorkflowJson).nodes
			.filter(({ type }) => type === 'n8n-nodes-base.stickyNote')
			.map((note) => ({
				...note,
				name: file,
				position: [(index % 6) * 800, Math.floor(index / 6) * 600] as [number, number],
			})),
	);
	return { name: 'Notes', nodes: notes, connections: {} };
}

describe('the examples on the canvas', () => {
	let stage: Stage;
	beforeAll(async () => {
		stage = await openStage();
	});
	afterAll(async () => await stage.close());

	it('are imported by the menu that the README names', async () => {
		const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
		const names = /\*\*… → ([^*]+)\*\*/.exec(readme)![1]!.split(' → ');
		const page = await stage.visit('/workflow/new');
		await page.getByTestId('workflow-menu').click();
		for (const name of names.slice(0, -1)) await page.getByText(name, { exact: true }).hover();
		const [dialog] = await Promise.all([
			page.waitForEvent('filechooser'),
			page.getByText(names.at(-1)!, { exact: true }).click(),
		]);
		await dialog.setFiles(join(FOLDER, 'animated-banner.json'));

		await canvasNode(page, 'Banner').waitFor();
	});

	it('have notes that are large enough for their text', async () => {
		const workflow = allNotes();
		const page = await stage.visit(
			`/workflow/${await stage.workshop.n8n.createWorkflow(workflow)}`,
		);
		const notes = page.getByTestId('sticky');
		await notes.nth(workflow.nodes.length - 1).waitFor();

		const rooms = await notes.evaluateAll((all) =>
			all.map((note) => {
				const texts = [...note.querySelectorAll('p, li')];
				const last = texts.at(-1)!.getBoundingClientRect().bottom;
				return [note.querySelector('h2')!.textContent, note.getBoundingClientRect().bottom - last];
			}),
		);
		expect(rooms).toHaveLength(workflow.nodes.length);
		expect(rooms.filter(([, room]) => Number(room) < 0)).toEqual([]);
	});
});
