import { LLMock } from '@copilotkit/aimock';
import type { AnswerToGive } from '../simulator/index.mts';
import { exampleFor } from './exampleFor.mts';
import {
	node,
	nodeOutput,
	ourNode,
	until,
	withCredential,
	type Execution,
	type WorkflowJson,
} from './harness/index.mts';
import { picodollars } from './money.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 5, waitBetweenTries: 10 } as const;
const REFUSED: AnswerToGive = {
	name: 'refused',
	status: 400,
	body: {
		error: { message: 'Not today.', type: 'invalid_request_error', code: null, param: null },
	},
};
const PROMPTS = Array.from({ length: 20 }, (_, index) => `poster ${index}`);
const PROMPT = "={{ $fromAI('prompt', 'What the image shows', 'string') }}";

describe.each([2.2, 3.1])(
	'as a tool of an AI Agent (version %d) with Retry On Fail',
	(typeVersion) => {
		let workshop: Workshop;
		const model = new LLMock({ port: 0 });
		let chat: { openAiApi: { id: string; name: string } };
		beforeAll(async () => {
			workshop = await openWorkshop();
			await model.start();
			const { id } = await workshop.n8n.request<{ id: string }>('POST', '/rest/credentials', {
				name: 'chat',
				type: 'openAiApi',
				data: { apiKey: 'sk-chat', url: `${model.url}/v1` },
			});
			chat = { openAiApi: { id, name: 'chat' } };
		});
		beforeEach(() => workshop.simulator.reset());
		afterAll(async () => {
			await model.stop();
			await workshop.close();
		});

		/** The agent calls the tool once for each of these, all in one answer of its model. */
		const askFor = async (
			prompts: string[],
			parameters: Record<string, unknown>,
		): Promise<Execution> => {
			model.reset();
			model.on({ hasToolResult: true }, { content: 'Here they are.' });
			model.on(
				{ hasToolResult: false },
				{
					toolCalls: prompts.map((prompt) => ({
						name: 'Make_Image',
						arguments: JSON.stringify({ prompt }),
					})),
				},
			);
			const workflow = exampleFor('agent-with-image-tool.json', workshop.credentialId, '/');
			for (const step of workflow.nodes) {
				if (step.name === 'Chat Model') step.credentials = chat;
				if (step.name === 'AI Agent') step.typeVersion = typeVersion;
				if (step.name === 'Make Image')
					Object.assign(step, RETRY_ON_FAIL, { parameters: { ...step.parameters, ...parameters } });
			}
			return await workshop.n8n.waitForExecution(
				await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(workflow)),
			);
		};
		/** The costs that the agent got back, from what its steps say. */
		const toldCosts = (execution: Execution): bigint[] => {
			const steps = JSON.stringify(
				nodeOutput(execution, 'AI Agent').items[0]!.json['intermediateSteps'],
			);
			return [...steps.matchAll(/\\*"exact\\*":\\*"([\d.]+)\\*"/g)].map(([, exact]) =>
				picodollars(exact!),
			);
		};
		const expectToldTruly = (execution: Execution): void =>
			expect(toldCosts(execution).reduce((sum, cost) => sum + cost, 0n)).toBe(
				workshop.simulator.billedPicodollars(),
			);

		it('20 calls, each second of which is refused at first: 20 are billed, each once, and their costs come back', async () => {
			const refused = new Set<string>();
			workshop.simulator.answerWhen(({ parameters }) => {
				const prompt = String(parameters['prompt']);
				if (refused.has(prompt) || !/[13579]$/.test(prompt)) return null;
				refused.add(prompt);
				return REFUSED;
			});
			const execution = await askFor(PROMPTS, { run: { budgetUsd: 1 } });

			expect(execution.status).toBe('success');
			expect(
				workshop.simulator
					.ledger()
					.filter(({ billed }) => billed > 0n)
					.map(({ prompt }) => prompt)
					.sort(),
			).toEqual([...PROMPTS].sort());
			expect(toldCosts(execution)).toHaveLength(20);
			expectToldTruly(execution);
		});

		it('one call for 20 images, the second request of which is refused at first: 20 are billed', async () => {
			let seen = 0;
			workshop.simulator.answerWhen(() => (++seen === 2 ? REFUSED : null));
			const execution = await askFor(['many posters'], {
				count: 20,
				run: { budgetUsd: 1, maxConcurrency: 1 },
			});

			expect(execution.status).toBe('success');
			expect(workshop.simulator.billed.reduce((sum, { n }) => sum + n, 0)).toBe(20);
			expectToldTruly(execution);
		});

		it('calls with the same prompt bring files of different names', async () => {
			const execution = await askFor(['a poster', 'a poster', 'a poster'], {
				run: { budgetUsd: 1 },
			});

			const steps = JSON.stringify(
				nodeOutput(execution, 'AI Agent').items[0]!.json['intermediateSteps'],
			);
			const names = [...steps.matchAll(/\\*"fileName\\*":\\*"([^"\\]+)\\*"/g)].map(
				([, name]) => name,
			);
			expect([...new Set(names)].sort()).toEqual([
				'a-poster-2.jpg',
				'a-poster-3.jpg',
				'a-poster.jpg',
			]);
		});

		it('the budget holds for all calls together', async () => {
			const execution = await askFor(PROMPTS, { run: { budgetUsd: 0.02 } });

			expect(execution.status).toBe('success');
			expect(workshop.simulator.billedPicodollars() <= picodollars('0.02')).toBe(true);
			expect(workshop.simulator.billed.length).toBeGreaterThan(5);
			expectToldTruly(execution);
		});

		it('a call that is blocked is not asked for again, and the others are billed once', async () => {
			await askFor([...PROMPTS.slice(0, 5), 'poster [blocked]'], { run: { budgetUsd: 1 } });

			const asked = workshop.simulator.ledger().map(({ prompt }) => prompt);
			expect(new Set(asked).size).toBe(asked.length);
			expect(workshop.simulator.billed.length).toBeLessThanOrEqual(5);
		});
	},
);

