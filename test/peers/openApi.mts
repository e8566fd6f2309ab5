/** Holds exchanges with a server against OpenAI's published document. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';

type Schema = Record<string, unknown>;

interface Operation {
	requestBody?: { content: Record<string, { schema: Schema }> };
	responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export interface OpenApiDocument {
	paths: Record<string, Record<string, unknown>>;
	components: { schemas: Record<string, unknown> };
}

export interface Exchange {
	method: string;
	/** Below the base URL, without the query. */
	path: string;
	/** Of the request, without its parameters; null: there was no body. */
	contentType: string | null;
	/** Parsed; of a form the fields, files as `<file>`. */
	request: unknown;
	status: number;
	answer: unknown;
}

/** "POST /images/generations request: /quality must be equal to one of the allowed values" */
export type Difference = string;

export interface Validator {
	/** Empty: as published. */
	differencesOf(exchange: Exchange): Difference[];
}

/** `nullable` is an older OpenAPI's word that JSON Schema doesn't know. */
function modern(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(modern);
	if (typeof value !== 'object' || value === null) return value;
	const { nullable, ...rest } = value as Schema;
	const entries = Object.fromEntries(
		Object.entries(rest).map(([key, entry]) => [key, modern(entry)]),
	);
	return nullable === true ? { anyOf: [entries, { type: 'null' }] } : entries;
}

const FORMATS = {
	unixtime: true,
	uri: true,
	date: /^\d{4}-\d\d-\d\d$/,
	binary: true,
	int64: true,
} as const;

export function createValidator(published: OpenApiDocument): Validator {
	const document = modern(published) as OpenApiDocument;
	// In a form every value is a text.
	const [exact, textual] = [false, true].map(
		(coerceTypes) =>
			new Ajv2020({
				strict: false,
				allErrors: true,
				coerceTypes: coerceTypes ? 'array' : false,
				formats: FORMATS,
			}),
	);
	const compiled = new Map<string, ValidateFunction>();
	const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
		Object.entries(methods).map(([method, operation]) => ({
			path,
			method: method.toUpperCase(),
			pattern: patternOf(path),
			operation: operation as Operation,
		})),
	);
	const check = (name: string, schema: Schema, value: unknown, isForm: boolean): Difference[] => {
		const validate =
			compiled.get(name) ??
			(isForm ? textual : exact)!.compile({ ...schema, components: document.components });
		compiled.set(name, validate);
		validate(structuredClone(value));
		return [...new Set((validate.errors ?? []).flatMap((error) => wordsOf(name, error)))];
	};
	return {
		differencesOf: ({ method, path, contentType, request, status, answer }) => {
			const found = operations.find((one) => one.method === method && one.pattern.test(path));
			if (status >= 400)
				return check(
					`${method} ${found?.path ?? 'any path'} answer ${status}`,
					{ $ref: '#/components/schemas/ErrorResponse' },
					answer,
					false,
				);
			if (found === undefined) return [];
			const { requestBody, responses } = found.operation;
			const name = `${method} ${found.path}`;
			const asked = contentType === null ? undefined : requestBody?.content[contentType]?.schema;
			const given = responses['200']?.content?.['application/json']?.schema;
			const isForm = contentType === 'multipart/form-data';
			return [
				...(contentType !== null && asked === undefined
					? [`${name} request: ${contentType} is not published`]
					: []),
				...(asked === undefined
					? []
					: [
							...check(`${name} request${isForm ? ' (form)' : ''}`, asked, request, isForm),
							...unknownIn(`${name} request`, asked, request, document),
						]),
				...(given === undefined
					? []
					: [
							...check(`${name} answer`, given, answer, false),
							...unknownIn(`${name} answer`, given, answer, document),
						]),
			];
		},
	};
}

const patternOf = (path: string): RegExp =>
	new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);

/** Branches of a choice say nothing for themselves; array positions are all one. */
function wordsOf(
	name: string,
	{ instancePath, message, keyword, params }: ErrorObject,
): Difference[] {
	if (keyword === 'anyOf' || keyword === 'oneOf' || keyword === 'if') return [];
	const extra =
		keyword === 'additionalProperties'
			? ` (${String((params as { additionalProperty: string }).additionalProperty)})`
			: '';
	return [`${name}: ${instancePath.replace(/\/\d+(?=\/|$)/g, '/*')} ${message ?? keyword}${extra}`];
}

/** Names at the top that the document doesn't have: its schemas are open, so that no validator would say so. */
function unknownIn(
	name: string,
	schema: Schema,
	value: unknown,
	{ components }: OpenApiDocument,
): Difference[] {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
	const known = namesIn(schema, components.schemas as Record<string, Schema>);
	return known === null
		? []
		: Object.keys(value)
				.filter((key) => !known.has(key))
				.map((key) => `${name}: '${key}' is not published`);
}

/** Null: it can't be told. */
function namesIn(schema: Schema, schemas: Record<string, Schema>): Set<string> | null {
	const {
		$ref: reference,
		properties,
		allOf,
		oneOf,
		anyOf,
	} = schema as {
		$ref?: string;
		properties?: Schema;
		allOf?: Schema[];
		oneOf?: Schema[];
		anyOf?: Schema[];
	};
	if (reference !== undefined)
		return namesIn(schemas[reference.replace('#/components/schemas/', '')] ?? {}, schemas);
	const parts = [...(allOf ?? []), ...(oneOf ?? []), ...(anyOf ?? [])].map((part) =>
		namesIn(part, schemas),
	);
	const names = [
		properties === undefined ? null : new Set(Object.keys(properties)),
		...parts,
	].filter((set) => set !== null);
	return names.length === 0 ? null : new Set(names.flatMap((set) => [...set]));
}
