import type { IDataObject, INodeParameters } from 'n8n-workflow';
import {
	chain,
	itemsNode,
	node,
	nodeOutput,
	ourNode,
	until,
	type Execution,
	type WorkflowJson,
} from './harness/index.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SECRET_PROMPT = 'a prompt of an item without an image';

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
afterAll(async () => await workshop.close());

/** An image for each item, which says in its last byte which round it is of. */
const files = (name: string, round: string) =>
	node(
		name,
		'n8n-nodes-base.code',
		{
			jsCode: `return $input.all().map(({ json }) => json.noImage ? { json } : { json, binary: { data: {
			data: Buffer.concat([Buffer.from('${PIXEL}', 'base64'), Buffer.from([${round}])]).toString('base64'), mimeType: 'image/png', fileName: 'draft.png' } } });`,
		},
		{ typeVersion: 2 },
	);
const review = (name: string, parameters: INodeParameters = {}) =>
	ourNode(name, 'gptImageReview', { title: name, ...parameters });

/** Two reviews, one after the other: drafts, then finals for print. */
function twoReviews(items: IDataObject[], parameters: INodeParameters = {}): WorkflowJson {
	return chain(
		itemsNode('Items', items),
		files('Drafts', '1'),
		review('Pick drafts', parameters),
		files('Finals', '2'),
		review('Approve finals', parameters),
	);
}

/** One review that is asked three times, each time for one item. */
function loop(items: IDataObject[], parameters: INodeParameters = {}): WorkflowJson {
	const workflow = chain(
		itemsNode('Items', items),
		node('Loop', 'n8n-nodes-base.splitInBatches', { options: {} }, { typeVersion: 3 }),
		files('Drafts', '$runIndex + 1'),
		review('Pick drafts', parameters),
	);
	workflow.connections['Loop'] = { main: [[], [{ node: 'Drafts', type: 'main', index: 0 }]] };
	const back = [{ node: 'Loop', type: 'main' as const, index: 0 }];
	workflow.connections['Pick drafts'] = { main: [back, back] };
	return workflow;
}

interface Page {
	status: number;
	text: string;
	/** Query that its form and images carry. */
	query: string;
	images: string[];
}

class Rounds {
	readonly executionId: string;

	readonly url: URL;

	constructor(executionId: string, url: URL) {
		this.executionId = executionId;
		this.url = url;
	}

	static async start(workflow: WorkflowJson, first = 'Pick drafts'): Promise<Rounds> {
		const { n8n } = workshop;
		const id = await n8n.runWorkflow(await n8n.createWorkflow(workflow));
		const { data } = await n8n.waitForExecution(id);
		const shown = new URL(
			String(data.resultData.runData[first]?.[0]?.metadata?.['resumeUrl' as never]),
		);
		return new Rounds(id, new URL(shown.pathname + shown.search, n8n.url));
	}

	async open(query = this.url.search): Promise<Page> {
		const answer = await fetch(new URL(query, this.url));
		const text = await answer.text();
		const decoded = text.replaceAll('&amp;', '&');
		return {
			status: answer.status,
			text,
			query: /<form[^>]* action="(\?[^"]*)"/.exec(decoded)?.[1] ?? '',
			images: [...decoded.matchAll(/<img src="([^"]+)"/g)].map(([, address]) => address!),
		};
	}

	async get(query: string, headers: Record<string, string> = {}): Promise<Response> {
		return await fetch(new URL(query, this.url), { headers });
	}

	async post(
		query: string,
		fields: Record<string, string>,
		headers: Record<string, string> = {},
	): Promise<Response> {
		return await fetch(new URL(query, this.url), {
			method: 'POST',
			body: new URLSearchParams(fields),
			headers,
			redirect: 'manual',
		});
	}

	pick(query: string, ...indexes: number[]): Promise<Response> {
		return this.post(query, { answer: JSON.stringify(indexes.map((index) => ({ index }))) });
	}

	execution(): Promise<Execution> {
		return workshop.n8n.getExecution(this.executionId);
	}

	/** Once the review waits for the nth time, counting all rounds before. */
	async waitsAgain(name: string, run: number): Promise<void> {
		await until(`${name} waits`, async () => {
			const { status, data } = await this.execution();
			return status === 'waiting' && (data.resultData.runData[name]?.length ?? 0) >= run
				? true
				: undefined;
		});
	}

	async ended(): Promise<Execution> {
		return await until('it ends', async () => {
			const now = await this.execution();
			return ['success', 'error'].includes(now.status) ? now : undefined;
		});
	}
}

