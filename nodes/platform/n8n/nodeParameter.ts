import type { IExecuteFunctions, INodeParameters } from 'n8n-workflow';

/** What of the node's parameters is the same for all items. */
interface Known {
	parameters: INodeParameters;
	/** By name. */
	values: Map<string, { value: unknown }>;
	/** Connected to an agent or another that calls tools. */
	isTool: boolean;
}

const KNOWN = new WeakMap<IExecuteFunctions, Known>();

/**
 * The value of a parameter for an item, as `getNodeParameter` gives it. n8n takes some 20 µs for each
 * parameter of each item, and 230 µs for an expression, which it evaluates in a virtual machine of its own;
 * for 50,000 items that is minutes. So what holds no expression is read once, and a plain reference to a
 * field of the item is looked up in the item.
 */
export function nodeParameter(
	context: IExecuteFunctions,
	name: string,
	itemIndex: number,
	fallback?: unknown,
	options?: { extractValue: boolean },
): unknown {
	const known = knownOf(context);
	const cached = known.values.get(name);
	if (cached !== undefined) return cached.value;
	const raw = known.parameters[name];
	const field = typeof raw === 'string' ? fieldOf(context, raw, itemIndex) : undefined;
	if (field !== undefined) return field;
	const value: unknown = context.getNodeParameter(name, itemIndex, fallback, options);
	if (!hasExpression(raw)) known.values.set(name, { value });
	return value;
}

export const isToolNode = (context: IExecuteFunctions): boolean => knownOf(context).isTool;

function knownOf(context: IExecuteFunctions): Known {
	const seen = KNOWN.get(context);
	if (seen !== undefined) return seen;
	const { parameters, type } = context.getNode();
	// n8n makes a node of its own of each that can be a tool, and names it so.
	const known = {
		parameters,
		values: new Map<string, { value: unknown }>(),
		isTool: type.endsWith('Tool'),
	};
	KNOWN.set(context, known);
	return known;
}

const PLAIN_REFERENCE = /^=\{\{\s*\$json\.([A-Za-z_]\w*)\s*\}\}$/;

/** The item's own field when that is all that an expression asks for; `undefined` = n8n has to evaluate it. */
function fieldOf(
	context: IExecuteFunctions,
	expression: string,
	itemIndex: number,
): string | number | boolean | undefined {
	const [, name] = PLAIN_REFERENCE.exec(expression) ?? [];
	const json = context.getInputData()[itemIndex]?.json;
	if (name === undefined || json === undefined || !Object.hasOwn(json, name)) return undefined;
	const value: unknown = json[name];
	return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
		? value
		: undefined;
}

/** n8n takes a text for an expression when it begins with an equals sign. */
function hasExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(hasExpression);
}
