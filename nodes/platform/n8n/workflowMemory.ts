import type { IDataObject, IExecuteFunctions, Workflow } from 'n8n-workflow';
import { wordsOf } from '../../core/util/text';
import { keptPart } from './kept';

/** What of n8n a memory needs. */
export type Remembering = Pick<
	IExecuteFunctions,
	'getWorkflow' | 'getWorkflowStaticData' | 'logger'
>;

/**
 * Entries that outlive an execution: in this process, and in the workflow's static data, which n8n saves when an execution that
 * was not started by hand has ended. Of executions side by side the last one saves, so another process may miss an entry.
 */
export class WorkflowMemory<T extends IDataObject> {
	private readonly entries = new Map<string, T>();

	private readonly name: string;

	private readonly most: { inProcess: number; saved: number };

	private readonly read: (saved: unknown) => T | null;

	/**
	 * @param name of the part of the static data
	 * @param most entries that are kept; the oldest go first
	 * @param read what was saved, by whomever; `null` = it can't be used
	 */
	constructor(
		name: string,
		most: { inProcess: number; saved: number },
		read: (saved: unknown) => T | null,
	) {
		this.name = name;
		this.most = most;
		this.read = read;
	}

	/** What this process knows and what was saved; `null` = nothing. */
	find(context: Remembering, key: string): { here: T | null; saved: T | null } {
		const saved: unknown = this.savedIn(context)[key];
		return {
			here: this.entries.get(this.keyOf(context, key)) ?? null,
			saved: saved === undefined ? null : this.read(saved),
		};
	}

	/** Never throws: what it is called for is paid for. */
	keep(context: Remembering, key: string, entry: T): void {
		const here = this.keyOf(context, key);
		this.entries.delete(here);
		this.entries.set(here, entry);
		forgetOldest(this.entries.keys(), this.entries.size - this.most.inProcess, (old) =>
			this.entries.delete(old),
		);
		try {
			this.save(context, key, entry);
		} catch (error) {
			context.logger.warn(
				`GPT Image: could not keep ${this.name} with the workflow: ${wordsOf(error)}`,
			);
		}
	}

	private save(context: Remembering, key: string, entry: T): void {
		const saved = this.savedIn(context);
		delete saved[key];
		saved[key] = { ...entry };
		const keys = Object.keys(saved);
		forgetOldest(keys, keys.length - this.most.saved, (old) => delete saved[old]);
	}

	private keyOf(context: Remembering, key: string): string {
		return `${workflowName(context)} ${key}`;
	}

	/** For all nodes of the workflow. */
	private savedIn(context: Remembering): IDataObject {
		const data = isWithoutTriggers(context) ? {} : context.getWorkflowStaticData('global');
		return keptPart(keptPart(data, 'gptImage'), this.name);
	}
}

/**
 * On a worker n8n (2.41) has no static data when an execution begins, and saves what it has in the end: written there, an entry
 * would replace what the workflow's triggers remember, such as a webhook's secret.
 */
function isWithoutTriggers(context: Remembering): boolean {
	const { workflow } = context as { workflow?: Workflow };
	return Object.values(workflow?.nodes ?? {}).some(
		({ name, type, typeVersion, disabled }) =>
			disabled !== true &&
			workflow?.staticData[`node:${name}`] === undefined &&
			(/Image(Batch|Webhook)Trigger$/.test(type) ||
				workflow?.nodeTypes.getByNameAndVersion(type, typeVersion)?.description.polling === true),
	);
}

/** Knows a workflow in this process. One that was never saved, or stands in a node's JSON, has nothing better than its name. */
export function workflowName(context: Pick<Remembering, 'getWorkflow'>): string {
	const { id, name } = context.getWorkflow();
	return id || `name:${name ?? ''}`;
}

function forgetOldest<K>(keys: Iterable<K>, count: number, forget: (key: K) => void): void {
	let left = count;
	for (const key of keys) {
		if (left-- <= 0) return;
		forget(key);
	}
}