const ITEMS = [{ prompt: 'one' }, { prompt: 'two' }];

/** Whatever a page of an earlier round holds is refused. */
async function expectStale(rounds: Rounds, old: Page): Promise<void> {
	const answers = [
		await rounds.pick(old.query, 0),
		await rounds.post(old.query, { answer: '', pick: '0' }),
		await rounds.post(old.query, {}),
		await rounds.get(old.query),
		await rounds.get(`${old.query}&prompt=0`),
		...(await Promise.all(old.images.map(async (address) => await rounds.get(address)))),
	];
	for (const answer of answers) {
		const text = await answer.text();
		expect([
			answer.status,
			answer.headers.get('cache-control'),
			answer.headers.get('content-type'),
		]).toEqual([409, 'no-store', 'text/html; charset=utf-8']);
		expect(text).toContain('belongs to a review that has ended');
		expect(text.replaceAll('&amp;', '&')).toContain(`href="${rounds.url.search}"`);
	}
	const script = await rounds.get(`${old.query}&prompt=0`, { accept: 'application/json' });
	expect([script.status, await script.json()]).toEqual([
		409,
		{
			title: 'Another review',
			error: expect.stringContaining('a review that has ended'),
			over: true,
			href: rounds.url.search,
		},
	]);
	expect((await rounds.execution()).status).toBe('waiting');
}

describe('several reviews in one execution', () => {
	it('of two nodes: a page of the first is not taken for an answer to the second', async () => {
		const rounds = await Rounds.start(twoReviews(ITEMS));
		const first = await rounds.open();
		expect((await rounds.pick(first.query, 0, 1)).status).toBe(200);
		await rounds.waitsAgain('Approve finals', 1);
		await expectStale(rounds, first);

		const second = await rounds.open();
		expect(second.text).toContain('<h1>Approve finals</h1>');
		expect(second.query).not.toBe(first.query);
		// No address of an image is one of both rounds, so no cache can mix them up.
		expect(second.images.filter((address) => first.images.includes(address))).toEqual([]);
		const bytes = Buffer.from(await (await rounds.get(second.images[0]!)).arrayBuffer());
		expect(bytes.at(-1)).toBe(2);
		await rounds.pick(second.query, 1);
		const { items } = nodeOutput(await rounds.ended(), 'Approve finals');
		expect(items.map(({ json }) => json['prompt'])).toEqual(['two']);
	});

	it('of a loop: each round has its own page and images', async () => {
		const rounds = await Rounds.start(
			loop([{ prompt: 'one' }, { prompt: 'two' }, { prompt: 'three' }]),
		);
		const seen: Page[] = [];
		for (const [round, prompt] of ['one', 'two', 'three'].entries()) {
			await rounds.waitsAgain('Pick drafts', round + 1);
			for (const old of seen) await expectStale(rounds, old);
			const page = await rounds.open();
			expect(page.text).toContain(`<p>${prompt}</p>`);
			const bytes = Buffer.from(await (await rounds.get(page.images[0]!)).arrayBuffer());
			expect(bytes.at(-1)).toBe(round + 1);
			expect((await rounds.pick(page.query, 0)).status).toBe(200);
			seen.push(page);
		}
		const execution = await rounds.ended();

		expect(execution.status).toBe('success');
		expect(new Set(seen.flatMap(({ images }) => images)).size).toBe(3);
	});

	it('an answer, an image or a prompt that names no review is refused', async () => {
		const rounds = await Rounds.start(twoReviews(ITEMS, { minPicks: 0 }));
		const bare = rounds.url.search;
		for (const answer of [
			await rounds.pick(bare, 0),
			await rounds.post(bare, {}),
			await rounds.get(`${bare}&image=0`),
			await rounds.get(`${bare}&prompt=0`),
			await rounds.post(`${bare}&review=`, { answer: '', none: '1' }),
			await rounds.post(`${bare}&review=a&review=b`, { answer: '', none: '1' }),
		]) {
			expect(answer.status).toBe(409);
		}

		expect((await rounds.execution()).status).toBe('waiting');
	});

	it('with Min Picks 0 only an answer of the page that says so ends it, and prompts that are not on the page are not given', async () => {
		const rounds = await Rounds.start(
			twoReviews([{ prompt: 'one' }, { prompt: SECRET_PROMPT, noImage: true }], { minPicks: 0 }),
		);
		const page = await rounds.open();
		for (const fields of [
			{},
			{ pick: '0' },
			{ answer: '{}' },
			{ answer: 'null' },
			{ other: 'x' },
			{ answer: '' },
			{ answer: '[]' },
			{ none: '1' },
		] as Array<Record<string, string>>) {
			expect((await rounds.post(page.query, fields)).status).toBe(422);
		}
		const hidden = await rounds.get(`${page.query}&prompt=1`);
		expect([hidden.status, (await hidden.text()).includes(SECRET_PROMPT)]).toEqual([404, false]);
		expect(page.text).not.toContain(SECRET_PROMPT);

		expect((await rounds.post(page.query, { answer: '', none: '1' })).status).toBe(200);
	});
});

