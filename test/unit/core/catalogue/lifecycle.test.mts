import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import {
	isEnding,
	isGone,
	noticeFrom,
	replacementNames,
	shutdownAt,
} from '../../../../nodes/core/catalogue/lifecycle';
import { endNotice, modelNotice } from '../../../../nodes/core/modelChoice/notices';
import { modelForRole, resolveModel } from '../../../../nodes/core/catalogue/resolve';
import type { Catalogue } from '../../../../nodes/core/catalogue/types';
import { modelNamed } from '../../fixtures/models.mts';

const at = (moment: string): Date => new Date(moment);
const noticeOn = (model: string, moment: string): string | null =>
	modelNotice(resolveModel(model, at(moment), CATALOGUE), at(moment));

describe('what a role means', () => {
	it.each([
		['2026-11-20T00:00:00Z', 'gpt-image-1-mini', 'gpt-image-2.5-sunburst'],
		['2026-11-30T23:59:59Z', 'gpt-image-1-mini', 'gpt-image-2.5-sunburst'],
		['2026-11-30T23:59:59.999Z', 'gpt-image-1-mini', 'gpt-image-2.5-sunburst'],
		['2026-12-01T00:00:00Z', 'gpt-image-2.5-flare', 'gpt-image-2.5-sunburst'],
		['2026-12-02T00:00:00Z', 'gpt-image-2.5-flare', 'gpt-image-2.5-sunburst'],
		['2027-06-01T00:00:00Z', 'gpt-image-2.5-flare', 'gpt-image-2.5-sunburst'],
	])('at %s: draft is %s, final is %s', (moment, draft, final) => {
		expect(resolveModel('draft', at(moment), CATALOGUE)).toMatchObject({
			requested: 'draft',
			id: draft,
			role: 'draft',
			entry: modelNamed(draft),
		});
		expect(resolveModel('final', at(moment), CATALOGUE)).toMatchObject({
			requested: 'final',
			id: final,
			role: 'final',
		});
	});

	it('is the last of its models when all of them have ended, so that the API has the last word', () => {
		const ended: Catalogue = {
			...CATALOGUE,
			roles: { draft: ['gpt-image-1', 'gpt-image-1-mini'], final: [] },
		};

		expect(modelForRole('draft', at('2027-06-01T00:00:00Z'), ended).id).toBe('gpt-image-1-mini');
		expect(() => modelForRole('final', at('2027-06-01T00:00:00Z'), ended)).toThrow(
			"no model for the role 'final'",
		);
	});
});

describe('a model chosen by its id', () => {
	it('is sent as it was chosen, an alias too, with the facts of the model it stands for', () => {
		const alias = 'gpt-image-2.5-flare-2026-09-08';

		expect(resolveModel(alias, at('2026-11-20T00:00:00Z'), CATALOGUE)).toMatchObject({
			requested: alias,
			id: alias,
			role: null,
			entry: modelNamed('gpt-image-2.5-flare'),
		});
	});

	it('stays the same after its end', () => {
		expect(resolveModel('gpt-image-1-mini', at('2027-06-01T00:00:00Z'), CATALOGUE).id).toBe(
			'gpt-image-1-mini',
		);
	});

	it.each(['gpt-image-9', 'Draft', 'GPT-IMAGE-2', '', 'constructor'])(
		'that is not known (%j) has no entry',
		(id) => {
			expect(resolveModel(id, at('2026-11-20T00:00:00Z'), CATALOGUE)).toMatchObject({
				requested: id,
				id,
				role: null,
				entry: null,
			});
		},
	);
});

