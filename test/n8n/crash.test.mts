import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { startSimulator, type Simulator } from '../simulator/index.mts';
import { EXAMPLES, exampleFor } from './exampleFor.mts';
import { nodeOutput, startN8n, until, type N8n } from './harness/index.mts';
import { API_KEY, clockEnvironment, TODAY } from './workshop.mts';

const rowOf = (json: IDataObject) => json['input'] as IDataObject;

const ROWS = 10;
const SLICE = 3;

/** Kills n8n while the example works, starts it again and retries, as its note says. */
describe('n8n is killed in the middle of a run', () => {
	const folder = mkdtempSync(join(tmpdir(), 'gpt-image-crash-'));
	let simulator: Simulator;
	beforeAll(async () => {
		simulator = await startSimulator({
			apiKey: API_KEY,
			now: () => new Date(TODAY),
			latencyMs: 400,
		});
		copyFileSync(join(EXAMPLES, 'data', 'prompts.csv'), join(folder, 'prompts.csv'));
	});
	beforeEach(() => simulator.reset());
	afterAll(async () => {
		await simulator.close();
		rmSync(folder, { recursive: true, force: true });
	});

	const start = async (userFolder: string): Promise<N8n> =>
		await startN8n({
			userFolder,
			env: { ...clockEnvironment(TODAY), N8N_RESTRICT_FILE_ACCESS_TO: folder },
		});

	it.each([
		['in the first slice', 2],
		['in the middle', SLICE + 2],
		['in the last slice', ROWS],
	])(
		'%s: all rows are delivered after a retry, and at most one slice is paid for twice',
		async (_, requestsBefore) => {
			const userFolder = mkdtempSync(join(tmpdir(), 'gpt-image-n8n-'));
			const first = await start(userFolder);
			const credential = await first.createCredential({
				provider: 'openai',
				apiKey: API_KEY,
				baseUrl: simulator.baseUrl,
			});
			const workflow = await first.createWorkflow(
				exampleFor('slices-that-survive-a-crash.json', credential, folder),
			);
			const killed = await first.runWorkflow(workflow);
			await until(
				'it is on its way',
				async () => simulator.requests.length >= requestsBefore || undefined,
			);
			await first.kill();

			const second = await start(userFolder);
			const crashed = await second.getExecution(killed);
			const retried = await second.getExecution(await second.retryExecution(killed));
			await second.stop();
			rmSync(userFolder, { recursive: true, force: true });

			const delivered = [...Array(Math.ceil(ROWS / SLICE)).keys()].flatMap(
				(run) => nodeOutput(retried, 'GPT Image', run).items,
			);
			expect(crashed.status).toBe('crashed');
			expect(retried.status).toBe('success');
			expect(new Set(delivered.map(({ json }) => rowOf(json)['id'])).size).toBe(ROWS);
			expect(simulator.billed.length).toBeGreaterThanOrEqual(ROWS);
			expect(simulator.billed.length).toBeLessThanOrEqual(ROWS + SLICE);
		},
	);
});
