import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../n8n/harness/environment.mts';
import type { WorkflowJson } from '../n8n/harness/index.mts';
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
