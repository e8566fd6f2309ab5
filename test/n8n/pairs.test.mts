import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { randomFrom } from '../simulator/drawing/random.mts';
import { startSimulator, type ChaosKind, type Simulator } from '../simulator/index.mts';
import {
	chain,
	itemsNode,
	node,
	nodeOutput,
	ourNode,
	until,
	withCredential,
	type Execution,
} from './harness/index.mts';
import { picodollars } from './money.mts';
import { API_KEY, NODE, openWorkshop, TODAY, type Run, type Workshop } from './workshop.mts';

/*
 * Features that have been tested one by one, two and more of them together: fallback, GIF, SVG, input images of each kind,
 * uploaded references, links, a budget, Retry On Fail, each On Error, a cancel, Include Input Fields, Simplify, files in memory,
 * and what can go wrong. What must hold: all that was billed is delivered, failed or told, to the last picodollar, and what is
 * not known is null.
 */

/** As many runs at a time; most of each is waiting. */
const AT_ONCE = 6;

/** No run may take longer, in ms. */
const SOON = 90_000;

const SEEDS = Array.from({ length: 60 }, (_, index) => `pairs ${index}`);

type Inputs = 'none' | 'binary' | 'url' | 'sentUrl' | 'fileId';

const ON_ERROR = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;

interface Plan {
	rows: number;
	count: number;
	inputs: Inputs;
	format: string;
	budget: number | null;
	simplify: boolean;
	row: boolean;
	link: boolean;
	fallback: boolean;
	/** The second row's input image is not there. */
	spoiled: boolean;
	/** After so many ms; `null` = never. */
	cancelAfter: number | null;
	inMemory: boolean;
	onError: (typeof ON_ERROR)[number];
	tries: number;
	weights: Partial<Record<ChaosKind, number>>;
	slowMs: number;
	parameters: INodeParameters;
}

const BRINGING: readonly ChaosKind[] = [
	'zeroUsage',
	'noUsage',
	'fewerImages',
	'moreImages',
	'otherType',
	'asPng',
	'cutImages',
];
const BILLED_FOR_NOTHING: readonly ChaosKind[] = [
	'dropBeforeAnswer',
	'badGatewayBilled',
	'gatewayTimeoutBilled',
	'malformedJson',
	'cutInBody',
	'emptyData',
	'slow',
];
const FREE: readonly ChaosKind[] = [
	'rateLimit',
	'serverError',
	'badGateway',
	'dropBeforeWork',
	'moderation',
	'forbidden',
	'modelMissing',
	'modelRemoved',
	'errorIn200',
];

/** After the first two, a model makes nothing more; the last takes seconds. */
const RARE: readonly ChaosKind[] = ['forbidden', 'modelRemoved', 'slow'];

