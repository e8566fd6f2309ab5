/** Tables of the fields that the editor shows, made from the nodes' own descriptions. */
import type { INodeProperties } from 'n8n-workflow';
import { table } from './markdown.mts';
import { conditionOf, defaultOf, describedField } from './fieldWords.mts';
import { ACTIONS, type Action, NODES } from './nodeActions.mts';

const HEAD = ['Field', 'Default', 'Description'];

/** Collections have tables of their own, because many operations share their entries. */
const COLLECTIONS = ['options', 'run', 'filters'];

/** What of an item comes out, which all operations ask in the same way. */
const OUTPUT = ['simplify', 'output', 'outputFields'];

/** What has no value that a user enters. */
const NO_INPUT = ['notice', 'hidden'];

/** The fields of an operation, a node or the credential that stand outside of collections; each once. */
export function fieldTable(name: string): string {
	const properties = NODES[name] ?? actionNamed(name).properties;
	const isOwn = (field: INodeProperties): boolean =>
		isField(field) && !isShared(name, field) && !(name in NODES ? [] : OUTPUT).includes(field.name);
	const own = properties.filter(isOwn);
	return table(
		HEAD,
		own
			.filter((field, index) => index === own.findIndex((other) => other.name === field.name))
			.flatMap((field) => [rowOf(field, properties), ...placeholderRows(field)]),
	);
}

const isField = ({ type, name }: INodeProperties): boolean =>
	!NO_INPUT.includes(type) && !COLLECTIONS.includes(name);

const actionNamed = (name: string): Action => ACTIONS.find(({ action }) => action === name)!;

const rowOf = (field: INodeProperties, all: readonly INodeProperties[], name = ''): string[] => [
	`${name}${field.displayName}`,
	defaultOf(field),
	describedField(field, conditionOf(field, all)),
];

/** What is entered in a list, such as the words of a placeholder. */
function placeholderRows({ type, displayName, options = [] }: INodeProperties): string[][] {
	if (type !== 'fixedCollection') return [];
	return options.flatMap((list) =>
		'values' in list ? list.values.map((field) => rowOf(field, [], `${displayName} → `)) : [],
	);
}

const IMAGE_ACTIONS = ACTIONS.filter(({ resource }) => resource === 'image');

/** Submit and Estimate have the fields of Generate, Edit and Promote; their own tables have the others. */
function isShared(name: string, field: INodeProperties): boolean {
	const action = ACTIONS.find((one) => one.action === name);
	if (action === undefined || !action.properties.some((one) => one.name === 'endpoint'))
		return false;
	return IMAGE_ACTIONS.some(({ properties }) =>
		properties.some((one) => unconditional(one) === unconditional(field)),
	);
}

const unconditional = ({
	displayOptions: _,
	placeholder: _example,
	...field
}: INodeProperties): string => JSON.stringify(field);

/** A field that several operations have. */
interface Entry {
	field: INodeProperties;
	operations: string[];
	/** The other fields beside it, which it may depend on. */
	siblings: readonly INodeProperties[];
}

/** All entries of the collections of this name, by the alphabet, with the operations that have them. */
export const collectionTable = (collection: string): string =>
	sharedTable(
		(properties) => entriesOf(properties, collection),
		(a, b) => a.displayName.localeCompare(b.displayName),
	);

/** The fields that say what of an item comes out, with the operations that have them. */
export const outputTable = (): string =>
	sharedTable(
		(properties) => properties.filter(({ name }) => OUTPUT.includes(name)),
		(a, b) => OUTPUT.indexOf(a.name) - OUTPUT.indexOf(b.name),
	);

function sharedTable(
	fieldsOf: (properties: readonly INodeProperties[]) => INodeProperties[],
	order: (a: INodeProperties, b: INodeProperties) => number,
): string {
	const owners = [
		...ACTIONS.map(({ option, properties }) => ({ title: option.name, properties })),
		...Object.entries(NODES).map(([title, properties]) => ({ title, properties })),
	];
	const entries = new Map<string, Entry>();
	for (const { title, properties } of owners) {
		const fields = fieldsOf(properties);
		for (const field of fields) {
			const key = unconditional(field);
			const siblings = [...fields, ...properties];
			const entry = entries.get(key) ?? { field, operations: [], siblings };
			if (!entry.operations.includes(title)) entry.operations.push(title);
			entries.set(key, entry);
		}
	}
	return table(
		[HEAD[0]!, HEAD[1]!, 'For', HEAD[2]!],
		[...entries.values()]
			.sort((a, b) => order(a.field, b.field))
			.map(({ field, operations, siblings }) => {
				const [name, preset, description] = rowOf(field, siblings);
				return [name!, preset!, operations.join(', '), description!];
			}),
	);
}

const entriesOf = (properties: readonly INodeProperties[], collection: string): INodeProperties[] =>
	properties
		.filter(({ name, type }) => name === collection && type === 'collection')
		.flatMap(({ options = [] }) => options as INodeProperties[]);
