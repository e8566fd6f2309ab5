import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { groupLines } from '../../core/batch/grouping';
import { plural } from '../../core/util/text';
import { createBatchApi } from '../api/batchApi';
import { readCatalogue } from '../api/models';
import { ledgerOf, warnOfUnknown } from '../images/budget';
import { runName } from '../images/call';
import { forgetDownloads } from '../images/downloads';
import { hint } from '../n8n/hints';
import { nodeMemory } from '../n8n/nodeContext';
import { RunLog } from '../n8n/runLog';
import { n8nRuntime } from '../n8n/runtime';
import { batchesBound, withinBudget } from './batchBudget';
import { resume, type Resumed } from './earlierTries';
import { InputFiles } from './inputFiles';
import { type Prepared, prepareItems } from './prepare';
import type { PreparedLine } from './preparedLine';
import { LONG_WATCH_MS, WATCH_MS } from './queueWait';
import { inTurn } from './retryTurn';
import { sameRowsBefore } from './sameRows';
import { readSubmitSettings, type SubmitSettings } from './settings';
import { Submissions } from './submissions';
import type { Submitter } from './submitGroup';
import { submissionHints } from './submitHints';
import { type Submission, submissionItems } from './submitItems';
import { SubmitQueue } from './submitQueue';
import { type Bookkeeping, reserveGroup, type SubmittedGroup, takenFrom } from './submitting';

/**
 * Checks all input items, then submits them as few batches as the rules allow.
 * @throws NodeApiError or NodeOperationError when something can't be submitted, unless the node continues on errors
 */
export async function submitItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const now = new Date();
	const settings = readSubmitSettings(context);
	const runtime = n8nRuntime(context);
	const { catalogue, problem } = await readCatalogue(context);
	if (problem !== null) context.addExecutionHints(hint('warning', problem));
	const memory = nodeMemory(context);
	const submissions = new Submissions(memory, context.getExecutionId());
	if (!isRetry(context) && !submissions.isUnreadable) submissions.beginFirst();
	const prepared = await prepareItems(context, now, catalogue);
	const api = await createBatchApi(context, settings.timeoutMs, settings, runtime);
	const submitter: Submitter = {
		context,
		api,
		files: new InputFiles(context, api),
		options: settings,
		runtime,
		node: `${context.getNode().id} ${memory.run}`,
		firstExecutionId: submissions.retryOf,
		run: runName(context, memory),
		mayHaveTwin: isRetry(context) && submissions.mayLack(true),
	};
	let isDelivered = false;
	try {
		const submit = () => submitLines(submitter, prepared, submissions, settings, now);
		const submission = await inTurn(submitter, submissions.mayLack(isRetry(context)), submit);
		context.addExecutionHints(...submissionHints(submission));
		logSubmission(context, submission.groups);
		const items = submissionItems(context, submission);
		// What a cancelled execution gives is not used.
		const isDone = !runtime.cancelled() && submission.groups.every(({ result }) => result.ok);
		submissions.delivered(isDone);
		if (isDone) forgetDownloads(memory);
		isDelivered = true;
		return [items];
	} finally {
		if (!isDelivered) submissions.failed();
	}
}

async function submitLines(
	submitter: Submitter,
	prepared: Prepared,
	submissions: Submissions,
	settings: SubmitSettings,
	now: Date,
): Promise<Submission> {
	const { context, files } = submitter;
	const { known, unreadable } = await identify(submitter, prepared.lines);
	if (unreadable.length > 0 && !context.continueOnFail())
		return { ...prepared, ...NOTHING_ELSE, groups: unreadable, now };
	submissions.takeOver(known);
	// Where nobody waits for room, nobody waits to hear that there is none.
	const watchMs = settings.maxQueueWaitMs > 0 ? LONG_WATCH_MS : WATCH_MS;
	const resumed = await resume(submitter, known, submissions, {
		isRetry: isRetry(context),
		watchMs,
		now,
	});
	files.note(resumed.rest);
	const { groups: submitted, skipped } = await submitRest(
		submitter,
		resumed,
		submissions,
		settings,
	);
	const groups = [...resumed.groups, ...submitted, ...unreadable].sort(byPosition(prepared.lines));
	await files.deleteUnneeded(
		groups.filter(({ result, isUnclear, reused }) => (result.ok && !reused) || isUnclear),
	);
	return {
		...prepared,
		skipped,
		groups,
		resumed: { ...resumed, found: [...resumed.found, ...takenFrom(submitted)] },
		before: await sameRowsBefore(submitter, groups, now),
		now,
	};
}

