import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseBatch, type Batch } from '../../../../nodes/core/batch/batch';
import { horizonOf, looked, newlyFinished, newWatch, remember, type WatchState } from '../../../../nodes/core/batch/watch';
import { rememberCall, verifyWebhook, type Seal, type SeenCalls } from '../../../../nodes/core/batch/webhook';
import { seeded } from '../../fixtures/random.mts';

const DAY = 24 * 3600;

const batch = (id: string, createdAt: number, endedAt: number | null): Batch => {
	const body = { id, created_at: createdAt, status: endedAt === null ? 'in_progress' : 'completed', completed_at: endedAt };
	return parseBatch(body) as Batch;
};

describe('watching batches', () => {
	it('takes what had finished before the first look for known', () => {
		const state = newWatch();
		expect(newlyFinished(state, [batch('old', 10, 20), batch('open', 10, null)])).toEqual([]);
		looked(state, 100);

		expect(newlyFinished(state, [batch('old', 10, 20), batch('open', 10, 110)]).map(({ id }) => id)).toEqual(['open']);
	});

	it('reports the oldest first, and what is not remembered again', () => {
		const state = newWatch();
		looked(state, 100);
		const ended = [batch('c', 30, 130), batch('a', 10, 110), batch('b', 20, 120)];

		expect(newlyFinished(state, ended).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
		remember(state, ended[1] as Batch);
		expect(newlyFinished(state, ended).map(({ id }) => id)).toEqual(['b', 'c']);
	});

	it('looks back as far as needed after a long time, but not beyond what OpenAI keeps', () => {
		const state: WatchState = { lookedAt: 100 * DAY, known: {} };

		expect(horizonOf(state, 101 * DAY)).toBe(97 * DAY);
		expect(horizonOf(state, 110 * DAY)).toBe(97 * DAY);
		expect(horizonOf(state, 200 * DAY)).toBe(167 * DAY);
		expect(horizonOf(newWatch(), 200 * DAY)).toBe(197 * DAY);
	});

	it('whatever happens when: each batch is reported once, and what is remembered stays small', () => {
		const random = seeded(11);
		let state = newWatch();
		const batches: Batch[] = [];
		const reported: string[] = [];
		let most = 0;
		let now = 0;
		for (let step = 0; step < 3000; step += 1) {
			now += random.int(1, 4 * 3600);
			// n8n is down for days now and then.
			if (random.next() < 0.01) now += random.int(0, 5) * DAY;
			for (let made = random.int(0, 2); made > 0; made -= 1) batches.push(batch(`b${batches.length}`, now, null));
			batches.forEach((one, index) => {
				if (one.endedAt === null && (random.next() < 0.2 || now - one.createdAt > DAY)) batches[index] = batch(one.id, one.createdAt, now);
			});
			if (random.next() < 0.3) continue;
			const horizon = horizonOf(state, now);
			for (const one of newlyFinished(state, batches.filter(({ createdAt }) => createdAt >= horizon))) {
				remember(state, one);
				reported.push(one.id);
			}
			looked(state, now);
			most = Math.max(most, Object.keys(state.known).length);
			state = structuredClone(state);
		}
		const finished = batches.filter(({ endedAt }) => endedAt !== null && endedAt < (state.lookedAt ?? 0)).map(({ id }) => id);

		expect(new Set(reported).size).toBe(reported.length);
		// What had finished before the first look is not reported.
		expect(finished.filter((id) => !reported.includes(id)).length).toBeLessThanOrEqual(3);
		expect(most).toBeLessThan(120);
	});
});

const SEAL: Seal = { hmacSha256: (key, message) => createHmac('sha256', key).update(message).digest(), equal: timingSafeEqual };
const SECRET = `whsec_${Buffer.from('a secret of some length').toString('base64')}`;
const BODY = Buffer.from(JSON.stringify({ id: 'evt_1', type: 'batch.completed', created_at: 5, data: { id: 'batch_1' } }));
const NOW = 1_800_000_000;

function signed(body: Buffer = BODY, secret = SECRET, at = NOW): Record<string, string> {
	const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
	const signature = createHmac('sha256', key).update(`wh_1.${at}.`).update(body).digest('base64');
	return { 'webhook-id': 'wh_1', 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}

const verify = (headers: Record<string, string>, body = BODY, secret = SECRET) =>
	verifyWebhook({ body, header: (name) => headers[name] ?? null }, secret, NOW, SEAL);

describe('a webhook', () => {
	it('is believed when one of its signatures fits', () => {
		const event = { webhookId: 'wh_1', id: 'evt_1', type: 'batch.completed', createdAt: 5, batchId: 'batch_1' };
		const headers = signed();

		expect(verify(headers)).toEqual({ ok: true, event });
		expect(verify({ ...headers, 'webhook-signature': `v1,AAAA v2,x ${headers['webhook-signature']}` })).toEqual({ ok: true, event });
		expect(verify(signed(BODY, 'plain secret'), BODY, 'plain secret')).toEqual({ ok: true, event });
		expect(verify(signed(BODY, SECRET, NOW - 300))).toEqual({ ok: true, event });
		expect(verify(signed(BODY, SECRET, NOW + 300))).toEqual({ ok: true, event });
	});

	it.each([
		['without headers', {}, BODY, 'unsigned'],
		['without an id', { ...signed(), 'webhook-id': '' }, BODY, 'unsigned'],
		['too old', signed(BODY, SECRET, NOW - 301), BODY, 'stale'],
		['from the future', signed(BODY, SECRET, NOW + 301), BODY, 'stale'],
		['with a time that is none', { ...signed(), 'webhook-timestamp': '1e9' }, BODY, 'stale'],
		['with another id', { ...signed(), 'webhook-id': 'wh_2' }, BODY, 'forged'],
		['with another secret', signed(BODY, 'whsec_b3RoZXI='), BODY, 'forged'],
		['with another body', signed(), Buffer.from(`${BODY.toString()} `), 'forged'],
		['with an empty signature', { ...signed(), 'webhook-signature': 'v1,' }, BODY, 'forged'],
		['with a signature of another kind', { ...signed(), 'webhook-signature': 'v0,AAAA' }, BODY, 'forged'],
		['that tells nothing', signed(Buffer.from('{}')), Buffer.from('{}'), 'malformed'],
		['that is no JSON', signed(Buffer.from('x')), Buffer.from('x'), 'malformed'],
	])('%s is refused', (_, headers, body, refusal) => {
		expect(verify(headers, body)).toEqual({ ok: false, refusal });
	});

	it('is never believed without a secret', () => {
		expect(verify(signed(BODY, ''), BODY, '')).toEqual({ ok: false, refusal: 'unsigned' });
	});

	it('is remembered for as long as it could be repeated', () => {
		const seen: SeenCalls = {};
		rememberCall(seen, 'a', NOW);
		rememberCall(seen, 'b', NOW + 600);
		expect(Object.keys(seen)).toEqual(['a', 'b']);
		rememberCall(seen, 'c', NOW + 661);
		expect(Object.keys(seen)).toEqual(['b', 'c']);
	});
});
