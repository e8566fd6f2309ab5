import { createHmac, timingSafeEqual } from 'node:crypto';
import {
	type Delivery,
	parseBatchEvent,
	type Signing,
	verifyDelivery,
} from '../../../../nodes/core/batch/webhookEvent';
import { judgeDelivery, rememberDelivery } from '../../../../nodes/core/batch/webhookDeliveries';
import { signedHeaders } from '../../../simulator/webhooks/endpoint.mts';

const NOW = 1_763_700_000;
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const BODY =
	'{"id":"evt_1","object":"event","created_at":1763699990,"type":"batch.completed","data":{"id":"batch_1"}}';

const signing: Signing = {
	hmacSha256: (key, content) => createHmac('sha256', key).update(content).digest(),
	equal: (a, b) => timingSafeEqual(a, b),
};

const delivery = (secrets: string[] = [SECRET], timestamp = NOW, body = BODY): Delivery => ({
	headers: signedHeaders(body, secrets, 'wh_1', timestamp),
	body: Buffer.from(body),
});

const verify = (given: Delivery, secrets = [SECRET]) =>
	verifyDelivery(given, secrets, NOW * 1000, signing);

const withHeader = (
	name: string,
	value: string | string[] | undefined,
	given = delivery(),
): Delivery => ({ ...given, headers: { ...given.headers, [name]: value } });

describe('a delivery', () => {
	it('that OpenAI signed is believed, with its id and time', () => {
		expect(verify(delivery())).toEqual({ ok: true, webhookId: 'wh_1', timestamp: NOW });
	});

	it('is believed by any of several signatures and secrets', () => {
		expect(verify(delivery([OTHER, SECRET])).ok).toBe(true);
		expect(verify(delivery(), [OTHER, SECRET]).ok).toBe(true);
		expect(
			verify(
				withHeader(
					'webhook-signature',
					`v1, v2,abc v1,AAAA ${String(delivery().headers['webhook-signature'])}`,
				),
			).ok,
		).toBe(true);
	});

	it('may be signed with a secret that is plain text', () => {
		expect(verify(delivery(['plain secret']), ['plain secret']).ok).toBe(true);
	});

	it.each([-300, 300])('may be %i s off', (seconds) => {
		expect(verify(delivery([SECRET], NOW + seconds)).ok).toBe(true);
	});

	it.each([
		['an old time', delivery([SECRET], NOW - 301), 400],
		['a time to come', delivery([SECRET], NOW + 301), 400],
		['another secret', delivery([OTHER]), 401],
		['another body', { ...delivery(), body: Buffer.from(`${BODY} `) }, 401],
		['another id', withHeader('webhook-id', 'wh_2'), 401],
		['another time', withHeader('webhook-timestamp', String(NOW + 1)), 401],
		['a time with more behind it', withHeader('webhook-timestamp', `${NOW}x`), 400],
		['no signature', withHeader('webhook-signature', undefined), 400],
		['an empty signature', withHeader('webhook-signature', ''), 401],
		[
			'a signature of no version',
			withHeader('webhook-signature', String(delivery().headers['webhook-signature']).slice(3)),
			401,
		],
		[
			'a shortened signature',
			withHeader('webhook-signature', String(delivery().headers['webhook-signature']).slice(0, -8)),
			401,
		],
		['no id', withHeader('webhook-id', undefined), 400],
		['several ids', withHeader('webhook-id', ['wh_1', 'wh_2']), 400],
		['an id that could be cut in another place', withHeader('webhook-id', 'wh.1'), 400],
		['a body beyond all measure', delivery([SECRET], NOW, 'x'.repeat(70_000)), 413],
	])('with %s is refused', (_, given, status) => {
		expect(verify(given)).toMatchObject({ ok: false, status });
	});

	it('is refused where there is no secret, however it is signed', () => {
		expect(verify(delivery(['']), [''])).toMatchObject({ ok: false, status: 401 });
		expect(verify(delivery(['whsec_']), ['whsec_'])).toMatchObject({ ok: false, status: 401 });
		expect(verify(delivery(), [])).toMatchObject({ ok: false, status: 401 });
	});
});

describe('deliveries that were accepted', () => {
	const first = { webhookId: 'wh_1', timestamp: NOW };

	it('come again from OpenAI with a later time, and as a replay with the same', () => {
		const accepted = rememberDelivery({}, first);

		expect(judgeDelivery({}, first, 0)).toBe('new');
		expect(judgeDelivery(accepted, first, 0)).toBe('replay');
		expect(judgeDelivery(accepted, { ...first, timestamp: NOW + 60 }, NOW + 1)).toBe('retry');
		expect(
			judgeDelivery(
				rememberDelivery(accepted, { ...first, timestamp: NOW + 60 }),
				{ ...first, timestamp: NOW + 60 },
				0,
			),
		).toBe('replay');
		expect(judgeDelivery({}, { webhookId: 'constructor', timestamp: 1 }, 0)).toBe('new');
	});

	it('before this process began can not be told from a replay', () => {
		expect(judgeDelivery({}, first, NOW + 0.9)).toBe('new');
		expect(judgeDelivery({}, first, NOW + 1)).toBe('replay');
	});

	it('are remembered for three days, and no more than a thousand', () => {
		let accepted = rememberDelivery({}, first);
		accepted = rememberDelivery(accepted, { webhookId: 'late', timestamp: NOW + 73 * 3600 });
		expect(Object.keys(accepted)).toEqual(['late']);
		const nth = (index: number) => ({
			webhookId: `wh${index}`,
			timestamp: NOW + 73 * 3600 + index,
		});
		for (let index = 0; index < 20; index += 1) accepted = rememberDelivery(accepted, nth(index));
		// As the ones after them would be remembered: to remember a thousand one by one takes seconds.
		for (let index = 20; index < 990; index += 1)
			accepted[nth(index).webhookId] = nth(index).timestamp;
		for (let index = 990; index < 1020; index += 1)
			accepted = rememberDelivery(accepted, nth(index));

		expect(Object.keys(accepted)).toHaveLength(1000);
		expect(accepted['wh1019']).toBeDefined();
		expect(accepted['wh19']).toBeUndefined();
	});
});

describe('an event', () => {
	it('about a batch is read', () => {
		expect(parseBatchEvent(Buffer.from(BODY))).toEqual({
			id: 'evt_1',
			type: 'batch.completed',
			createdAt: 1_763_699_990,
			batchId: 'batch_1',
		});
	});

	it.each([
		['something else', { type: 'response.completed' }],
		['a batch without an id', { data: {} }],
		['a path in the place of an id', { data: { id: '../files/file-1' } }],
	])('about %s is none', (_, changes) => {
		expect(
			parseBatchEvent(Buffer.from(JSON.stringify({ ...JSON.parse(BODY), ...changes }))),
		).toBeNull();
	});

	it('that is no JSON is none', () => {
		expect(parseBatchEvent(Buffer.from('{'))).toBeNull();
	});
});
