import * as z from '../../vendor/zod';

/** OpenAI API reference, "Batch". */
type BatchStatus =
	| 'validating'
	| 'in_progress'
	| 'finalizing'
	| 'completed'
	| 'failed'
	| 'expired'
	| 'cancelling'
	| 'cancelled';

/** After one of these nothing more comes. */
export const FINISHED_STATUSES: readonly string[] = [
	'completed',
	'failed',
	'expired',
	'cancelled',
] satisfies BatchStatus[];

/** Why OpenAI refused a whole batch; `line` counts from 1. */
export interface BatchProblem {
	code: string | null;
	message: string;
	line: number | null;
}

/** A batch as OpenAI describes it. Times are Unix seconds. */
export interface Batch {
	id: string;
	/** A BatchStatus, or one that is newer than this code. */
	status: string;
	/** Path of the endpoint that each line is for. */
	endpoint: string;
	/** `null` = the API does not say. */
	model: string | null;
	inputFileId: string;
	outputFileId: string | null;
	errorFileId: string | null;
	counts: { total: number; completed: number; failed: number };
	problems: BatchProblem[];
	metadata: Record<string, string>;
	createdAt: number;
	expiresAt: number | null;
	/** When the final status was reached; `null` = not yet, or the API does not say. */
	endedAt: number | null;
}

const text = () => z.catch(z.nullable(z.optional(z.string())), null);
const count = () => z.catch(z.nullable(z.optional(z.number())), null);

const problemSchema = z.object({ code: text(), message: text(), line: count() });

/** Only what a batch can't be handled without is required. */
const batchSchema = z.object({
	id: z.string(),
	status: z.string(),
	endpoint: z.catch(z.string(), ''),
	model: text(),
	input_file_id: z.catch(z.string(), ''),
	output_file_id: text(),
	error_file_id: text(),
	request_counts: z.catch(
		z.nullable(
			z.optional(z.object({ total: z.number(), completed: z.number(), failed: z.number() })),
		),
		null,
	),
	errors: z.catch(
		z.nullable(z.optional(z.object({ data: z.optional(z.array(z.unknown())) }))),
		null,
	),
	metadata: z.optional(z.unknown()),
	created_at: z.number(),
	expires_at: count(),
	completed_at: count(),
	failed_at: count(),
	expired_at: count(),
	cancelled_at: count(),
});

/** @returns `null` when the body is no batch */
export function parseBatch(body: unknown): Batch | null {
	const parsed = batchSchema.safeParse(body);
	if (!parsed.success || parsed.data.id === '') return null;
	const batch = parsed.data;
	return {
		id: batch.id,
		status: batch.status,
		endpoint: batch.endpoint,
		model: batch.model ?? null,
		inputFileId: batch.input_file_id,
		// A file that is not there is null, "", or not named at all.
		outputFileId: batch.output_file_id || null,
		errorFileId: batch.error_file_id || null,
		counts: batch.request_counts ?? { total: 0, completed: 0, failed: 0 },
		problems: (batch.errors?.data ?? []).flatMap(toProblem),
		metadata: textsOf(batch.metadata),
		createdAt: batch.created_at,
		expiresAt: batch.expires_at ?? null,
		endedAt:
			batch.completed_at ?? batch.failed_at ?? batch.expired_at ?? batch.cancelled_at ?? null,
	};
}

function toProblem(value: unknown): BatchProblem[] {
	const parsed = problemSchema.safeParse(value);
	if (!parsed.success) return [];
	const { code, message, line } = parsed.data;
	return [
		{
			code: code ?? null,
			message: message ?? 'The provider gave no explanation.',
			line: line ?? null,
		},
	];
}

function textsOf(value: unknown): Record<string, string> {
	if (typeof value !== 'object' || value === null) return {};
	return Object.fromEntries(
		Object.entries(value).filter(
			(entry): entry is [string, string] => typeof entry[1] === 'string',
		),
	);
}

export function isFinished({ status }: Pick<Batch, 'status'>): boolean {
	return FINISHED_STATUSES.includes(status);
}

/** How long after its end a batch's files may come, in seconds. Nobody states it: long enough, and not for ever. */
const FILES_COME_WITHIN = 3600;
const LONGEST_WORK = 24 * 3600;

/** Whether a file that is not there may still come. */
export function mayStillBring({ endedAt, expiresAt, createdAt }: Batch, now: Date): boolean {
	return (
		now.getTime() / 1000 < (endedAt ?? expiresAt ?? createdAt + LONGEST_WORK) + FILES_COME_WITHIN
	);
}

/** Whether results are counted whose file the batch does not name yet. */
export function awaitsFiles(batch: Batch, now: Date): boolean {
	const { status, counts, outputFileId, errorFileId } = batch;
	const isMissing =
		(counts.completed > 0 && outputFileId === null) || (counts.failed > 0 && errorFileId === null);
	return status !== 'failed' && isMissing && mayStillBring(batch, now);
}

/** Nothing more comes, and what there is can be collected. */
export function isReady(batch: Batch, now: Date): boolean {
	return isFinished(batch) && !awaitsFiles(batch, now);
}
