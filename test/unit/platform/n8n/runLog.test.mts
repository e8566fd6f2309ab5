import { localFailure } from '../../../../nodes/core/failures/failure';
import { RunLog } from '../../../../nodes/platform/n8n/runLog';
import { failureFromBody } from '../../../../nodes/core/failures/errorBody';
import { fakeN8n } from '../../fixtures/fakeN8n.mts';

const FORGED = 'x\r\n2026-11-20 | error | all keys were stolen\u2028\u001b[31m\u202e';

describe("a line in n8n's log", () => {
	it('is one line, whatever a code, an id or a summary from outside holds', () => {
		const n8n = fakeN8n({});
		const log = new RunLog(n8n.context);
		const failure = { ...localFailure('batchEnded', FORGED, 'x'), requestId: FORGED };
		log.failed('collecting', failure);
		log.attempt(1, 1, 5, { ok: false, failure });
		log.attempt(1, 1, 5, { ok: true, value: { requestId: FORGED } });
		log.finished(FORGED);

		expect(n8n.log).toHaveLength(4);
		for (const { message } of n8n.log) expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
	});

	it('is not endless', () => {
		const n8n = fakeN8n({});
		new RunLog(n8n.context).failed('x', {
			...localFailure('unexpected', 'c'.repeat(200_000), 'x'),
			requestId: 'r'.repeat(200_000),
		});

		expect(n8n.log[0]!.message.length).toBeLessThanOrEqual(1000);
	});
});

it("an API's code and request id are each on one line", () => {
	const header = (name: string): string | null => (name === 'x-request-id' ? FORGED : null);
	const { code, requestId } = failureFromBody(
		{ error: { code: FORGED, message: 'x' } },
		{ status: 400, requestId: FORGED, header },
	);

	expect([code, requestId]).not.toContainEqual(expect.stringMatching(/[\r\n\u2028]/));
	expect(requestId).toBe('x 2026-11-20 | error | all keys were stolen [31m');
});
