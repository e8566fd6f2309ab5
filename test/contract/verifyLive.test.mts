import { callsFor } from '../live/calls.mts';
import type { Fact } from '../live/fact.mts';
import { knowledgeFrom } from '../live/knowledge.mts';
import { proposal } from '../live/propose.mts';
import { exitCodeOf, masked, pageOf, reportOf } from '../live/report.mts';
import type { Target } from '../live/target.mts';
import { list, record } from '../live/target.mts';
import type { Plan, Verification } from '../live/verify.mts';
import { MOST_SPENT, planFor, verify } from '../live/verify.mts';
import { simulatorTarget, targetOf, whomToAsk } from '../live/whom.mts';
import { PROVIDERS } from '../../nodes/core/providers/find';
import { startRecorder } from '../peers/recorder.mts';
import type { Passing, Recorder } from '../peers/recorder.mts';
import type { Simulator } from '../simulator/index.mts';
import { picture, start, TODAY } from './support.mts';

const knowledge = knowledgeFrom((path) => require(`../../nodes/core/${path}`) as unknown);
const nowhere = simulatorTarget('');
const FACTS = planFor(knowledge, nowhere, TODAY).facts;

type Alteration = (passing: Passing) => void;

let simulator: Simulator;
let proxy: Recorder;
let target: Target;
let otherPicture: string;

beforeAll(async () => {
	simulator = await start({ holdBatches: true, imagesPerMinute: 100_000 });
	proxy = await startRecorder(simulator.baseUrl);
	target = simulatorTarget(proxy.baseUrl);
	otherPicture = (await picture('png')).toString('base64');
});
beforeEach(() => {
	proxy.alter = null;
	proxy.exchanges.length = 0;
	simulator.reset();
});
afterAll(async () => {
	await proxy.close();
	await simulator.close();
});

const asked = async (plan: Plan): Promise<Verification> =>
	await verify(knowledge, target, plan, { pauseMs: 5 });
const different = ({ findings }: Verification): string[] =>
	findings.filter(({ verdict }) => verdict === 'different').map(({ name }) => name);
const report = (verification: Verification, secrets: readonly string[] = []) =>
	reportOf(verification, {
		now: TODAY,
		against: 'OpenAI',
		isSimulator: false,
		announced: 1n,
		secrets,
	});

/** A change of what one part of an answer says. */
const inError =
	(change: Record<string, unknown>): Alteration =>
	({ status, body }) => {
		if (status >= 400) Object.assign(record(body['error']), change);
	};
const inUsage =
	(part: string | null, name: string, change: (value: number) => number | undefined): Alteration =>
	({ body }) => {
		const usage = record(body['usage']);
		const holder = part === null ? usage : record(usage[part]);
		if (typeof holder[name] === 'number') holder[name] = change(holder[name]);
	};
const inBody =
	(path: RegExp, change: (body: Record<string, unknown>) => void): Alteration =>
	(passing) => {
		if (passing.status < 400 && passing.path.search(path) >= 0) change(passing.body);
	};
const inList = (change: (data: Array<Record<string, unknown>>) => unknown[]): Alteration =>
	inBody(/^\/models$/, (body) =>
		Object.assign(body, { data: change(list(body['data']).map(record)) }),
	);

