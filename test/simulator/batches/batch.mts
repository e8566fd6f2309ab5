/** A batch and its way through its states ("Batch" API reference). */
import { randomBytes } from 'node:crypto';
import type { BatchOutcome } from '../types.mts';

const DAY_SECONDS = 24 * 3600;

export interface BatchProblem {
	code: string;
	line: number | null;
	message: string;
	param: string | null;
}

/** How a batch that is held shall go on. */
export interface Release {
	outcome: BatchOutcome;
	/** Requests that are done before it ends; null = all, or half of them when it does not complete. */
	completed: number | null;
}

export class StoredBatch {
	readonly id = `batch_${randomBytes(16).toString('hex')}`;
	status = 'validating';
	model: string | null = null;
	outputFileId: string | null = null;
	errorFileId: string | null = null;
	problems: BatchProblem[] = [];
	counts = { total: 0, completed: 0, failed: 0 };
	/** What it takes of the account's queue until it ends. */
	load = { requests: 0, tokens: 0 };
	readonly times: Record<string, number> = {};
	readonly endpoint: string;
	readonly inputFileId: string;
	readonly metadata: Record<string, string> | null;
	readonly outputLifetime: number | null;
	readonly createdAt: number;
	/** Settled once the final status is reached. */
	readonly done: Promise<void>;
	isAbandoned = false;
	private finish: () => void = () => undefined;
	private letGo: (release: Release) => void = () => undefined;
	private readonly released: Promise<Release>;

	/** @param createdAt Unix seconds */
	constructor(
		about: Pick<StoredBatch, 'endpoint' | 'inputFileId' | 'metadata' | 'outputLifetime'>,
		createdAt: number,
	) {
		this.endpoint = about.endpoint;
		this.inputFileId = about.inputFileId;
		this.metadata = about.metadata;
		this.outputLifetime = about.outputLifetime;
		this.createdAt = createdAt;
		this.done = new Promise((resolve) => {
			this.finish = resolve;
		});
		this.released = new Promise((resolve) => {
			this.letGo = resolve;
		});
	}

	get expiresAt(): number {
		return this.createdAt + DAY_SECONDS;
	}

	get isFinished(): boolean {
		return ['completed', 'failed', 'expired', 'cancelled'].includes(this.status);
	}

	enter(status: string, at: number): void {
		this.status = status;
		this.times[`${status}_at`] = at;
		if (this.isFinished) this.finish();
	}

	release(release: Release): void {
		this.letGo(release);
	}

	async whenReleased(): Promise<Release> {
		return await this.released;
	}

	/** The simulator is closing or starting anew. */
	abandon(): void {
		this.isAbandoned = true;
		this.letGo({ outcome: 'cancelled', completed: 0 });
		this.finish();
	}

	describe(): Record<string, unknown> {
		const time = (name: string) => this.times[name] ?? null;
		return {
			id: this.id,
			object: 'batch',
			endpoint: this.endpoint,
			...(this.model !== null && { model: this.model }),
			errors: this.problems.length === 0 ? null : { object: 'list', data: this.problems },
			input_file_id: this.inputFileId,
			completion_window: '24h',
			status: this.status,
			output_file_id: this.outputFileId,
			error_file_id: this.errorFileId,
			created_at: this.createdAt,
			in_progress_at: time('in_progress_at'),
			expires_at: this.expiresAt,
			finalizing_at: time('finalizing_at'),
			completed_at: time('completed_at'),
			failed_at: time('failed_at'),
			expired_at: time('expired_at'),
			cancelling_at: time('cancelling_at'),
			cancelled_at: time('cancelled_at'),
			request_counts: { ...this.counts },
			metadata: this.metadata,
		};
	}
}
