import type { INodeListSearchResult, INodeParameters } from 'n8n-workflow';
import { isAtRest, readExecution, type Execution, type StoredExecution } from './execution.mts';
import type { Push, PushMessage } from './push.mts';
import { RestError, type Rest } from './rest.mts';
import { until } from './until.mts';
import type { WorkflowJson } from './workflowBuilder.mts';

type StoredWorkflow = WorkflowJson & { id: string; versionId: string };
type CredentialData = Record<string, unknown>;

export interface ListSearch {
	/** for example `n8n-nodes-gpt-image.gptImage` */
	nodeType: string;
	typeVersion?: number;
	methodName: string;
	/** the parameter that is being filled in, default `model` */
	parameter?: string;
	currentNodeParameters?: INodeParameters;
	credentials?: Record<string, { id: string; name: string }>;
	filter?: string;
	paginationToken?: string;
}

/** What a person does in n8n's editor, by the requests that the editor makes (n8n 2.41). */
export interface Editor {
	/** @returns the credential's id */
	createCredential(data: CredentialData, type?: string, name?: string): Promise<string>;
	/** the credential's "Test" */
	testCredential(
		data: CredentialData,
		type?: string,
	): Promise<{ status: 'OK' | 'Error'; message: string }>;
	/** @returns the workflow's id */
	createWorkflow(workflow: WorkflowJson): Promise<string>;
	/** publishes a workflow, so that its trigger works */
	activateWorkflow(id: string): Promise<void>;
	deactivateWorkflow(id: string): Promise<void>;
	/** "Execute workflow". @returns the execution's id, at once */
	runWorkflow(id: string): Promise<string>;
	/** resolves when the execution has ended or waits; with `finished`, only when it has ended */
	waitForExecution(
		id: string,
		options?: { timeoutMs?: number; finished?: boolean },
	): Promise<Execution>;
	getExecution(id: string): Promise<Execution>;
	/** "Stop" */
	cancelExecution(id: string): Promise<void>;
	/** "Retry" of a failed execution. @returns the id of the new one, which has ended */
	retryExecution(id: string, options?: { withCurrentWorkflow?: boolean }): Promise<string>;
	/** an item's image, by `binary.<field>.id` */
	downloadBinary(
		id: string,
		action?: 'view' | 'download',
	): Promise<{ body: Buffer; headers: Headers }>;
	/** the list of a resource locator */
	listSearch(search: ListSearch): Promise<INodeListSearchResult>;
}

/** The node that "Execute workflow" starts from: the Manual Trigger, or else the first trigger. */
function triggerOf(workflow: WorkflowJson): string {
	const trigger =
		workflow.nodes.find((node) => node.type === 'n8n-nodes-base.manualTrigger') ??
		workflow.nodes.find((node) => /trigger$/i.test(node.type));
	if (trigger === undefined) throw new Error(`workflow "${workflow.name}" has no trigger`);
	return trigger.name;
}

function credentialActions(rest: Rest): Pick<Editor, 'createCredential' | 'testCredential'> {
	return {
		async createCredential(data, type = 'gptImageApi', name = `test ${type}`) {
			const body = { name, type, data };
			return (await rest.request<{ id: string }>('POST', '/rest/credentials', body)).id;
		},
		async testCredential(data, type = 'gptImageApi') {
			const credentials = { id: '', name: `test ${type}`, type, data };
			return await rest.request('POST', '/rest/credentials/test', { credentials });
		},
	};
}

type WorkflowActions = Pick<
	Editor,
	'createWorkflow' | 'activateWorkflow' | 'deactivateWorkflow' | 'runWorkflow'
>;

