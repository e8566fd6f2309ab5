import { openWorkshop, type Workshop } from './workshop.mts';

const PROMPT = 'a secret marmalade recipe';

/** n8n writes its log to where it prints; the level is that of the most talkative. */
describe("n8n's log", () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop({ env: { N8N_LOG_LEVEL: 'debug', NODE_ENV: 'production' } });
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	/** Our lines of an execution: level, message and facts. */
	const lines = (executionId: string): string[] =>
		workshop.n8n
			.log()
			.split('\n')
			.filter((line) => line.includes('GPT Image: ') && line.includes(`[execution ${executionId}`));

	it('says how a run ended at info, with execution and request ids, and each attempt at debug', async () => {
		workshop.simulator.failNext('rateLimit');
		const { execution, json } = await workshop.run([{}], { prompt: PROMPT });
		const written = lines(execution.id);

		expect(written.filter((line) => line.includes('| info '))).toEqual([
			expect.stringMatching(
				new RegExp(`GPT Image: 1 image for \\$[\\d.]+.* \\[execution ${execution.id}\\]`),
			),
		]);
		expect(written.filter((line) => line.includes('| debug'))).toEqual([
			expect.stringMatching(
				/attempt 1 for 1 images: rate_limit_exceeded \(status 429\), \d+ ms \[execution \d+, request req_\w+\]/,
			),
			expect.stringMatching(
				new RegExp(
					`attempt \\d for 1 images: ok, \\d+ ms \\[execution \\d+, request ${json[0]!['request'].id}\\]`,
				),
			),
		]);
	});

	it('warns of what failed, by code and ids', async () => {
		const { execution } = await workshop.run([{}], { prompt: `${PROMPT} [blocked]` });

		expect(lines(execution.id).filter((line) => line.includes('| warn'))).toEqual([
			expect.stringMatching(
				/a request for 1 images failed: moderation_blocked \(status 400\) \[execution \d+, request req_\w+\]/,
			),
		]);
	});

	it('warns of an attempt that may have been billed for nothing', async () => {
		workshop.simulator.failNext('dropBeforeAnswer');
		const { execution } = await workshop.run([{}], { prompt: PROMPT });

		expect(lines(execution.id).filter((line) => line.includes('| warn'))).toEqual([
			expect.stringMatching(
				/1 of 2 attempts brought no answer and may have been billed \[execution \d+, request req_\w+\]/,
			),
		]);
	});

	it('says of batches which ones were submitted and collected', async () => {
		const submitted = await workshop.run([{ prompt: PROMPT }], {
			resource: 'batch',
			operation: 'submit',
			prompt: '={{ $json.prompt }}',
		});
		const batchId = String(submitted.json[0]!['batchId']);
		await workshop.simulator.settled();
		const collected = await workshop.run([{}], {
			resource: 'batch',
			operation: 'collect',
			batchId: { __rl: true, mode: 'id', value: batchId },
		});

		expect(lines(submitted.execution.id)).toEqual([
			expect.stringContaining(`batch ${batchId} submitted with 1 request`),
		]);
		expect(lines(collected.execution.id)).toEqual([
			expect.stringMatching(
				new RegExp(`batch ${batchId} collected: 1 image for \\$[\\d.]+ at batch price`),
			),
		]);
	});

	it('holds no prompt and no key in any of our lines, at any level', () => {
		const ours = workshop.n8n
			.log()
			.split('\n')
			.filter((line) => line.includes('GPT Image: '));

		expect(ours.length).toBeGreaterThan(6);
		expect(
			ours.filter((line) => line.includes('marmalade') || line.includes('sk-simulator')),
		).toEqual([]);
	});
});
