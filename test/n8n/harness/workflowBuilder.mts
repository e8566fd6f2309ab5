import { randomUUID } from 'node:crypto';
import type { IConnections, INode, INodeParameters } from 'n8n-workflow';

/** A workflow as the editor's "Download" writes it. */
export interface WorkflowJson {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: Record<string, unknown>;
}

type NodeExtras = Partial<Omit<INode, 'id' | 'name' | 'type' | 'parameters'>>;

/** The credential of a node, by the id n8n gave it. */
export function withCredential(id: string): Pick<INode, 'credentials'> {
	return { credentials: { gptImageApi: { id, name: id } } };
}

/** A node of any type. */
export function node(
	name: string,
	type: string,
	parameters: INodeParameters = {},
	extras: NodeExtras = {},
): INode {
	return { id: randomUUID(), name, type, typeVersion: 1, position: [0, 0], parameters, ...extras };
}

/** A node of this package, for example `gptImage`. Its items are whole and without the row, unless the parameters say otherwise: most tests look at all of an item. */
export function ourNode(
	name: string,
	type: string,
	parameters: INodeParameters,
	extras: NodeExtras = {},
): INode {
	return node(
		name,
		`n8n-nodes-gpt-image.${type}`,
		{ ...wholeItems(type, parameters), ...parameters, ...withoutRow(type, parameters) },
		extras,
	);
}

/** As the nodes are added in the editor, with nothing but these parameters. */
export function newNode(
	name: string,
	type: string,
	parameters: INodeParameters,
	extras: NodeExtras = {},
): INode {
	return node(name, `n8n-nodes-gpt-image.${type}`, parameters, extras);
}

function wholeItems(type: string, { operation }: INodeParameters): INodeParameters {
	if (type === 'gptImageTool') return { output: 'raw' };
	return type === 'gptImageReview' || operation === 'report' ? {} : { simplify: false };
}

function withoutRow(
	type: string,
	{ resource = 'image', operation, options }: INodeParameters,
): INodeParameters {
	const brings = resource === 'image' || operation === 'submit';
	return type === 'gptImage' && brings
		? { options: { includeInputFields: false, ...(options as INodeParameters | undefined) } }
		: {};
}

/** Nodes of which the second gives out these items, under this name: with Code it would be one, which takes a process of its own. */
export function itemsNode(name: string, items: Array<Record<string, unknown>>): INode[] {
	const list = { mode: 'raw', jsonOutput: JSON.stringify({ items }), options: {} };
	return [
		node(`List of ${name}`, 'n8n-nodes-base.set', list, { typeVersion: 3.4 }),
		node(name, 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'items', options: {} }),
	];
}

/** A workflow that runs these nodes one after another, behind a Manual Trigger. */
export function chain(...steps: Array<INode | INode[]>): WorkflowJson {
	const start = node('Start', 'n8n-nodes-base.manualTrigger');
	const nodes = [start, ...steps.flat()].map((step, index) => ({
		...step,
		position: [index * 220, 0] as [number, number],
	}));
	const connections: IConnections = {};
	nodes.slice(1).forEach((step, index) => {
		const before = nodes[index];
		if (before)
			connections[before.name] = { main: [[{ node: step.name, type: 'main', index: 0 }]] };
	});
	return { name: `test ${randomUUID()}`, nodes, connections };
}
