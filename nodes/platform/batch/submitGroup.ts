import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { writeManifestEntry, writeManifestHeader } from '../../core/batch/manifest';
import { toMetadata } from '../../core/batch/metadata';
import { BATCH_ENDPOINTS, writeRequestLine, type LineInputs } from '../../core/batch/requestLine';
import { atBatchPrice } from '../../core/pricing/batchPrice';
import { sum, toExactUsd, type Picodollars } from '../../core/pricing/money';
import { sendRepeatedly, type AttemptOptions } from '../../core/run/attempts';
import type { SendResult } from '../../core/run/outcome';
import type { RunWorld } from '../../core/run/runRequests';
import type { BatchApi, NewBatch } from '../batchApi';
import { identitiesOf } from '../images/plan';
import { StreamedFile } from '../streamedFile';
import type { InputFiles } from './inputFiles';
import type { PreparedLine } from './preparedLine';

export interface Submitter {
	context: IExecuteFunctions;
	api: BatchApi;
	files: InputFiles;
	options: AttemptOptions;
	world: RunWorld;
	label: string;
}

/** At standard price; `null` = a price is not known. */
export function expectedOf(lines: readonly PreparedLine[]): Picodollars | null {
	const amounts = lines.flatMap(({ expected }) => expected ?? []);
	return amounts.length === lines.length ? sum(amounts) : null;
}

export function imagesOf(lines: readonly PreparedLine[]): number {
	return lines.reduce((total, { images }) => total + images, 0);
}

/** The same for the same lines of the same node in the same run. */
export function submissionOf(lines: readonly PreparedLine[], run: string): string {
	const hash = createHash('sha256').update(run);
	for (const { files, request, facts } of lines) {
		hash.update(JSON.stringify([facts.position, facts.offset, request, identitiesOf(files)]));
	}
	return hash.digest('hex').slice(0, 40);
}

/** Uploads what the lines need and the lines themselves, then creates the batch. */
export async function submitGroup(
	submitter: Submitter,
	lines: readonly PreparedLine[],
	submission: string,
): Promise<SendResult<Batch>> {
	const { api, files } = submitter;
	const inputs: Array<LineInputs | null> = [];
	for (const line of lines) {
		const ids = await files.idsOf(line);
		if (!ids.ok) return ids;
		inputs.push(ids.value);
	}
	const name = `gpt-image-${submission.slice(0, 12)}`;
	const inputFile = new StreamedFile(`${name}.jsonl`, 'application/jsonl', () => requestTexts(lines, inputs));
	const input = await api.upload(inputFile, 'batch');
	if (!input.ok) return input;
	const ownFileIds = await files.ownedBy(lines);
	const manifestFile = new StreamedFile(`${name}-manifest.jsonl`, 'application/jsonl', () => manifestTexts(lines, ownFileIds));
	const manifest = await api.upload(manifestFile, 'batch');
	const created = manifest.ok
		? await createOnce(submitter, newBatch(submitter, lines, submission, input.value, manifest.value), submission)
		: manifest;
	if (!created.ok && isRefusal(created.failure.status)) {
		await api.deleteFile(input.value);
		if (manifest.ok) await api.deleteFile(manifest.value);
	}
	return created;
}

/** Without a clear no of the API, a batch may exist that needs its files. */
const isRefusal = (status: number | null): boolean => status !== null && status >= 400 && status < 500;

function newBatch(
	{ context, label }: Submitter,
	lines: readonly PreparedLine[],
	submission: string,
	inputFileId: string,
	manifestFileId: string,
): NewBatch {
	const [first] = lines;
	const standard = expectedOf(lines);
	return {
		endpoint: BATCH_ENDPOINTS[first?.request.endpoint ?? 'generate'],
		inputFileId,
		metadata: toMetadata({
			label,
			workflowId: String(context.getWorkflow().id ?? ''),
			executionId: context.getExecutionId(),
			model: first?.item.model.id ?? '',
			requestedModel: first?.item.model.requested ?? '',
			requestCount: lines.length,
			imageCount: imagesOf(lines),
			estimateUsd: standard === null ? null : toExactUsd(first === undefined ? standard : atBatchPrice(standard, first.item.model.catalogue)),
			standardUsd: standard === null ? null : toExactUsd(standard),
			manifestFileId,
			submission,
		}),
	};
}

/** When an answer was lost, the batch may be there: it is looked for before another one is created. */
async function createOnce(submitter: Submitter, batch: NewBatch, submission: string): Promise<SendResult<Batch>> {
	const { api, options, world } = submitter;
	const created = await sendRepeatedly(
		async (attempt) => (attempt > 1 ? await findSubmission(api, submission) : null) ?? (await api.create(batch)),
		options,
		world,
	);
	if (created.ok || isRefusal(created.failure.status)) return created;
	const found = await findSubmission(api, submission);
	return found?.ok === true ? found : created;
}

/** @returns `null` = it is not among the newest batches */
export async function findSubmission(api: BatchApi, submission: string): Promise<SendResult<Batch> | null> {
	const page = await api.list(null, 100);
	if (!page.ok) return page;
	const found = page.value.batches.find(({ metadata }) => metadata.submission === submission);
	return found === undefined ? null : { ok: true, value: found };
}

function* requestTexts(lines: readonly PreparedLine[], inputs: ReadonlyArray<LineInputs | null>): Generator<string> {
	for (const [index, { request }] of lines.entries()) yield writeRequestLine(request, inputs[index] ?? null);
}

function* manifestTexts(lines: readonly PreparedLine[], ownFileIds: string[]): Generator<string> {
	yield writeManifestHeader({ ownFileIds });
	for (const { request, facts } of lines) yield writeManifestEntry(request, facts);
}
