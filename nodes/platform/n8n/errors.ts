import { type INode, type JsonObject, NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Failure } from '../../core/failures/failure';
import type { Problem } from '../../core/requests/parameters';
import type { Explanation } from './explanations';

export { explainFailure, type Explanation } from './explanations';

/** The same facts as an n8n error; the API's status, code and request id stay readable. */
export function toNodeError(
	node: INode,
	failure: Failure,
	{ message, remedy }: Explanation,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	const description = withoutTags([remedy, reference(failure)].filter(Boolean).join(' '));
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

/** n8n's editor takes a description for HTML, and a server's words may be in it. */
const withoutTags = (text: string): string => text.replace(/<(?=[a-z!/?])/gi, '&lt;');

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

const REFUSED = new WeakSet<object>();

/** Whether it was thrown for what the user had entered, before anything was sent. */
export const isRefusedInput = (error: object): boolean => REFUSED.has(error);

/**
 * Everything that is wrong with an item's input; the first is the message.
 * @param itemIndex `null` = it is not about one item
 * @param ending what has been sent and billed, in sentences
 */
export function problemsError(
	node: INode,
	problems: readonly Problem[],
	itemIndex: number | null,
	ending = 'Nothing was sent, nothing was billed.',
): NodeOperationError {
	const [first, ...others] = problems;
	const more = others.map(({ message }) => message).join(' ');
	const message = first?.message ?? 'The input is not valid';
	const error = new NodeOperationError(node, message, {
		description: withoutTags(`${more === '' ? '' : `Also: ${more} `}${ending}`),
		...(itemIndex !== null && { itemIndex }),
	});
	REFUSED.add(error);
	return withMessage(error, message);
}