const NOTHING_ELSE: Pick<Submission, 'skipped' | 'resumed' | 'before'> = {
	skipped: [],
	resumed: { found: [], outdated: [] },
	before: [],
};

/** What no earlier try has submitted, within the budget. */
async function submitRest(
	submitter: Submitter,
	resumed: Resumed,
	submissions: Submissions,
	settings: SubmitSettings,
): Promise<Pick<Submission, 'groups' | 'skipped'>> {
	const { context } = submitter;
	const ledger = ledgerOf(nodeMemory(context));
	warnOfUnknown(context, settings.budget, ledger);
	const boundOf: Bookkeeping['boundOf'] = (lines) => batchesBound(lines, resumed.counted);
	// Between the budget's word and the reservations nothing may be waited for: another call may ask it too.
	countFound(resumed, ledger, boundOf);
	const { lines, skipped } = withinBudget(context, resumed.rest, settings.budget, ledger, boundOf);
	const books: Bookkeeping = { submissions, ledger, boundOf };
	const groups = groupLines(lines, settings.requestsPerBatch).map((group) =>
		reserveGroup(group, books),
	);
	return {
		groups: await new SubmitQueue(submitter, groups, books, settings.maxQueueWaitMs).run(),
		skipped,
	};
}

/** Tells which line is which, for which their images have to be read. */
async function identify(
	{ files }: Submitter,
	lines: readonly PreparedLine[],
): Promise<{ known: PreparedLine[]; unreadable: SubmittedGroup[] }> {
	const known: PreparedLine[] = [];
	const unreadable: SubmittedGroup[] = [];
	for (const line of lines) {
		// One without files needs no promise, and there may be 50,000.
		const failure = line.hasFiles ? await files.identify(line) : files.name(line);
		if (failure === null) known.push(line);
		else unreadable.push({ lines: [line], result: { ok: false, failure }, reused: false });
	}
	return { known, unreadable };
}

/** Whether this execution is one that has failed, run once more. */
const isRetry = (context: IExecuteFunctions): boolean =>
	(context as Partial<IExecuteFunctions>).getMode?.() === 'retry';

/** What an execution has spent whose books are lost. */
function countFound(
	{ groups, found }: Resumed,
	ledger: Bookkeeping['ledger'],
	boundOf: Bookkeeping['boundOf'],
): void {
	if (found.length === 0) return;
	for (const { lines } of groups) ledger.settle(ledger.reserve(null), boundOf(lines));
}

/** As they would be without limits: the lines of a kind together, in their order. */
function byPosition(
	lines: readonly PreparedLine[],
): (a: SubmittedGroup, b: SubmittedGroup) => number {
	const kinds = new Set<string>();
	for (const { kind } of lines) kinds.add(kind);
	const ranks = new Map([...kinds].map((kind, rank) => [kind, rank]));
	return ({ lines: [a] }, { lines: [b] }) => {
		if (a === undefined || b === undefined)
			return Number(a === undefined) - Number(b === undefined);
		return (ranks.get(a.kind) ?? 0) - (ranks.get(b.kind) ?? 0) || a.comparedWith(b);
	};
}

function logSubmission(context: IExecuteFunctions, groups: readonly SubmittedGroup[]): void {
	const log = new RunLog(context);
	for (const { lines, result, reused } of groups) {
		if (result.ok && !reused)
			log.finished(`batch ${result.value.id} submitted with ${plural(lines.length, 'request')}`, {
				batchId: result.value.id,
			});
		else if (!result.ok)
			log.failed(`a batch of ${plural(lines.length, 'request')} was not submitted`, result.failure);
	}
}
