import { NodeOperationError, type IPollFunctions } from 'n8n-workflow';

/** A poll that n8n gives no more time. @param budgetMs how long it gave */
export function tookTooLong(context: IPollFunctions, budgetMs: number): NodeOperationError {
	return new NodeOperationError(
		context.getNode(),
		`A look for finished batches did not end within ${Math.round(budgetMs / 1000)} seconds, and was given up`,
		{
			description:
				"The next poll goes on, nothing is forgotten. If that happens again with 'Collect Results' on, turn it off and add a GPT Image node with the operation Collect, which has all the time it needs.",
		},
	);
}
