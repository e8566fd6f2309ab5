/** `npm run test:peers`, on Node 24. What differs is explained in expected.json; what is not ends with exit code 1. */
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import { root } from '../../scripts/lib/paths.mjs';
import { knowledgeFrom } from '../live/knowledge.mts';
import { planFor, verify } from '../live/verify.mts';
import { simulatorTarget } from '../live/whom.mts';
import { startSimulator } from '../simulator/index.mts';
import { explained } from './expected.mts';
import { API_KEY, runTheirTests } from './openAiNode.mts';
import { createValidator } from './openApi.mts';
import type { Exchange, OpenApiDocument } from './openApi.mts';
import { startRecorder } from './recorder.mts';

const folders = JSON.parse(process.env['GPT_IMAGE_PEER_FILES'] ?? '{}') as Record<
	'openai-node' | 'openai-openapi' | 'ai',
	string
>;
const load = createRequire(join(root, 'package.json'));
const core = (path: string): unknown => load(`./dist/nodes/core/${path}.js`);

/** A day on which the models of the peers' tests are live. */
const TODAY = new Date('2026-11-20T12:00:00Z');

interface Outcome {
	title: string;
	/** What went well, in words. */
	summary: string;
	unexplained: string[];
	unused: string[];
}

const authorization = { authorization: `Bearer ${API_KEY}` };

async function upload(
	baseUrl: string,
	name: string,
	content: string,
	purpose: string,
): Promise<string> {
	const form = new FormData();
	form.append('purpose', purpose);
	form.append('file', new Blob([content]), name);
	const answer = await fetch(`${baseUrl}/files`, {
		method: 'POST',
		headers: authorization,
		body: form,
	});
	return ((await answer.json()) as { id: string }).id;
}

async function openAiNode(): Promise<{ outcome: Outcome; exchanges: Exchange[] }> {
	const simulator = await startSimulator({ apiKey: API_KEY, holdBatches: true, now: () => TODAY });
	const recorder = await startRecorder(simulator.baseUrl);
	try {
		const line = JSON.stringify({
			custom_id: 'a',
			method: 'POST',
			url: '/v1/images/generations',
			body: { model: 'gpt-image-2', prompt: 'x', quality: 'low' },
		});
		const inputFileId = await upload(simulator.baseUrl, 'in.jsonl', line, 'batch');
		const batch = await fetch(`${simulator.baseUrl}/batches`, {
			method: 'POST',
			headers: { ...authorization, 'content-type': 'application/json' },
			body: JSON.stringify({
				input_file_id: inputFileId,
				endpoint: '/v1/images/generations',
				completion_window: '24h',
			}),
		});
		const { id: batchId } = (await batch.json()) as { id: string };
		const fileId = await upload(simulator.baseUrl, 'x.txt', 'x', 'user_data');
		const png = (
			await sharp({
				create: { width: 64, height: 64, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
			})
				.png()
				.toBuffer()
		).toString('base64');
		const results = await runTheirTests(folders['openai-node'], recorder.baseUrl, {
			fileId,
			inputFileId,
			batchId,
			png,
		});
		const failed = results.filter(({ passed }) => !passed);
		for (const { name, message } of failed) console.log(`  ${name}: ${message}`);
		const { unexplained, unused } = explained(
			failed.map(({ name }) => name),
			'openai-node',
		);
		const passed = results.length - failed.length;
		return {
			outcome: {
				title: "openai-node's own tests",
				summary: `${passed} of ${results.length} pass, ${failed.length - unexplained.length} fail as explained`,
				unexplained: results.length === 0 ? ['no test ran'] : unexplained,
				unused,
			},
			exchanges: recorder.exchanges,
		};
	} finally {
		await recorder.close();
		await simulator.close();
	}
}

/** The whole document, with all that was said in the facts and in their tests. */
async function publishedDocument(theirs: readonly Exchange[]): Promise<Outcome> {
	const validator = createValidator(
		JSON.parse(
			readFileSync(join(folders['openai-openapi'], 'openapi.json'), 'utf8'),
		) as OpenApiDocument,
	);
	const simulator = await startSimulator({ holdBatches: true, now: () => TODAY });
	const recorder = await startRecorder(simulator.baseUrl);
	try {
		const [knowledge, target] = [knowledgeFrom(core), simulatorTarget(recorder.baseUrl)];
		await verify(knowledge, target, planFor(knowledge, target, TODAY), { pauseMs: 5 });
		const exchanges = [...theirs, ...recorder.exchanges];
		// What is refused is wrong on purpose.
		const found = [
			...new Set(
				exchanges.flatMap((exchange) =>
					validator.differencesOf(
						exchange.status < 400 ? exchange : { ...exchange, contentType: null },
					),
				),
			),
		].sort();
		const { unexplained } = explained(found);
		return {
			title: "OpenAI's published document",
			summary: `${exchanges.length} exchanges, ${found.length - unexplained.length} explained differences`,
			unexplained,
			unused: [],
		};
	} finally {
		await recorder.close();
		await simulator.close();
	}
}

/** Answers that vercel/ai recorded, read by this package. */
function vercelAi(): Outcome {
	const { parseImageResponse } = core(
		'requests/imageResponse',
	) as typeof import('../../nodes/core/requests/imageResponse.ts');
	const { failureFromBody } = core(
		'failures/errorBody',
	) as typeof import('../../nodes/core/failures/errorBody.ts');
	const folder = join(folders.ai, 'packages/openai/src/image/__fixtures__');
	const unexplained: string[] = [];
	const names = readdirSync(folder);
	for (const name of names) {
		const body = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
			data?: unknown[];
			error?: { message: string; code: string };
		};
		const images = parseImageResponse(body)?.images.length ?? 0;
		const failure = failureFromBody(body, { status: 400, requestId: null, header: () => null });
		const isRead =
			body.error === undefined
				? images === body.data?.length
				: failure.message === body.error.message && failure.code === body.error.code;
		if (!isRead) unexplained.push(name);
	}
	return {
		title: "vercel/ai's recorded answers",
		summary: `${names.length - unexplained.length} of ${names.length} are read`,
		unexplained: names.length === 0 ? ['there are none'] : unexplained,
		unused: [],
	};
}

const { outcome, exchanges } = await openAiNode();
const outcomes = [outcome, await publishedDocument(exchanges), vercelAi()];
for (const { title, summary, unexplained, unused } of outcomes) {
	console.log(`${title}: ${summary}`);
	unexplained.forEach((one) => console.log(`  not explained: ${one}`));
	unused.forEach((one) => console.log(`  explained, but no longer so: ${one}`));
}
const failures = outcomes.reduce(
	(sum, { unexplained, unused }) => sum + unexplained.length + unused.length,
	0,
);
console.log(
	failures === 0
		? '\nNothing differs that is not explained in test/peers/expected.json.'
		: `\n${failures} to look at: mend it, or explain it in test/peers/expected.json.`,
);
process.exitCode = failures === 0 ? 0 : 1;
