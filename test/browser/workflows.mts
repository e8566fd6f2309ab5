import type { INodeParameters } from 'n8n-workflow';
import {
	chain,
	itemsNode,
	newNode,
	node,
	withCredential,
	type WorkflowJson,
} from '../n8n/harness/index.mts';
import { NODE } from '../n8n/workshop.mts';

export const PROMPTS = [
	'a ceramic mug with a blue glaze',
	'a mushroom lamp on an oak table',
	'a running shoe in teal',
];

type Step = ReturnType<typeof node>;

/** Three prompts and our node, with more steps behind it if wanted. */
export function promptsWorkflow(
	credentialId: string,
	parameters: INodeParameters = {},
	...after: Step[]
): WorkflowJson {
	const ours = newNode(
		NODE,
		'gptImage',
		{ prompt: '={{ $json.prompt }}', ...parameters },
		withCredential(credentialId),
	);
	return {
		...chain(
			itemsNode(
				'Prompts',
				PROMPTS.map((prompt) => ({ prompt })),
			),
			ours,
			...after,
		),
		name: 'Product images',
	};
}

/** A model as the editor stores it when it was picked from the list. */
export function fromList(value: string): INodeParameters {
	return { model: { __rl: true, mode: 'list', value, cachedResultName: value } };
}

/** A step that keeps of each item what it cost. */
export function costStep(): Step {
	const fields = { prompt: 'prompt', model: 'model', quality: 'quality', 'cost in USD': 'costUsd' };
	const assignments = Object.entries(fields).map(([name, path]) => ({
		id: name,
		name,
		value: `={{ $json.${path} }}`,
		type: path === 'costUsd' ? 'number' : 'string',
	}));
	return node(
		'Cost per Image',
		'n8n-nodes-base.set',
		{ assignments: { assignments }, options: {} },
		{ typeVersion: 3.4 },
	);
}
