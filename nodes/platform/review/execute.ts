import { type IExecuteFunctions, type INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { showValue } from '../../core/requests/parameters';
import { ON_TIME_LIMIT, type ReviewSettings, TARGET_MODES } from '../../core/review/settings';
import { MINUTE_MS } from '../../core/util/time';
import { hint } from '../n8n/hints';
import { decide } from './decide';
import { isReviewable } from './reviewable';
import { parkReview, takeAnswer } from './waiting';

/** n8n keeps dates up to the year 3000 for what waits for ever. */
const LONGEST_MINUTES = 10 * 366 * 24 * 60;

/**
 * Stops the workflow until a person has answered on the review page, or the time is up. Called again with the
 * answer, it divides the items.
 * @throws NodeOperationError when a setting can't be used
 */
export async function startReview(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const answer = takeAnswer(context);
	if (answer !== null) return decide(items, answer);
	const drafts = items.filter(isReviewable).length;
	const settings = readReviewSettings(context, drafts);
	if (drafts === 0) {
		context.addExecutionHints(
			hint('warning', 'None of the items has an image, so there was nothing to review.'),
		);
		return decide(items, { picks: [], notes: [], comment: '', at: new Date().toISOString() });
	}
	requireSecretAddress(context);
	await parkReview(context, settings, readAccessCode(context));
	context.sendMessageToUI(
		`GPT Image Review: ${drafts} drafts are waiting for an answer on the review page`,
	);
	return [[], []];
}

/** When the review fails and the node continues on errors: no draft may go on as if somebody had picked it, as n8n itself would have it. */
export async function nothingPicked(
	context: IExecuteFunctions,
	error: unknown,
): Promise<INodeExecutionData[][]> {
	const { allFailed } = await import('../images/allFailed');
	return [[], ...allFailed(context, error)];
}

/** Before n8n 2.14 the address of a waiting workflow is its number and nothing else, so anybody could answer. */
function requireSecretAddress(context: IExecuteFunctions): void {
	const address = String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0) ?? '');
	if (/[?&]signature=/.test(address)) return;
	throw new NodeOperationError(context.getNode(), 'GPT Image Review needs n8n 2.14 or newer', {
		description:
			"This version of n8n puts no secret into the addresses of waiting workflows, so anybody who guesses the execution's number could answer. Update n8n, or pick by a rule instead, for example with an If node. The review was not started.",
	});
}

/**
 * Read now, because expressions can't be evaluated on the page.
 * @param drafts how many can be picked
 */
function readReviewSettings(context: IExecuteFunctions, drafts: number): ReviewSettings {
	const text = (name: string): string => String(context.getNodeParameter(name, 0, '') ?? '').trim();
	const minutes = numberOf(context, 'timeLimit', 'Time Limit (Minutes)', LONGEST_MINUTES, false);
	const minPicks = numberOf(context, 'minPicks', 'Min Picks', Infinity, true);
	const maxPicks = numberOf(context, 'maxPicks', 'Max Picks', Infinity, true);
	if (maxPicks > 0 && maxPicks < minPicks) {
		throw refuse(
			context,
			`'Max Picks' is '${maxPicks}', but 'Min Picks' is '${minPicks}'. Raise 'Max Picks', or set it to 0 for any number.`,
		);
	}
	const targetMode = choiceOf(context, 'targetMode', 'Target Mode', TARGET_MODES, 'refine');
	return {
		title: text('title') || 'Pick the drafts to continue with',
		message: text('message'),
		// More than there are can't be asked for.
		minPicks: Math.min(minPicks, drafts),
		maxPicks,
		targetMode,
		// Where it is hidden, n8n has no value to take out of it.
		targetModel:
			targetMode === 'none'
				? 'final'
				: String(
						context.getNodeParameter('targetModel', 0, 'final', { extractValue: true }),
					).trim(),
		targetQuality: text('targetQuality') || 'high',
		allowPromptEdit: context.getNodeParameter('allowPromptEdit', 0, true) === true,
		until: minutes === 0 ? null : new Date(Date.now() + minutes * MINUTE_MS).toISOString(),
		onTimeLimit: choiceOf(context, 'onTimeLimit', 'When Time Is Up', ON_TIME_LIMIT, 'none'),
	};
}

/** Shorter ones could be tried one after the other. */
const SHORTEST_CODE = 8;

/** Empty = none is asked for. */
function readAccessCode(context: IExecuteFunctions): string {
	const code = String(context.getNodeParameter('accessCode', 0, '') ?? '').trim();
	if (code === '' || code.length >= SHORTEST_CODE) return code;
	throw refuse(
		context,
		`'Access Code' has ${code.length} characters. It must have at least ${SHORTEST_CODE}, or be empty for none.`,
	);
}

function numberOf(
	context: IExecuteFunctions,
	name: string,
	label: string,
	most: number,
	whole: boolean,
): number {
	const given: unknown = context.getNodeParameter(name, 0, 0);
	const number = Number(given);
	if (number >= 0 && number <= most && (!whole || Number.isInteger(number))) return number;
	const limit = most === Infinity ? '' : ` and at most ${most.toLocaleString('en-US')}`;
	throw refuse(
		context,
		`'${label}' is ${showValue(given)}. It must be a${whole ? ' whole' : ''} number of at least 0${limit}.`,
	);
}

/** An expression may give anything. */
function choiceOf<T extends string>(
	context: IExecuteFunctions,
	name: string,
	label: string,
	choices: readonly T[],
	preset: T,
): T {
	const given: unknown = context.getNodeParameter(name, 0, preset) ?? preset;
	const choice = choices.find((one) => one === given);
	if (choice !== undefined) return choice;
	throw refuse(
		context,
		`'${label}' is ${showValue(given)}. Choose ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}.`,
	);
}

const refuse = (context: IExecuteFunctions, message: string): NodeOperationError =>
	new NodeOperationError(context.getNode(), message, {
		itemIndex: 0,
		description: 'The review was not started.',
	});
