import { readBook } from '../../../../nodes/platform/images/receiptBook';

const USAGE = {
	inputTokens: 14,
	outputTokens: 196,
	inputDetails: { text: 14, image: 0 },
	outputDetails: null,
	cached: null,
};

const made = (response: object = {}, count = 1) => ({
	images: [
		{
			id: 'img_1',
			binary: { data: 'database', id: 'database:1', mimeType: 'image/svg+xml' },
			facts: null,
			fileName: 'a.svg',
			mimeType: 'image/svg+xml',
			bytes: 300,
			sha256: 'ab',
		},
	],
	count,
	response: {
		quality: null,
		size: null,
		background: null,
		created: null,
		stated: null,
		usage: USAGE,
		...response,
	},
	model: 'a-model',
	sent: {},
});

const receipt = (more: object) => ({
	executionId: '1',
	key: 'key',
	offset: 0,
	images: 4,
	requestId: null,
	made: null,
	refused: null,
	attempts: 1,
	maybeBilledAttempts: 0,
	durationMs: 1,
	...more,
});

const refused = (moderation: unknown) => ({
	kind: 'moderation',
	message: 'blocked',
	code: 'moderation_blocked',
	status: 400,
	moderation,
});

const SVG = { model: 'an-author', inputTokens: 1, outputTokens: 2, reasoningTokens: 0 };

const read = (one: unknown) => readBook({ receipts: { wanted: [one] }, unanswered: { wanted: 1 } });

describe('what n8n has kept of made images', () => {
	it.each([
		['an SVG', { made: made({ svgUsage: SVG }) }],
		['an SVG of unknown usage', { made: made({ svgUsage: null, usage: null }) }],
		['a refusal', { refused: refused(null) }],
		['a blocked prompt', { refused: refused({ stage: 'input', categories: ['violence'] }) }],
	])('of %s is used as it is', (_, more) => {
		const one = receipt(more);
		expect(read(one)).toEqual({
			book: { receipts: { wanted: [one] }, unanswered: { wanted: 1 } },
			lost: 0,
		});
	});

	it.each([
		['an SVG’s usage', 4, { made: made({ svgUsage: 5 }) }],
		['an SVG’s author', 4, { made: made({ svgUsage: { ...SVG, model: {} } }) }],
		['the number of images', 4, { made: made({}, 1e10) }],
		['what was blocked', 0, { refused: refused(5) }],
		['why it was blocked', 0, { refused: refused({ stage: 'input', categories: null }) }],
	])('is not used where %s can’t be read, and its images are counted as lost', (_, lost, more) => {
		expect(read(receipt({ ...more, maybeBilledAttempts: 2 }))).toEqual({
			// What may have been billed stays known.
			book: { receipts: {}, unanswered: { wanted: 3 } },
			lost,
		});
	});
});