/** The same for the same seed. */
function planOf(seed: string): Plan {
	const random = randomFrom(seed);
	const pick = <T,>(...values: T[]): T => values[Math.floor(random.next() * values.length)]!;
	const format = pick('auto', 'png', 'webp', 'gif', 'svg');
	const inputs = pick<Inputs>('none', 'binary', 'url', 'sentUrl', 'fileId');
	const isSpecial = format === 'gif' || format === 'svg';
	const model = isSpecial ? 'gpt-image-2.6-flare' : pick('draft', 'gpt-image-2');
	const fallback = pick(true, false);
	const budget = pick(null, null, null, 0.02, 0.1, 0.5);
	const timeoutSeconds = pick(3, 4);
	const count = pick(1, 1, 2, 3);
	const row = pick(true, false);
	const link = pick(true, false);
	const kinds = pick(
		[...BRINGING, ...FREE],
		[...BILLED_FOR_NOTHING, ...FREE],
		[...BRINGING, ...BILLED_FOR_NOTHING],
		FREE,
	).filter((kind) => budget === null || kind !== 'moreImages');
	const plan = {
		rows: 3 + Math.floor(random.next() * 5),
		count,
		inputs,
		format,
		budget,
		simplify: pick(true, false),
		row,
		link,
		fallback,
		spoiled: inputs !== 'none' && pick(true, false, false, false),
		cancelAfter: pick(null, null, null, null, null, 300 + Math.floor(random.next() * 1500)),
		inMemory: pick(true, false, false),
		onError: pick(...ON_ERROR),
		tries: pick(1, 1, 3),
		weights: {
			...Object.fromEntries(kinds.map((kind) => [kind, RARE.includes(kind) ? 0.2 : 1])),
			ok: pick(6, 14),
		},
		slowMs: timeoutSeconds * 1000 + 600,
	};
	return {
		...plan,
		parameters: {
			...(inputs === 'none' ? {} : { operation: 'edit', ...INPUTS[inputs] }),
			prompt: '={{ $json.prompt }}',
			model: { __rl: true, mode: 'id', value: model },
			quality: 'low',
			count,
			simplify: plan.simplify,
			...(format === 'gif' && { size: 'custom', width: 320, height: 288 }),
			options: {
				outputFormat: format,
				...(format === 'gif' && { frameCount: pick(2, 4), frameDurationMs: 100 }),
				...(format === 'svg' && { svgModel: 'gpt-6-luna' }),
				includeInputFields: row,
				addLink: link,
				...(inputs === 'sentUrl' && { sendUrls: true }),
			},
			run: {
				...(budget !== null && { budgetUsd: budget }),
				...(fallback && {
					fallbackModel: pick<INodeParameters[string]>(
						{ __rl: true, mode: 'list', value: 'next' },
						{ __rl: true, mode: 'id', value: 'gpt-image-2.5-flare' },
						{ __rl: true, mode: 'id', value: 'gpt-image-2.6-sunburst' },
					),
					fallbackPriceCapUsd: 1,
				}),
				timeoutSeconds,
				maxAttempts: pick(1, 2, 3),
				maxWaitMinutes: pick(0.05, 0.2),
				maxConcurrency: pick(1, 3, 8),
			},
		},
	};
}

const INPUTS: Readonly<Record<Exclude<Inputs, 'none'>, INodeParameters>> = {
	binary: { inputFrom: 'binary', inputBinaryFields: 'data' },
	url: { inputFrom: 'url', inputUrls: '={{ $json.link }}' },
	sentUrl: { inputFrom: 'url', inputUrls: '={{ $json.link }}' },
	fileId: {
		inputFrom: 'fileId',
		inputFileIds:
			'={{ $json.link ? $("Upload").all().map((item) => item.json.fileId) : "file-gone" }}',
	},
};

/** Rows with a file each. */
const WITH_FILES = `
	const pictures = $input.first().json.pictures;
	return $input.first().json.rows.map((json, row) => ({
		json,
		binary: json.link === null ? {} : { data: { mimeType: 'image/png', fileName: 'photo.png', data: pictures[row % pictures.length] } },
	}));`;

interface Finished {
	plan: Plan;
	run: Run | null;
	execution: Execution;
	/** After an error, without faults. */
	again: Run | null;
	simulator: Simulator;
	n8n: Workshop['n8n'];
}

interface Place {
	workshop: Workshop;
	pictures: string[];
	/** Where the pictures can be had. */
	host: string;
}

