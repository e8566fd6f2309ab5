import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
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

const REVIEW = 'Review';
const PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
afterAll(async () => await workshop.close());

interface Waiting {
	id: string;
	url: string;
	get(query?: string): Promise<Response>;
	post(body: BodyInit, headers?: Record<string, string>): Promise<Response>;
	/** The execution once it waits no more. */
	ended(): Promise<Execution>;
	status(): Promise<string>;
}

/** Drafts as Generate makes them: JSON with a cost, and an image each. */
const draft = (prompt: string, more: IDataObject = {}): IDataObject => ({
	prompt,
	model: 'gpt-image-1-mini',
	quality: 'low',
	size: '1024x1024',
	cost: { usd: 0.0022, exact: '0.0022', totalUsd: 0.0022 },
	...more,
});

const files = node(
	'Files',
	'n8n-nodes-base.code',
	{
		jsCode: `return $input.all().map(({ json }, index) => json.noImage ? { json } : { json, binary: { data: {
			data: Buffer.from(json.svg ? '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' : Buffer.concat([Buffer.from('${PIXEL}', 'base64'), Buffer.from([index])])).toString('base64'),
			mimeType: json.svg ? 'image/svg+xml' : 'image/png', fileName: 'draft-' + index + '.png' } } });`,
	},
	{ typeVersion: 2 },
);
/** Says of each item from which one of the first node it comes, as n8n's own lineage has it. */
const after = (name: string) =>
	node(
		name,
		'n8n-nodes-base.set',
		{
			assignments: {
				assignments: [
					{ id: 'o', name: 'origin', type: 'string', value: "={{ $('Items').item.json.prompt }}" },
				],
			},
			options: {},
		},
		{ typeVersion: 3.4 },
	);

/** Both outputs go on to a node of their own. */
function workflowOf(
	items: IDataObject[],
	parameters: INodeParameters,
	extras: Record<string, unknown> = {},
): WorkflowJson {
	const workflow = chain(
		itemsNode('Items', items),
		files,
		ourNode(REVIEW, 'gptImageReview', parameters, extras),
	);
	workflow.nodes.push(after('Winners'), after('Losers'));
	workflow.connections[REVIEW] = {
		main: [
			[{ node: 'Winners', type: 'main', index: 0 }],
			[{ node: 'Losers', type: 'main', index: 0 }],
		],
	};
	return workflow;
}

const waiting = async (items: IDataObject[], parameters: INodeParameters = {}): Promise<Waiting> =>
	await open(workflowOf(items, parameters));

async function open(workflow: WorkflowJson): Promise<Waiting> {
	const { n8n } = workshop;
	const id = await n8n.runWorkflow(await n8n.createWorkflow(workflow));
	const execution = await n8n.waitForExecution(id);
	if (execution.status !== 'waiting')
		throw new Error(
			`it does not wait: ${execution.status} ${execution.data.resultData.error?.message}`,
		);
	const task = execution.data.resultData.runData[REVIEW]?.[0];
	const shown = new URL(String(task?.metadata?.['resumeUrl' as never]));
	const url = `${n8n.url.replace(/\/$/, '')}${shown.pathname}${shown.search}`;
	const ours = `${url}&review=${/review=([\w-]{22})/.exec(await (await fetch(url)).text())![1]}`;
	return {
		id,
		url,
		get: async (query = '') => await fetch(`${ours}${query}`),
		post: async (body, headers = {}) =>
			await fetch(ours, { method: 'POST', body, headers, signal: AbortSignal.timeout(20_000) }),
		ended: async () =>
			await until(
				'it goes on',
				async () => {
					const now = await n8n.getExecution(id);
					return ['success', 'error'].includes(now.status) ? now : undefined;
				},
				{ timeoutMs: 90_000 },
			),
		status: async () => (await n8n.getExecution(id)).status,
	};
}

const form = (fields: Record<string, string> | string[][]): URLSearchParams =>
	new URLSearchParams(fields as never);
const picks = (...list: unknown[]): URLSearchParams => form({ answer: JSON.stringify(list) });
const outputs = (execution: Execution): [INodeExecutionData[], INodeExecutionData[]] => {
	const {
		outputs: [picked = [], rejected = []],
	} = nodeOutput(execution, REVIEW);
	return [picked, rejected];
};
const originsOf = (execution: Execution, name: string): unknown[] =>
	nodeOutput(execution, name).items.map(({ json }) => json['origin']);
