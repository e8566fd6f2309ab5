import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { writeManifestEntry, writeManifestHeader } from '../../core/batch/manifest';
import { toMetadata } from '../../core/batch/metadata';
import { BATCH_ENDPOINTS, type LineInputs, writeRequestLine } from '../../core/batch/requestLine';
import type { Failure } from '../../core/failures/failure';
import { atBatchPrice } from '../../core/pricing/price';
import type { AttemptOptions } from '../../core/scheduler/sendRepeatedly';
import type { SendResult } from '../../core/scheduler/outcome';
import { REACTIONS } from '../../core/scheduler/retry';
import type { Runtime } from '../../core/scheduler/types';
import { toExactUsd } from '../../core/util/money';
import type { BatchApi, NewBatch } from '../api/batchApi';
import { StreamedFile } from '../http/streamedFile';
import { createOnce, type Creation } from './createOnce';
import type { InputFiles } from './inputFiles';
import { contentOf, countImages, expectedOf } from './lineSums';
import type { PreparedLine } from './preparedLine';

export interface Submitter {
	context: IExecuteFunctions;
	api: BatchApi;
	files: InputFiles;
	options: AttemptOptions;
	runtime: Runtime;
	/** This node of the workflow, and which of its runs. */
	node: string;
	/** Of which this one is a retry; empty = of none, or that is not known. */
	firstExecutionId: string;
	/** The same in each try of this run, and of no other: see runName. */
	run: string;
	/** Another process may submit the same lines now. */
	mayHaveTwin: boolean;
}

/** Knows these lines in this run. */
function submissionName({ run }: Pick<Submitter, 'run'>, lines: readonly PreparedLine[]): string {
	const hash = createHash('sha256').update(run);
	for (const { key } of lines) hash.update(key);
	return hash.digest('hex').slice(0, 40);
}

/** What became of lines that were to be one batch. */
export interface GroupAttempt extends Creation {
	name: string;
	/** Those of the batch. */
	lines: readonly PreparedLine[];
	/** Lines that failed alone, because of their own images. */
	failed: Array<{ line: PreparedLine; failure: Failure }>;
	/** Ids of its input file and its manifest. */
	fileIds: string[];
}

/**
 * Uploads what the lines need and the lines themselves, then creates the batch. Where there is surely none, its
 * files are deleted.
 */
export async function submitGroup(
	submitter: Submitter,
	group: readonly PreparedLine[],
): Promise<GroupAttempt> {
	const { api, context } = submitter;
	const { inputs, failed, failure } = await inputsOf(submitter, group);
	const lines = failed.length === 0 ? group : without(group, failed);
	const name = submissionName(submitter, lines);
	const attempt: Omit<GroupAttempt, 'result' | 'isUnclear'> = { name, lines, failed, fileIds: [] };
	const [first] = failed;
	const reason = failure ?? (context.continueOnFail() ? null : (first?.failure ?? null));
	if (reason !== null)
		return {
			...attempt,
			lines: group,
			failed: [],
			result: { ok: false, failure: reason },
			isUnclear: false,
		};
	if (first !== undefined && lines.length === 0)
		return { ...attempt, result: { ok: false, failure: first.failure }, isUnclear: false };
	const uploaded = await uploadLines(submitter, name, lines, inputs);
	const creation: Creation = uploaded.ok
		? await createOnce(
				api,
				newBatch(submitter, lines, name, uploaded.value),
				name,
				submitter.options,
				submitter.runtime,
			)
		: { result: uploaded, isUnclear: false };
	const fileIds = uploaded.ok ? uploaded.value : [];
	if (!creation.result.ok && !creation.isUnclear)
		for (const id of fileIds) await api.deleteFile(id);
	return { ...attempt, fileIds, ...creation };
}

function without(group: readonly PreparedLine[], failed: GroupAttempt['failed']): PreparedLine[] {
	const gone = new Set(failed.map(({ line }) => line));
	return group.filter((line) => !gone.has(line));
}

/** Ids of the files of each line that has some; those of one that could not be uploaded are missing. A `failure` concerns all lines. */
async function inputsOf({ files }: Submitter, lines: readonly PreparedLine[]) {
	const inputs = new Map<PreparedLine, LineInputs>();
	const failed: GroupAttempt['failed'] = [];
	for (const line of lines) {
		if (!line.hasFiles) continue;
		const ids = await files.idsOf(line);
		if (ids.ok) inputs.set(line, ids.value);
		else if (REACTIONS[ids.failure.kind].reaction === 'stopRun')
			return { inputs, failed, failure: ids.failure };
		else failed.push({ line, failure: ids.failure });
	}
	return { inputs, failed, failure: null };
}

/** @returns the ids of the input file and of the manifest */
async function uploadLines(
	{ api, files }: Submitter,
	submission: string,
	lines: readonly PreparedLine[],
	inputs: ReadonlyMap<PreparedLine, LineInputs>,
): Promise<SendResult<[string, string]>> {
	const name = `gpt-image-${submission.slice(0, 12)}`;
	const inputFile = new StreamedFile(`${name}.jsonl`, 'application/jsonl', () =>
		requestTexts(lines, inputs),
	);
	const input = await api.upload(inputFile, 'batch');
	if (!input.ok) return input;
	const ownFileIds = await files.ownedBy(lines);
	const manifestFile = new StreamedFile(`${name}-manifest.jsonl`, 'application/jsonl', () =>
		manifestTexts(lines, ownFileIds),
	);
	const manifest = await api.upload(manifestFile, 'batch');
	if (manifest.ok) return { ok: true, value: [input.value, manifest.value] };
	await api.deleteFile(input.value);
	return manifest;
}

function newBatch(
	{ context, node, firstExecutionId }: Submitter,
	lines: readonly PreparedLine[],
	submission: string,
	[inputFileId, manifestFileId]: [string, string],
): NewBatch {
	const [first] = lines;
	const standard = expectedOf(lines);
	return {
		endpoint: BATCH_ENDPOINTS[first?.request.endpoint ?? 'generate'],
		inputFileId,
		metadata: toMetadata({
			label: first?.label ?? '',
			workflowId: String(context.getWorkflow().id ?? ''),
			// n8n has none where it runs a node outside of an execution.
			executionId: (context.getExecutionId() as string | undefined) ?? '',
			firstExecutionId,
			node,
			model: first?.item.model.id ?? '',
			requestedModel: first?.item.model.requested ?? '',
			requestCount: lines.length,
			imageCount: countImages(lines),
			estimateUsd:
				standard === null
					? null
					: toExactUsd(
							first === undefined ? standard : atBatchPrice(standard, first.item.model.catalogue),
						),
			standardUsd: standard === null ? null : toExactUsd(standard),
			manifestFileId,
			submission,
			content: contentOf(lines),
		}),
	};
}

function* requestTexts(
	lines: readonly PreparedLine[],
	inputs: ReadonlyMap<PreparedLine, LineInputs>,
): Generator<string> {
	for (const line of lines) yield writeRequestLine(line.request, inputs.get(line) ?? null);
}

function* manifestTexts(lines: readonly PreparedLine[], ownFileIds: string[]): Generator<string> {
	yield writeManifestHeader({ ownFileIds });
	for (const { request, facts } of lines) yield writeManifestEntry(request, facts);
}
