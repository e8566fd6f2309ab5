import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import {
	localFailure,
	type Failure,
	type FailureKind,
} from '../../../../nodes/core/failures/failure';
import { catalogueAt, apiServerOf } from '../../../../nodes/core/providers/connection';
import { PROVIDERS } from '../../../../nodes/core/providers/find';
import { resolveModel } from '../../../../nodes/core/catalogue/resolve';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { REACTIONS } from '../../../../nodes/core/scheduler/retry';
import { explainFailure, problemsError, toNodeError } from '../../../../nodes/platform/n8n/errors';
import { NODE } from '../../fixtures/fakeN8n.mts';
import { chosen, TODAY } from '../../fixtures/models.mts';

const KINDS = Object.keys(REACTIONS) as FailureKind[];
const WORDS = 'WORDS OF THE API';

const failure = (kind: FailureKind, changes: Partial<Failure> = {}): Failure => ({
	...localFailure(kind, 'the_code', WORDS),
	...changes,
});
const explain = (kind: FailureKind, changes: Partial<Failure> = {}, model = 'gpt-image-2') =>
	explainFailure(failure(kind, changes), chosen(model), TODAY);

describe.each(KINDS)('a failure of the kind %s', (kind) => {
	const { message, remedy } = explain(kind, { status: 400 });

	it('says what happened and what can be done, and keeps the words of the API', () => {
		expect(message.length).toBeGreaterThan(10);
		expect(remedy).toMatch(/[.?]$|: WORDS OF THE API$/);
		// A redirect has no words.
		expect(`${message} ${remedy}`.includes(WORDS)).toBe(kind !== 'redirected');
		expect(`${message} ${remedy}`).not.toMatch(/undefined|null|NaN|\[object/);
	});

	it('is explained without words that blame', () => {
		expect(`${message} ${remedy}`).not.toMatch(
			/\b(?:errors?|problems?|fail(?:ed|ure|ures|s)?|mistakes?|invalid|illegal)\b/i,
		);
	});
});

describe.each(PROVIDERS)('at $name', (provider) => {
	const model = resolveModel(
		'gpt-image-2',
		TODAY,
		catalogueAt(CATALOGUE, apiServerOf({ provider: provider.id }), 'https://x.example/v1'),
	);

	it.each(KINDS)('%s is told in its name, with its addresses alone', (kind) => {
		const { message, remedy } = explainFailure(failure(kind, { status: 400 }), model, TODAY);
		const text = `${message} ${remedy}`;

		expect(message).not.toBe('');
		expect(remedy).toMatch(/[.]$|: WORDS OF THE API[.]?$/);
		expect(text).not.toMatch(/undefined|null|\bthe the\b|\. ?\.|at  /);
		if (provider.id !== 'openai') expect(text.replaceAll(provider.name, '')).not.toMatch(/openai/i);
		for (const address of text.match(/https:\/\/[^\s,)]+/g) ?? [])
			expect(Object.values(provider.pages)).toContain(address.replace(/[.]$/, ''));
	});
});

describe('an explanation', () => {
	it("of a project's spend limit names the project, not credit", () => {
		const { remedy } = explain('billingLimit', { code: 'project_spend_limit_exceeded' });

		expect(remedy).toContain("Raise the project's spend limit (in its settings, under 'Limits')");
	});

	it.each([
		['No such File object: file-a', "with the operation 'Upload' of the resource 'Reference'"],
		['Error while downloading https://x.example/a.png.', "Turn off 'Send URLs'"],
		["SVG generation requires 'svg.model'.", "Add 'SVG Model' under 'Options'"],
		[
			"SVG model selection is not enabled for this project. Omit 'svg'.",
			"Remove 'SVG Model' from 'Options'",
		],
		['Invalid size', 'Correct what the message names, then run again.'],
	])('of a refusal (%s) says what to change', (message, remedy) => {
		expect(explain('invalidRequest', { message }).remedy).toContain(remedy);
	});

	it('of a model that the key may not use says where it is allowed', () => {
		expect(explain('modelNotAllowed').remedy).toContain(
			"then 'Limits', and add it under 'Allowed models'",
		);
	});

	it('says that something may have been billed exactly where it may', () => {
		const told = KINDS.filter((kind) => /may have billed|and billed/.test(explain(kind).remedy));

		expect(told.sort()).toEqual(KINDS.filter((kind) => REACTIONS[kind].billed === 'maybe').sort());
	});

	it('of a model that is gone names date, replacements and roles', () => {
		const { message, remedy } = explain('modelGone', {}, 'gpt-image-1');

		expect(message).toBe('The model gpt-image-1 is not available');
		expect(remedy).toContain(
			"Choose gpt-image-2.5-sunburst or gpt-image-2.5-flare instead, or 'Draft' or 'Final', which always use an available model.",
		);
		expect(remedy).toContain('It was shut down on 2026-10-23.');
	});

	it('of a model that the key may not use yet before its end does not call it shut down', () => {
		expect(explain('modelGone', {}, 'gpt-image-1.5').remedy).toContain(
			'It shuts down on 2026-12-01.',
		);
	});

	it('of a role names no role again', () => {
		expect(explain('modelGone', {}, 'draft').remedy).toContain('instead by its ID.');
	});

	it('of an unknown model names what the roles mean now', () => {
		expect(explain('modelGone', {}, 'gpt-image-9').remedy).toContain(
			'Choose gpt-image-1-mini or gpt-image-2.5-sunburst instead',
		);
	});

	it.each([
		['input', ' (prompt or input image): sexual, violence'],
		['output', ' (the image that was made): sexual, violence'],
		['unknown', ': sexual, violence'],
	])('of a blocked %s says where and why', (stage, where) => {
		const { message } = explain('moderation', {
			moderation: { stage, categories: ['sexual', 'violence'] },
		});

		expect(message).toBe(`The request was blocked by moderation${where}`);
	});

	it('of a moderation without details says no more than is known', () => {
		expect(explain('moderation').message).toBe('The request was blocked by moderation');
	});
});

