import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type IRunExecutionData,
	type IWebhookFunctions,
	NodeHelpers,
	NodeOperationError,
	WAIT_INDEFINITELY,
} from 'n8n-workflow';
import type { ReviewSettings } from '../../core/review/settings';
import { asRecord } from '../../core/util/json';
import { accessOf, newReviewId } from './access';
import { decide, type GivenAnswer } from './decide';
import { isKept, KEPT, sealed } from './keptReview';
import { isReviewable } from './reviewable';

/** A review that waits and of which what n8n keeps can't be read, as after an update of this package or an edit. */
export interface LostReview {
	id: null;
	/** As they came in; the node asks anew with them. */
	items: INodeExecutionData[];
	begin(): void;
}

/** A review that waits, as the page needs it. */
export interface WaitingReview {
	/** Which of the execution's reviews it is. */
	id: string;
	/** What each call must carry; `null` = no code was asked for. */
	access: string | null;
	settings: ReviewSettings;
	/** As they came in. */
	items: INodeExecutionData[];
	/** Has the node decide with this answer once n8n runs it again. */
	answer(answer: GivenAnswer): void;
}

/**
 * n8n (2.41) goes on in two ways. When the time is up it passes on what lies on the execution's stack, without
 * running the node: so what is to come of it then is laid there now. `forwardAllOutputs` and `resumeError` are
 * what n8n itself uses for this (workflow-execute: handleDisabledNode, runNode). For an answer, see `answer`.
 * @param accessCode what people must type to see the page; empty = nothing
 */
export async function parkReview(
	context: IExecuteFunctions,
	settings: ReviewSettings,
	accessCode: string,
): Promise<void> {
	requireRunData(context);
	const entry = context.getExecuteData();
	const items = context.getInputData();
	const earlier = items.map(({ json }) => (json.review ?? null) as IDataObject | null);
	const id = newReviewId();
	context.getContext('node')[KEPT] = sealed({
		id,
		access: accessCode === '' ? null : accessOf(accessCode, id),
		settings,
		earlier,
		answer: null,
	}) as unknown as IDataObject;
	const resumeUrl = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
	entry.metadata = { ...entry.metadata, resumeUrl, forwardAllOutputs: true };
	entry.data = { ...entry.data, main: outcomeOfTimeLimit(items, settings) };
	// n8n takes the second output for a second input when it looks for where an item comes from.
	const [source] = entry.source?.main ?? [];
	if (entry.source && source) entry.source = { ...entry.source, main: [source, source] };
	if (settings.until !== null && settings.onTimeLimit === 'fail') {
		entry.metadata.resumeError = new NodeOperationError(
			context.getNode(),
			'Nobody answered the review in time',
			{
				description: `It waited until ${settings.until}. Raise 'Time Limit (Minutes)', or change 'When Time Is Up'.`,
			},
		);
	}
	await context.putExecutionToWait(
		settings.until === null ? WAIT_INDEFINITELY : new Date(settings.until),
	);
}

function requireRunData(context: IExecuteFunctions): void {
	if (runDataOf(context) !== null) return;
	throw new NodeOperationError(context.getNode(), "This version of n8n can't wait for a review", {
		description: 'Update n8n to the latest version.',
	});
}

/**
 * The answer that this run is about; it counts once, because in a loop the next run asks anew. `null` = there is none yet, or
 * none that can be read: nothing is picked that nobody has picked.
 */
export function takeAnswer(context: IExecuteFunctions): GivenAnswer | null {
	const kept = context.getContext('node');
	const review: unknown = kept[KEPT];
	delete kept[KEPT];
	return isKept(review) ? review.answer : null;
}

/** Whether n8n passes on what was decided beforehand when the time is up. */
const isDecided = ({ until, onTimeLimit }: ReviewSettings): boolean =>
	until !== null && onTimeLimit !== 'fail';

function outcomeOfTimeLimit(
	items: INodeExecutionData[],
	settings: ReviewSettings,
): INodeExecutionData[][] {
	if (!isDecided(settings)) return [items, []];
	const all = items.flatMap((item, index) =>
		isReviewable(item) ? [{ index, note: '', prompt: null }] : [],
	);
	return decide(items, {
		picks: settings.onTimeLimit === 'all' ? all : [],
		notes: [],
		comment: '',
		at: settings.until ?? '',
	});
}

/** @returns `null` = this execution does not wait here, or n8n keeps its data elsewhere */
export function waitingReview(context: IWebhookFunctions): WaitingReview | LostReview | null {
	const runData = runDataOf(context);
	const entry = runData?.executionData?.nodeExecutionStack[0];
	if (!runData || !entry) return null;
	const [first = [], second = []] = (entry.data.main ?? []).map((output) => output ?? []);
	const items = inOrder(first, second);
	const review: unknown = NodeHelpers.getContext(runData, 'node', context.getNode())[KEPT];
	const runAgain = (): void => {
		// Passed on without running the node, items of two outputs would lose from which input item they come.
		entry.node.disabled = false;
		if (entry.metadata) delete entry.metadata.resumeError;
	};
	if (!isKept(review)) return { id: null, items, begin: runAgain };
	const { id, access, settings, earlier } = review;
	return {
		id,
		access,
		settings,
		items: isDecided(settings) ? undecided(items, earlier) : items,
		answer: (answer) => {
			Object.assign(review, sealed({ ...review, answer }));
			runAgain();
		},
	};
}

/** As they came in, whatever the time limit would have made of them: where there are two outputs, decide has named their places. */
function inOrder(first: INodeExecutionData[], second: INodeExecutionData[]): INodeExecutionData[] {
	if (second.length === 0) return first;
	const placeOf = ({ pairedItem }: INodeExecutionData): number =>
		Number(asRecord(pairedItem).item ?? 0);
	return [...first, ...second].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Without what the time limit would have made of them. */
function undecided(
	items: readonly INodeExecutionData[],
	earlier: ReadonlyArray<IDataObject | null>,
): INodeExecutionData[] {
	return items.map((item, index) => {
		const json = { ...item.json };
		delete json.review;
		const before = earlier[index] ?? null;
		return { ...item, json: before === null ? json : { ...json, review: before } };
	});
}

/** n8n has no function for it on a webhook, but the context of each kind of call has it (n8n-core: NodeExecutionContext). */
function runDataOf(context: IExecuteFunctions | IWebhookFunctions): IRunExecutionData | null {
	const { runExecutionData } = context as { runExecutionData?: IRunExecutionData | null };
	return runExecutionData?.executionData === undefined ? null : runExecutionData;
}
