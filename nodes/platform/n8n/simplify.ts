import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { isBatchItem, simplifiedBatch } from '../../core/batch/simplifiedBatch';
import { simplifiedItem } from '../../core/lineage/simplified';
import { shortEstimate } from '../../core/pricing/shortEstimate';
import { asRecord } from '../../core/util/json';

/** How much of an item comes out. */
export type Form =
	| { kind: 'simplified'; forAgent?: true }
	| { kind: 'raw' }
	| { kind: 'selected'; fields: string[] };

export const SIMPLIFIED: Form = { kind: 'simplified' };

const FOR_AGENT: Form = { kind: 'simplified', forAgent: true };

/** Read before anything is sent: an expression that fails must not cost what was made. */
export function readForm(context: IExecuteFunctions): Form {
	// n8n shows this one where an agent uses the node, and the other elsewhere.
	const output = context.getNodeParameter('output', 0, '');
	if (output === 'selected') {
		const fields = [context.getNodeParameter('outputFields', 0, [])].flat().map(String);
		return fields.length === 0 ? FOR_AGENT : { kind: 'selected', fields };
	}
	if (output === 'simplified') return FOR_AGENT;
	if (output === 'raw') return { kind: 'raw' };
	return { kind: context.getNodeParameter('simplify', 0, true) === false ? 'raw' : 'simplified' };
}

/** Of a node that starts a workflow, which no agent can use. */
export const triggerForm = (
	context: Pick<IPollFunctions | IWebhookFunctions, 'getNodeParameter'>,
): Form => (context.getNodeParameter('simplify', true) === false ? { kind: 'raw' } : SIMPLIFIED);

/** All that comes out of the node, as it was chosen. The items are changed where they are: copies lose the error that n8n looks for. */
export function inForm(form: Form, outputs: INodeExecutionData[][]): INodeExecutionData[][] {
	if (form.kind === 'raw') return outputs;
	const seen = new Set<unknown>();
	const reader = form.kind === 'selected' ? 'selection' : form.forAgent ? 'agent' : 'table';
	for (const item of outputs.flat()) {
		const whole = item.json;
		const simplified = simplifiedJson(whole, seen, reader);
		item.json = form.kind === 'selected' ? selected(form.fields, simplified, whole) : simplified;
	}
	return outputs;
}

/** @param seen keys of the requests whose attempts are named already */
function simplifiedJson(
	json: IDataObject,
	seen: Set<unknown>,
	reader: 'table' | 'agent' | 'selection',
): IDataObject {
	if (
		typeof json['estimate'] === 'object' &&
		Array.isArray(asRecord(json['estimate'])['alternatives'])
	)
		return { ...json, estimate: shortEstimate(asRecord(json['estimate'])) as IDataObject };
	if (isBatchItem(json)) return simplifiedBatch(json) as IDataObject;
	const { key } = asRecord(json['request']);
	const isFirst = !seen.has(key);
	seen.add(key);
	return simplifiedItem(json, isFirst, reader) as IDataObject;
}

/** What went wrong is always said. */
const ALWAYS = ['status', 'error'];

/** @param fields of the simplified item, or of the whole one, such as `image.width` */
function selected(
	fields: readonly string[],
	simplified: IDataObject,
	whole: IDataObject,
): IDataObject {
	const wanted = simplified['error'] === undefined ? fields : [...ALWAYS, ...fields];
	return Object.fromEntries(
		wanted.flatMap((field): Array<[string, IDataObject[string]]> => {
			const value = simplified[field] ?? valueAt(whole, field);
			return value === undefined ? [] : [[field.slice(field.lastIndexOf('.') + 1), value]];
		}),
	);
}

const valueAt = (json: IDataObject, path: string): IDataObject[string] =>
	path
		.split('.')
		.reduce<unknown>((value, name) => asRecord(value)[name], json) as IDataObject[string];
