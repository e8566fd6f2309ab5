/** What the nodes make of answers that others have published, and that the simulator can give each of them. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseBatch } from '../../nodes/core/batch/batch';
import { parseResultLine } from '../../nodes/core/batch/resultLine';
import { parseBatchEvent, verifyDelivery } from '../../nodes/core/batch/webhookEvent';
import { CATALOGUE } from '../../nodes/core/catalogue/catalogue';
import type { LiveModel } from '../../nodes/core/catalogue/lifecycle';
import { listModels } from '../../nodes/core/modelChoice/modelList';
import { findModel } from '../../nodes/core/catalogue/resolve';
import { toExactUsd } from '../../nodes/core/util/money';
import { priceRequest } from '../../nodes/core/pricing/price';
import { parseImageResponse } from '../../nodes/core/requests/imageResponse';
import { failureFromBody } from '../../nodes/core/failures/errorBody';
import { type PublishedAnswer, publishedAnswers } from '../fixtures/answers/index.mts';
import { realAnswer, realAnswers, type Simulator } from '../simulator/index.mts';
import { generate, start, TODAY } from './support.mts';

/** Those of one kind, for `test.each`. */
function ofKind<Answer extends PublishedAnswer>(kind: Answer['kind']): Array<[string, Answer]> {
	return publishedAnswers
		.filter((answer) => answer.kind === kind)
		.map((answer): [string, Answer] => [`${answer.name} (${answer.from})`, answer as Answer]);
}

const headerOf =
	(headers: Readonly<Record<string, string>>) =>
	(name: string): string | null =>
		headers[name] ?? null;

interface ExpectedImages {
	images: number;
	urls: number;
	/** Exact USD; null: not known. */
	cost: string | null;
	basis: string;
	estimated: boolean;
	quality: string | null;
	size: string | null;
	created: number | null;
}

describe('images', () => {
	type Answer = PublishedAnswer<'images', ExpectedImages> & {
		asked: { model: string; hasInputs: boolean };
	};

	test.each(ofKind<Answer>('images'))('%s', (_, { body, asked, expect: expected }) => {
		const response = parseImageResponse(body);
		if (response === null) throw new Error('not understood');
		const { usage, stated, quality, size, created } = response;
		const images = Math.max(response.images.length, response.urls?.length ?? 0);
		const price = priceRequest({
			model: findModel(asked.model, CATALOGUE),
			usage,
			stated,
			images,
			hasInputImages: asked.hasInputs,
			batch: false,
		});
		expect({
			images: response.images.length,
			urls: response.urls?.length ?? 0,
			cost: price.total === null ? null : toExactUsd(price.total),
			basis: price.basis,
			estimated: price.estimated,
			quality,
			size,
			created,
		}).toEqual(expected);
	});
});

interface ExpectedError {
	kind: string;
	code: string;
	messageContains?: string;
	waitMs?: number | null;
	refusedFor?: string;
	requested?: number | null;
	stated?: object;
	categories?: string[];
}

