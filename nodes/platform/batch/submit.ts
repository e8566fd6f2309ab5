import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { groupLines } from '../../core/batch/grouping';
import { createBatchApi } from '../batchApi';
import { hint } from '../hints';
import { ledgerOf } from '../images/budget';
import { runName } from '../images/runName';
import { readCatalogue } from '../models';
import { nodeMemory } from '../nodeContext';
import { RunLog } from '../runLog';
import { plural } from '../spending';
import { realWorld } from '../world';
import { batchesBound, withinBudget } from './budget';
import { resume, type Resumed } from './earlierTries';
import { InputFiles } from './inputFiles';
import { prepareItems, type Prepared } from './prepare';
import type { PreparedLine } from './preparedLine';
import { readSubmitSettings, type SubmitSettings } from './settings';
import type { Submitter } from './submitGroup';
import { submissionHints } from './submitHints';
import { submissionItems } from './submitItems';
import { SubmitQueue } from './submitQueue';
import { book, type Books, type SubmittedGroup } from './submitting';
import { Submissions } from './submissions';

export interface Submission extends Prepared {
	/** Lines that the budget has no room for. */
	skipped: PreparedLine[];
	groups: SubmittedGroup[];
	/** What earlier tries have submitted. */
	resumed: Pick<Resumed, 'found' | 'outdated'>;
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
	const memory = nodeMemory(context);
	const submissions = new Submissions(memory, context.getExecutionId());
	if (!isRetry(context)) submissions.begin();
	const prepared = await prepareItems(context, now, catalogue);
	const api = await createBatchApi(context, settings.timeoutMs, settings, world);
	const files = new InputFiles(context, api);
	const submitter: Submitter = {
		context,
		api,
		files,
		options: settings,
		world,
		node: `${context.getNode().id} ${memory.run}`,
		run: runName(context, memory),
	};
	let isDelivered = false;
	try {
		const submission = await submitLines(submitter, prepared, submissions, settings, now);
		context.addExecutionHints(...submissionHints(submission));
		logSubmission(context, submission.groups);
		const items = submissionItems(context, submission);
		// What a cancelled execution gives is not used.
		submissions.delivered(!world.cancelled() && submission.groups.every(({ result }) => result.ok));
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
		return {
			...prepared,
			skipped: [],
			groups: unreadable,
			resumed: { found: [], outdated: [] },
			now,
		};
	submissions.takeOver(new Set(known.map(({ key }) => key)));
	const resumed = await resume(submitter, known, submissions, isRetry(context), now);
	files.note(resumed.rest);
	const ledger = ledgerOf(nodeMemory(context));
	const boundOf: Books['boundOf'] = (lines) =>
		batchesBound(lines.filter(({ key }) => !resumed.counted.has(key)));
	// Between the budget's word and the reservations nothing may be waited for: another call may ask it too.
	countFound(resumed, ledger, boundOf);
	const { lines, skipped } = withinBudget(context, resumed.rest, settings.budget, ledger, boundOf);
	const books: Books = { submissions, ledger, boundOf };
	const queue = new SubmitQueue(
		submitter,
		groupLines(lines, settings.requestsPerBatch).map((group) => book(group, books)),
		books,
		settings.maxQueueWaitMs,
	);
	const groups = [...resumed.groups, ...(await queue.run()), ...unreadable].sort(
		byPosition(prepared.lines),
	);
	await files.deleteUnneeded(
		groups
			.filter(({ result, isUnclear }) => result.ok || isUnclear)
			.flatMap((group) => group.lines),
	);
	return { ...prepared, skipped, groups, resumed, now };
}

/** Tells which line is which, for which their images have to be read. */
async function identify(
	{ files }: Submitter,
	lines: readonly PreparedLine[],
): Promise<{ known: PreparedLine[]; unreadable: SubmittedGroup[] }> {
	const known: PreparedLine[] = [];
	const unreadable: SubmittedGroup[] = [];
	for (const line of lines) {
		const failure = await files.identify(line);
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
	ledger: Books['ledger'],
	boundOf: Books['boundOf'],
): void {
	if (found.length === 0) return;
	for (const { lines } of groups) ledger.settle(ledger.reserve(null), boundOf(lines));
}

/** As they would be without limits: the lines of a kind together, in their order. */
function byPosition(
	lines: readonly PreparedLine[],
): (a: SubmittedGroup, b: SubmittedGroup) => number {
	const rank = new Map(
		groupLines(lines, lines.length)
			.flat()
			.map((line, index) => [line, index]),
	);
	const rankOf = ({ lines: [first] }: SubmittedGroup): number =>
		first === undefined ? Infinity : (rank.get(first) ?? Infinity);
	return (a, b) => rankOf(a) - rankOf(b);
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
