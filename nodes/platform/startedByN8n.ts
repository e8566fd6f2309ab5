import type { IHookFunctions, IPollFunctions } from 'n8n-workflow';

/**
 * Whether a workflow is being published because n8n starts, and not by a user who could read an error. n8n (2.41)
 * tries again then after a time that doubles up to a day, and until it does, the workflow is not published.
 */
export function isStartedByN8n(
	context: Pick<IHookFunctions | IPollFunctions, 'getActivationMode'>,
): boolean {
	return ['init', 'leadershipChange'].includes(context.getActivationMode());
}
