import { type IPollFunctions, NodeOperationError } from 'n8n-workflow';
import { watchEvery } from '../http/bodyWait';

/**
 * A poll that n8n gives no more time.
 * @param budgetMs how long it gave
 */
export function tookTooLong(context: IPollFunctions, budgetMs: number): NodeOperationError {
	return new NodeOperationError(
		context.getNode(),
		`Checking for finished batches took longer than ${Math.round(budgetMs / 1000)} seconds and was stopped`,
		{
			description:
				"The next poll continues, and nothing is lost. If this happens again with 'Collect Results' on, turn it off and add a GPT Image node with the operation Collect, which has all the time it needs.",
		},
	);
}

/**
 * Waits for work that may hang where nothing can end it; it goes on unheard then.
 * @param onTooLong gives the result in that case
 * @throws what the work throws in time
 */
export async function withTimeLimit<T>(
	ms: number,
	work: Promise<T>,
	onTooLong: () => T,
): Promise<T> {
	let watch = { end: (): void => undefined };
	const tooLong = new Promise<T>((resolve) => {
		watch = watchEvery(ms, () => resolve(onTooLong()));
	});
	return await Promise.race([work, tooLong]).finally(() => watch.end());
}
