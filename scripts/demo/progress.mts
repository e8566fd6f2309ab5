import type { N8n } from '../../test/n8n/harness/index.mts';

/** Prints what the editor would show while a workflow runs. @returns a function that stops it */
export function showProgress(n8n: N8n): () => void {
	const startedAt = Date.now();
	const say = (text: string): void =>
		console.log(`  ${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${text}`);
	return n8n.push.onMessage(({ type, data }) => {
		if (type === 'nodeExecuteBefore') say(`${String(data['nodeName'])} …`);
		if (type === 'nodeExecuteAfter') {
			const [count] =
				(data['itemCountByConnectionType'] as { main?: number[] } | undefined)?.main ?? [];
			say(`${String(data['nodeName'])}: ${count ?? 0} ${count === 1 ? 'item' : 'items'}`);
		}
		if (type === 'sendConsoleMessage') say((data['messages'] as unknown[]).map(String).join(' '));
	});
}
