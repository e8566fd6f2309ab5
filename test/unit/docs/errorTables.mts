/** Tables of the errors of requests: each code that the nodes can give, what it says and what to do. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from '@typescript/typescript6';
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { kindOf } from '../../../nodes/core/failures/apiFailure';
import { type FailureKind, localFailure } from '../../../nodes/core/failures/failure';
import { explainFailure } from '../../../nodes/platform/n8n/explanations';
import { projectRoot } from '../../n8n/harness/environment.mts';
import { sentence, table } from './markdown.mts';

/** A failure that the code itself names, as it stands in the source. */
export interface OwnFailure {
	kind: FailureKind;
	code: string;
	/** What is put in when it happens is an ellipsis. */
	message: string;
}

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

/** What stands for a name, a number or a server's words. */
const WORDS = '…';

/** Names and codes of an object in the source. */
const pairsIn = (file: string, object: string): Array<[string, string]> =>
	[
		...new RegExp(`const ${object}[^{]+\\{([^}]+)\\}`)
			.exec(read(file))![1]!
			.matchAll(/(\w+): '(\w+)'/g),
	].map(([, name, value]) => [name!, value!]);

const CONNECTION_CODES = new Map(pairsIn('nodes/platform/http/connectionFailures.ts', 'CODES'));

const API_FAILURE = 'nodes/core/failures/apiFailure.ts';

/** What a failure is called where the server gives no code. */
const DEFAULT_CODES = pairsIn(API_FAILURE, 'DEFAULT_CODES');

const SOURCES = globSync('nodes/**/*.ts', { cwd: projectRoot }).sort();

/** The text of a literal, a template or a constant; `null` = it isn't in the source. */
function textOf(node: ts.Node | undefined, constants: Constants): string | null {
	if (node === undefined) return null;
	if (ts.isStringLiteralLike(node)) return node.text;
	if (ts.isTemplateExpression(node))
		return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…');
	if (ts.isIdentifier(node)) return constants.get(node.text) ?? null;
	return ts.isBinaryExpression(node) ? textOf(node.right, constants) : null;
}

/** Texts by the names that a file gives them. */
type Constants = Map<string, string>;

/** All failures whose kind and code the code names itself. */
export const OWN_FAILURES: OwnFailure[] = SOURCES.flatMap((file) => {
	const found: OwnFailure[] = [];
	const constants: Constants = new Map();
	const visit = (node: ts.Node): void => {
		if (ts.isVariableDeclaration(node)) {
			const text = textOf(node.initializer, constants);
			if (text !== null) constants.set(node.name.getText(), text);
		}
		found.push(...failureAt(node, constants));
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
	return found;
});

/** What stands at a call of `localFailure`, or where a connection's failure gets its kind and words. */
function failureAt(node: ts.Node, constants: Constants): OwnFailure[] {
	if (ts.isCallExpression(node) && node.expression.getText() === 'localFailure') {
		const [kind, code, message] = node.arguments.map((argument) => textOf(argument, constants));
		return kind && code ? [{ kind: kind as FailureKind, code, message: message ?? WORDS }] : [];
	}
	if (!ts.isObjectLiteralExpression(node)) return [];
	const [kind, words] = ['kind', 'words'].map((name) => {
		const property = node.properties.find((one) => one.name?.getText() === name);
		return property !== undefined && ts.isPropertyAssignment(property)
			? textOf(property.initializer, constants)
			: null;
	});
	const code = CONNECTION_CODES.get(kind ?? '');
	return kind && words && code ? [{ kind: kind as FailureKind, code, message: words }] : [];
}

/** Codes of servers that the nodes know the meaning of. */
const API_CODES = pairsIn(API_FAILURE, 'KIND_BY_CODE').map(([code]) => code);

/** What a server's code means, whatever status it comes with. */
const kindOfCode = (code: string): FailureKind =>
	kindOf({
		status: 400,
		code,
		type: null,
		message: null,
		requestId: null,
		moderation: null,
		header: () => null,
	});

export const KINDS = [
	.../export type FailureKind =([^;]+);/
		.exec(read('nodes/core/failures/failure.ts'))![1]!
		.matchAll(/'(\w+)'/g),
].map(([, kind]) => kind as FailureKind);

/** The status of kinds that servers need no code for. */
const STATUS: Partial<Record<FailureKind, string>> = {
	invalidKey: '401',
	permissionDenied: '403',
	organizationNotVerified: '403',
	insufficientQuota: '402',
	rateLimit: '429',
	limitIsZero: '429',
	tooLarge: '429',
	modelGone: '400, 404',
	modelNotAllowed: '403',
	invalidRequest: '4xx',
	redirected: '3xx',
	serverError: '5xx',
	gatewayTimeout: '408, 502, 504, 520 to 524',
	conflict: '409',
};

/** Codes that are put together, whole. */
const WHOLE: Readonly<Record<string, string[]>> = {
	'batch_…': ['batch_expired', 'batch_cancelled'],
};

const codesOf = (kind: FailureKind): string[] => [
	...new Set([
		...API_CODES.filter((code) => kindOfCode(code) === kind),
		...DEFAULT_CODES.filter(([one]) => one === kind).map(([, code]) => code),
		...OWN_FAILURES.filter((one) => one.kind === kind).flatMap(({ code }) => WHOLE[code] ?? code),
	]),
];

/** Every code that the table has to name. */
export const KNOWN_CODES = [...new Set(KINDS.flatMap(codesOf))];

/** What the user reads of a kind of failure. What the server adds is an ellipsis. */
function explained(kind: FailureKind): { messages: string[]; remedy: string } {
	const model = { requested: WORDS, id: WORDS, role: null, entry: null, catalogue: CATALOGUE };
	const { message, remedy } = explainFailure(
		localFailure(kind, '', WORDS),
		model,
		new Date(`${CATALOGUE.pricesAsOf}T00:00:00Z`),
	);
	const own = OWN_FAILURES.filter((one) => one.kind === kind && one.message !== WORDS);
	return {
		messages:
			message !== WORDS
				? [message]
				: own.length > 0
					? [...new Set(own.map((one) => one.message))]
					: [WORDS],
		remedy: sentence(remedy.replace(` OpenAI says: ${WORDS}`, '').trim()),
	};
}

/** One ellipsis is enough. */
const tidy = (message: string): string =>
	message.replace(/\(status null\)/, `(status ${WORDS})`).replace(/…(?:[.… ]*…|\.)/g, WORDS);

/** Each kind of failure in a row: its codes, messages and what to do. */
export const errorTable = (): string =>
	table(
		['Message', 'Code', 'Status', 'What to do'],
		KINDS.map((kind) => {
			const { messages, remedy } = explained(kind);
			const codes = codesOf(kind).map((code) => `\`${code}\``);
			return [
				messages.map(tidy).join('<br>'),
				codes.length === 0 ? "the API's own, or `http_` and the status" : codes.join(', '),
				STATUS[kind] ?? '',
				remedy,
			];
		}),
	);
