import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { retryCollecting, type CollectRetry } from '../../core/batch/collectRetry';
import { forget, look, readMemory, remember, type FinishedMemory } from '../../core/batch/finished';
import { asRecord } from '../../core/run/errorBody';
import type { Failure } from '../../core/run/failure';
import type { RunWorld } from '../../core/run/runRequests';
import type { BatchApi } from '../batchApi';
import { batchItem } from './batchItem';
import { finishedItems } from './finishedItems';
import { listForLook } from './listFinished';
import { passes } from './listBatches';
import { batchError } from './perBatch';
import type { FinishedSettings } from './pollSettings';
import { startExecution, type StartOutcome } from './startExecution';

/** One poll: what it finds it reports, batch by batch, and remembers in the node's static data. */
export class FinishedReporter {
	private readonly data: IDataObject;

	private readonly context: IPollFunctions;

	private readonly api: BatchApi;

	private readonly settings: FinishedSettings;

	private readonly world: RunWorld;

	private readonly reported: Map<string, number>;

	/** @param reported what this process has reported for this node, by id */
	constructor(
		context: IPollFunctions,
		api: BatchApi,
		settings: FinishedSettings,
		world: RunWorld,
		reported: Map<string, number>,
	) {
		this.context = context;
		this.api = api;
		this.settings = settings;
		this.world = world;
		this.reported = reported;
		this.data = context.getWorkflowStaticData('node');
	}

	/** @returns why there was no look; `null` = there was */
	async run(): Promise<Failure | null> {
		const earlier = this.recall();
		const listed = await listForLook(this.api, earlier);
		if (!listed.ok) return listed.failure;
		const { report, memory } = look(earlier, listed.value, this.settings.filter, passes);
		this.keep(memory);
		this.forgetOld(memory, report);
		for (const batch of report) {
			// What n8n grants is used up: the next poll goes on.
			if (this.world.cancelled()) break;
			await this.report(batch);
		}
		return null;
	}

	private recall(): FinishedMemory | null {
		const memory = readMemory(this.data.finished);
		return memory && { ...memory, known: { ...memory.known, ...Object.fromEntries(this.reported) } };
	}

	/** Always the whole value: n8n notices an assignment to the static data, not a change inside of what was assigned. */
	private keep(memory: FinishedMemory): void {
		this.data.finished = { ...memory, filter: { ...memory.filter } } as unknown as IDataObject;
	}

	private forgetOld({ since }: FinishedMemory, report: readonly Batch[]): void {
		for (const [id, createdAt] of this.reported) if (createdAt < since) this.reported.delete(id);
		const retries = Object.entries(this.retries()).filter(([id]) => report.some((batch) => batch.id === id));
		if (this.data.retries !== undefined) this.data.retries = Object.fromEntries(retries) as unknown as IDataObject;
	}

	private retries(): Record<string, CollectRetry> {
		return asRecord(this.data.retries) as Record<string, CollectRetry>;
	}

	private async report(batch: Batch): Promise<void> {
		const earlier = this.retries()[batch.id];
		if (earlier !== undefined && Date.now() < earlier.notBefore) return;
		const items = await finishedItems(this.context, this.api, batch, this.settings, this.world);
		if (items.ok) await this.start(batch, items.value);
		else await this.failed(batch, items.failure, earlier);
	}

	/** One batch that can't be collected shall neither be lost nor stand in the way of the others. */
	private async failed(batch: Batch, failure: Failure, earlier: CollectRetry | undefined): Promise<void> {
		const retry = retryCollecting(earlier, failure, Date.now());
		const error = batchError(this.context, this.api, failure, batch.id, 0);
		if (retry === null) {
			const { message, description } = error;
			await this.start(batch, [{ json: { ...batchItem(batch), error: message, description: description ?? null, code: failure.code } }]);
			return;
		}
		this.data.retries = { ...this.retries(), [batch.id]: retry } as unknown as IDataObject;
		if (retry.attempts > 1) return;
		error.description = `${error.description ?? ''} The results of ${batch.id} are collected again with the next polls, for a day. They stay there, and collecting costs nothing.`;
		this.context.__emitError(error);
	}

	/**
	 * First remembered, then started: n8n saves the static data when it starts an execution, and only then.
	 * It does so beside storing the execution; so one after the other, lest a crash in between loses several.
	 */
	private async start(batch: Batch, items: INodeExecutionData[]): Promise<void> {
		const memory = readMemory(this.data.finished);
		if (memory === null || this.reported.has(batch.id)) return;
		this.reported.set(batch.id, batch.createdAt);
		this.keep(remember(memory, batch));
		let outcome: StartOutcome = 'failed';
		try {
			outcome = await startExecution(this.context, items);
		} finally {
			// The next poll tries again.
			if (outcome !== 'started') this.reported.delete(batch.id);
			const now = readMemory(this.data.finished);
			if (outcome === 'failed' && now !== null) this.keep(forget(now, batch));
		}
	}
}
