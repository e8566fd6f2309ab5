/** A field of the editor in words, for a cell of a table. */
import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { ROLE_NAMES, ROLES } from '../../../nodes/core/catalogue/resolve';
import { sentence } from './markdown.mts';

/** What a run does without the setting, where that isn't what a setting has when it is added. */
const WITHOUT_IT: Readonly<Record<string, string>> = {
	budgetUsd: 'none',
	fallbackModel: 'none',
	complexity: "the model's",
	inputFidelity: "the model's",
};

/** The default as the editor shows it. Empty means that there is none. */
export function defaultOf(field: INodeProperties): string {
	const { name, type, default: preset } = field;
	if (name in WITHOUT_IT) return WITHOUT_IT[name]!;
	if (type === 'boolean') return preset === true ? 'On' : 'Off';
	if (type === 'options' || type === 'multiOptions')
		return [preset]
			.flat()
			.map((value) => nameOf(field, value))
			.join(', ');
	if (type === 'resourceLocator')
		return (preset as { cachedResultName?: string }).cachedResultName ?? '';
	if (typeof preset === 'number') return String(preset);
	if (typeof preset !== 'string' || preset === '') return '';
	return `\`${preset.replace(/^=/, '')}\``;
}

const choicesOf = ({ options = [] }: INodeProperties): INodePropertyOptions[] =>
	options as INodePropertyOptions[];

/** What the editor calls a value. A field may also hide for the ID of a role. */
function nameOf(field: INodeProperties | undefined, value: unknown): string {
	const choice = field?.type.toLowerCase().endsWith('options')
		? choicesOf(field).find((option) => option.value === value)
		: undefined;
	const role = ROLES.find((one) => one === value);
	if (choice !== undefined) return choice.name;
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	return role === undefined ? String(value) : ROLE_NAMES[role];
}

/** @param condition in a sentence, when the editor shows the field */
export function describedField(field: INodeProperties, condition: string): string {
	const { description = '', hint = '' } = field;
	return [sentence(description), sentence(hint), rangeOf(field), condition, choicesIn(field)]
		.filter(Boolean)
		.join(' ')
		.replace(/ <br>/g, '<br>');
}

function rangeOf({ type, typeOptions = {}, description = '' }: INodeProperties): string {
	const { minValue, maxValue } = typeOptions;
	if (type !== 'number' || minValue === undefined) return '';
	const text = (value: number): string => value.toLocaleString('en-US');
	const isSaid = (value: number | undefined): boolean =>
		value !== undefined && new RegExp(`\\b(?:${value}|${text(value)})\\b`).test(description);
	if (isSaid(minValue) && isSaid(maxValue)) return '';
	return maxValue === undefined
		? minValue > 0
			? `At least ${text(minValue)}.`
			: ''
		: `From ${text(minValue)} to ${text(maxValue)}.`;
}

function choicesIn(field: INodeProperties): string {
	if (!/ptions$/.test(field.type)) return '';
	const choices = choicesOf(field);
	if (choices.every(({ description }) => description === undefined))
		return `Values: ${choices.map(({ name }) => `*${name}*`).join(', ')}.`;
	return choices
		.map(
			({ name, description }) =>
				`<br>*${name}*${description === undefined ? '' : `: ${sentence(description)}`}`,
		)
		.join(' ');
}

/** Shown for every field of an operation, so it says nothing. */
const BY_OPERATION = ['resource', 'operation'];

/** When the editor shows a field, beside its operation. @param all among which the fields are that it depends on */
export function conditionOf(
	{ displayOptions }: INodeProperties,
	all: readonly INodeProperties[],
): string {
	const { show = {}, hide = {} } = displayOptions ?? {};
	const phrases = (rules: typeof show): string[] =>
		Object.entries(rules)
			.filter(([name]) => !BY_OPERATION.includes(name) && name !== '@tool')
			.map(([name, values = []]) => {
				const path = name.replace(/^\//, '');
				const field = all.find((one) => one.name === path);
				const allowed = values.map((value) => `*${nameOf(field, value)}*`).join(' or ');
				return `*${field?.displayName ?? path}* is ${allowed}`;
			});
	return [
		show['@tool'] === undefined ? '' : 'Only for an AI Agent.',
		hide['@tool'] === undefined ? '' : 'Not for an AI Agent.',
		...phrases(show).map((phrase) => `Shown when ${phrase}.`),
		...phrases(hide).map((phrase) => `Hidden when ${phrase}.`),
	]
		.filter(Boolean)
		.join(' ');
}