function alterationOf({ name, area, expected, writtenIn }: Fact): Alteration {
	const [id = ''] = name.split(':');
	switch (area) {
		case 'models':
			if (name.startsWith('Dated'))
				return inList((data) => data.filter((one) => one['id'] !== 'gpt-image-2-2026-04-21'));
			if (name.startsWith('GPT Image models'))
				return inList((data) => [...data, { id: 'gpt-image-9' }]);
			if (name.startsWith('Fields'))
				return inBody(/^\/models\//, (body) => Object.assign(body, { display_name: 'x' }));
			return inList((data) => [
				...data.filter((one) => one['id'] !== id),
				...(expected === 'not listed' ? [{ id }] : [{ id, shutdown_date: '2027-05-05' }]),
			]);
		case 'errors':
			return inError({ code: 'altered' });
		case 'parameters':
			return inError(
				expected === 'taken'
					? { param: writtenIn.what.replaceAll("'", ''), code: 'invalid_value' }
					: { code: 'unknown_parameter', param: writtenIn.what.replaceAll("'", '') },
			);
		case 'usage':
			if (name.startsWith('Image output'))
				return inUsage('output_tokens_details', 'image_tokens', (tokens) => tokens + 1);
			if (name.startsWith('Image input'))
				return inUsage('input_tokens_details', 'image_tokens', (tokens) => tokens + 1);
			if (name.startsWith('Fields')) return inUsage(null, 'total_tokens', () => undefined);
			if (name.startsWith('Whether an edit'))
				return inUsage('output_tokens_details', 'text_tokens', () => 0);
			return name.startsWith('Text output')
				? inUsage('output_tokens_details', 'text_tokens', () => 7)
				: inUsage(null, 'total_tokens', (tokens) => tokens + 1);
		case 'answers':
			if (name.startsWith('Whether'))
				return (passing) =>
					passing.path.startsWith('/images') &&
					Object.assign(passing, { status: 400, body: { error: { code: 'invalid_value' } } });
			if (name.startsWith('What came'))
				return inBody(/^\/images/, (body) =>
					Object.assign(record(list(body['data'])[0]), { b64_json: otherPicture }),
				);
			return inBody(/^\/images/, (body) =>
				Object.assign(body, name.startsWith('Fields') ? { safety: 'x' } : { quality: 'medium' }),
			);
		case 'headers':
			return ({ headers }) => {
				for (const header of Object.keys(headers))
					if (name.endsWith(header) || header === 'x-ratelimit-limit-requests')
						delete headers[header];
			};
		case 'files':
			if (name.startsWith('When'))
				return inBody(/^\/files$/, (body) =>
					Object.assign(body, { expires_at: Number(body['expires_at']) + 1 }),
				);
			return (passing) =>
				passing.path === '/files' &&
				Object.assign(passing, { status: 400, body: { error: { code: 'invalid_value' } } });
		case 'batches':
			if (name.startsWith('Whether'))
				return inBody(/^\/batches\/\w+$/, (body) =>
					Object.assign(
						body,
						expected === 'taken'
							? {
									status: 'failed',
									errors: { data: [{ message: 'The model is not for batches.' }] },
								}
							: { status: 'in_progress' },
					),
				);
			if (name.startsWith('Fields'))
				return inBody(/^\/batches$/, (body) => delete body['metadata']);
			if (name.startsWith('What'))
				return inBody(/cancel$/, (body) => Object.assign(body, { status: 'cancelled' }));
			return (passing) => passing.status === 409 && Object.assign(passing, { status: 400 });
		case 'webhooks':
			if (name.startsWith('Fields'))
				return inBody(/^\/webhook_endpoints$/, (body) => Object.assign(body, { enabled: true }));
			if (name.startsWith('What'))
				return inBody(/^\/webhook_endpoints$/, (body) =>
					Object.assign(body, { signing_secret: 'secret_x' }),
				);
			return inBody(
				/^\/webhook_endpoints$/,
				(body) => 'data' in body && Object.assign(body, { data: [] }),
			);
	}
}

describe('facts about the API', () => {
	test('all of them hold for the simulator, for no more than was announced', async () => {
		const plan = planFor(knowledge, target, TODAY);
		const verification = await asked(plan);
		expect(verification.findings.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
		expect(exitCodeOf(report(verification))).toBe(0);
		expect(verification.findings).toHaveLength(FACTS.length);
		expect(verification.spent).toBe(simulator.billedPicodollars());
		expect(verification.spent).toBeLessThanOrEqual(plan.most);
		expect(plan.most).toBeLessThanOrEqual(MOST_SPENT);
		// Nothing stays behind.
		expect(verification.left).toEqual([]);
		const { data } = (await (
			await fetch(`${simulator.baseUrl}/files`, { headers: target.authorization })
		).json()) as { data: unknown[] };
		expect(data).toEqual([]);
		expect(
			simulator.batches.filter(
				({ status }) => !['cancelled', 'cancelling', 'failed'].includes(status),
			),
		).toEqual([]);
	});

	test('they have names of their own', () => {
		expect(new Set(FACTS.map(({ name }) => name)).size).toBe(FACTS.length);
		expect(FACTS.length).toBeGreaterThan(40);
	});

	test.each(FACTS.map((fact): [string, Fact] => [fact.name, fact]))(
		'%s: another answer is noticed',
		async (name, fact) => {
			proxy.alter = alterationOf(fact);
			const verification = await asked(
				planFor(knowledge, target, TODAY, (one) => one.name === name),
			);
			expect(verification.findings).toMatchObject([{ name, verdict: 'different' }]);
			expect(exitCodeOf(report(verification))).toBe(1);
		},
	);

	test('a fact that changes leaves the others alone', async () => {
		proxy.alter = ({ body }) => {
			const error = record(body['error']);
			if (error['code'] === 'empty_string') error['code'] = 'string_below_min_length';
		};
		const verification = await asked(planFor(knowledge, target, TODAY));
		expect(different(verification)).toEqual(['Refused: an empty prompt']);
		const text = proposal(report(verification));
		expect(text).toContain('test/simulator/images/parameters.mts');
		expect(text).toMatch(/- \{.*"empty_string".*\n\s+\+ \{.*"string_below_min_length"/);
	});

	test('an end that is put off is proposed for the catalogue', async () => {
		proxy.alter = inList((data) =>
			data.map((one) =>
				one['id'] === 'gpt-image-1.5' ? { ...one, shutdown_date: '2027-03-01' } : one,
			),
		);
		const verification = await asked(
			planFor(knowledge, target, TODAY, ({ area }) => area === 'models'),
		);
		expect(proposal(report(verification))).toMatch(
			/^nodes\/core\/catalogue\n\s+gpt-image-1\.5: lifecycle\.shutdown\n.*\n\s+- "listed, ends 2026-12-01"\n\s+\+ "listed, ends 2027-03-01"/m,
		);
		expect(proposal(report({ ...verification, findings: [] }))).toBe('');
	});
});

describe('what it costs', () => {
	test('after the models of 2026 have ended, too, it stays below ten cents', () => {
		const plan = planFor(knowledge, nowhere, new Date('2026-12-02'));
		expect(plan.most).toBeLessThanOrEqual(MOST_SPENT);
		expect(
			callsFor(knowledge, new Date('2026-12-02')).all.map(({ model }) => model.id),
		).not.toContain('gpt-image-1.5');
	});

	test('more than ten cents, or an unknown price, is refused before anything is asked', () => {
		expect(() => planFor({ ...knowledge, mostCost: () => MOST_SPENT }, nowhere, TODAY)).toThrow(
			'is refused',
		);
		expect(() => planFor({ ...knowledge, mostCost: () => null }, nowhere, TODAY)).toThrow(
			'is not known',
		);
	});

	test('requests that should be refused and are not are paid for once and then no more', async () => {
		// A server that takes everything: the proxy makes refusals into images.
		const image = {
			created: 1,
			data: [{ b64_json: otherPicture }],
			usage: {
				input_tokens: 10,
				output_tokens: 196,
				input_tokens_details: { text_tokens: 10, image_tokens: 0 },
				output_tokens_details: { image_tokens: 196, text_tokens: 0 },
				total_tokens: 206,
			},
		};
		proxy.alter = (passing) =>
			passing.path.startsWith('/images') &&
			passing.status === 400 &&
			Object.assign(passing, { status: 200, body: structuredClone(image) });
		const plan = planFor(knowledge, target, TODAY, ({ name }) =>
			/transparent JPEG|compressed PNG|complexity with gpt-image-2$|mask without/.test(name),
		);
		const { findings, spent } = await asked(plan);
		expect(findings.map(({ verdict }) => verdict)).toContain('different');
		expect(findings.at(-2)).toMatchObject({
			verdict: 'not told',
			why: expect.stringContaining('used up'),
		});
		expect(spent).toBeLessThanOrEqual(plan.most);
	});

	test('a rate limit is waited for, and costs nothing', async () => {
		simulator.failNext('rateLimit', 2);
		const plan = planFor(
			knowledge,
			target,
			TODAY,
			({ name }) => name === 'Fields of an answer with images',
		);
		const verification = await asked(plan);
		expect(verification.findings).toMatchObject([{ verdict: 'same' }]);
		expect(verification.spent).toBe(simulator.billedPicodollars());
		expect(simulator.requests.filter(({ path }) => path.includes('/images/'))).toHaveLength(3);
	});

	test('a request that brought no answer counts as paid', async () => {
		simulator.failNext('dropBeforeAnswer');
		const plan = planFor(
			knowledge,
			target,
			TODAY,
			({ name }) => name === 'Fields of an answer with images',
		);
		const verification = await asked(plan);
		expect(verification.findings).toMatchObject([{ verdict: 'not told' }]);
		expect(verification.spent).toBe(plan.most);
		expect(exitCodeOf(report(verification))).toBe(3);
	});
});

describe('what says nothing of a fact is not taken for an answer', () => {
	const isAsked =
		(pattern: RegExp) =>
		({ name }: Fact): boolean =>
			pattern.test(name);
	const refuse =
		(path: RegExp, status: number, error: Record<string, unknown>): Alteration =>
		(passing) => {
			if (passing.path.search(path) >= 0) Object.assign(passing, { status, body: { error } });
		};
	const forbidden = {
		message: 'You have insufficient permissions for this operation.',
		type: 'invalid_request_error',
		code: null,
		param: null,
	};

	test.each<[string, RegExp, Alteration]>([
		[
			'files are forbidden',
			/purpose|expires by itself|stored file|batches take/i,
			refuse(/^\/files$/, 403, forbidden),
		],
		[
			'edits as JSON are refused',
			/moderation with an edit as JSON/,
			refuse(/^\/images\/edits/, 400, { code: 'unsupported_content_type', param: null }),
		],
		[
			'a model is not there for this account',
			/quality max|128 characters|input_fidelity low/,
			refuse(/^\/images/, 400, { code: 'model_not_found', param: 'model' }),
		],
		[
			'the queue of a model is full',
			/batches take gpt-image-2$/,
			inBody(/^\/batches\/\w+$/, (body) =>
				Object.assign(body, {
					status: 'failed',
					errors: {
						data: [
							{
								code: 'token_limit_exceeded',
								message:
									'Enqueued token limit reached for model gpt-image-2 in organization org-x. Limit: 1',
							},
						],
					},
				}),
			),
		],
		[
			'a batch is gone once it was made',
			/batches take gpt-image-2$/,
			(passing) =>
				/^\/batches\/\w+$/.test(passing.path) &&
				Object.assign(passing, { status: 404, body: { error: { message: 'No such batch' } } }),
		],
		[
			'the image with the headers was refused',
			/^The header|x-ratelimit/,
			refuse(/^\/images\/generations/, 400, { code: 'invalid_value', param: 'size' }),
		],
		[
			'cancelling is forbidden',
			/cancel/i,
			(passing) =>
				passing.path.endsWith('/cancel') &&
				Object.assign(passing, { status: 403, body: { error: forbidden } }),
		],
	])('%s', async (_, pattern, alteration) => {
		proxy.alter = alteration;
		const plan = planFor(knowledge, target, TODAY, isAsked(pattern));
		const { findings, spent } = await asked(plan);
		expect(findings.length).toBeGreaterThan(0);
		expect(findings.filter(({ verdict }) => verdict !== 'not told')).toEqual([]);
		expect(spent).toBeLessThanOrEqual(plan.most);
	});

	test.each<[unknown, string]>([
		[1_830_297_600, 'listed, ends 1830297600'],
		['2027-05-05T00:00:00Z', 'listed, ends 2027-05-05T00:00:00Z'],
		[null, 'listed, without an end'],
	])('an end date of %j is told as %s', async (date, seen) => {
		proxy.alter = inList((data) =>
			data.map((one) => (one['id'] === 'gpt-image-1.5' ? { ...one, shutdown_date: date } : one)),
		);
		const { findings } = await asked(
			planFor(knowledge, target, TODAY, isAsked(/^gpt-image-1\.5:/)),
		);
		expect(findings).toMatchObject([{ seen, verdict: 'different' }]);
	});

	test('what could not be removed is told', async () => {
		proxy.alter = (passing) =>
			/^\/files\/./.test(passing.path) && Object.assign(passing, { status: 500, body: {} });
		const { left } = await asked(planFor(knowledge, target, TODAY, isAsked(/purpose vision/)));
		expect(left).toEqual(['a file: status 500']);
	});

	test('an image of which only a broken gateway tells counts as paid', async () => {
		proxy.alter = refuse(/^\/images/, 504, { message: 'upstream request timeout' });
		const plan = planFor(knowledge, target, TODAY, isAsked(/^Fields of an answer with images$/));
		const { findings, spent } = await asked(plan);
		expect(findings).toMatchObject([{ verdict: 'not told' }]);
		expect(spent).toBe(plan.most);
	});
});

describe('whom it asks', () => {
	test('OpenAI by its key alone, others by name, and nobody without a key', () => {
		expect(whomToAsk({}, PROVIDERS)).toBeNull();
		const openai = whomToAsk({ OPENAI_API_KEY: 'sk-x' }, PROVIDERS);
		expect(openai && targetOf(openai)).toMatchObject({
			baseUrl: 'https://api.openai.com/v1',
			has: ['models', 'files', 'batches', 'webhooks'],
		});
		const proxied = whomToAsk(
			{ OPENAI_API_KEY: 'sk-x', GPT_IMAGE_VERIFY_BASE_URL: 'https://eu.api.openai.com/v1' },
			PROVIDERS,
		);
		expect(proxied && targetOf(proxied).name).toBe('OpenAI at eu.api.openai.com');
		const vercel = whomToAsk(
			{ GPT_IMAGE_VERIFY_PROVIDER: 'vercel', GPT_IMAGE_VERIFY_API_KEY: 'vck_x' },
			PROVIDERS,
		);
		expect(vercel && targetOf(vercel)).toMatchObject({ modelPrefix: 'openai/', has: ['models'] });
	});

	test.each([
		[
			'an unknown provider',
			{ GPT_IMAGE_VERIFY_PROVIDER: 'none', GPT_IMAGE_VERIFY_API_KEY: 'x' },
			'allowed are',
		],
		[
			"OpenAI's key for another provider",
			{ GPT_IMAGE_VERIFY_PROVIDER: 'vercel', OPENAI_API_KEY: 'sk-x' },
			'is not sent there',
		],
		[
			'a provider without an address',
			{ GPT_IMAGE_VERIFY_PROVIDER: 'azure', GPT_IMAGE_VERIFY_API_KEY: 'x' },
			'GPT_IMAGE_VERIFY_BASE_URL',
		],
		[
			'a provider that speaks otherwise',
			{ GPT_IMAGE_VERIFY_PROVIDER: 'fal', GPT_IMAGE_VERIFY_API_KEY: 'x' },
			"can't be asked",
		],
		[
			'a key in the open',
			{ OPENAI_API_KEY: 'sk-x', GPT_IMAGE_VERIFY_BASE_URL: 'http://example.com/v1' },
			'https://',
		],
	])('%s is refused in words', (_, env, words) => {
		expect(() => whomToAsk(env, PROVIDERS)).toThrow(words);
	});
});

describe('the report', () => {
	test('holds no key and no name of an account', async () => {
		proxy.alter = inError({
			code: 'altered',
			type: 'org-AbC123def456 proj_AbC123def456 sk-proj-abcdefgh12345678 own-secret-key',
		});
		const verification = await asked(
			planFor(knowledge, target, TODAY, ({ name }) => name === 'Refused: no key'),
		);
		const text = JSON.stringify(report(verification, ['own-secret-key']));
		expect(text).not.toMatch(/AbC123|abcdefgh1234|own-secret-key/);
		expect(
			masked('Bearer abcdefgh12345 req_0123456789abcdef whsec_abcdef== user-AbC123def456'),
		).toBe('Bearer … req_… whsec_…== user-…'.replace('==', ''));
	});

	test('says that nothing was seen with a real key when the simulator was asked', async () => {
		const verification = await asked(
			planFor(knowledge, target, TODAY, ({ area }) => area === 'models'),
		);
		const about = { now: TODAY, against: 'the simulator', announced: 87_800_000_000n, secrets: [] };
		expect(pageOf(reportOf(verification, { ...about, isSimulator: true }))).toContain(
			'None of this has been tested with a real key yet',
		);
		const real = pageOf(reportOf(verification, { ...about, isSimulator: false }));
		expect(real).not.toContain('None of this');
		expect(real).toContain(
			'| gpt-image-1.5: whether it is listed, and its end | listed, ends 2026-12-01 | the same | same |',
		);
	});
});
