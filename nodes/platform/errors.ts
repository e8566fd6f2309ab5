import { NodeApiError, NodeOperationError, type INode, type JsonObject } from 'n8n-workflow';
import { isGone, replacementNames } from '../core/models/lifecycle';
import { modelForRole, type ChosenModel } from '../core/models/resolve';
import type { Problem } from '../core/requests/parameters';
import type { Failure, FailureKind } from '../core/run/failure';

/** A failure for people: what happened, and what they can do. */
export interface Explanation {
	message: string;
	remedy: string;
}

interface Told {
	/** The API's own, or ours where it gave none. */
	words: string;
	failure: Failure;
	model: ChosenModel;
	now: Date;
}

const nothingSent = ({ words }: Told): Explanation => ({ message: words, remedy: 'Nothing was sent.' });

const EXPLANATIONS: Record<FailureKind, (told: Told) => Explanation> = {
	invalidKey: ({ words }) => ({ message: `The API key was refused: ${words}`, remedy: "Open this node's credential and enter a valid 'API Key'." }),
	organizationNotVerified: ({ words, model }) => ({
		message: `Your OpenAI organization must be verified to use ${model.id}`,
		remedy: `Verify it at https://platform.openai.com/settings/organization/general and wait up to 15 minutes, or choose another model. OpenAI says: ${words}`,
	}),
	permissionDenied: ({ words }) => ({ message: `The key may not do this: ${words}`, remedy: "Check the key's permissions for images and its project at https://platform.openai.com/api-keys." }),
	insufficientQuota: ({ words }) => ({ message: `No credit is left: ${words}`, remedy: 'Add credit at https://platform.openai.com/settings/organization/billing, then run again.' }),
	billingLimit: ({ words }) => ({ message: `The billing limit is reached: ${words}`, remedy: 'Raise the limit at https://platform.openai.com/settings/organization/limits, then run again.' }),
	rateLimit: ({ words }) => ({ message: `The rate limit was reached: ${words}`, remedy: 'Run again later, or run fewer items at once.' }),
	waitedTooLong: ({ words }) => ({ message: words, remedy: "Raise 'Max Wait (Minutes)' under 'Run Settings', run fewer items at once, or ask OpenAI for a higher limit. Nothing was sent for this item." }),
	overBudget: nothingSent,
	moderation: ({ words, failure }) => ({ message: `The request was blocked by moderation${blockedWhere(failure)}`, remedy: `Change the prompt or the images; the same request would be blocked again. OpenAI says: ${words}` }),
	modelGone: ({ words, model, now }) => ({ message: `The model ${model.id} is not available`, remedy: `${whatInstead(model, now)} OpenAI says: ${words}` }),
	invalidRequest: ({ words }) => ({ message: `The API refused the request: ${words}`, remedy: 'Change what it names and run again. Nothing was made.' }),
	unsupportedFile: ({ words }) => ({ message: `The API does not take this file: ${words}`, remedy: 'Use png, jpeg or webp images.' }),
	redirected: ({ failure }) => ({ message: `The address answered with a redirect (status ${failure.status}), which is not followed, so that the key goes nowhere else`, remedy: "Enter the final address as 'Base URL' in the credential." }),
	serverError: ({ words, failure }) => ({ message: `The API did not manage the request (status ${failure.status}): ${words}`, remedy: 'Run again later. See https://status.openai.com.' }),
	timeout: ({ words }) => ({ message: words, remedy: "Raise 'Timeout (Seconds)' under 'Run Settings', or choose a lower quality or smaller size. OpenAI may have billed the attempt." }),
	notSent: ({ words }) => ({ message: words, remedy: "Check 'Base URL' in the credential and this server's connection. Nothing was billed." }),
	connectionLost: ({ words }) => ({ message: words, remedy: 'Run again. OpenAI may have billed the attempt.' }),
	malformedResponse: ({ words }) => ({ message: words, remedy: "OpenAI may have billed it. If this goes on, check 'Base URL' in the credential: is it an OpenAI-compatible address?" }),
	notStored: ({ words }) => ({ message: words, remedy: "The image was made and billed, but n8n could not keep it. Check n8n's storage for binary data." }),
	batchUnfinished: ({ words }) => ({ message: words, remedy: "Wait, or set 'When Unfinished' to 'Return Its Status'. OpenAI takes up to 24 hours." }),
	batchEnded: ({ words }) => ({ message: words, remedy: 'It was not worked on, so nothing was billed for it. Submit it again.' }),
	invalidInput: nothingSent,
	cancelled: ({ words }) => ({ message: words, remedy: 'OpenAI may have billed what was on its way.' }),
	priceUnknown: nothingSent,
	unexpected: ({ words }) => ({ message: words, remedy: 'The attempt may have been billed. Please report this.' }),
	stopped: nothingSent,
};

