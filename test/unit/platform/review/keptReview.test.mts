import { NodeHelpers, type IDataObject, type INodeExecutionData } from 'n8n-workflow';
import { GptImageReview } from '../../../../nodes/GptImageReview/GptImageReview.node';
import { withOddValues } from '../../fixtures/oddData.mts';

const NODE = { id: '1', name: 'Review', type: 'gptImageReview', parameters: {} };
const DRAFTS: INodeExecutionData[] = ['a', 'b', 'c'].map((prompt, item) => ({
	json: { prompt, review: { picked: true, note: 'of an earlier review' } },
	binary: { data: { data: 'AA==', mimeType: 'image/png' } },
	// As after a sort: not the places in which they came in.
	pairedItem: { item: 2 - item },
}));

/** An execution that waits in the node, as n8n (2.41) goes on with one. */
class Execution {
	readonly runExecutionData: any;

	isWaiting = false;

	private readonly parameters: IDataObject;

	constructor(parameters: IDataObject) {
		this.parameters = parameters;
		const entry = {
			node: { ...NODE },
			data: { main: [DRAFTS] },
			source: { main: [{ previousNode: 'Drafts' }] },
		};
		this.runExecutionData = { executionData: { contextData: {}, nodeExecutionStack: [entry] } };
	}

	private get entry() {
		return this.runExecutionData.executionData.nodeExecutionStack[0];
	}

	get kept(): IDataObject {
		return this.runExecutionData.executionData.contextData[`node:${NODE.name}`];
	}

	set kept(data: IDataObject) {
		this.runExecutionData.executionData.contextData[`node:${NODE.name}`] = data;
	}

	async run(): Promise<INodeExecutionData[][]> {
		this.isWaiting = false;
		return await new GptImageReview().execute.call({
			runExecutionData: this.runExecutionData,
			getNode: () => NODE,
			getInputData: () => this.entry.data.main[0],
			getExecuteData: () => this.entry,
			getContext: () => NodeHelpers.getContext(this.runExecutionData, 'node', NODE as never),
			getNodeParameter: (name: string, _: number, fallback: unknown) =>
				this.parameters[name] ?? fallback,
			evaluateExpression: () => 'https://n8n.example.com/webhook-waiting/1?signature=s',
			sendMessageToUI: () => undefined,
			addExecutionHints: () => undefined,
			continueOnFail: () => false,
			putExecutionToWait: async () => {
				this.isWaiting = true;
			},
		} as never);
	}

	/** @returns the page; where the execution goes on, n8n has taken the items */
	async call(query: object, body?: object): Promise<string> {
		let page = '';
		const response = {
			headersSent: false,
			status: () => response,
			type: () => response,
			setHeader: () => response,
			end: (text: string) => (page = text),
		};
		this.entry.node.disabled = true;
		const { workflowData, webhookResponse } = await new GptImageReview().webhook.call({
			runExecutionData: this.runExecutionData,
			getNode: () => NODE,
			getRequestObject: () => ({ method: body === undefined ? 'GET' : 'POST' }),
			getResponseObject: () => response,
			getQueryData: () => query,
			getBodyData: () => body ?? {},
			getHeaderData: () => ({}),
			logger: { error: () => undefined },
		} as never);
		if (workflowData === undefined) return page;
		this.entry.data.main = workflowData;
		expect(this.entry.node.disabled).toBe(false);
		return String(webhookResponse);
	}

	/** As a person would. */
	async answer(): Promise<string> {
		const [, review] = /review=([\w-]{22})/.exec(await this.call({})) ?? [];
		return await this.call({ review }, { answer: '[{"index":1,"note":"this one"}]' });
	}
}

const verdicts = (outputs: INodeExecutionData[][]): string =>
	outputs
		.map((items) =>
			items.map(({ json, pairedItem }) => `${json['prompt']}${JSON.stringify(pairedItem)}`),
		)
		.join(' | ');
const RIGHT = 'b{"item":1} | a{"item":0},c{"item":2}';

/** @returns what went otherwise */
async function endings(kept: IDataObject, attempt: (kept: IDataObject) => Promise<string>) {
	const others: string[] = [];
	for (const { what, data } of withOddValues(kept)) {
		const ending = await attempt(data).catch((error: unknown) => String(error));
		if (ending !== RIGHT) others.push(`${what}: ${ending}`);
	}
	return others;
}

describe.each<[string, IDataObject]>([
	['waits for ever', {}],
	['picks none when its time is up', { timeLimit: 60, onTimeLimit: 'none' }],
	['picks all when its time is up', { timeLimit: 60, onTimeLimit: 'all' }],
	['fails when its time is up', { timeLimit: 60, onTimeLimit: 'fail' }],
])('a review that %s, of which n8n keeps something odd', (_, parameters) => {
	it('can be answered, or begins anew with all drafts', async () => {
		const first = new Execution(parameters);
		await first.run();

		expect(
			await endings(first.kept, async (kept) => {
				const execution = new Execution(parameters);
				await execution.run();
				execution.kept = kept;
				const page = await execution.call({});
				if (/begins anew/.test(page)) {
					expect(await execution.run()).toEqual([[], []]);
					expect(execution.isWaiting).toBe(true);
				}
				const thanks = await execution.answer();
				return /1 of 3 picked/.test(thanks) ? verdicts(await execution.run()) : thanks;
			}),
		).toEqual([]);
	});

	it('decides as was answered, or asks anew', async () => {
		const first = new Execution(parameters);
		await first.run();
		await first.answer();
		let askedAnew = 0;

		expect(
			await endings(first.kept, async (kept) => {
				const execution = new Execution(parameters);
				await execution.run();
				await execution.answer();
				execution.kept = kept;
				const outputs = await execution.run();
				if (!execution.isWaiting) return verdicts(outputs);
				askedAnew += 1;
				await execution.answer();
				return verdicts(await execution.run());
			}),
		).toEqual([]);
		expect(askedAnew).toBeGreaterThan(0);
	});
});

it('a review whose access code was taken out of what n8n keeps shows nobody its drafts: it begins anew, with the code', async () => {
	const execution = new Execution({ accessCode: 'swordfish' });
	await execution.run();
	expect(await execution.call({})).toContain('access code');
	const review = execution.kept['review'] as IDataObject;
	expect(review['access']).toEqual(expect.any(String));
	review['access'] = null;

	expect(await execution.call({})).toContain('begins anew');
	await execution.run();
	expect(execution.isWaiting).toBe(true);
	expect(await execution.call({})).toContain('access code');
});

it.each(['id', 'access', 'settings', 'earlier', 'answer'])(
	'a review of which n8n keeps no %s begins anew',
	async (name) => {
		const execution = new Execution({});
		await execution.run();
		delete (execution.kept['review'] as IDataObject)[name];

		expect(await execution.call({})).toContain('begins anew');
	},
);
