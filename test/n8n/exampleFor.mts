import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from './harness/environment.mts';
import type { WorkflowJson } from './harness/index.mts';

export const EXAMPLES = join(projectRoot, 'examples');

/** An example after what its own note tells a user to do: choose the credential, correct the file's path. */
export function exampleFor(file: string, credentialId: string, folder: string): WorkflowJson {
	const workflow = JSON.parse(readFileSync(join(EXAMPLES, 'workflows', file), 'utf8')) as WorkflowJson;
	for (const node of workflow.nodes) {
		if (node.type.startsWith('n8n-nodes-gpt-image.')) node.credentials = { gptImageApi: { id: credentialId, name: 'mine' } };
		for (const field of ['fileSelector', 'fileName']) {
			const path = node.parameters[field];
			if (typeof path === 'string') node.parameters[field] = `${path.startsWith('=') ? '=' : ''}${join(folder, basename(path))}`;
		}
	}
	return workflow;
}
