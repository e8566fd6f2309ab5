import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { awaitsFiles, type Batch } from '../../core/batch/batch';
import { type CollectRetry, credibleRetry, retryCollecting } from '../../core/batch/collectRetry';
import { type FinishedMemory, forget, look, remember } from '../../core/batch/finished';
import { readMemory } from '../../core/batch/finishedMemory';
import type { Failure } from '../../core/failures/failure';
import { CANCELLED } from '../../core/scheduler/outcome';
import type { Runtime } from '../../core/scheduler/types';
import { asRecord } from '../../core/util/json';
import type { BatchApi } from '../api/batchApi';
import { isCount, isNumber, withFields } from '../n8n/kept';
import { inForm } from '../n8n/simplify';
import { batchItem } from './batchItem';
import { unixNow } from './createOnce';
import { damagedWords } from './damagedWords';
import { finishedItems } from './finishedItems';
import { passes } from './listBatches';
import { seeBatches } from './listFinished';
import { batchError } from './perBatch';
import type { NodeState, PollTurn } from './pollLock';
import { type FinishedSettings, LOG_NAME } from './pollSettings';
import { startExecution, type StartOutcome } from './startExecution';
import { takenBack, takenBackWords } from './takenBack';
import { tookTooLong } from './tookTooLong';

/** What this process remembers of its own starts: far more than are started between two times that n8n saves. */
const MOST_REPORTED = 10_000;

const isRetry = withFields({ attempts: isCount, firstFailedAt: isNumber, notBefore: isNumber });

/** What a poll works with. */
interface Poll {
	context: IPollFunctions;
	api: BatchApi;
	/** Tells projects apart where nothing better does. */
	credential: string;
	settings: FinishedSettings;
	runtime: Runtime;
	turn: PollTurn;
	budgetMs: number;
}

/** One poll: what it finds it reports, batch by batch, and remembers in the node's static data. */
export class FinishedReporter {
	private readonly data: IDataObject;

	private readonly poll: Poll;

	private readonly state: NodeState;

	/** Being collected. */
	private current: Batch | null = null;

	constructor(poll: Poll) {
		this.poll = poll;
		this.state = poll.turn.state;
		this.data = poll.context.getWorkflowStaticData('node');
	}

	/** @returns why not all could be looked at; `null` = it was */
	async run(): Promise<Failure | null> {
		const { api, credential, settings, runtime, turn, context } = this.poll;
		const { earlier, unreadable } = this.recall();
		const seen = await seeBatches(api, earlier, credential);
		if (!seen.ok) return seen.failure;
		if (turn.isOver()) return null;
		if (unreadable.length > 0) context.logger.warn(damagedWords(unreadable, earlier));
		if (earlier !== null && seen.value.memory === null)
			context.logger.info(
				`${LOG_NAME}: the key now belongs to another project. Batches that had already finished there don't start the workflow.`,
			);
		const { report, memory } = look(seen.value.memory, seen.value, settings.filter, passes);
		this.keep(memory);
		for (const id of seen.value.gone) this.state.takenBack.delete(id);
		this.forgetOld(report);
		for (const batch of report) {
			// What n8n grants is used up: the next poll goes on.
			if (runtime.cancelled() || turn.isOver()) break;
			await this.report(batch);
		}
		return seen.value.failure;
	}

	/** The time is over, whatever is still under way. A batch that always takes too long shall not stand in the way of the others. */
	giveUp(): void {
		if (this.current !== null) void this.failed(this.current, CANCELLED);
	}

	private recall(): { earlier: FinishedMemory | null; unreadable: string[] } {
		const { memory, unreadable } = readMemory(this.data.finished, unixNow());
		if (memory === null) return { earlier: null, unreadable };
		const { reported, takenBack } = this.state;
		const known = { ...memory.known, ...Object.fromEntries(reported) };
		return { earlier: [...takenBack.values()].reduce(forget, { ...memory, known }), unreadable };
	}

	/** Always the whole value: n8n notices an assignment to the static data, not a change inside of what was assigned. */
	private keep(memory: FinishedMemory): void {
		this.data.finished = { ...memory, filter: { ...memory.filter } } as unknown as IDataObject;
	}

