import { parseBatch } from '../../../nodes/core/batch/batch';
import { readManifestLine } from '../../../nodes/core/batch/manifest';
import { parseResultLine } from '../../../nodes/core/batch/resultLine';
import { parseBatchEvent } from '../../../nodes/core/batch/webhookEvent';
import { readDraft } from '../../../nodes/core/lineage/draft';
import { readOrigin } from '../../../nodes/core/lineage/origin';
import { readItem } from '../../../nodes/core/lineage/ourItem';
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { readCatalogueFile } from '../../../nodes/core/modelChoice/catalogueFile';
import { resolveModel } from '../../../nodes/core/catalogue/resolve';
import { reportPage } from '../../../nodes/core/report/page';
import { readRecords } from '../../../nodes/core/report/records';
import { makeReport } from '../../../nodes/core/report/report';
import { parseImageResponse } from '../../../nodes/core/requests/imageResponse';
import { readAnswer } from '../../../nodes/core/review/answer';
import { shownDraft } from '../../../nodes/core/review/drafts';
import { pickedJson } from '../../../nodes/core/review/reviewedItem';
import { failureFromBody, failureInside } from '../../../nodes/core/failures/errorBody';
import { secretForms, withoutSecretsIn } from '../../../nodes/core/failures/secrets';

const NOW = new Date('2026-11-20');
const SOURCE = { status: 400, requestId: null, header: () => null };

/** An object in itself, so many times, by this name. */
function deep(levels: number, name: string, more: object = {}): Record<string, unknown> {
	let inner: Record<string, unknown> = { ...more };
	for (let level = 0; level < levels; level += 1) inner = { ...more, [name]: inner };
	return inner;
}

const listed = (levels: number): unknown => {
	let inner: unknown = [];
	for (let level = 0; level < levels; level += 1) inner = [inner];
	return inner;
};