describe('errors', () => {
	test.each(ofKind<PublishedAnswer<'error', ExpectedError>>('error'))(
		'%s',
		(_, { status, headers, body, expect: expected }) => {
			const failure = failureFromBody(body, { status, requestId: null, header: headerOf(headers) });
			expect(failure).toMatchObject({ kind: expected.kind, code: expected.code, status });
			expect(failure.message).toContain(expected.messageContains ?? '');
			expect(failure.message).not.toMatch(/\[object|undefined/);
			if (expected.waitMs !== undefined) expect(failure.retryAfterMs).toBe(expected.waitMs);
			if (expected.refusedFor !== undefined)
				expect(failure.rate?.refusedFor).toBe(expected.refusedFor);
			if (expected.requested !== undefined)
				expect(failure.rate?.requested).toBe(expected.requested);
			if (expected.stated !== undefined) expect(failure.rate?.stated).toEqual(expected.stated);
			if (expected.categories !== undefined)
				expect(failure.moderation?.categories).toEqual(expected.categories);
		},
	);
});

/** Of the answers that the simulator has had for longer, by their names: kind and code. */
const OLDER: Record<keyof typeof realAnswers, readonly [kind: string, code: string]> = {
	tokensTooLarge: ['tooLarge', 'rate_limit_exceeded'],
	limitOfZero: ['limitIsZero', 'rate_limit_exceeded'],
	limitOfZeroPerMinute: ['limitIsZero', 'rate_limit_exceeded'],
	shouldNotRetry: ['rateLimit', 'rate_limit_exceeded'],
	creditExhausted: ['insufficientQuota', 'credit_balance_exhausted'],
	projectSpendLimit: ['billingLimit', 'project_spend_limit_exceeded'],
	modelForbidden: ['modelNotAllowed', 'model_not_found'],
	modelMissing: ['modelGone', 'model_not_found'],
	modelMissing404: ['modelGone', 'model_not_found'],
	organizationNotVerified: ['organizationNotVerified', 'organization_not_verified'],
	openRouterCredit: ['insufficientQuota', 'insufficient_quota'],
	openRouterProviderError: ['moderation', 'moderation_blocked'],
	openRouterUpstreamLimit: ['rateLimit', 'rate_limit_exceeded'],
	falExhausted: ['insufficientQuota', 'insufficient_quota'],
	fastApiDetail: ['moderation', 'content_policy_violation'],
	fastApiDetailObject: ['permissionDenied', 'http_403'],
	vercelVerification: ['permissionDenied', 'http_403'],
	azureBlocked: ['permissionDenied', 'Forbidden'],
	azureRetryAfter: ['rateLimit', 'rate_limit_exceeded'],
	azureRetryAfterOtherwise: ['rateLimit', 'rate_limit_exceeded'],
	relayQuota: ['insufficientQuota', 'insufficient_user_quota'],
	relayEmpty: ['gatewayTimeout', 'bad_response_status_code'],
	relayNumericCode: ['serverError', 'http_503'],
	errorIn200: ['malformedResponse', 'malformed_response'],
	cloudflare502: ['gatewayTimeout', 'http_502'],
	cloudflare504: ['gatewayTimeout', 'http_504'],
	cloudflare520: ['gatewayTimeout', 'http_520'],
	cloudflare522: ['gatewayTimeout', 'http_522'],
	cloudflare524: ['gatewayTimeout', 'http_524'],
	envoy503: ['serverError', 'http_503'],
};

test.each(Object.entries(OLDER))('%s', (name, [kind, code]) => {
	const { status = 200, headers = {}, body = '' } = realAnswer(name as keyof typeof realAnswers);
	expect(
		failureFromBody(body, { status, requestId: null, header: headerOf(headers) }),
	).toMatchObject({ kind, code });
});

describe('batches', () => {
	test.each(ofKind<PublishedAnswer<'batch', Record<string, unknown>>>('batch'))(
		'%s',
		(_, { body, expect: expected }) => {
			expect(parseBatch(body)).toMatchObject(expected);
		},
	);

	type Line = PublishedAnswer<
		'line',
		{ customId: string; requestId: string; failure: string; code?: string }
	>;
	test.each(ofKind<Line>('line'))(
		'%s',
		(_, { body, expect: { customId, requestId, failure, code } }) => {
			const line = parseResultLine(Buffer.from(JSON.stringify(body)));
			expect(line).toMatchObject({
				lineId: customId,
				requestId,
				result: { ok: false, failure: { kind: failure, ...(code !== undefined && { code }) } },
			});
		},
	);
});

const SIGNING = {
	hmacSha256: (key: Buffer, content: Buffer) => createHmac('sha256', key).update(content).digest(),
	equal: (a: Buffer, b: Buffer) => timingSafeEqual(a, b),
};

type Webhook = PublishedAnswer<'webhook', { isSigned: boolean; batchId: string | null }> & {
	body: string;
	secret?: string;
};

test.each(ofKind<Webhook>('webhook'))(
	'webhook: %s',
	(_, { headers, body, secret, expect: { isSigned, batchId } }) => {
		const content = Buffer.from(body);
		const now = Number(headers['webhook-timestamp'] ?? 0) * 1000;
		expect(
			verifyDelivery({ headers, body: content }, secret === undefined ? [] : [secret], now, SIGNING)
				.ok,
		).toBe(isSigned);
		expect(parseBatchEvent(content)?.batchId ?? null).toBe(batchId);
	},
);

type Models = PublishedAnswer<'models', { listed: string[] }> & {
	body: { data: Array<{ id: string; shutdown_date?: string | null }> };
};

test.each(ofKind<Models>('models'))('models: %s', (_, { body, expect: { listed } }) => {
	const live = body.data.map(({ id, shutdown_date: shutdown }): LiveModel => ({
		id,
		...(shutdown !== undefined && { shutdown }),
	}));
	expect(listModels(live, TODAY, CATALOGUE).map(({ value }) => value)).toEqual(listed);
});

describe('the fixtures', () => {
	test('are many, have names of their own, and say where they are from', () => {
		expect(new Set(publishedAnswers.map(({ name }) => name)).size).toBe(publishedAnswers.length);
		expect(publishedAnswers.length).toBeGreaterThanOrEqual(60);
		expect(
			publishedAnswers.filter(({ evidence }) => evidence === 'recorded').length,
		).toBeGreaterThanOrEqual(60);
		expect(publishedAnswers.filter(({ from }) => from.length < 10)).toEqual([]);
	});

	test('hold no key and no picture', () => {
		expect(JSON.stringify(publishedAnswers)).not.toMatch(/\bsk-[\w-]{12,}|[A-Za-z0-9+/]{400}/);
	});
});

describe('the simulator gives each of them', () => {
	let simulator: Simulator;
	beforeAll(async () => {
		simulator = await start();
	});
	afterAll(() => simulator.close());

	test.each(publishedAnswers.map((answer): [string, PublishedAnswer] => [answer.name, answer]))(
		'%s',
		async (name, { status, headers, body, kind }) => {
			simulator.reset();
			simulator.failNext(`published:${name}`);
			const answer = await generate(simulator);
			expect(answer.status).toBe(status);
			expect(answer.text).toBe(typeof body === 'string' ? body : JSON.stringify(body));
			for (const [header, value] of Object.entries(headers))
				expect(answer.headers.get(header)).toBe(value);
			expect(simulator.billed).toHaveLength(kind === 'images' ? 1 : 0);
		},
	);

	test('one that there is not is a mistake of the test', async () => {
		expect(() => simulator.failNext('published:none')).toThrow("'published:none'");
	});
});
