import {
	credibleRetry,
	retryCollecting,
	type CollectRetry,
} from '../../../../nodes/core/batch/collectRetry';
import { localFailure } from '../../../../nodes/core/failures/failure';

const LOST = localFailure('connectionLost', 'connection_lost', 'x');
const MINUTE = 60_000;

it('collecting again: at the next poll, then ever later, for a day', () => {
	const waits: number[] = [];
	let now = 0;
	for (let retry: CollectRetry | null | undefined; retry !== null; now = retry?.notBefore ?? now) {
		retry = retryCollecting(retry, LOST, now);
		if (retry !== null) waits.push((retry.notBefore - now) / MINUTE);
		if (waits.length > 100) break;
	}

	expect(waits.slice(0, 10)).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
	expect(now / MINUTE / 60).toBeGreaterThanOrEqual(24);
	expect(now / MINUTE / 60).toBeLessThan(26);
});

it('a file that is gone is not waited for; one that is not there yet, a refused key and a full disk are', () => {
	expect(retryCollecting(undefined, localFailure('invalidRequest', 'x', 'gone'), 0)).toBeNull();
	expect(
		retryCollecting(undefined, localFailure('batchUnfinished', 'results_not_ready', 'x'), 0),
	).not.toBeNull();
	expect(retryCollecting(undefined, localFailure('invalidKey', 'x', 'x'), 0)).not.toBeNull();
	expect(retryCollecting(undefined, localFailure('notStored', 'x', 'x'), 0)).not.toBeNull();
	expect(retryCollecting(undefined, localFailure('cancelled', 'x', 'x'), 0)).not.toBeNull();
});

it('a kept time that no retry can have is taken for now, so that the day ends', () => {
	const now = 1_000 * MINUTE;
	const kept = { attempts: 8, firstFailedAt: 0, notBefore: now + 60 * MINUTE };

	expect(credibleRetry(kept, now)).toEqual(kept);
	expect(credibleRetry({ ...kept, notBefore: 8e15 }, now)).toEqual({ ...kept, notBefore: now });
	expect(credibleRetry({ ...kept, firstFailedAt: 8e15 }, now)).toEqual({
		...kept,
		firstFailedAt: now,
	});
});