function workflowActions(rest: Rest, push: Push): WorkflowActions {
	const read = async (id: string): Promise<StoredWorkflow> =>
		await rest.request('GET', `/rest/workflows/${id}`);
	/** n8n 1 has no address of its own for it. */
	const publish = async (
		id: string,
		action: 'activate' | 'deactivate',
		body: object,
	): Promise<void> => {
		await rest
			.request('POST', `/rest/workflows/${id}/${action}`, body)
			.catch(async (error: unknown) => {
				if (!(error instanceof RestError) || error.status !== 404) throw error;
				await rest.request('PATCH', `/rest/workflows/${id}`, { active: action === 'activate' });
			});
	};
	return {
		async createWorkflow(workflow) {
			const body = { settings: {}, ...workflow, active: false };
			return (await rest.request<StoredWorkflow>('POST', '/rest/workflows', body)).id;
		},
		async activateWorkflow(id) {
			const { versionId } = await read(id);
			await publish(id, 'activate', { versionId });
		},
		async deactivateWorkflow(id) {
			await publish(id, 'deactivate', {});
		},
		async runWorkflow(id) {
			const workflow = await read(id);
			// Older versions run what they are given, newer ones what they have stored.
			const body = { workflowData: workflow, triggerToStartFrom: { name: triggerOf(workflow) } };
			const headers = { 'push-ref': push.ref };
			const answer = await rest.request<{ executionId?: string }>(
				'POST',
				`/rest/workflows/${id}/run`,
				body,
				headers,
			);
			if (answer.executionId === undefined)
				throw new Error(`n8n did not start it: ${JSON.stringify(answer)}`);
			return answer.executionId;
		},
	};
}

type ExecutionActions = Pick<
	Editor,
	'waitForExecution' | 'getExecution' | 'cancelExecution' | 'retryExecution'
>;

/** Most ms between two looks at an execution. What comes over the push connection makes the next look come at once. */
const LOOK_EVERY_MS = 1_000;

const saysEnd = ({ type, data }: PushMessage, id: string): boolean =>
	/^execution(Finished|Waiting)$/.test(type) && data['executionId'] === id;

/** n8n says that an execution has ended a moment before it has stored that. */
const STORING_MS = 50;

/** Resolves when the editor would see this execution end, or has seen it since the look at `lookedAt`, or after a while. */
async function endSeen(push: Push, id: string, lookedAt: number): Promise<void> {
	const seen = push.messages.findLast((message) => saysEnd(message, id));
	if (seen && seen.at >= lookedAt) return;
	const ms = seen ? STORING_MS : LOOK_EVERY_MS;
	await new Promise<void>((resolve) => {
		const finish = (): void => {
			stopListening();
			clearTimeout(timer);
			resolve();
		};
		const timer = setTimeout(finish, ms);
		const stopListening = push.onMessage((message) => {
			if (saysEnd(message, id)) finish();
		});
	});
}

function executionActions(rest: Rest, push: Push): ExecutionActions {
	const stored = async (id: string): Promise<StoredExecution> =>
		await rest.request('GET', `/rest/executions/${id}`);
	return {
		async waitForExecution(id, { timeoutMs = 120_000, finished = false } = {}) {
			let lookedAt = 0;
			let looksAtRest = 0;
			const ask = async (): Promise<Execution | undefined> => {
				lookedAt = Date.now();
				const execution = await stored(id);
				const stillWaits = finished && execution.status === 'waiting';
				if (!isAtRest(execution.status) || stillWaits) return undefined;
				const read = readExecution(execution);
				// n8n 1 stores the status a moment before the data.
				const hasRun = Object.keys(read.data?.resultData.runData ?? {}).length > 0;
				return hasRun || ++looksAtRest > 1 ? read : undefined;
			};
			const pause = async (): Promise<void> => await endSeen(push, id, lookedAt);
			return await until(`execution ${id} has ended`, ask, { timeoutMs, pause });
		},
		getExecution: async (id) => readExecution(await stored(id)),
		async cancelExecution(id) {
			await rest.request('POST', `/rest/executions/${id}/stop`, {});
		},
		async retryExecution(id, { withCurrentWorkflow = false } = {}) {
			const body = { loadWorkflow: withCurrentWorkflow };
			return (await rest.request<{ id: string }>('POST', `/rest/executions/${id}/retry`, body)).id;
		},
	};
}

/** The editor of a signed-in user. */
export function createEditor(rest: Rest, push: Push): Editor {
	return {
		...credentialActions(rest),
		...workflowActions(rest, push),
		...executionActions(rest, push),
		async downloadBinary(id, action = 'download') {
			return await rest.download(`/rest/binary-data?${new URLSearchParams({ id, action })}`);
		},
		async listSearch({
			nodeType,
			typeVersion = 1,
			parameter = 'model',
			currentNodeParameters = {},
			...search
		}) {
			return await rest.request('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
				nodeTypeAndVersion: { name: nodeType, version: typeVersion },
				path: `parameters.${parameter}`,
				currentNodeParameters,
				...search,
			});
		},
	};
}
