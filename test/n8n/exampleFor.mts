import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from './harness/environment.mts';
import type { INodeParameters } from 'n8n-workflow';
import type { WorkflowJson } from './harness/index.mts';

export const EXAMPLES = join(projectRoot, 'examples');

/** An example after what its own note tells a user to do: choose the credential, correct the file's path. */
export function exampleFor(file: string, credentialId: string, folder: string): WorkflowJson {
	const workflow = JSON.parse(
		readFileSync(join(EXAMPLES, 'workflows', file), 'utf8'),
	) as WorkflowJson;
	for (const node of workflow.nodes) {
		if (node.type.startsWith('n8n-nodes-gpt-image.'))
			node.credentials = { gptImageApi: { id: credentialId, name: 'mine' } };
		node.parameters = withFilesIn(folder, node.parameters);
	}
	return workflow;
}

/** Parameters of a node whose files lie in another folder. */
export function withFilesIn(folder: string, parameters: INodeParameters): INodeParameters {
	const paths = ['fileSelector', 'fileName'].flatMap((field) => {
		const path = parameters[field];
		return typeof path === 'string'
			? [[field, `${path.startsWith('=') ? '=' : ''}${join(folder, basename(path))}`] as const]
			: [];
	});
	return { ...parameters, ...Object.fromEntries(paths) };
}