async function runOf(
	seed: string,
	plan: Plan,
	{ workshop, pictures, host }: Place,
): Promise<Finished> {
	const { n8n } = workshop;
	const simulator = await startSimulator({
		apiKey: API_KEY,
		now: () => new Date(TODAY),
		imageBytes: 2000,
		latencyMs: 30,
	});
	simulator.chaos({ seed, slowMs: plan.slowMs, weights: plan.weights });
	const credential = withCredential(
		await n8n.createCredential({ provider: 'openai', apiKey: API_KEY, baseUrl: simulator.baseUrl }),
	);
	const rows = Array.from({ length: plan.rows }, (_, index) => ({
		prompt: `picture ${index}`,
		link:
			plan.spoiled && index === 1
				? plan.inputs === 'fileId' || plan.inputs === 'binary'
					? null
					: `${host}/gone.png`
				: `${host}/${index % 3}.png?signature=s3cr3t-s3cr3t-s3cr3t`,
	}));
	const code = (name: string, jsCode: string) =>
		node(name, 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 });
	const upload = ourNode(
		'Upload',
		'gptImage',
		{ resource: 'reference', operation: 'upload' },
		credential,
	);
	const steps = {
		none: [],
		url: [],
		sentUrl: [],
		binary: [code('Files', WITH_FILES)],
		fileId: [
			code('Files', WITH_FILES),
			upload,
			code('Rows', `return ${JSON.stringify(rows)}.map((json) => ({ json }));`),
		],
	}[plan.inputs];
	const items =
		plan.inputs === 'binary'
			? [{ rows, pictures }]
			: plan.inputs === 'fileId'
				? // Two of the three are the same.
					[
						{
							rows: [0, 1, 2].map((of) => ({ of })),
							pictures: [pictures[0], pictures[1], pictures[0]],
						},
					]
				: rows;
	simulator.failNext('serverError', 1, '/v1/files');
	const ours = ourNode(NODE, 'gptImage', plan.parameters, {
		...credential,
		onError: plan.onError,
		...(plan.tries > 1 && { retryOnFail: true, maxTries: plan.tries, waitBetweenTries: 1 }),
	});
	const id = await n8n.runWorkflow(
		await n8n.createWorkflow(chain(itemsNode('Items', items), ...steps, ours)),
	);
	if (plan.cancelAfter !== null) {
		await new Promise((resolve) => setTimeout(resolve, plan.cancelAfter!));
		await n8n.cancelExecution(id).catch(() => undefined);
	}
	const execution = await n8n.waitForExecution(id);
	const ended = async () =>
		await until('the server has ended all', async () => simulator.inFlight === 0 || undefined);
	await ended();
	const run = execution.data.resultData.runData[NODE] === undefined ? null : runIn(execution);
	simulator.chaos(null);
	const again =
		execution.status === 'error' || execution.status === 'canceled'
			? await n8n
					.retryExecution(id)
					.then(async (retried) => runIn(await n8n.waitForExecution(retried)))
					.catch((error: unknown) => {
						if (execution.status === 'error') throw error;
						// One that was canceled early enough was not begun, says n8n.
						return null;
					})
			: null;
	await ended();
	await simulator.close();
	return { plan, run, execution, again, simulator, n8n };
}

function runIn(execution: Execution): Run {
	const output = nodeOutput(execution, NODE);
	return { execution, output, json: output.items.map((item) => item.json) };
}

type Json = Record<string, any>;

const itemsOf = (run: Run) => run.output.outputs.flat();
const jsonOf = (run: Run): Json[] => itemsOf(run).map(({ json }) => json as Json);
const sumOf = <T,>(list: readonly T[], of: (one: T) => number): number =>
	list.reduce((total, one) => total + of(one), 0);
