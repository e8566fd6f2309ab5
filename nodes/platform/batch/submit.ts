import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { groupLines } from '../../core/batch/grouping';
import { picodollars } from '../../core/pricing/money';
import type { Ledger } from '../../core/run/ledger';
import { CANCELLED, STOPPED, type SendResult } from '../../core/run/outcome';
import { countsInBudget } from '../../core/run/retry';
import { sideBySide } from '../../core/run/sideBySide';
import type { RunWorld } from '../../core/run/runRequests';
import { createBatchApi } from '../batchApi';
import { ledgerOf } from '../images/budget';
import { readCatalogue } from '../models';
import { nodeMemory } from '../nodeContext';
import { RunLog } from '../runLog';
import { plural } from '../spending';
import { realWorld } from '../world';
import { batchesBound, withinBudget } from './budget';
import { InputFiles } from './inputFiles';
import { prepareItems, type Prepared, type PreparedLine } from './prepare';
import { readSubmitSettings, type SubmitSettings } from './settings';
import { submissionOf, submitGroup, type Submitter } from './submitGroup';
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
	if (problem !== null) context.addExecutionHints({ type: 'warning', location: 'outputPane', message: problem });
	const prepared = await prepareItems(context, now, catalogue);
	const memory = nodeMemory(context);
	const submissions = new Submissions(memory);
	const ledger = ledgerOf(memory);
	const spentBefore = picodollars(ledger.spent - submissions.bound);
	const { lines, skipped } = withinBudget(context, prepared.lines, settings.budget, spentBefore);
	const groups = await submitAll(context, lines, settings, world, { submissions, ledger });
	const submission: Submission = { ...prepared, skipped, groups, now };
	context.addExecutionHints(...submissionHints(submission));
	logSubmission(context, groups);
	const items = submissionItems(context, submission);
	if (groups.every(({ result }) => result.ok)) submissions.clear();
	return [items];
}

async function submitAll(
	context: IExecuteFunctions,
	lines: readonly PreparedLine[],
	settings: SubmitSettings,
	world: RunWorld,
	books: Books,
): Promise<SubmittedGroup[]> {
	const api = await createBatchApi(context, settings.timeoutMs, settings, world);
	const groups = groupLines(lines, settings.requestsPerBatch);
	const files = new InputFiles(context, api);
	await files.note(groups);
	const submitter: Submitter = { context, api, files, options: settings, world, label: settings.label };
	let done = 0;
	const results = await sideBySide(
		groups,
		LANES,
		async (group) => {
			const submitted = await submitUnlessDone(submitter, group, books);
			done += 1;
			context.sendMessageToUI(`GPT Image: ${done} of ${groups.length} batches submitted`);
			return submitted;
		},
		({ result }) => !result.ok && (!context.continueOnFail() || world.cancelled()),
	);
	const notStarted: SendResult<Batch> = { ok: false, failure: world.cancelled() ? CANCELLED : STOPPED };
	return groups.map((group, index) => results[index] ?? { lines: group, result: notStarted, reused: false });
}

async function submitUnlessDone(
	submitter: Submitter,
	lines: PreparedLine[],
	{ submissions, ledger }: Books,
): Promise<SubmittedGroup> {
	const { context } = submitter;
	const submission = submissionOf(lines, `${context.getExecutionId()} ${context.getNode().id} ${submissions.run}`);
	const known = submissions.find(submissionOf(lines, ''));
	if (known !== null) return { lines, result: { ok: true, value: known }, reused: true };
	const bound = batchesBound(lines);
	const reservation = ledger.reserve({ amount: bound, priceKey: 'batch', isCertain: true });
	const result = await submitGroup(submitter, lines, submission);
	// What a batch costs is known once it is done; until then its bound counts.
	if (result.ok || countsInBudget(result.failure)) ledger.settle(reservation, bound);
	else ledger.release(reservation);
	if (result.ok) submissions.add(submissionOf(lines, ''), result.value, bound);
	return { lines, result, reused: false };
}

function logSubmission(context: IExecuteFunctions, groups: readonly SubmittedGroup[]): void {
	const log = new RunLog(context);
	for (const { lines, result, reused } of groups) {
		if (result.ok && !reused) log.finished(`batch ${result.value.id} submitted with ${plural(lines.length, 'request')}`, { batchId: result.value.id });
		else if (!result.ok) log.failed(`a batch of ${plural(lines.length, 'request')} was not submitted`, result.failure);
	}
}
