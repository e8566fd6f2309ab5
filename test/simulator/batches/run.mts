/** Works on a batch in the background: the same checks, pictures and bills as for live requests, at half the price. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../drawing/random.mts';
import { storeFile } from '../endpoints/files.mts';
import { ApiError, moderationBlocked } from '../errors.mts';
import { reportFailure } from '../http/answer.mts';
import { editJob, generationJob } from '../images/jobs.mts';
import { bodyOf } from '../images/respond.mts';
import { perform } from '../images/work.mts';
import { imageFacts } from '../recording.mts';
import type { State } from '../state.mts';
import { currentTime, unixSeconds } from '../state.mts';
import type { BatchOutcome, LineFault } from '../types.mts';
import { announce } from '../webhooks/delivery.mts';
import type { Release, StoredBatch } from './batch.mts';
import type { BatchRequest, Line } from './lines.mts';
import { checkLines, readLine } from './lines.mts';
import { takeRoom } from './queueLimit.mts';

const OUTPUT_LIFETIME_SECONDS = 30 * 24 * 3600;

/** Never throws. */
export async function runBatch(state: State, batch: StoredBatch, path: string): Promise<void> {
	const now = () => unixSeconds(currentTime(state));
	try {
		const started = Date.now();
		const checked = await checkLines(state, path, batch.endpoint);
		const { lines, problems } = checked;
		batch.model = checked.model;
		if (problems.length === 0 && batch.load.requests === 0)
			problems.push(...[takeRoom(state, batch, checked) ?? []].flat());
		if (problems.length > 0) {
			batch.problems = problems;
			finish(state, batch, 'failed');
			return;
		}
		batch.counts.total = lines.length;
		if (batch.status === 'validating') batch.enter('in_progress', now());
		const release: Release =
			state.options.holdBatches || batch.status === 'cancelling'
				? await batch.whenReleased()
				: { outcome: 'completed', completed: null };
		await workOn(state, batch, path, shuffled(lines, batch.id), release);
		const left = (state.options.batchLatencyMs ?? 0) - (Date.now() - started);
		if (left > 0)
			await sleep(left, undefined, { signal: state.closing.signal }).catch(() => undefined);
		if (batch.isAbandoned) return;
		if (release.outcome === 'completed') batch.enter('finalizing', now());
		finish(state, batch, release.outcome);
	} catch (error) {
		if (batch.isAbandoned) return;
		reportFailure(error);
		batch.problems.push({
			code: 'simulator_failed',
			line: null,
			message: 'The simulator itself failed; see its log.',
			param: null,
		});
		finish(state, batch, 'failed');
	}
}

function finish(state: State, batch: StoredBatch, status: BatchOutcome | 'failed'): void {
	batch.enter(status, unixSeconds(currentTime(state)));
	announce(state, `batch.${status}`, batch.id);
}

/** Results come in any order; the same one for the same batch. */
function shuffled(lines: readonly Line[], seed: string): Line[] {
	const { next } = randomFrom(seed);
	const order = [...lines];
	for (let last = order.length - 1; last > 0; last -= 1) {
		const other = Math.floor(next() * (last + 1));
		[order[last], order[other]] = [order[other] as Line, order[last] as Line];
	}
	return order;
}

async function workOn(
	state: State,
	batch: StoredBatch,
	path: string,
	lines: readonly Line[],
	release: Release,
): Promise<void> {
	const output = new ResultFile(state, batch, 'output');
	const errors = new ResultFile(state, batch, 'error');
	const limit =
		release.completed ??
		(release.outcome === 'completed' ? lines.length : Math.floor(lines.length / 2));
	for (const [index, line] of lines.entries()) {
		if (batch.isAbandoned) return;
		// What is not worked on and not told needs no file, which may be gone by now.
		if (index >= limit && release.outcome !== 'expired') break;
		const request = JSON.parse(await readLine(path, line)) as BatchRequest;
		if (index < limit) await doLine(state, batch, request, index, output, errors);
		else await errors.line(expiredLine(request.custom_id));
	}
	batch.outputFileId = await output.close();
	batch.errorFileId = await errors.close();
}

