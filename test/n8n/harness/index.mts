export { nodeOutput, type Execution, type NodeOutput } from './execution.mts';
export { freePort } from './freePort.mts';
export { installPackage, unpackPackage } from './pack.mts';
export { OWNER, RestError } from './rest.mts';
export { sharedN8n } from './shared.mts';
export { startN8n, type N8n, type N8nOptions } from './startN8n.mts';
export { until } from './until.mts';
export {
	chain,
	itemsNode,
	newNode,
	node,
	ourNode,
	withCredential,
	type WorkflowJson,
} from './workflowBuilder.mts';