const ran = (execution: Execution, name: string): boolean =>
	execution.data.resultData.runData[name] !== undefined;

describe('GPT Image Review', () => {
	it('waits, shows the drafts, and goes on with exactly those that were picked', async () => {
		const review = await waiting([draft('one', { sku: 1 }), draft('two'), draft('three')], {
			title: 'Spring',
			message: 'Two, please',
		});
		const page = await (await review.get()).text();
		const answer = await review.post(
			picks(
				{ index: 2, note: ' crop it ', prompt: null },
				{ index: 0, note: '', prompt: 'one, better' },
			),
		);
		const execution = await review.ended();

		expect(page).toContain('<h1>Spring</h1>');
		expect(page.match(/<li data-i=/g)).toHaveLength(3);
		expect(answer.status).toBe(200);
		expect(await answer.text()).toContain('Your answer was sent: 2 of 3 picked.');
		const [picked, rejected] = outputs(execution);
		expect(picked.map(({ json }) => json)).toEqual([
			{
				...draft('one, better', { sku: 1 }),
				review: {
					picked: true,
					note: '',
					prompt: 'one, better',
					originalPrompt: 'one',
					at: expect.stringMatching(/^2026-11-20T/),
				},
			},
			{
				...draft('three'),
				review: { picked: true, note: 'crop it', prompt: 'three', at: expect.any(String) },
			},
		]);
		expect(rejected.map(({ json }) => json)).toEqual([
			{ ...draft('two'), review: { picked: false, note: '', at: expect.any(String) } },
		]);
		expect([originsOf(execution, 'Winners'), originsOf(execution, 'Losers')]).toEqual([
			['one', 'three'],
			['two'],
		]);
		expect(picked[1]!.binary!['data']!.fileName).toBe('draft-2.png');
		expect([ran(execution, 'Winners'), ran(execution, 'Losers'), execution.status]).toEqual([
			true,
			true,
			'success',
		]);
	});

	it('gives each image as it is, and nothing of another item', async () => {
		const review = await waiting([draft('a'), draft('b')]);
		const image = await review.get('&image=1');

		expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/png']);
		expect(Buffer.from(await image.arrayBuffer())).toEqual(
			Buffer.concat([Buffer.from(PIXEL, 'base64'), Buffer.from([1])]),
		);
		for (const query of [
			'&image=2',
			'&image=-1',
			'&image=x',
			'&image=1e1',
			'&image=0&image=1',
			'&image=../../x',
			'&prompt=7',
		]) {
			expect((await review.get(query)).status).toBe(404);
		}
	});

	it('lets nobody in without the token', async () => {
		const review = await waiting([draft('secret')]);
		const bare = review.url.split('?')[0]!;
		const wrong = review.url.replace(/signature=.{4}/, 'signature=0000');
		for (const url of [bare, wrong, `${bare}?image=0`, `${bare}?signature=`]) {
			expect((await fetch(url)).status).toBe(401);
			expect((await fetch(url, { method: 'POST', body: picks({ index: 0 }) })).status).toBe(401);
		}

		expect(await review.status()).toBe('waiting');
	});

	it('a second answer changes nothing, also when both come at once', async () => {
		const review = await waiting([draft('a'), draft('b')]);
		const both = await Promise.all([
			review.post(picks({ index: 0 })),
			review.post(picks({ index: 1 })),
		]);
		const execution = await review.ended();
		const late = await review.post(picks({ index: 1 }));

		expect(both.map(({ status }) => status).sort()).toEqual([200, expect.any(Number)]);
		expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
		expect(late.status).toBe(409);
		const [picked] = outputs(execution);
		expect(picked).toHaveLength(1);
		expect(outputs(await workshop.n8n.getExecution(review.id))[0]).toEqual(picked);
	});

	it('asks again when too few or too many are picked, or a prompt that may not be changed is', async () => {
		const review = await waiting([draft('a'), draft('b'), draft('c')], {
			minPicks: 2,
			maxPicks: 2,
			allowPromptEdit: false,
		});
		const answers = [
			picks({ index: 0 }),
			picks({ index: 0 }, { index: 1 }, { index: 2 }),
			picks({ index: 0, prompt: 'x' }, { index: 1 }),
		];
		const texts = await Promise.all(
			answers.map(async (body) => {
				const answer = await review.post(body);
				return `${answer.status} ${await answer.text()}`;
			}),
		);

		expect(texts[0]).toMatch(
			/^422 [^]*Pick at least 2; 1 is picked\. Nothing was changed\.[^]*href="\?signature=/,
		);
		expect(texts[1]).toMatch(/^422 [^]*Pick at most 2; 3 are picked/);
		expect(texts[2]).toMatch(/^422 [^]*prompts of this review cannot be edited/);
		expect(await review.status()).toBe('waiting');
	});

	it('works without scripts: plain check boxes', async () => {
		const review = await waiting([draft('a'), draft('b'), draft('c')]);
		await review.post(
			form([
				['answer', ''],
				['pick', '0'],
				['pick', '2'],
			]),
		);

		expect(outputs(await review.ended()).map((items) => items.length)).toEqual([2, 1]);
	});

	it('without scripts, none is picked with a check box of its own, and never by leaving out the others', async () => {
		const review = await waiting([draft('a')], { minPicks: 0 });
		expect((await review.post(form({ answer: '' }))).status).toBe(422);
		await review.post(form({ answer: '', none: '1' }));
		const execution = await review.ended();

		expect(outputs(execution).map((items) => items.length)).toEqual([0, 1]);
		expect([ran(execution, 'Winners'), ran(execution, 'Losers')]).toEqual([false, true]);
	});

	it('notes on what is not picked come out at Rejected, with the one on all of them where none is', async () => {
		const [some, none] = await Promise.all([
			waiting([draft('a'), draft('b'), draft('c')]),
			waiting([draft('a'), draft('b', { noImage: true }), draft('c')]),
		]);
		await some!.post(picks({ index: 1 }, { index: 2, picked: false, note: ' too dark ' }));
		await none!.post(
			form({
				answer: JSON.stringify([{ index: 2, picked: false, note: 'too dark' }]),
				none: '1',
				comment: 'more people',
			}),
		);
		const [first, second] = await Promise.all([some!.ended(), none!.ended()]);
		const notes = (execution: Execution): unknown[] =>
			outputs(execution)[1].map(({ json }) => [
				json['prompt'],
				(json['review'] as IDataObject)['note'],
			]);

		expect(notes(first)).toEqual([
			['a', ''],
			['c', 'too dark'],
		]);
		expect(notes(second)).toEqual([
			['a', 'more people'],
			['b', ''],
			['c', 'too dark\n\nmore people'],
		]);
	});

	it('simplified items go in and come out as they are, with what was decided', async () => {
		const flat = {
			prompt: 'a',
			status: 'made',
			costUsd: 0.0022,
			fileName: 'a.jpg',
			model: 'gpt-image-1-mini',
			quality: 'low',
			size: '1024x1024',
			imageId: `img_${'0'.repeat(24)}`,
			totalUsd: 0.0022,
			input: { sku: 'MUG-1' },
		};
		const review = await waiting([flat]);
		const page = await (await review.get()).text();
		await review.post(picks({ index: 0, prompt: 'b' }));
		const [[picked]] = outputs(await review.ended());

		expect(page).toContain(
			'<h2>MUG-1</h2><p>a</p><small>gpt-image-1-mini · low · 1024x1024 · $0.0022</small>',
		);
		expect(picked!.json).toEqual({
			...flat,
			prompt: 'b',
			review: { picked: true, note: '', prompt: 'b', originalPrompt: 'a', at: expect.any(String) },
		});
	});

	it('says nothing of a price where the picked ones are used as they are', async () => {
		const review = await waiting([draft('a')], { targetMode: 'none' });
		const page = await (await review.get()).text();
		await review.post(picks({ index: 0 }));

		expect(page).toContain('Your picks are used as they are.');
		expect(page).not.toContain('data-c=');
		expect(outputs(await review.ended()).map((items) => items.length)).toEqual([1, 0]);
	});

	it('tells the page’s script in JSON what became of an answer, whatever origin it has', async () => {
		const review = await waiting([draft('a'), draft('b')]);
		const asked = { accept: 'application/json', origin: 'null' };
		const wrong = await review.post(picks(), asked);
		const right = await review.post(picks({ index: 0 }), asked);
		await review.ended();
		const late = await review.post(picks({ index: 0 }), asked);

		expect([wrong.status, await wrong.json()]).toEqual([
			422,
			{
				title: 'Not sent',
				error: 'Pick at least 1, or choose "None of these". Nothing was changed.',
				over: false,
				href: expect.stringMatching(/^\?signature=/),
			},
		]);
		expect([right.status, await right.json()]).toEqual([
			200,
			{
				title: 'Thank you',
				text: "Your answer was sent: 1 of 2 picked. You can close this page; it can't be opened again.",
			},
		]);
		expect([late.status, await late.json()]).toEqual([
			409,
			expect.not.objectContaining({ title: expect.anything() }),
		]);
		for (const { headers } of [wrong, right, late])
			expect(headers.get('access-control-allow-origin')).toBe('null');
	});

	it('200 malformed answers: each gets a clear page or a refusal, and the workflow waits on', async () => {
		const review = await waiting([draft('a'), draft('b')]);
		let state = 7;
		const random = (below: number): number =>
			(state = (state * 1103515245 + 12345) % 2147483648) % below;
		const junk = (): unknown =>
			[
				null,
				-1,
				1.5,
				99,
				'0',
				'__proto__',
				{},
				[],
				[[]],
				true,
				'x'.repeat(5000),
				'\u0000',
				{ index: '0' },
				{ index: 0, note: {} },
				{ index: 0, prompt: 5 },
			][random(15)];
		const bodies: Array<() => [BodyInit, Record<string, string>]> = [
			() => [form({ answer: JSON.stringify([junk(), junk()]) }), {}],
			() => [form({ answer: JSON.stringify(junk()) ?? '', pick: String(junk()) }), {}],
			() => [form({ answer: `[{"index":0,"note":"${'x'.repeat(5000)}"}]` }), {}],
			() => [form({ answer: '[{"index":0},{"index":0}]' }), {}],
			() => [
				form([
					['pick', String(junk())],
					['pick', '0'],
					['pick', '0'],
				]),
				{},
			],
			() => [
				JSON.stringify({ answer: junk(), pick: junk() }),
				{ 'content-type': 'application/json' },
			],
			() => ['{"answer": [', { 'content-type': 'application/json' }],
			() => [`<a>${random(9)}</${random(2) ? 'a' : 'b'}>`, { 'content-type': 'text/xml' }],
			() => [
				Buffer.from([0xff, 0xfe, 0x00, random(255)]),
				{ 'content-type': 'application/octet-stream' },
			],
			() => [
				'--x\r\nContent-Disposition: form-data; name="answer"\r\n\r\n[]',
				{ 'content-type': 'multipart/form-data; boundary=x' },
			],
			() => ['answer=%E0%A4%A', { 'content-type': 'application/x-www-form-urlencoded' }],
			() => [
				Array.from({ length: 1500 }, (_, at) => `pick=${at}`).join('&'),
				{ 'content-type': 'application/x-www-form-urlencoded' },
			],
		];
		const statuses = new Map<number, number>();
		for (let at = 0; at < 200; at += 1) {
			const [body, headers] = bodies[at % bodies.length]!();
			const answer = await review.post(body, headers).catch((error: unknown) => {
				throw new Error(`answer ${at}: ${String(error)}`);
			});
			statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
			await answer.arrayBuffer();
		}
		for (const method of ['PUT', 'DELETE', 'PATCH', 'HEAD']) await fetch(review.url, { method });

		expect([...statuses.keys()].every((status) => status >= 400 && status < 600)).toBe(true);
		expect(statuses.get(422)).toBeGreaterThan(100);
		expect(await review.status()).toBe('waiting');
		expect((await review.get()).status).toBe(200);
		await review.post(picks({ index: 1 }));
		expect(outputs(await review.ended())[0].map(({ json }) => json['prompt'])).toEqual(['b']);
	}, 240_000);

	// n8n looks for what is due once a minute, so these wait side by side.
	it('when the time is up, what was chosen happens: none, all, or the workflow fails', async () => {
		const items = [draft('a', { review: { picked: true, note: 'earlier' } }), draft('b')];
		const reviews = await Promise.all(
			['none', 'all', 'fail'].map(
				async (onTimeLimit) => await waiting(items, { timeLimit: 0.1, onTimeLimit }),
			),
		);
		for (const review of reviews) {
			const page = await (await review.get()).text();
			expect(page.match(/<li data-i=/g)).toHaveLength(2);
			expect(Number(/data-left="(\d+)"/.exec(page)?.[1])).toBeLessThanOrEqual(6000);
			expect((await review.get('&image=1')).status).toBe(200);
		}
		await sleep(6500);
		for (const review of reviews)
			expect([409, 410]).toContain((await review.post(picks({ index: 0 }))).status);
		const [none, all, fail] = await Promise.all(
			reviews.map(async (review) => await review.ended()),
		);

		expect([none!, all!].map((execution) => outputs(execution).map((list) => list.length))).toEqual(
			[
				[0, 2],
				[2, 0],
			],
		);
		expect(outputs(none!)[1].map(({ json }) => json['review'])).toMatchObject([
			{ picked: false },
			{ picked: false },
		]);
		expect(outputs(all!)[0].map(({ json }) => json['review'])).toMatchObject([
			{ picked: true },
			{ picked: true },
		]);
		expect(originsOf(none!, 'Losers')).toEqual(['a', 'b']);
		expect(originsOf(all!, 'Winners')).toEqual(['a', 'b']);
		expect(fail!.status).toBe('error');
		expect(fail!.data.resultData.error?.message).toBe('Nobody answered the review in time');
		expect(ran(fail!, 'Winners')).toBe(false);
	}, 120_000);

	it('in time, an answer counts and not what the time limit would have brought', async () => {
		for (const onTimeLimit of ['none', 'all', 'fail']) {
			const review = await waiting(
				[draft('a', { review: { picked: true, note: 'earlier' } }), draft('b'), draft('c')],
				{ timeLimit: 60, onTimeLimit },
			);
			await review.post(picks({ index: 1, note: 'this' }));
			const execution = await review.ended();

			expect(execution.status).toBe('success');
			expect(outputs(execution).map((items) => items.map(({ json }) => json['prompt']))).toEqual([
				['b'],
				['a', 'c'],
			]);
			expect(outputs(execution)[0][0]!.json['review']).toMatchObject({ note: 'this' });
		}
	});

	it('items without an image can’t be picked, and come out as rejected', async () => {
		const review = await waiting([
			draft('a'),
			draft('b', { noImage: true }),
			draft('c', { svg: true }),
			{ error: 'blocked', prompt: 'd' },
		]);
		const page = await (await review.get()).text();
		expect(page.match(/<li data-i=/g)).toHaveLength(2);
		expect(page).toContain('2 more without an image cannot be picked.');
		expect((await review.get('&image=1')).status).toBe(404);
		expect((await review.post(picks({ index: 3 }))).status).toBe(422);
		await review.post(picks({ index: 0 }));

		expect(outputs(await review.ended()).map((items) => items.length)).toEqual([1, 3]);
	});

	it('an SVG is an image, and no document that could run or load anything', async () => {
		const review = await waiting([draft('a', { svg: true })]);
		const { headers } = await review.get('&image=0');

		expect(await (await review.get()).text()).not.toContain('alert(1)');
		expect([headers.get('content-type'), headers.get('content-security-policy')]).toEqual([
			'image/svg+xml',
			"sandbox; default-src 'none'; style-src 'unsafe-inline'",
		]);
		await review.post(picks({ index: 0 }));
		expect(outputs(await review.ended())[0]).toHaveLength(1);
	});

	it('an image that n8n has lost is an answer with status 500, and the workflow waits on', async () => {
		const lost = node(
			'Files',
			'n8n-nodes-base.code',
			{
				jsCode:
					"return [{ json: { prompt: 'a' }, binary: { data: { id: 'filesystem-v2:workflows/none/executions/0/binary_data/none', data: 'filesystem-v2', mimeType: 'image/png', fileName: 'a.png' } } }];",
			},
			{ typeVersion: 2 },
		);
		const workflow = workflowOf([{}], {});
		workflow.nodes = workflow.nodes.map((one) =>
			one.name === 'Files' ? { ...lost, position: one.position } : one,
		);
		const review = await open(workflow);
		const image = await review.get('&image=0');

		expect(image.status).toBe(500);
		expect(await image.text()).toContain('is still waiting for an answer');
		expect(await review.status()).toBe('waiting');
		await review.post(picks({ index: 0 }));
		expect(outputs(await review.ended())[0]).toHaveLength(1);
	});

	it.each<[string, INodeParameters]>([
		['no time limit', {}],
		['a time limit', { timeLimit: 60, onTimeLimit: 'all' }],
	])(
		'with %s, of which n8n keeps what cannot be read, it begins anew with every draft',
		async (_, parameters) => {
			const review = await waiting(
				[draft('a'), draft('b', { noImage: true }), draft('c')],
				parameters,
			);
			const database = new DatabaseSync(join(workshop.n8n.userFolder, '.n8n', 'database.sqlite'));
			database.exec('PRAGMA busy_timeout = 10000');
			// As another version of this package might have written it.
			const { changes } = database
				.prepare(
					`UPDATE execution_data SET data = replace(data, '"access":', '"code":') WHERE executionId = ?`,
				)
				.run(review.id);
			database.close();
			expect(changes).toBe(1);

			expect(await (await fetch(review.url)).text()).toContain('The review begins anew');
			const page = await until('it waits again', async () => {
				const text = await (await fetch(review.url)).text();
				return /Pick the drafts/.test(text) ? text : undefined;
			});
			const fresh = `${review.url}&review=${/review=([\w-]{22})/.exec(page)![1]}`;
			const answer = await fetch(fresh, { method: 'POST', body: picks({ index: 2 }) });
			expect(answer.status).toBe(200);
			const execution = await review.ended();

			expect(outputs(execution).map((items) => items.map(({ json }) => json['prompt']))).toEqual([
				['c'],
				['a', 'b'],
			]);
			expect(originsOf(execution, 'Winners')).toEqual(['c']);
			expect(originsOf(execution, 'Losers')).toEqual(['a', 'b']);
		},
	);

	it('with nothing to look at, it does not wait', async () => {
		const { n8n } = workshop;
		const execution = await n8n.waitForExecution(
			await n8n.runWorkflow(
				await n8n.createWorkflow(workflowOf([draft('a', { noImage: true })], {})),
			),
		);

		expect(execution.status).toBe('success');
		expect(outputs(execution).map((items) => items.length)).toEqual([0, 1]);
	});

	it('when it fails and goes on all the same, no draft goes on as a winner', async () => {
		const { n8n } = workshop;
		const workflow = workflowOf(
			[draft('a'), draft('b')],
			{ minPicks: 3, maxPicks: 2 },
			{ onError: 'continueRegularOutput' },
		);
		const execution = await n8n.waitForExecution(
			await n8n.runWorkflow(await n8n.createWorkflow(workflow)),
		);

		expect(execution.status).toBe('success');
		expect(outputs(execution).map((items) => items.length)).toEqual([0, 2]);
		expect(outputs(execution)[1].map(({ json }) => json['error'])).toEqual([
			expect.stringContaining("'Max Picks' is '2'"),
			expect.stringContaining("'Max Picks' is '2'"),
		]);
		expect(ran(execution, 'Winners')).toBe(false);
	});

	it('a Retry of what failed after the answer keeps what was picked, and asks nobody again', async () => {
		const workflow = workflowOf([draft('a'), draft('b'), draft('c')], {});
		const once = "if ($execution.mode === 'test') throw new Error('once'); return $input.all();";
		workflow.nodes.push(node('Later', 'n8n-nodes-base.code', { jsCode: once }, { typeVersion: 2 }));
		workflow.connections['Winners'] = { main: [[{ node: 'Later', type: 'main', index: 0 }]] };
		const review = await open(workflow);
		await review.post(picks({ index: 1, note: 'this one' }));
		const failed = await review.ended();
		const { n8n } = workshop;
		const retried = await n8n.waitForExecution(await n8n.retryExecution(review.id));

		expect(failed.status).toBe('error');
		expect(retried.status).toBe('success');
		expect(outputs(retried).map((items) => items.map(({ json }) => json['prompt']))).toEqual([
			['b'],
			['a', 'c'],
		]);
		const { items } = nodeOutput(retried, 'Later');
		expect(items.map(({ json }) => json['origin'])).toEqual(['b']);
	});

	it.each<[INodeParameters, RegExp]>([
		[{ minPicks: 3, maxPicks: 2 }, /^'Max Picks' is '2', but 'Min Picks' is '3'/],
		[{ minPicks: 1.5 }, /^'Min Picks' is '1.5'\. It must be a whole number of at least 0\.$/],
		[{ targetMode: 'paint' }, /^'Target Mode' is 'paint'\. Choose none, refine or regenerate\.$/],
		[{ timeLimit: -1 }, /^'Time Limit \(Minutes\)' is '-1'/],
		[{ timeLimit: 1e12 }, /at most 5,270,400\.$/],
	])('%j is refused before anybody waits', async (parameters, message) => {
		const { n8n } = workshop;
		const execution = await n8n.waitForExecution(
			await n8n.runWorkflow(await n8n.createWorkflow(workflowOf([draft('a')], parameters))),
		);

		expect(execution.data.resultData.error?.message).toMatch(message);
	});
});