/** Says what a failure means and what to do about it. The API's own words stay in it. */
export function explainFailure(failure: Failure, model: ChosenModel, now: Date): Explanation {
	return EXPLANATIONS[failure.kind]({ words: failure.message, failure, model, now });
}

function blockedWhere({ moderation }: Failure): string {
	if (moderation === null) return '';
	const what = { input: ' (prompt or input image)', output: ' (the image that was made)' }[moderation.stage] ?? '';
	return `${what}${moderation.categories.length > 0 ? `: ${moderation.categories.join(', ')}` : ''}`;
}

function whatInstead({ entry, role, catalogue }: ChosenModel, now: Date): string {
	const named = entry === null || entry.lifecycle.replacements.length === 0
		? `${modelForRole('draft', now, catalogue).id} or ${modelForRole('final', now, catalogue).id}`
		: replacementNames(entry);
	const end = entry?.lifecycle.shutdown
		? ` It ${isGone(entry, now) ? 'was shut' : 'shuts'} down on ${entry.lifecycle.shutdown}.`
		: '';
	const roles = role === null ? ", or 'Draft' or 'Final', which always move on to a live model" : ' by its ID';
	return `Choose ${named} instead${roles}.${end} (Catalogue of ${catalogue.pricesAsOf}.)`;
}

/** The same facts as an n8n error; the API's status, code and request id stay readable. */
export function toNodeError(
	node: INode,
	failure: Failure,
	{ message, remedy }: Explanation,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	const description = [remedy, reference(failure)].filter(Boolean).join(' ');
	if (failure.status === null) {
		return withMessage(new NodeOperationError(node, message, { description, itemIndex }), message);
	}
	const details: JsonObject = {
		code: failure.code,
		status: failure.status,
		requestId: failure.requestId,
	};
	const error = new NodeApiError(node, details, {
		message,
		description,
		httpCode: String(failure.status),
		itemIndex,
	});
	error.context.data = details;
	return withMessage(error, message);
}

/** n8n puts a sentence of its own in place of a message that contains a code such as ETIMEDOUT; ours says more. */
function withMessage<T extends Error>(error: T, message: string): T {
	error.message = message;
	return error;
}

function reference({ status, code, requestId }: Failure): string {
	const parts = [
		status === null ? '' : `status ${status}`,
		`code ${code}`,
		requestId === null ? '' : `request ${requestId}`,
	];
	return `[${parts.filter(Boolean).join(', ')}]`;
}

/** Everything that is wrong with an item's input; the first is the message. */
export function problemsError(node: INode, problems: Problem[], itemIndex: number): NodeOperationError {
	const [first, ...others] = problems;
	const more = others.map(({ message }) => message).join(' ');
	const message = first?.message ?? 'The input is not valid';
	const error = new NodeOperationError(node, message, {
		description: `${more === '' ? '' : `Also: ${more} `}Nothing was sent, nothing was billed.`,
		itemIndex,
	});
	return withMessage(error, message);
}
