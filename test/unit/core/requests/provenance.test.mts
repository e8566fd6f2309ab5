import type { InputFile } from '../../../../nodes/core/requests/inputImages';
import {
	checkableProblem,
	parseProvenance,
	provenanceFields,
} from '../../../../nodes/core/requests/provenance';

const C2PA = {
	type: 'c2pa',
	outcome: 'detected',
	validation_state: 'trusted',
	issuer: 'OpenAI OpCo, LLC',
	model: 'gpt-image',
	generated_at: '2026-07-27T18:34:12Z',
};
const SYNTH_ID = { type: 'synthid', outcome: 'not_detected', model: null, generated_at: null };
const answer = (...results: unknown[]) => ({
	object: 'content_provenance_check',
	created_at: 1778000000,
	results,
});

describe('the answer of a check', () => {
	it('becomes ten flat fields', () => {
		const provenance = parseProvenance(answer(C2PA, SYNTH_ID))!;

		expect(provenanceFields('a.png', provenance)).toEqual({
			fileName: 'a.png',
			detected: true,
			c2paDetected: true,
			c2paValidation: 'trusted',
			c2paIssuer: 'OpenAI OpCo, LLC',
			c2paModel: 'gpt-image',
			c2paGeneratedAt: '2026-07-27T18:34:12Z',
			synthIdDetected: false,
			synthIdModel: null,
			synthIdGeneratedAt: null,
		});
	});

	it('is read by the type of each result, not by its place; one that is not there is not known', () => {
		const detected = { ...SYNTH_ID, outcome: 'detected' };

		expect(parseProvenance(answer(detected, { type: 'other' }, null))).toMatchObject({
			c2pa: null,
			synthId: { detected: true },
		});
		expect(provenanceFields('a', parseProvenance(answer(detected))!)).toMatchObject({
			detected: true,
			c2paDetected: null,
			synthIdDetected: true,
		});
	});

	it('says who signed an image of somebody else', () => {
		const adobe = { ...C2PA, outcome: 'not_detected', validation_state: 'valid', issuer: 'Adobe' };

		expect(provenanceFields('a', parseProvenance(answer(adobe, SYNTH_ID))!)).toMatchObject({
			detected: false,
			c2paDetected: false,
			c2paValidation: 'valid',
			c2paIssuer: 'Adobe',
		});
	});

	it.each([
		[null],
		[''],
		[{}],
		[{ results: null }],
		[{ results: [] }],
		[answer({ type: 'c2pa', outcome: 'perhaps' })],
	])('%j can not be used', (body) => {
		expect(parseProvenance(body)).toBeNull();
	});
});

describe('a file', () => {
	const file = (more: Partial<InputFile>): InputFile => ({
		field: 'data',
		isField: true,
		reference: null,
		fileName: '',
		bytes: 1000,
		identity: 'x',
		facts: {
			format: 'gif',
			mimeType: 'image/gif',
			extension: 'gif',
			width: 1,
			height: 1,
			alphaChannel: null,
		},
		declaredType: 'image/gif',
		...more,
	});

	it.each([
		[{}, null],
		[{ bytes: 0 }, 'is empty'],
		[
			{ facts: null, declaredType: 'text/html' },
			'is not an image that can be checked (declared as text/html)',
		],
		[{ bytes: 50 * 1024 * 1024 }, null],
		[{ bytes: 50 * 1024 * 1024 + 1 }, 'is larger than 50 MB'],
	])('%j: %s', (more, why) => {
		const problem = checkableProblem(file(more));

		if (why === null) expect(problem).toBeNull();
		else expect(problem?.message).toContain(`'Input Binary Field': the file in 'data' ${why}`);
	});
});
