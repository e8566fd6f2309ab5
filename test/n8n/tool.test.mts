import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { AnswerToGive } from '../simulator/index.mts';
import { startChatModel, type ChatModel } from './chatModel.mts';
import { exampleFor } from './exampleFor.mts';
import { place } from './harness/environment.mts';
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
import { openWorkshop, WHOLE_ITEM, type Workshop } from './workshop.mts';

const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 5, waitBetweenTries: 10 } as const;
const REFUSED: AnswerToGive = {
	name: 'refused',
	status: 400,
	body: {
		error: { message: 'Not today.', type: 'invalid_request_error', code: null, param: null },
	},
};
/** In USD: enough for some images of low quality. */
const BUDGET = 0.05;
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
			return [...steps.matchAll(/\\*"costUsd\\*":([\d.]+)/g)].map(([, usd]) => picodollars(usd!));
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

describe.each([2.2, 3.1])(
	'a conversation with the agent of the example (version %d)',
	(typeVersion) => {
		let workshop: Workshop;
		let model: ChatModel;
		let path: string;
		let workflow: string;
		beforeAll(async () => {
			workshop = await openWorkshop();
			model = await startChatModel(workshop.n8n);
			const example = exampleFor('agent-with-image-tool.json', workshop.credentialId, '/');
			path = `chat-${Math.random().toString(36).slice(2)}`;
			for (const step of example.nodes) {
				if (step.name === 'Chat Model') step.credentials = model.credential;
				if (step.name === 'AI Agent') step.typeVersion = typeVersion;
				if (step.name === 'When chat message received') {
					step.webhookId = path;
					step.parameters = { public: true, options: {} };
				}
				const run = step.parameters['run'] as INodeParameters | undefined;
				if (run?.['budgetUsd'] !== undefined) run['budgetUsd'] = BUDGET;
				if (step.name === 'Improve Image') step.parameters['quality'] = 'low';
			}
			workflow = await workshop.n8n.createWorkflow(example);
			await workshop.n8n.activateWorkflow(workflow);
			const isThere = async () => (await fetch(address())).status !== 404 || undefined;
			await until('its address is there', isThere, { timeoutMs: 20_000 });
		});
		beforeEach(() => workshop.simulator.reset());
		afterAll(async () => {
			await workshop.n8n.deactivateWorkflow(workflow);
			await model.close();
			await workshop.close();
		});

		const address = (): string => `${workshop.n8n.url}/webhook/${path}/chat`;
		/** What the chat page sends. */
		const say = async (sessionId: string, chatInput: string): Promise<string> => {
			const response = await fetch(address(), {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ action: 'sendMessage', sessionId, chatInput }),
			});
			return String(((await response.json()) as { output: unknown }).output);
		};
		const pictureIn = (answer: string) =>
			/!\[([^\]]*)\]\((\S+) "(img_[0-9a-f]{24})"\)/.exec(answer) ?? [];
		const hashBehind = async (url: string): Promise<string> => {
			const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
			return createHash('sha256').update(bytes).digest('hex');
		};

		it('makes an image, changes that one, improves it, and says what all of it cost', async () => {
			const session = `session ${typeVersion}`;
			const [, , draft, draftId] = pictureIn(await say(session, 'make a red balloon'));
			const [, , changed, changedId] = pictureIn(await say(session, 'change it to blue'));
			const [, , improved] = pictureIn(await say(session, 'improve it'));
			const total = await say(session, 'what did all of it cost?');

			const { requests } = workshop.simulator;
			expect(requests.map(({ path: at }) => at.replace(/.*\//, ''))).toEqual([
				'generations',
				'edits',
				'edits',
			]);
			// Each works on the very image that the one before has made.
			expect(requests.map(({ files }) => files.map(({ sha256 }) => sha256))).toEqual([
				[],
				[await hashBehind(draft!)],
				[await hashBehind(changed!)],
			]);
			expect(new Set([draftId, changedId]).size).toBe(2);
			// For the next message, wherever n8n runs it.
			const { staticData } = await workshop.n8n.request<{ staticData: unknown }>(
				'GET',
				`/rest/workflows/${workflow}`,
			);
			expect(JSON.stringify(staticData)).toContain(changedId);
			expect((await fetch(improved!)).status).toBe(200);
			expect(picodollars(/\$([\d.]+)\.$/.exec(total)![1]!)).toBe(
				workshop.simulator.billedPicodollars(),
			);
		});

		it('keeps to one budget for all tools and messages of a conversation, and to another one in the next', async () => {
			const session = `spender ${typeVersion}`;
			const answers: string[] = [];
			while (answers.length < 20 && !answers.at(-1)?.includes('skipped')) {
				const words = ['make a mug', 'improve it'][answers.length % 2]!;
				answers.push(await say(session, words));
			}

			expect(answers.slice(0, -1).map((answer) => pictureIn(answer).length)).toEqual(
				Array(answers.length - 1).fill(4),
			);
			expect(answers.at(-1)).toContain('skipped');
			const billed = workshop.simulator.billedPicodollars();
			expect(billed <= picodollars(String(BUDGET))).toBe(true);
			expect(billed > picodollars('0.02')).toBe(true);
			expect(pictureIn(await say(`${session} again`, 'make a mug'))).toHaveLength(4);
		});
	},
);

