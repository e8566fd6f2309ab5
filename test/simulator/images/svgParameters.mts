/** `svg` of both endpoints: who writes an SVG, and how much they think. */
import { imageUserError, invalidRequest, invalidType, unknownParameter } from '../errors.mts';
import { isObject } from '../http/json.mts';
import { AUTHORS, DEFAULT_AUTHOR, EFFORTS } from '../models/authors.mts';
import type { SvgOptions } from '../models/authors.mts';
import type { State } from '../state.mts';
import { enumeration, quotedList, typeName } from './values.mts';

function objectOf(value: unknown, name: string, known: readonly string[]): Record<string, unknown> {
	if (value === undefined || value === null) return {};
	if (!isObject(value)) throw invalidType(name, 'an object', typeName(value));
	const stranger = Object.keys(value).find((key) => !known.includes(key));
	if (stranger !== undefined) throw unknownParameter(`${name}.${stranger}`);
	return value;
}

/** "When model selection is enabled, supply svg.model. When model selection is disabled, omit this object." */
export function parseSvg(value: unknown, { options }: State): SvgOptions {
	const { model, reasoning } = objectOf(value, 'svg', ['model', 'reasoning']);
	const { effort: asked } = objectOf(reasoning, 'svg.reasoning', ['effort']);
	if (options.svgModelSelection === false) {
		if (value === undefined || value === null) return { model: DEFAULT_AUTHOR, effort: undefined };
		throw imageUserError(
			"SVG model selection is not enabled for this project. Omit 'svg'.",
			'svg',
			'invalid_value',
		);
	}
	// This sentence is public (docs.apiyi.com); its param and code are assumptions.
	if (model === undefined || model === null)
		throw imageUserError("SVG generation requires 'svg.model'.", 'svg.model', 'invalid_value');
	if (typeof model !== 'string') throw invalidType('svg.model', 'a string', typeName(model));
	const author = AUTHORS[model];
	if (author === undefined)
		throw invalidRequest(`The model '${model}' does not exist.`, 'svg.model', 'model_not_found');
	const effort = enumeration(asked, 'svg.reasoning.effort', EFFORTS);
	if (effort !== undefined && !author.efforts.includes(effort))
		throw invalidRequest(
			`Unsupported value: '${effort}' is not supported with the '${model}' model. Supported values are: ${quotedList(author.efforts, 'and')}.`,
			'svg.reasoning.effort',
			'unsupported_value',
		);
	return { model, effort };
}

/** Fields of a form such as `svg[reasoning][effort]` as one object; other fields stay. */
export function nestedSvg(fields: Readonly<Record<string, string>>): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	for (const [name, text] of Object.entries(fields)) {
		const path = /^svg((?:\[\w+\])+)$/.exec(name)?.[1]?.slice(1, -1).split('][');
		if (path === undefined) {
			values[name] = text;
			continue;
		}
		let at = (values['svg'] ??= {}) as Record<string, unknown>;
		for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>;
		at[path.at(-1) ?? ''] = text;
	}
	return values;
}
