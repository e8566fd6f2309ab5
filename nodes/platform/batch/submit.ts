import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { groupLines } from '../../core/batch/grouping';
import { picodollars, type Picodollars } from '../../core/pricing/money';
import type { Ledger, Reservation } from '../../core/run/ledger';
import { CANCELLED, STOPPED, type SendResult } from '../../core/run/outcome';
import { countsInBudget } from '../../core/run/retry';
import { sideBySide } from '../../core/run/sideBySide';
import type { RunWorld } from '../../core/run/runRequests';
import { createBatchApi } from '../batchApi';
import { hint } from '../hints';
import { ledgerOf } from '../images/budget';
import { readCatalogue } from '../models';
import { nodeMemory } from '../nodeContext';
import { RunLog } from '../runLog';
import { plural } from '../spending';
import { realWorld } from '../world';
import { batchesBound, withinBudget } from './budget';
import { InputFiles } from './inputFiles';
import { prepareItems, type Prepared } from './prepare';
import type { PreparedLine } from './preparedLine';
import { readSubmitSettings, type SubmitSettings } from './settings';
import { findSubmission, submissionOf, submitGroup, type Submitter } from './submitGroup';
import { submissionHints, submissionItems } from './submitItems';
import { Submissions } from './submissions';

/** Batches under way at once: each uploads its files, and a large one takes seconds. */
const LANES = 4;

/** What an execution remembers of its batches. */
interface Books {
	submissions: Submissions;
	ledger: Ledger;
}

/** Lines that belong into one batch, and what became of them. */
export interface SubmittedGroup {
	lines: PreparedLine[];
	result: SendResult<Batch>;
	/** Submitted by an earlier attempt of this execution. */
	reused: boolean;
}

export interface Submission extends Prepared {
	/** Lines that the budget has no room for. */
	skipped: PreparedLine[];
	groups: SubmittedGroup[];
	now: Date;
}

/**
 * Checks all input items, then submits them as few batches as the rules allow.
 * @throws NodeApiError or NodeOperationError when something can't be submitted, unless the node continues on errors
 */
export async function submitItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const now = new Date();
	const settings = readSubmitSettings(context);
	const world = realWorld(context);
	const { catalogue, problem } = await readCatalogue(context);
	if (problem !== null) context.addExecutionHints(hint('warning', problem));
	const prepared = await prepareItems(context, now, catalogue);
	const memory = nodeMemory(context);
	const submissions = new Submissions(memory);
	const ledger = ledgerOf(memory);
	submissions.takeOver(groupLines(prepared.lines, settings.requestsPerBatch).map((lines) => submissionOf(lines, '')));
	const committed = picodollars(ledger.spent + ledger.reserved - submissions.bound);
	const { lines, skipped } = withinBudget(context, prepared.lines, settings.budget, committed);
	// Between the budget's word and the reservations nothing may be waited for: another call may ask it too.
	const booked = groupLines(lines, settings.requestsPerBatch).map((group) => bookGroup(group, { submissions, ledger }));
	let isDelivered = false;
	try {
		const groups = await submitAll(context, booked, settings, world, { submissions, ledger });
		const submission: Submission = { ...prepared, skipped, groups, now };
		context.addExecutionHints(...submissionHints(submission));
		logSubmission(context, groups);
		const items = submissionItems(context, submission);
		submissions.delivered(groups.every(({ result }) => result.ok));
		isDelivered = true;
		return [items];
	} finally {
		if (!isDelivered) submissions.failed();
		for (const group of booked) settle(ledger, group, 'nothing');
	}
}

/** Lines that are to become a batch. */
interface BookedGroup {
	lines: PreparedLine[];
	/** Knows them in each try. */
	key: string;
	bound: Picodollars;
	/** `null` = none is left, or an earlier try has counted it. */
	reservation: Reservation | null;
}

function bookGroup(lines: PreparedLine[], { submissions, ledger }: Books): BookedGroup {
	const [key, bound] = [submissionOf(lines, ''), batchesBound(lines)];
	const isCounted = submissions.find(key) !== null;
	return { lines, key, bound, reservation: isCounted ? null : ledger.reserve({ amount: bound, priceKey: 'batch', isCertain: true }) };
}

/** What a batch costs is known once it is done; until then its bound counts. */
function settle(ledger: Ledger, group: BookedGroup, counted: 'bound' | 'nothing'): void {
	const { reservation, bound } = group;
	if (reservation === null) return;
	group.reservation = null;
	if (counted === 'bound') ledger.settle(reservation, bound);
	else ledger.release(reservation);
}

async function submitAll(
	context: IExecuteFunctions,
	booked: readonly BookedGroup[],
	settings: SubmitSettings,
	world: RunWorld,
	books: Books,
): Promise<SubmittedGroup[]> {
	const api = await createBatchApi(context, settings.timeoutMs, settings, world);
	const files = new InputFiles(context, api);
	await files.note(booked.map(({ lines }) => lines));
	const submitter: Submitter = { context, api, files, options: settings, world, label: settings.label };
	let done = 0;
	const results = await sideBySide(
		booked,
		LANES,
		async (group) => {
			const submitted = await submitUnlessDone(submitter, group, books);
			done += 1;
			context.sendMessageToUI(`GPT Image: ${done} of ${booked.length} batches submitted`);
			return submitted;
		},
		({ result }) => !result.ok && (!context.continueOnFail() || world.cancelled()),
	);
	const notStarted: SendResult<Batch> = { ok: false, failure: world.cancelled() ? CANCELLED : STOPPED };
	return booked.map(({ lines }, index) => results[index] ?? { lines, result: notStarted, reused: false });
}

async function submitUnlessDone(submitter: Submitter, group: BookedGroup, { submissions, ledger }: Books): Promise<SubmittedGroup> {
	const { context, api } = submitter;
	const { lines, key, bound } = group;
	const known = submissions.find(key);
	const name = known?.name ?? submissionOf(lines, `${context.getExecutionId()} ${context.getNode().id} ${submissions.run}`);
	// An earlier try had no answer: it may be there.
	const there: SendResult<Batch> | null = known?.batch ? { ok: true, value: known.batch } : known && (await findSubmission(api, name));
	if (there?.ok === true) submissions.add(key, there.value, name, bound);
	if (there !== null) return { lines, result: there, reused: there.ok };
	const result = await submitGroup(submitter, lines, name);
	const mayBeThere = result.ok || countsInBudget(result.failure);
	settle(ledger, group, mayBeThere ? 'bound' : 'nothing');
	if (mayBeThere) submissions.add(key, result.ok ? result.value : null, name, bound);
	return { lines, result, reused: false };
}

function logSubmission(context: IExecuteFunctions, groups: readonly SubmittedGroup[]): void {
	const log = new RunLog(context);
	for (const { lines, result, reused } of groups) {
		if (result.ok && !reused) log.finished(`batch ${result.value.id} submitted with ${plural(lines.length, 'request')}`, { batchId: result.value.id });
		else if (!result.ok) log.failed(`a batch of ${plural(lines.length, 'request')} was not submitted`, result.failure);
	}
}
