/** Every request that the node sends, and every answer that the simulator gives, against OpenAI's published document. */
import { checkImageRequest } from '../../nodes/core/requests/imageRequest';
import { CATALOGUE } from '../../nodes/core/catalogue/catalogue';
import { isGone } from '../../nodes/core/catalogue/lifecycle';
import { QUALITIES } from '../../nodes/core/catalogue/types';
import { knowledgeFrom } from '../live/knowledge.mts';
import { planFor, verify } from '../live/verify.mts';
import { simulatorTarget } from '../live/whom.mts';
import { explained } from '../peers/expected.mts';
import { createValidator } from '../peers/openApi.mts';
import type { OpenApiDocument } from '../peers/openApi.mts';
import { startRecorder } from '../peers/recorder.mts';
import type { Recorder } from '../peers/recorder.mts';
import { startSimulator } from '../simulator/index.mts';
import type { Simulator } from '../simulator/index.mts';
import document from './openai-images.openapi.json';
import { sendEverything } from './ourExchanges.mts';
import { TODAY } from './support.mts';

const validator = createValidator(document as unknown as OpenApiDocument);
const knowledge = knowledgeFrom((path) => require(`../../nodes/core/${path}`) as unknown);

let simulator: Simulator;
let recorder: Recorder;
beforeAll(async () => {
	simulator = await startSimulator({ now: () => TODAY, holdBatches: true });
	recorder = await startRecorder(simulator.baseUrl);
});
afterAll(async () => {
	await recorder.close();
	await simulator.close();
});

/** Over all tests here. */
const allFound = new Set<string>();

function unexplained(found: Iterable<string>): string[] {
	const list = [...new Set(found)].sort();
	list.forEach((one) => allFound.add(one));
	return explained(list).unexplained;
}

const differences = (): string[] =>
	recorder.exchanges.flatMap((exchange) => validator.differencesOf(exchange));

test('all that the node sends and gets is as published, but for what is explained', async () => {
	recorder.exchanges.length = 0;
	const items = await sendEverything(recorder.baseUrl);
	expect(items).toEqual({
		generate: 1,
		'generate with options': 2,
		edit: 1,
		submit: 1,
		list: 1,
		get: 1,
		cancel: 1,
	});
	const kinds = new Set(
		recorder.exchanges.map(({ method, path, contentType }) =>
			`${method} ${path.replace(/(file-|batch_)\w+/, '*')} ${contentType ?? ''}`.trim(),
		),
	);
	expect([...kinds].sort()).toEqual([
		'GET /batches',
		'GET /batches/*',
		'GET /models',
		'POST /batches application/json',
		'POST /batches/*/cancel',
		'POST /files multipart/form-data',
		'POST /images/edits multipart/form-data',
		'POST /images/generations application/json',
	]);
	expect(unexplained(differences())).toEqual([]);
});

test('all that the simulator answers to the facts is as published, but for what is explained', async () => {
	recorder.exchanges.length = 0;
	const target = simulatorTarget(recorder.baseUrl);
	await verify(knowledge, target, planFor(knowledge, target, TODAY), { pauseMs: 5 });
	expect(recorder.exchanges.length).toBeGreaterThan(80);
	// What is refused is wrong on purpose.
	const answers = recorder.exchanges.map((exchange) =>
		exchange.status < 400 ? exchange : { ...exchange, contentType: null },
	);
	expect(unexplained(answers.flatMap((exchange) => validator.differencesOf(exchange)))).toEqual([]);
});

test('every request that can be asked of a model is a published one', () => {
	const bodies = new Set<string>();
	const found = new Set<string>();
	for (const entry of CATALOGUE.models.filter((model) => !isGone(model, TODAY))) {
		const model = { requested: entry.id, id: entry.id, role: null, entry, catalogue: CATALOGUE };
		const sizes = [
			...entry.capabilities.sizes,
			...(entry.capabilities.customSizes === null ? [] : ['2048x2048']),
		];
		for (const quality of [...QUALITIES, 'auto'])
			for (const size of sizes)
				for (const outputFormat of ['png', 'jpeg', 'webp'])
					for (const background of ['auto', 'transparent', 'opaque'])
						for (const moderation of ['auto', 'low'])
							for (const inputFidelity of [undefined, 'low', 'high']) {
								const checked = checkImageRequest(
									{
										prompt: 'x',
										quality,
										size,
										count: 1,
										outputFormat,
										outputCompression: outputFormat === 'png' ? undefined : 70,
										background,
										moderation,
										inputFidelity,
										complexity: undefined,
										safetyIdentifier: 'u',
									},
									model,
								);
								if (!checked.ok) continue;
								const request = { ...checked.value.request, n: 1 };
								bodies.add(JSON.stringify(request));
								const path = inputFidelity === undefined ? '/images/generations' : '/images/edits';
								const json =
									inputFidelity === undefined
										? request
										: { ...request, images: [{ file_id: 'file-1' }] };
								const exchange = {
									method: 'POST',
									path,
									contentType: 'application/json',
									request: json,
									status: 200,
									answer: undefined,
								};
								validator
									.differencesOf(exchange)
									.filter((one) => one.includes('request'))
									.forEach((one) => found.add(one));
							}
	}
	expect(bodies.size).toBeGreaterThan(1500);
	expect(unexplained(found)).toEqual([]);
});

test('what is explained is still so, and says why', () => {
	const { reasons, unused } = explained([...allFound]);
	// How soon a batch is looked at decides whether it is in progress already.
	expect(unused.filter((one) => !one.includes('/in_progress_at'))).toEqual([]);
	expect(explained(['something new']).unexplained).toEqual(['something new']);
	expect(Object.values(reasons).filter((reason) => reason.length < 20)).toEqual([]);
});

describe('the validator', () => {
	const good = {
		method: 'POST',
		path: '/images/generations',
		contentType: 'application/json',
		request: { model: 'gpt-image-2', prompt: 'x' },
		status: 200,
		answer: { created: 1 },
	};

	test.each([
		[
			'a wrong value',
			{ ...good, request: { ...good.request, n: 99 } },
			'POST /images/generations request: /n must be <= 10',
		],
		[
			'an unknown parameter',
			{ ...good, request: { ...good.request, seed: 1 } },
			"POST /images/generations request: 'seed' is not published",
		],
		[
			'a wrong answer',
			{ ...good, answer: { created: 'x' } },
			'POST /images/generations answer: /created must be integer',
		],
		[
			'an unknown field of an answer',
			{ ...good, answer: { created: 1, cost: 1 } },
			"POST /images/generations answer: 'cost' is not published",
		],
		[
			'a content type that there is not',
			{ ...good, contentType: 'text/plain' },
			'POST /images/generations request: text/plain is not published',
		],
		[
			'an error without its parts',
			{ ...good, status: 400, answer: { error: { message: 'x' } } },
			"POST /images/generations answer 400: /error must have required property 'type'",
		],
	])('notices %s', (_, exchange, difference) => {
		expect(validator.differencesOf(exchange)).toContain(difference);
	});

	test('has nothing to say of what is right', () => {
		expect(validator.differencesOf(good)).toEqual([]);
	});
});