describe("n8n's error", () => {
	it.each(KINDS)('of %s without an answer keeps message, code and item', (kind) => {
		const error = toNodeError(
			NODE,
			failure(kind),
			{ message: 'What happened', remedy: 'What to do.' },
			3,
		);

		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe('What happened');
		expect(error.description).toBe('What to do. [code the_code]');
		expect(error.context.itemIndex).toBe(3);
	});

	it.each(KINDS)(
		'of %s with an answer keeps message, status, code, request id and item',
		(kind) => {
			const error = toNodeError(
				NODE,
				failure(kind, { status: 429, requestId: 'req_1' }),
				{ message: 'What happened', remedy: 'What to do.' },
				3,
			);

			expect(error).toBeInstanceOf(NodeApiError);
			expect(error).toMatchObject({
				message: 'What happened',
				description: 'What to do. [status 429, code the_code, request req_1]',
				httpCode: '429',
			});
			expect(error.context).toMatchObject({
				itemIndex: 3,
				data: { code: 'the_code', status: 429, requestId: 'req_1' },
			});
		},
	);

	it('survives JSON, as n8n stores it, with what support asks for', () => {
		const error = toNodeError(
			NODE,
			failure('moderation', { status: 400, requestId: 'req_1' }),
			{ message: 'Blocked', remedy: 'Change it.' },
			0,
		);

		expect(JSON.parse(JSON.stringify(error))).toMatchObject({
			message: 'Blocked',
			description: 'Change it. [status 400, code the_code, request req_1]',
			context: { data: { status: 400, code: 'the_code', requestId: 'req_1' } },
		});
	});

	it.each(['error', 'timeout', 'ECONNREFUSED', 'ETIMEDOUT', '404'])(
		'keeps our message when it contains what n8n looks for (%s)',
		(word) => {
			const error = toNodeError(
				NODE,
				failure('serverError', { status: 503, code: word }),
				{ message: `It said ${word}`, remedy: 'x.' },
				0,
			);

			expect(error.message).toBe(`It said ${word}`);
		},
	);

	it('without an answer keeps our message, too', () => {
		const message = 'The API could not be reached. (ECONNREFUSED)';

		expect(toNodeError(NODE, failure('notSent'), { message, remedy: 'x.' }, 0).message).toBe(
			message,
		);
		expect(
			problemsError(
				NODE,
				[{ field: 'inputBinaryFields', message: "'data' can't be read: ENOENT" }],
				0,
			).message,
		).toBe("'data' can't be read: ENOENT");
	});
});

describe('input that can’t be used', () => {
	const problems = [
		{ field: 'prompt', message: 'The first.' },
		{ field: 'size', message: 'The second.' },
		{ field: 'count', message: 'The third.' },
	] as const;

	it('is told completely, the first as the message', () => {
		const error = problemsError(NODE, [...problems], 5);

		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe('The first.');
		expect(error.description).toBe(
			'Also: The second. The third. Nothing was sent, nothing was billed.',
		);
		expect(error.context.itemIndex).toBe(5);
	});

	it('of one kind has nothing to add', () => {
		expect(problemsError(NODE, [problems[0]], 0).description).toBe(
			'Nothing was sent, nothing was billed.',
		);
	});
});
