import { asRecord } from '../util/json';

/** The item of a batch with what people look at: how far it is, and what it is about. */
export function simplifiedBatch(json: Record<string, unknown>): Record<string, unknown> {
	const { batchId, status, finished, requestCount, label, expiresAt, model, errors } = json;
	const { completed, failed } = asRecord(json['counts']);
	const [problem] = Array.isArray(errors) ? (errors as unknown[]) : [];
	const about = {
		label,
		expiresAt,
		...(problem === undefined ? { model } : { problem: asRecord(problem)['message'] }),
	};
	const { error, description, code } = json;
	return {
		batchId,
		status,
		finished,
		requestCount,
		completed,
		failed,
		estimateUsd: asRecord(json['estimate'])['usd'] ?? null,
		...(error === undefined ? about : { error, description, code }),
	};
}

/** Whether it is the item of a batch, and not one of what is in it. */
export const isBatchItem = ({ batchId, counts }: Record<string, unknown>): boolean =>
	typeof batchId === 'string' && typeof counts === 'object';