const resultId = (): string => `batch_req_${randomBytes(16).toString('hex')}`;

/** Batch guide, "Batch expiration". */
function expiredLine(customId: string): string[] {
	const error = {
		code: 'batch_expired',
		message: 'This request could not be executed before the completion window expired.',
	};
	return [JSON.stringify({ id: resultId(), custom_id: customId, response: null, error })];
}

async function doLine(
	state: State,
	batch: StoredBatch,
	{ custom_id: customId, body }: BatchRequest,
	index: number,
	output: ResultFile,
	errors: ResultFile,
): Promise<void> {
	const requestId = randomBytes(16).toString('hex');
	const head = `{"id":"${resultId()}","custom_id":${JSON.stringify(customId)},"response":{"status_code":`;
	const fault = state.options.batchLineFault?.(customId, index);
	if (fault === 'noResult') return;
	try {
		const values = structuredClone(body);
		if (fault !== undefined) throw faultError(fault, requestId);
		const job = batch.endpoint.endsWith('/edits')
			? await editJob(state, values, async (file) => ({
					...file,
					facts: await imageFacts(file.content),
				}))
			: generationJob(state, values);
		const done = await perform(state, requestId, job, { batchId: batch.id, customId });
		const result = {
			...done,
			state,
			options: job.options,
			limits: {},
			extras: {},
			statedUsage: state.options.usage ?? 'full',
			bare: state.options.bare === true,
			empty: false,
		};
		await output.line([
			`${head}200,"request_id":"${requestId}","body":`,
			bodyOf(result),
			'},"error":null}',
		]);
		batch.counts.completed += 1;
	} catch (error) {
		if (!(error instanceof ApiError)) throw error;
		await errors.line([
			`${head}${error.status},"request_id":"${requestId}","body":${JSON.stringify({ error: error.body })}},"error":null}`,
		]);
		batch.counts.failed += 1;
	}
}

function faultError(fault: LineFault, requestId: string): ApiError {
	if (fault === 'moderation') return moderationBlocked('input', requestId);
	return new ApiError(500, {
		message: 'The server had an error while processing your request. Sorry about that!',
		type: 'server_error',
		param: null,
		code: null,
	});
}

/** A file of results, written as they come; there is none when nothing came. */
class ResultFile {
	private readonly path: string;
	private stream: WriteStream | null = null;
	private readonly state: State;
	private readonly batch: StoredBatch;
	private readonly kind: 'output' | 'error';

	constructor(state: State, batch: StoredBatch, kind: 'output' | 'error') {
		this.state = state;
		this.batch = batch;
		this.kind = kind;
		this.path = state.spool.path();
	}

	async line(pieces: ReadonlyArray<string | AsyncIterable<string>>): Promise<void> {
		// A write that fails is told by the write; without a listener it would end the process.
		this.stream ??= createWriteStream(this.path, { highWaterMark: 4 * 1024 * 1024 }).on(
			'error',
			() => undefined,
		);
		for (const piece of pieces) {
			if (typeof piece === 'string') await this.write(piece);
			else for await (const part of piece) await this.write(part);
		}
		await this.write('\n');
	}

	/** @returns the id of the stored file, or null when nothing was written */
	async close(): Promise<string | null> {
		const { stream, state, batch } = this;
		if (stream === null) return null;
		stream.end();
		await once(stream, 'close');
		const { rewriteResults } = state.options;
		if (rewriteResults !== undefined)
			await writeFile(this.path, rewriteResults(await readFile(this.path, 'utf8'), this.kind));
		const { size: bytes } = await stat(this.path);
		const file = storeFile(state, {
			filename: `${batch.id}_${this.kind}.jsonl`,
			purpose: 'batch_output',
			path: this.path,
			bytes,
			expiresAt: null,
		});
		file.expiresAt = file.createdAt + (batch.outputLifetime ?? OUTPUT_LIFETIME_SECONDS);
		return file.id;
	}

	private async write(text: string): Promise<void> {
		if (this.stream?.write(text) === false) await once(this.stream, 'drain');
	}
}
