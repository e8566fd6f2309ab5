import { createHash } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import type { AnswerToGive } from '../simulator/index.mts';
import { billedByRequest, costByRequest, toldBy } from './account.mts';
import { nodeOutput } from './harness/index.mts';
import { openWorkshop, type Run, type Workshop } from './workshop.mts';

const prompts = (count: number, blocked: number[] = []) =>
	Array.from({ length: count }, (_, index) => ({
		prompt: `picture ${index}${blocked.includes(index) ? ' [blocked]' : ''}`,
	}));
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };
const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 5, waitBetweenTries: 10 } as const;
const KINDS = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;

/** A body that breaks off, after work that was billed. */
const CUT: AnswerToGive = {
	name: 'cut',
	status: 200,
	contentType: 'application/json',
	body: '{"created": 1, "data": [',
	billed: true,
};
/** Refused for now, not for good. */
const REFUSED: AnswerToGive = {
	name: 'refused',
	status: 400,
	body: {
		error: { message: 'Not today.', type: 'invalid_request_error', code: null, param: null },
	},
};

describe('five tries of Retry On Fail', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 0 });
	});
	afterAll(async () => await workshop.close());

	/** Answers those whose prompt ends so with these, one after another, then truly. */
	const answer = (prompt: RegExp, ...answers: AnswerToGive[]): void =>
		workshop.simulator.answerWhen(({ parameters }) =>
			prompt.test(String(parameters['prompt'])) ? (answers.shift() ?? null) : null,
		);
	const askedOften = (): string[] => {
		const all = workshop.simulator.ledger().map(({ prompt }) => prompt);
		return all.filter((prompt, index) => all.indexOf(prompt) !== index);
	};
	const expectTrueCosts = (run: Run): void =>
		expect(costByRequest(run)).toEqual(billedByRequest(workshop.simulator));

	it('Stop, with item 3 of 100 blocked: no try after the first sends anything', async () => {
		workshop.simulator.configure({ latencyMs: 20 });
		const run = await workshop.run(prompts(100, [3]), FROM_ITEM, {
			...RETRY_ON_FAIL,
			waitBetweenTries: 1000,
		});

		const { requests } = workshop.simulator;
		const first = requests[0]!.startedAt.getTime();
		expect(run.execution.status).toBe('error');
		expect(run.output.error?.message).toMatch(/blocked|moderation|safety/i);
		expect(run.output.executionTime).toBeGreaterThan(4000);
		expect(requests.every(({ startedAt }) => startedAt.getTime() - first < 900)).toBe(true);
		expect(requests.length).toBeLessThanOrEqual(20);
		expect(askedOften()).toEqual([]);
	});

	it.each(KINDS)(
		'On Error %s, with an item that is blocked and one that is refused twice: each image is billed once, to the last digit',
		async (onError) => {
			answer(/picture 5$/, REFUSED, REFUSED);
			const run = await workshop.run(
				prompts(10, [0]),
				{ ...FROM_ITEM, run: { maxConcurrency: 2 } },
				{ ...RETRY_ON_FAIL, onError },
			);

			const billed = workshop.simulator.billed.length;
			expect(askedOften().every((prompt) => prompt === 'picture 5')).toBe(true);
			if (onError === 'stopWorkflow') {
				expect(run.execution.status).toBe('error');
				expect(billed).toBeLessThanOrEqual(2);
				return;
			}
			expect(run.execution.status).toBe('success');
			expect(billed).toBe(9);
			expect(toldBy(run)).toMatchObject({
				images: 9,
				failed: 1,
				maybeBilled: 0,
				delivered: workshop.simulator.billedPicodollars(),
			});
			expect(run.output.outputs.map((items) => items.length)).toEqual(
				onError === 'continueErrorOutput' ? [9, 1] : [10],
			);
			expectTrueCosts(run);
		},
	);

	it.each(KINDS)(
		'On Error %s, with an item that is refused twice: all are made, each once',
		async (onError) => {
			answer(/picture 0$/, REFUSED, REFUSED);
			const run = await workshop.run(
				prompts(10),
				{ ...FROM_ITEM, run: { maxConcurrency: 2 } },
				{ ...RETRY_ON_FAIL, onError },
			);

			expect(run.execution.status).toBe('success');
			expect(workshop.simulator.billed).toHaveLength(10);
			expect(toldBy(run)).toMatchObject({
				images: 10,
				failed: 0,
				delivered: workshop.simulator.billedPicodollars(),
			});
			expectTrueCosts(run);
		},
	);

	it('a row with a field of its own called error, Include Input Fields: 20 billed for 20, and the row comes along', async () => {
		const rows = prompts(20).map((row) => ({
			...row,
			error: 'of an earlier step',
			cost: { usd: 9 },
			image: 'x.png',
		}));
		const run = await workshop.run(
			rows,
			{ ...FROM_ITEM, options: { includeInputFields: true } },
			RETRY_ON_FAIL,
		);

		expect(workshop.simulator.billed).toHaveLength(20);
		expect(run.json.map(({ input }) => input)).toEqual(rows);
		expect(toldBy(run)).toMatchObject({
			images: 20,
			failed: 0,
			delivered: workshop.simulator.billedPicodollars(),
		});
	});

	it('attempts that may have been billed are counted over all tries', async () => {
		answer(/picture 1$/, 'cloudflare524', CUT, 'cloudflare524');
		const run = await workshop.run(
			prompts(2),
			{ ...FROM_ITEM, run: { maxConcurrency: 1, maxAttempts: 1 } },
			RETRY_ON_FAIL,
		);

		expect(run.execution.status).toBe('success');
		expect(workshop.simulator.billed).toHaveLength(5);
		expect(run.json.map(({ request }) => request.maybeBilledAttempts)).toEqual([0, 3]);
		expectTrueCosts(run);
		expect(run.output.hints.map(({ message }) => message)).toContainEqual(
			expect.stringContaining('3 attempts without an answer that may have been billed'),
		);
	});

	it('attempts that may have been billed are told by the error of the last try', async () => {
		workshop.simulator.answerWhen(({ parameters }) =>
			String(parameters['prompt']).endsWith('1') ? 'cloudflare524' : null,
		);
		const run = await workshop.run(
			prompts(2),
			{ ...FROM_ITEM, run: { maxConcurrency: 1, maxAttempts: 1 } },
			RETRY_ON_FAIL,
		);

		expect(run.execution.status).toBe('error');
		expect(workshop.simulator.billed).toHaveLength(6);
		expect(toldBy(run).maybeBilled).toBe(5);
	});
});