	private forgetOld(report: readonly Batch[]): void {
		const { reported } = this.state;
		for (const id of [...reported.keys()].slice(0, -MOST_REPORTED)) reported.delete(id);
		const retries = Object.entries(asRecord(this.data.retries)).filter(([id]) =>
			report.some((batch) => batch.id === id),
		);
		if (this.data.retries !== undefined)
			this.data.retries = Object.fromEntries(retries) as IDataObject;
	}

	private async report(batch: Batch): Promise<void> {
		const earlier = this.retryOf(batch);
		if (earlier !== undefined && Date.now() < earlier.notBefore) return;
		// It says nothing without them, and they come some moments later.
		if (awaitsFiles(batch, new Date())) return;
		const { context, api, settings, runtime, turn } = this.poll;
		const fate = await takenBack(api, batch, new Date());
		if (turn.isOver() || fate === 'later') return;
		if (fate === 'yes') return this.pass(batch);
		this.current = batch;
		const items = await finishedItems(context, api, batch, settings, runtime);
		this.current = null;
		if (turn.isOver()) return;
		if (items.ok) await this.start(batch, items.value);
		else await this.failed(batch, items.failure);
	}

	/** It is known from now on, and starts nothing. */
	private pass(batch: Batch): void {
		const { memory } = readMemory(this.data.finished, unixNow());
		if (memory === null) return;
		this.state.reported.set(batch.id, batch.createdAt);
		this.keep(remember(memory, batch));
		this.poll.context.logger.info(
			`${LOG_NAME}: ${takenBackWords(batch)} It doesn't start the workflow.`,
		);
	}

	private retryOf({ id }: Batch): CollectRetry | undefined {
		const retry = asRecord(this.data.retries)[id];
		return isRetry(retry) ? credibleRetry(retry as CollectRetry, Date.now()) : undefined;
	}

	/** One batch that can't be collected shall neither be lost nor stand in the way of the others. */
	private async failed(batch: Batch, failure: Failure): Promise<void> {
		const { context, api, budgetMs } = this.poll;
		const retry = retryCollecting(this.retryOf(batch), failure, Date.now());
		const error =
			failure.kind === 'cancelled'
				? tookTooLong(context, budgetMs)
				: batchError(context, api, failure, batch.id, 0);
		if (retry === null) {
			const { message, description } = error;
			await this.start(batch, [
				{
					json: {
						...batchItem(batch),
						error: message,
						description: description ?? null,
						code: failure.code,
					},
				},
			]);
			return;
		}
		this.data.retries = {
			...asRecord(this.data.retries),
			[batch.id]: retry,
		} as unknown as IDataObject;
		if (retry.attempts > 1) return;
		error.description = `${error.description ?? ''} The next polls try to collect the results of ${batch.id} again, for a day. They stay with the provider, and collecting costs nothing.`;
		context.__emitError(error);
	}

	/**
	 * First remembered, then started: n8n saves the static data when it starts an execution, and only then.
	 * It does so beside storing the execution; so one after the other, lest a crash in between loses several.
	 */
	private async start(batch: Batch, items: INodeExecutionData[]): Promise<void> {
		const { memory } = readMemory(this.data.finished, unixNow());
		if (memory === null || this.state.reported.has(batch.id)) return;
		this.state.reported.set(batch.id, batch.createdAt);
		this.state.takenBack.delete(batch.id);
		this.keep(remember(memory, batch));
		const [output = []] = inForm(this.poll.settings.form, [items]);
		await startExecution(this.poll.context, output, (outcome) => this.settle(batch, outcome));
	}

	/** Perhaps long after the poll: what did not start is started by the next one, whatever was saved meanwhile. */
	private settle(batch: Batch, outcome: StartOutcome): void {
		if (outcome === 'started') return;
		this.state.reported.delete(batch.id);
		if (outcome === 'dropped') return;
		this.state.takenBack.set(batch.id, { id: batch.id, createdAt: batch.createdAt });
		this.poll.context.logger.error(
			`${LOG_NAME}: n8n could not start an execution for ${batch.id}. The next poll tries again. ${outcome.failed}`,
		);
	}
}
