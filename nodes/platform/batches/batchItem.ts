import type { IDataObject } from 'n8n-workflow';
import { type Batch, isReady } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { parseUsd, picodollars, toUsdNumber } from '../../core/util/money';
import { isoFromUnix } from '../../core/util/time';

/** The item for a batch: the same from Submit, Get, Get Many, Cancel and the triggers. `finished` = its results are there. */
export function batchItem(batch: Batch): IDataObject {
	const about = readMetadata(batch.metadata);
	return {
		batchId: batch.id,
		status: batch.status,
		finished: isReady(batch, new Date()),
		endpoint: batch.endpoint,
		model: batch.model ?? about.model ?? null,
		requestedModel: about.requestedModel ?? null,
		requestCount: about.requestCount ?? batch.counts.total,
		imageCount: about.imageCount ?? null,
		counts: { ...batch.counts },
		estimate: estimateOf(about.estimateUsd ?? null, about.standardUsd ?? null),
		label: about.label,
		createdAt: isoFromUnix(batch.createdAt),
		expiresAt: isoFromUnix(batch.expiresAt),
		endedAt: isoFromUnix(batch.endedAt),
		inputFileId: batch.inputFileId,
		outputFileId: batch.outputFileId,
		errorFileId: batch.errorFileId,
		errors: batch.problems.map((problem) => ({ ...problem })),
		workflowId: about.workflowId ?? null,
		executionId: about.executionId ?? null,
	};
}

function estimateOf(batchUsd: string | null, standardUsd: string | null): IDataObject {
	if (batchUsd === null || standardUsd === null)
		return { usd: null, standardUsd: null, savedUsd: null };
	const saved = picodollars(parseUsd(standardUsd) - parseUsd(batchUsd));
	return { usd: Number(batchUsd), standardUsd: Number(standardUsd), savedUsd: toUsdNumber(saved) };
}
