import type { Problem } from '../requests/parameters';

/**
 * What a batch carries about itself at OpenAI, so that another workflow understands it hours later
 * without a database. OpenAI allows 16 entries, keys of 64 and values of 512 characters.
 */
export interface BatchMetadata {
	/** The user's own, for the trigger and Get Many to filter by; empty = none. */
	label: string;
	workflowId: string;
	executionId: string;
	/** Of which that one is a retry, however often; empty = of none, or that is not known. */
	firstExecutionId: string;
	/** Which node of the workflow, and which of its runs in the execution. */
	node: string;
	model: string;
	/** A role, or the model as the user named it. */
	requestedModel: string;
	requestCount: number;
	imageCount: number;
	/** Exact decimals of USD; `null` = a price is not known. */
	estimateUsd: string | null;
	standardUsd: string | null;
	/** JSONL file that tells what each line is about. */
	manifestFileId: string;
	/** Knows the attempt to submit these lines, so that it is found when its answer is lost. */
	submission: string;
	/** Knows its requests, whoever submits them: see sameRows. */
	content: string;
}

const MAX_LABEL_CHARACTERS = 512;

/** Why a label can't be used; `null` = it can. */
export function labelProblem(label: string): Problem | null {
	if (label.length <= MAX_LABEL_CHARACTERS) return null;
	return {
		field: 'label',
		message: `'Label' has ${label.length} characters; at most ${MAX_LABEL_CHARACTERS} are allowed. Shorten it.`,
	};
}

const PACKAGE = 'n8n-nodes-gpt-image';

export function toMetadata(facts: BatchMetadata): Record<string, string> {
	const entries = {
		created_by: PACKAGE,
		label: facts.label,
		workflow_id: facts.workflowId,
		execution_id: facts.executionId,
		first_execution_id: facts.firstExecutionId,
		node: facts.node,
		model: facts.model,
		requested_model: facts.requestedModel,
		request_count: String(facts.requestCount),
		image_count: String(facts.imageCount),
		estimate_usd: facts.estimateUsd ?? '',
		standard_usd: facts.standardUsd ?? '',
		manifest_file_id: facts.manifestFileId,
		submission: facts.submission,
		content: facts.content,
	};
	return Object.fromEntries(
		Object.entries(entries)
			.filter(([, value]) => value !== '')
			.map(([key, value]) => [key, value.slice(0, 512)]),
	);
}

/** What is known of a batch by its metadata; a batch of another tool has perhaps a label. */
export function readMetadata(
	metadata: Record<string, string>,
): Partial<BatchMetadata> & { label: string } {
	return {
		label: metadata.label ?? '',
		...(metadata.created_by === PACKAGE && {
			workflowId: metadata.workflow_id ?? '',
			executionId: metadata.execution_id ?? '',
			firstExecutionId: metadata.first_execution_id ?? '',
			node: metadata.node ?? '',
			model: metadata.model ?? '',
			requestedModel: metadata.requested_model ?? '',
			...wholeNumber('requestCount', metadata.request_count),
			...wholeNumber('imageCount', metadata.image_count),
			estimateUsd: exactDecimal(metadata.estimate_usd),
			standardUsd: exactDecimal(metadata.standard_usd),
			manifestFileId: metadata.manifest_file_id ?? '',
			submission: metadata.submission ?? '',
			content: metadata.content ?? '',
		}),
	};
}

const wholeNumber = (name: string, value: string | undefined): Record<string, number> =>
	value !== undefined && /^\d{1,9}$/.test(value) ? { [name]: Number(value) } : {};

const exactDecimal = (value: string | undefined): string | null =>
	value !== undefined && /^\d+(\.\d{1,12})?$/.test(value) ? value : null;