describe('where n8n keeps files in memory', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop({ binaryMode: 'default' });
	});
	beforeEach(() => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 0 });
	});
	afterAll(async () => await workshop.close());

	it('20 prompts, the last one blocked, Stop: 19 are billed, also after the execution was retried', async () => {
		const run = await workshop.run(prompts(20, [19]), FROM_ITEM, RETRY_ON_FAIL);
		expect(run.execution.status).toBe('error');
		expect(workshop.simulator.billed).toHaveLength(19);

		const again = await workshop.result(await workshop.n8n.retryExecution(run.execution.id));
		expect(again.execution.status).toBe('error');
		expect(workshop.simulator.billed).toHaveLength(19);
		expect(workshop.simulator.requests).toHaveLength(20);
	});

	it('what a first try has made is delivered by the second, with its bytes and its cost', async () => {
		let isRefused = false;
		workshop.simulator.answerWhen(({ parameters }) => {
			if (isRefused || parameters['prompt'] !== 'picture 7') return null;
			isRefused = true;
			return REFUSED;
		});
		const run = await workshop.run(
			prompts(8),
			{ ...FROM_ITEM, run: { maxConcurrency: 1 } },
			RETRY_ON_FAIL,
		);

		expect(run.execution.status).toBe('success');
		expect(workshop.simulator.billed).toHaveLength(8);
		expect(run.json.map(({ request }) => request.reused)).toEqual([...Array(7).fill(true), false]);
		expect(
			run.output.items.map(({ binary }) => Buffer.from(binary!['data']!.data, 'base64').length),
		).toEqual(run.json.map(({ image }) => image.bytes));
		expect(costByRequest(run)).toEqual(billedByRequest(workshop.simulator));
	});

	it('a failed execution that is retried pays only for what is missing', async () => {
		let isRefused = false;
		workshop.simulator.answerWhen(({ parameters }) => {
			if (isRefused || parameters['prompt'] !== 'picture 7') return null;
			isRefused = true;
			return REFUSED;
		});
		const first = await workshop.run(prompts(10), { ...FROM_ITEM, run: { maxConcurrency: 1 } });
		const second = await workshop.result(await workshop.n8n.retryExecution(first.execution.id));

		expect(first.execution.status).toBe('error');
		expect(nodeOutput(second.execution, 'GPT Image').items).toHaveLength(10);
		expect(workshop.simulator.billed).toHaveLength(10);
		expect(costByRequest(second)).toEqual(billedByRequest(workshop.simulator));
	});

	it('images are kept with the execution as well: its retry pays only for what is missing', async () => {
		let seen = 0;
		const failsOnce = () => {
			seen += 1;
			if (seen === 2) workshop.simulator.failNext('nullMessage');
			return 0;
		};
		workshop.simulator.configure({ latencyMs: failsOnce });
		const first = await workshop.run(prompts(4), {
			...FROM_ITEM,
			run: { maxConcurrency: 1 },
			options: { addLink: true },
		});
		const retried = await workshop.result(await workshop.n8n.retryExecution(first.execution.id));
		const billed = workshop.simulator.billed.length;

		expect(first.execution.status).toBe('error');
		expect(retried.json.map(({ request }) => request.reused)).toEqual([true, true, false, false]);
		expect(billed).toBe(4);
		expect(
			retried.output.items.map(({ binary }) =>
				createHash('sha256').update(Buffer.from(binary!['data']!.data, 'base64')).digest('hex'),
			),
		).toEqual(retried.json.map(({ image }) => image.sha256));
		// There is nothing that a link could lead to.
		expect(retried.json.map(({ image }) => image.url)).toEqual(Array(4).fill(null));
		expect(retried.output.hints.map(({ message }) => message).join()).toContain(
			'N8N_DEFAULT_BINARY_DATA_MODE',
		);
	});
});
