/** The server's own account of requests for images: what each was billed, and whether its images arrived. */
import type { State } from './state.mts';
import { asksForImages } from './troubles/next.mts';
import type { LedgerEntry } from './troubles/types.mts';
import type { RecordedRequest } from './types.mts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function ledgerOf({ requests, billed }: State): LedgerEntry[] {
	const bills = new Map(billed.map((bill) => [bill.requestId, bill]));
	return requests.filter(asksForImages).map((record: RecordedRequest, index) => {
		const { requestId, parameters, headers, status, fault, delivered } = record;
		const bill = bills.get(requestId);
		return {
			requestNumber: index + 1,
			requestId,
			at: record.startedAt,
			asked: Number(parameters['n'] ?? parameters['num_images'] ?? 1),
			images: bill?.n ?? 0,
			model: textOf(parameters['model']) || (bill?.model ?? ''),
			prompt: textOf(parameters['prompt']),
			billed: bill?.costPicodollars ?? 0n,
			delivered,
			fault,
			status,
			idempotencyKey: headers['idempotency-key'] ?? null,
		};
	});
}