describe('the end of a model', () => {
	const mini = modelNamed('gpt-image-1-mini');

	it('is the first moment of its day in UTC', () => {
		expect(shutdownAt(mini)?.toISOString()).toBe('2026-12-01T00:00:00.000Z');
		expect(isGone(mini, at('2026-11-30T23:59:59.999Z'))).toBe(false);
		expect(isGone(mini, at('2026-12-01T00:00:00.000Z'))).toBe(true);
	});

	it('is announced from 30 days before, to the millisecond', () => {
		expect(noticeFrom(mini)?.toISOString()).toBe('2026-11-01T00:00:00.000Z');
		expect(isEnding(mini, at('2026-10-31T23:59:59.999Z'))).toBe(false);
		expect(isEnding(mini, at('2026-11-01T00:00:00.000Z'))).toBe(true);
		expect(isEnding(mini, at('2027-06-01T00:00:00Z'))).toBe(true);
	});

	it('never comes for a model without one', () => {
		const live = modelNamed('gpt-image-2');

		expect([shutdownAt(live), noticeFrom(live)]).toEqual([null, null]);
		expect(
			isGone(live, at('2099-01-01T00:00:00Z')) || isEnding(live, at('2099-01-01T00:00:00Z')),
		).toBe(false);
	});

	it('names what to use instead', () => {
		expect(replacementNames(mini)).toBe('gpt-image-2.5-flare or gpt-image-2.5-sunburst');
	});
});

describe('the notice about a model', () => {
	const dayBefore = '2026-10-31T23:59:59.999Z';

	it.each([
		'draft',
		'gpt-image-1-mini',
		'gpt-image-1.5',
		'gpt-image-1.5-2025-12-16',
		'chatgpt-image-latest',
	])('comes 30 days before the end of %s, not a millisecond earlier', (model) => {
		expect(noticeOn(model, dayBefore)).toBeNull();
		expect(noticeOn(model, '2026-11-01T00:00:00Z')).toContain('2026-12-01');
	});

	it('tells who chose an id the date, the replacements and the roles', () => {
		const future =
			"The model gpt-image-1-mini shuts down on 2026-12-01. Choose gpt-image-2.5-flare or gpt-image-2.5-sunburst instead, or 'Draft' or 'Final', which always use an available model.";

		expect(noticeOn('gpt-image-1-mini', '2026-11-30T23:59:59Z')).toBe(future);
		expect(noticeOn('gpt-image-1-mini', '2026-12-01T00:00:00Z')).toBe(
			future.replace('shuts down', 'was shut down'),
		);
		expect(noticeOn('gpt-image-1-mini', '2027-06-01T00:00:00Z')).toBe(
			endNotice(modelNamed('gpt-image-1-mini'), 'past'),
		);
		expect(noticeOn('gpt-image-1', '2026-11-20T00:00:00Z')).toContain(
			'gpt-image-1 was shut down on 2026-10-23',
		);
	});

	it('tells who chose a role what it becomes, and says since when for 30 days, then is silent', () => {
		expect(noticeOn('draft', '2026-11-20T00:00:00Z')).toBe(
			"'Draft' is gpt-image-1-mini until it shuts down on 2026-12-01, then gpt-image-2.5-flare. The switch is automatic; prices differ.",
		);
		expect(noticeOn('draft', '2026-12-01T00:00:00Z')).toBe(
			"'Draft' has been gpt-image-2.5-flare since gpt-image-1-mini was shut down on 2026-12-01. Prices differ.",
		);
		expect(noticeOn('draft', '2026-12-31T00:00:00Z')).toBeNull();
		expect(noticeOn('final', '2026-11-30T23:59:59Z')).toBeNull();
	});

	it('tells who chose a role of which nothing is left', () => {
		const moment = at('2027-06-01T00:00:00Z');
		const ended: Catalogue = {
			...CATALOGUE,
			roles: { ...CATALOGUE.roles, draft: ['gpt-image-1-mini'] },
		};

		expect(modelNotice(resolveModel('draft', moment, ended), moment)).toContain(
			'gpt-image-1-mini was shut down on 2026-12-01',
		);
	});

	it('is not given for models without an end, nor for unknown ones', () => {
		for (const model of [
			'gpt-image-2',
			'gpt-image-2.5-flare',
			'gpt-image-2.6-sunburst',
			'gpt-image-9',
		]) {
			expect(noticeOn(model, '2026-12-01T00:00:00Z')).toBeNull();
		}
	});
});