describe('as a tool of the MCP Server Trigger', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	interface Answer {
		result?: Record<string, any>;
		error?: unknown;
	}

	/** A client of the Streamable HTTP transport, as far as needed. */
	async function openClient(
		path: string,
	): Promise<(method: string, params?: unknown) => Promise<Answer>> {
		let session: string | null = null;
		let last = 0;
		const post = async (message: object): Promise<string> => {
			const headers = {
				'content-type': 'application/json',
				accept: 'application/json, text/event-stream',
				...(session !== null && { 'mcp-session-id': session }),
			};
			const response = await fetch(`${workshop.n8n.url}/mcp/${path}`, {
				method: 'POST',
				headers,
				body: JSON.stringify({ jsonrpc: '2.0', ...message }),
			});
			session = response.headers.get('mcp-session-id') ?? session;
			const text = await response.text();
			if (!response.ok) throw new Error(`${response.status}: ${text}`);
			return text;
		};
		const call = async (method: string, params: unknown = {}): Promise<Answer> => {
			last += 1;
			const text = await post({ id: last, method, params });
			return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as Answer;
		};
		await call('initialize', {
			protocolVersion: '2025-03-26',
			capabilities: {},
			clientInfo: { name: 'test', version: '1' },
		});
		await post({ method: 'notifications/initialized' });
		return call;
	}

	async function serve(extras: object = {}): Promise<{ path: string; workflow: string }> {
		const path = `images-${Math.random().toString(36).slice(2)}`;
		const trigger = {
			...node('MCP', '@n8n/n8n-nodes-langchain.mcpTrigger', { path }, { typeVersion: 2 }),
			webhookId: path,
		};
		const tool = ourNode(
			'Make Image',
			'gptImageTool',
			{
				descriptionType: 'manual',
				toolDescription: 'Makes an image.',
				prompt: PROMPT,
				run: { budgetUsd: 1 },
			},
			{ ...withCredential(workshop.credentialId), ...extras },
		);
		const definition: WorkflowJson = {
			name: path,
			nodes: [trigger, tool],
			connections: { 'Make Image': { ai_tool: [[{ node: 'MCP', type: 'ai_tool', index: 0 }]] } },
		};
		const workflow = await workshop.n8n.createWorkflow(definition);
		await workshop.n8n.activateWorkflow(workflow);
		const isThere = async () =>
			(await fetch(`${workshop.n8n.url}/mcp/${path}`, { method: 'DELETE' })).status !== 404 ||
			undefined;
		await until('its address is there', isThere, { timeoutMs: 20_000 });
		return { path, workflow };
	}

	it('an image is made, and its JSON comes back with what it cost', async () => {
		const { path, workflow } = await serve();
		const call = await openClient(path);
		const { result: list } = await call('tools/list');
		const answer = await call('tools/call', {
			name: list!['tools'][0].name,
			arguments: { prompt: 'a harvest festival poster' },
		});
		await workshop.n8n.deactivateWorkflow(workflow);

		expect(list!['tools']).toMatchObject([
			{ name: 'Make_Image', inputSchema: { properties: { prompt: expect.anything() } } },
		]);
		expect(answer.error).toBeUndefined();
		expect(answer.result?.['isError']).not.toBe(true);
		const text = JSON.stringify(answer.result);
		expect(workshop.simulator.ledger()).toMatchObject([
			{ prompt: 'a harvest festival poster', delivered: true },
		]);
		expect(picodollars(/"exact\\*":\\*"([\d.]+)/.exec(text)?.[1] ?? '0')).toBe(
			workshop.simulator.billedPicodollars(),
		);
	});

	it('two calls for the same are two images', async () => {
		const { path, workflow } = await serve(RETRY_ON_FAIL);
		const call = await openClient(path);
		const ask = async () =>
			JSON.stringify(
				(await call('tools/call', { name: 'Make_Image', arguments: { prompt: 'the same' } }))
					.result,
			);
		const answers = [await ask(), await ask()];
		await workshop.n8n.deactivateWorkflow(workflow);

		const keys = answers.map((text) => /req_[0-9a-f]{24}/.exec(text)?.[0]);
		expect(workshop.simulator.billed).toHaveLength(2);
		expect(new Set(keys).size).toBe(2);
	});

	it('a call that is blocked comes back as an error, and the next one works', async () => {
		const { path, workflow } = await serve();
		const call = await openClient(path);
		const refused = await call('tools/call', {
			name: 'Make_Image',
			arguments: { prompt: 'a poster [blocked]' },
		});
		const answer = await call('tools/call', {
			name: 'Make_Image',
			arguments: { prompt: 'a poster' },
		});
		await workshop.n8n.deactivateWorkflow(workflow);

		expect(JSON.stringify(refused)).toMatch(/blocked|moderation|safety/i);
		expect(JSON.stringify(answer.result)).toMatch(/"usd/);
		expect(workshop.simulator.billed).toHaveLength(1);
	});
});