describe('a review with an access code', () => {
	const CODE = 'correct horse battery';

	it('shows and takes nothing without it: no page, no image, no prompt, no answer', async () => {
		const rounds = await Rounds.start(twoReviews(ITEMS, { accessCode: CODE }));
		const closed = await rounds.open();
		const id = /review=[\w-]{22}/.exec(closed.query)![0];
		const bare = `${rounds.url.search}&${id}`;
		expect(closed.status).toBe(401);
		const answers = [
			await rounds.get(bare),
			await rounds.get(`${bare}&image=0`),
			await rounds.get(`${bare}&prompt=0`),
			await rounds.get(`${bare}&prompt=0&access=x`),
			await rounds.get(`${bare}&image=0&access=x&access=y`),
			await rounds.get(`${bare}&access=${encodeURIComponent(CODE)}`),
			await rounds.pick(bare, 0),
			await rounds.post(bare, { answer: '', pick: '0', access: CODE }),
			await rounds.post(bare, { code: 'correct horse' }),
			await rounds.post(bare, { code: '' }),
		];
		for (const answer of answers) {
			const text = await answer.text();
			expect([answer.status, answer.headers.get('content-type')]).toEqual([
				401,
				'text/html; charset=utf-8',
			]);
			expect(text).not.toMatch(/<img|>one<|Pick drafts|access=/);
		}
		expect((await rounds.execution()).status).toBe('waiting');
	});

	it('opens with it, for this review alone; the code stands in no address and in no page', async () => {
		const rounds = await Rounds.start(twoReviews(ITEMS, { accessCode: CODE }));
		const opened = await rounds.post((await rounds.open()).query, { code: ` ${CODE} ` });
		expect(opened.status).toBe(303);
		const first = await rounds.open(opened.headers.get('location')!);
		expect([first.status, first.images.length, first.text.includes(CODE)]).toEqual([200, 2, false]);
		expect((await rounds.get(first.images[0]!)).status).toBe(200);
		const scripted = await rounds.post(
			(await rounds.open()).query,
			{ code: CODE },
			{ accept: 'application/json' },
		);
		expect([scripted.status, await scripted.json()]).toEqual([
			200,
			{ href: opened.headers.get('location') },
		]);
		const wrong = await rounds.post(
			(await rounds.open()).query,
			{ code: 'correct horse' },
			{ accept: 'application/json' },
		);
		expect([wrong.status, await wrong.json()]).toEqual([
			401,
			{ title: 'Review', error: 'This access code is not correct.', over: false },
		]);
		expect((await rounds.pick(first.query, 0)).status).toBe(200);

		await rounds.waitsAgain('Approve finals', 1);
		await expectStale(rounds, first);
		const second = await rounds.open();
		const access = /&access=[\w-]+/.exec(first.query)![0];
		expect(second.status).toBe(401);
		expect((await rounds.get(`${second.query}${access}`)).status).toBe(401);
	});

	it('that is too short is refused before anybody waits', async () => {
		const { n8n } = workshop;
		const execution = await n8n.waitForExecution(
			await n8n.runWorkflow(await n8n.createWorkflow(twoReviews(ITEMS, { accessCode: '1234567' }))),
		);

		expect(execution.data.resultData.error?.message).toBe(
			"'Access Code' has 7 characters. It must have at least 8, or be empty for none.",
		);
	});
});