const sum = (amounts: bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Of an item, simplified or whole; `null` = not known. */
function costOf({ cost, costUsd }: Json): bigint | null {
	const usd = cost === undefined ? costUsd : cost.exact;
	return usd === null || usd === undefined ? null : picodollars(Number(usd).toFixed(12));
}

const attemptsOf = ({ request, maybeBilledAttempts }: Json): number =>
	Number(request?.maybeBilledAttempts ?? maybeBilledAttempts ?? 0);

/** Attempts that may have been billed; each request counts once. */
function maybeBilledBy(run: Run): number {
	const requests = new Map(
		jsonOf(run).map((json, index) => [json['request']?.key ?? index, attemptsOf(json)]),
	);
	const told = /(\d+) attempts? without an answer may have been billed/.exec(
		run.output.error?.description ?? '',
	);
	return [...requests.values()].reduce((total, count) => total + count, 0) + Number(told?.[1] ?? 0);
}

/** Images that the error of a stopped run says are there. */
function keptBy({ output }: Run): number {
	const text = output.error?.description ?? '';
	return [/An earlier try made (\d+) image/, /Before the run stopped, (\d+) image/].reduce(
		(total, words) => total + Number(words.exec(text)?.[1] ?? 0),
		0,
	);
}

const UNKNOWN = ['zeroUsage', 'noUsage'];

/** What each request that brought images cost, by what the server knows. */
function trueCosts(simulator: Simulator): Array<{ images: number; cost: bigint | null }> {
	return simulator.ledger().flatMap(({ requestId, images, billed, delivered, fault }) => {
		if (!delivered || billed === 0n || fault === 'emptyData') return [];
		const { svgUsage } = simulator.billed.find((bill) => bill.requestId === requestId)!;
		// Whether the author's input was written to a cache is not said: that is the dearest.
		const most = BigInt(svgUsage?.input_tokens ?? 0) * 25_000n;
		return [{ images, cost: UNKNOWN.includes(fault ?? '') ? null : billed + most }];
	});
}

const lostBy = (simulator: Simulator): number =>
	simulator
		.ledger()
		.filter(({ billed, delivered, fault }) => billed > 0n && (!delivered || fault === 'emptyData'))
		.length;

const madeIn = (run: Run): Json[] => jsonOf(run).filter(({ status }) => status === 'made');

/** All that was billed and delivered is in an item, to the last picodollar; what is not known is null. */
function checkMoney(run: Run, simulator: Simulator): void {
	const made = madeIn(run);
	const costs = trueCosts(simulator);
	const known = costs.filter(({ cost }) => cost !== null);
	const images = sumOf(costs, (one) => one.images);
	expect(made.length).toBe(images);
	expect(new Set(made.map(({ image, imageId }) => image?.id ?? imageId)).size).toBe(images);
	expect(made.filter((one) => costOf(one) === null).length).toBe(
		images - sumOf(known, (one) => one.images),
	);
	expect(sum(made.map((one) => costOf(one) ?? 0n))).toBe(sum(known.map(({ cost }) => cost!)));
}

/** Each row is there, with all that was asked for and no more. */
function checkRows(run: Run, { plan, simulator }: Finished): void {
	const ledger = simulator.ledger();
	const mayBeMore = ledger.some(({ fault }) => fault === 'moreImages');
	for (let index = 0; index < plan.rows; index++) {
		const prompt = `picture ${index}`;
		const of = itemsOf(run)
			.filter(({ pairedItem }) => (pairedItem as { item: number }).item === index)
			.map(({ json }) => json as Json);
		const made = of.filter(({ status }) => status === 'made').length;
		expect(of.length).toBeGreaterThan(0);
		if (made === of.length) expect(made).toBeGreaterThanOrEqual(plan.count);
		if (!mayBeMore) expect(made).toBeLessThanOrEqual(plan.count);
		if (plan.spoiled && index === 1)
			expect([made, ledger.filter((one) => one.prompt === prompt && one.billed > 0n)]).toEqual([
				0,
				[],
			]);
		for (const json of of)
			expect([json['prompt'], json['input']?.prompt]).toEqual([
				prompt,
				plan.row ? prompt : undefined,
			]);
	}
}

async function checkFiles(run: Run, { plan, n8n }: Finished): Promise<void> {
	for (const item of itemsOf(run)) {
		const json = item.json as Json;
		if (json['status'] !== 'made') continue;
		const file = item.binary!['data']!;
		const bytes = plan.inMemory
			? Buffer.from(file.data, 'base64')
			: (await n8n.downloadBinary(file.id!)).body;
		expect(bytes.length).toBeGreaterThan(0);
		if (plan.simplify) continue;
		expect(createHash('sha256').update(bytes).digest('hex')).toBe(json['image'].sha256);
		if (plan.link && !plan.inMemory) expect(json['image'].url).toMatch(/^http/);
	}
}

describe('two things at once, and more', () => {
	let places: Record<'onDisk' | 'inMemory', Place>;
	const server = createServer();
	const runs = new Map<string, Promise<Finished>>();
	beforeAll(async () => {
		const pictures = await Promise.all(
			['#a33', '#3a3', '#33a'].map(
				async (background) =>
					await sharp({ create: { width: 64, height: 48, channels: 3, background } })
						.png()
						.toBuffer(),
			),
		);
		server.on('request', ({ url = '' }, response) => {
			const picture = pictures[Number(/^\/(\d)\.png/.exec(url)?.[1] ?? NaN)];
			if (picture === undefined) response.writeHead(404);
			response.end(picture);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		const of = (workshop: Workshop): Place => ({
			workshop,
			pictures: pictures.map((picture) => picture.toString('base64')),
			host,
		});
		const [onDisk, inMemory] = await Promise.all([
			openWorkshop(),
			openWorkshop({ binaryMode: 'default' }),
		]);
		places = { onDisk: of(onDisk), inMemory: of(inMemory) };
	});
	afterAll(async () => {
		await Promise.allSettled(runs.values());
		server.close();
		await Promise.all(
			Object.values(places ?? {}).map(async ({ workshop }) => await workshop.close()),
		);
	});

	/** Those after it are under way meanwhile. */
	const finished = async (seed: string): Promise<Finished> => {
		const first = SEEDS.indexOf(seed);
		for (const next of SEEDS.slice(first, first + AT_ONCE)) {
			if (runs.has(next)) continue;
			const plan = planOf(next);
			const run = runOf(next, plan, places[plan.inMemory ? 'inMemory' : 'onDisk']);
			run.catch(() => undefined);
			runs.set(next, run);
		}
		return await runs.get(seed)!;
	};

	it.each(SEEDS)('%s: ends, and all that was billed is delivered, failed or told', async (seed) => {
		const done = await finished(seed);
		const { plan, run, execution, again, simulator, n8n } = done;

		expect(['success', 'error', 'canceled']).toContain(execution.status);
		if (plan.cancelAfter === null) expect(execution.status).not.toBe('canceled');
		expect(run?.output.executionTime ?? 0).toBeLessThan(SOON);
		if (plan.budget !== null)
			expect(simulator.billedPicodollars() <= picodollars(String(plan.budget))).toBe(true);
		for (const text of [
			JSON.stringify(execution),
			JSON.stringify(again?.execution ?? ''),
			n8n.log(),
		])
			expect(text).not.toContain(API_KEY);
		const ours = [run, again].flatMap((one) => (one === null ? [] : [one]));
		for (const { output } of ours) {
			// n8n's error output adds the row's fields.
			const said = output.outputs.flat().map(({ json: { input: _, link: __, ...json } }) => json);
			expect(JSON.stringify([said, output.error, output.hints])).not.toContain('s3cr3t');
		}

		// A reference is uploaded once.
		const uploads = simulator.requests.filter(
			({ path, method, status }) => path === '/v1/files' && method === 'POST' && status === 200,
		);
		if (execution.status !== 'canceled')
			expect(uploads.length).toBe(plan.inputs === 'fileId' ? 2 : 0);

		// What was under way when it was canceled nobody hears of.
		if (execution.status === 'canceled') return;
		const last = again ?? run;
		if (last === null) throw new Error('the node did not run');
		const lost = lostBy(simulator);
		expect({ lost, isTold: maybeBilledBy(last) >= lost }).toEqual({ lost, isTold: true });
		const images = sumOf(trueCosts(simulator), ({ images }) => images);
		if (last.execution.status === 'error') {
			expect(keptBy(last)).toBe(images);
			return;
		}
		checkMoney(last, simulator);
		checkRows(last, done);
		await checkFiles(last, done);
	});
});