/** JSON.stringify itself goes no deeper than some thousands. */
const deepJson = (levels: number, name: string): string =>
	`${`{"${name}":`.repeat(levels)}1${'}'.repeat(levels)}`;

const NAMES = [
	'error',
	'errors',
	'detail',
	'metadata',
	'raw',
	'message',
	'draft',
	'image',
	'cost',
	'request',
	'review',
	'input',
	'data',
	'models',
	'response',
	'body',
	'usage',
	'variation',
	'inner_error',
	'prompt',
	'x',
];
const report = (items: unknown[]): string =>
	reportPage(makeReport(readRecords(items)), 'x', NOW.toISOString());
const image = (n: number, more: object = {}): object => ({
	image: { id: `img_${n.toString(16).padStart(24, '0')}` },
	cost: { usd: 0.01, exact: '0.01' },
	...more,
});

const READERS: Record<string, (value: Record<string, unknown>) => unknown> = {
	'an error answer': (value) => [
		failureFromBody(value, SOURCE),
		failureFromBody([value], SOURCE),
		failureInside(value, SOURCE),
	],
	'an answer with images': (value) => [
		parseImageResponse(value),
		parseImageResponse({ data: [value], usage: value }),
	],
	'an item': (value) => [
		readItem(value),
		readItem({ image: value, cost: value, request: value, review: value }),
		readOrigin(value),
	],
	'a draft': (value) => [
		readDraft(value),
		readDraft({ id: 'img_000000000000000000000001', ...value }),
	],
	'items of a report': (value) =>
		report([
			value,
			image(1, value),
			image(2, { draft: value }),
			{ ...value, error: 'x', request: { key: 'req_00000000' } },
		]),
	'a draft on the page': (value) => [
		shownDraft(value, 0, resolveModel('final', NOW, CATALOGUE), 'low'),
		pickedJson(value, { note: '', prompt: 'y' }, ''),
	],
	'an answer to a review': (value) =>
		readAnswer({ answer: value, pick: value }, [0], {
			minPicks: 0,
			maxPicks: 0,
			allowPromptEdit: true,
		}),
	'a batch': (value) => [
		parseBatch(value),
		parseBatch({ id: 'batch_1', status: 'completed', errors: value, metadata: value }),
	],
	'what may hold a key': (value) => withoutSecretsIn(value, secretForms('sk-test-0123456789')),
};

const TEXT_READERS: Record<string, (json: string) => unknown> = {
	'a line of a manifest': (json) => [
		readManifestLine(Buffer.from(json), 0),
		readManifestLine(Buffer.from(json), 1),
	],
	'a line of a manifest with a deep row': (json) =>
		readManifestLine(Buffer.from(`{"customId":"x","images":1,"input":${json}}`), 1),
	'a line of a manifest of ours': (json) =>
		readManifestLine(
			Buffer.from(`{"lineId":"x","fields":${json},"origin":{"draft":${json},"variation":${json}}}`),
			1,
		),
	'a line of results': (json) => [
		parseResultLine(Buffer.from(json)),
		parseResultLine(Buffer.from(`{"custom_id":"x","response":${json},"error":${json}}`)),
	],
	'a webhook': (json) => parseBatchEvent(Buffer.from(json)),
	'an error answer': (json) => [
		failureFromBody(json, SOURCE),
		failureInside(json, SOURCE),
		failureFromBody({ error: { message: json } }, SOURCE),
	],
	'an answer to a review': (json) =>
		readAnswer({ answer: json }, [0], { minPicks: 0, maxPicks: 0, allowPromptEdit: true }),
	'a catalogue': (json) => readCatalogueFile(json, NOW, CATALOGUE),
	'an item whose fields came back as text': (json) => [
		readItem({ image: json, cost: json, draft: json }),
		report([image(1, { draft: json, cost: json })]),
	],
};

describe.each([5000, 20_000])('%s levels', (levels) => {
	it.each(Object.entries(READERS))('are no trouble in %s', (_title, read) => {
		for (const name of NAMES) {
			expect(() => read(deep(levels, name))).not.toThrow();
			expect(() =>
				read(deep(levels, name, { id: 'img_000000000000000000000007', cost: { usd: 1 } })),
			).not.toThrow();
			expect(() => read({ [name]: listed(levels) })).not.toThrow();
		}
	});

	it.each(Object.entries(TEXT_READERS))('are no trouble in %s', (_title, read) => {
		for (const name of NAMES) expect(() => read(deepJson(levels, name))).not.toThrow();
		expect(() => read('['.repeat(levels) + ']'.repeat(levels))).not.toThrow();
	});
});

describe('so many of a kind', () => {
	it.each<[number, string, (n: number) => object]>([
		[
			150_000,
			'models',
			(n) => image(n, { model: `model-${n}`, quality: `q${n}`, operation: `o${n}` }),
		],
		[20_000, 'days', (n) => image(n, { createdAt: new Date(n * 86_400_000).toISOString() })],
		[
			20_000,
			'failures',
			(n) => ({
				error: `e${n}`,
				code: `c${n}`,
				status: `s${n}`,
				request: { key: `req_${n.toString(16).padStart(8, '0')}` },
			}),
		],
	])(
		'%s %s are no trouble in a report',
		(length, _title, make) => {
			const items = Array.from({ length }, (_, n) => make(n));

			expect(() => report(items)).not.toThrow();
		},
		60_000,
	);

	it('drafts, each the draft of the next, are no trouble', () => {
		let draft: object = image(1);
		for (let n = 2; n < 5000; n += 1) draft = image(n, { draft });

		expect(() => report([draft])).not.toThrow();
	});

	it('models in a catalogue are no trouble', () => {
		const models = Array.from({ length: 5000 }, (_, n) => ({
			...CATALOGUE.models[0],
			id: `model-${n}`,
		}));

		expect(() =>
			readCatalogueFile(JSON.stringify({ ...CATALOGUE, models }), NOW, CATALOGUE),
		).not.toThrow();
	});
});