/** As much as is used here of the protocol's own client, which lies beside n8n. */
interface McpSdk {
	Client: new (about: { name: string; version: string }) => {
		connect(transport: object): Promise<void>;
		listTools(): Promise<{ tools: Array<{ name: string }> }>;
		callTool(call: {
			name: string;
			arguments: object;
		}): Promise<{ content: Array<{ text: string }> }>;
		close(): Promise<void>;
	};
	StreamableHTTPClientTransport: new (url: URL) => object;
}

async function mcpSdk(): Promise<McpSdk> {
	const folder = join(place('GPT_IMAGE_N8N'), 'node_modules/@modelcontextprotocol/sdk/dist/cjs');
	const [client, transport] = await Promise.all(
		['client/index.js', 'client/streamableHttp.js'].map(
			async (file) => (await import(join(folder, file))) as Partial<McpSdk>,
		),
	);
	return { ...client, ...transport } as McpSdk;
}

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

	async function serve(
		extras: object = {},
		parameters: INodeParameters = {},
		...others: INode[]
	): Promise<{ path: string; workflow: string }> {
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
				...parameters,
			},
			{ ...withCredential(workshop.credentialId), ...extras },
		);
		const definition: WorkflowJson = {
			name: path,
			nodes: [trigger, tool, ...others],
			connections: Object.fromEntries(
				[tool, ...others].map(({ name }) => [
					name,
					{ ai_tool: [[{ node: 'MCP', type: 'ai_tool' as const, index: 0 }]] },
				]),
			),
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

	it.each([
		[
			'simplified',
			{},
			[
				'prompt',
				'status',
				'costUsd',
				'fileName',
				'model',
				'quality',
				'size',
				'imageId',
				'createdAt',
			],
		],
		[
			'selected',
			{ outputFields: ['imageId', 'costUsd', 'image.width'] },
			['imageId', 'costUsd', 'width'],
		],
		['raw', {}, [...WHOLE_ITEM]],
	])(
		'its output can be %s, and of what failed it always has the reason',
		async (output, more, names) => {
			const { path, workflow } = await serve(
				{ onError: 'continueRegularOutput' },
				{ output, ...more },
			);
			const call = await openClient(path);
			const ask = async (prompt: string) => {
				const { result } = await call('tools/call', { name: 'Make_Image', arguments: { prompt } });
				return [JSON.parse(String(result!['content'][0].text))].flat() as Array<
					Record<string, unknown>
				>;
			};
			const [made, refused] = [await ask('a poster'), await ask('a poster [blocked]')];
			await workshop.n8n.deactivateWorkflow(workflow);

			expect(made.map((json) => Object.keys(json))).toEqual([names]);
			expect(refused).toMatchObject([
				{ status: 'failed', error: expect.stringContaining('blocked') },
			]);
		},
	);

	it('an independent client makes an image, opens its link, and has that image changed by its ID', async () => {
		const { Client, StreamableHTTPClientTransport } = await mcpSdk();
		const settings: INodeParameters = {
			output: 'simplified',
			options: { addLink: true },
			run: { budgetUsd: 1, budgetSession: 'mcp' },
		};
		const edit = ourNode(
			'Edit Image',
			'gptImageTool',
			{
				descriptionType: 'manual',
				toolDescription: 'Changes an image.',
				operation: 'edit',
				inputBinaryFields: "={{ $fromAI('imageId', 'imageId of the image', 'string') }}",
				prompt: PROMPT,
				...settings,
			},
			withCredential(workshop.credentialId),
		);
		const { path, workflow } = await serve({}, settings, edit);
		const client = new Client({ name: 'test', version: '1.0.0' });
		await client.connect(
			new StreamableHTTPClientTransport(new URL(`${workshop.n8n.url}/mcp/${path}`)),
		);
		const ask = async (name: string, values: object): Promise<Record<string, any>> => {
			const { content } = await client.callTool({ name, arguments: values });
			return [JSON.parse(content[0]!.text)].flat()[0] as Record<string, any>;
		};
		const { tools } = await client.listTools();
		const made = await ask('Make_Image', { prompt: 'a poster' });
		const bytes = Buffer.from(await (await fetch(made['url'])).arrayBuffer());
		const edited = await ask('Edit_Image', { prompt: 'in blue', imageId: made['imageId'] });
		await client.close();
		await workshop.n8n.deactivateWorkflow(workflow);

		expect(tools.map(({ name }) => name).sort()).toEqual(['Edit_Image', 'Make_Image']);
		expect(
			workshop.simulator.requests.map(({ files }) => files.map((file) => file.sha256)),
		).toEqual([[], [createHash('sha256').update(bytes).digest('hex')]]);
		expect(picodollars(edited['sessionUsd'].toFixed(12))).toBe(
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
