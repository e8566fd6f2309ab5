import { Script } from 'node:vm';
import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { resolveModel } from '../../../../nodes/core/catalogue/resolve';
import { shownDraft, type ShownDraft } from '../../../../nodes/core/review/drafts';
import { reviewPage, type ReviewView } from '../../../../nodes/core/review/page';
import { codePage, messagePage } from '../../../../nodes/core/review/pageFrame';
import { parseUsd, picodollars } from '../../../../nodes/core/util/money';
import { imageItem } from '../../fixtures/ourItems.mts';

const DRAFT: ShownDraft = {
	index: 0,
	name: null,
	prompt: 'a mug',
	facts: 'model · low',
	width: 10,
	height: 10,
	promoted: { refine: parseUsd('0.0612'), regenerate: parseUsd('0.0527') },
};
const VIEW: ReviewView = {
	settings: {
		title: 'T',
		message: '',
		minPicks: 1,
		maxPicks: 0,
		targetMode: 'refine',
		targetModel: 'final',
		targetQuality: 'high',
		allowPromptEdit: true,
		until: null,
		onTimeLimit: 'none',
	},
	drafts: [DRAFT, { ...DRAFT, index: 1 }],
	withoutImage: 0,
	targetModel: 'model-x',
	msLeft: null,
	token: 'signature=a&review=b',
	nonce: 'n',
};
const pageOf = (
	settings: Partial<ReviewView['settings']> = {},
	more: Partial<ReviewView> = {},
): string => reviewPage({ ...VIEW, ...more, settings: { ...VIEW.settings, ...settings } });
/** What a person reads, in one line. */
const wordsOf = (page: string): string =>
	page
		.replace(/<(script|style|template)[^]*?<\/\1>/g, '')
		.replace(/<[^>]+>/g, ' ')
		.replace(/\s+/g, ' ');

describe('what promoting means', () => {
	it('is said for both ways, with the price of each, the planned one first', () => {
		expect(wordsOf(pageOf())).toContain(
			'What happens to your picks, with model-x in high quality Refine the draft planned The same picture in better quality. The composition stays the same. About $0.0612 each New picture for comparison Made from the same prompt, so it will look different. About $0.0527 each',
		);
		expect(wordsOf(pageOf({ targetMode: 'regenerate' }))).toContain(
			'New picture planned Made from the same prompt, so it will look different. About $0.0527 each Refine the draft for comparison',
		);
	});

	it('is nothing where the picked ones are used as they are: no model and no price', () => {
		const words = wordsOf(pageOf({ targetMode: 'none' }));

		expect(words).toContain('Your picks are used as they are.');
		expect(words).not.toMatch(/\$|model-x|Refine/);
		expect(pageOf({ targetMode: 'none' })).not.toContain('data-c=');
	});

	it('has a range where the prices differ, and says when one is not known', () => {
		const unknown = { ...DRAFT, promoted: { refine: null, regenerate: null } };
		const dear = {
			...DRAFT,
			promoted: { refine: picodollars(2n * parseUsd('0.0612')), regenerate: null },
		};

		expect(wordsOf(pageOf({}, { drafts: [DRAFT, dear] }))).toContain(
			'About $0.0612 to $0.1224 each New picture',
		);
		expect(wordsOf(pageOf({}, { drafts: [unknown] }))).toContain(
			'stays the same. Price not known New picture',
		);
		expect(wordsOf(pageOf({}, { drafts: [DRAFT] }))).toContain('About $0.0612 New picture');
	});
});

it.each<[Partial<ReviewView['settings']>, string]>([
	[{}, '2 drafts: pick at least 1, or none of these.'],
	[{ minPicks: 0 }, '2 drafts: pick any number, or none of these.'],
	[{ minPicks: 1, maxPicks: 1 }, '2 drafts: pick 1, or none of these.'],
	[{ minPicks: 1, maxPicks: 2 }, '2 drafts: pick at least 1, at most 2, or none of these.'],
])('the rule of %j is said', (settings, rule) => {
	expect(wordsOf(pageOf(settings))).toContain(rule);
});

it('people read nothing of workflows, of n8n or of nodes', () => {
	const said = [pageOf(), codePage('x', true, 'n'), messagePage('T', 'x', null, 'n')].join('\n');

	expect(said.replace(/\/\*[^]*?\*\//g, '')).not.toMatch(/workflow|n8n\b|\bnodes?\b|execution/i);
});

it('a name of a row stands above its prompt, and in what a screen reader says', () => {
	const page = pageOf({}, { drafts: [{ ...DRAFT, name: 'Mug "1" <b>' }] });

	expect(page).toContain('alt="Draft 1, Mug &quot;1&quot; &lt;b&gt;"');
	expect(page).toContain('<h2>Mug &quot;1&quot; &lt;b&gt;</h2><p>a mug</p>');
});

it('the scripts are scripts, have the nonce, and nothing else of the page is one', () => {
	for (const page of [pageOf(), codePage('x', false, 'n')]) {
		const scripts = [...page.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)];
		expect(scripts.map(([, attributes]) => attributes)).toEqual([' nonce="n"']);
		expect(() => new Script(`(async () => {${scripts[0]![2]}})`)).not.toThrow();
		expect(page).not.toMatch(/\son\w+\s*=\s*["']|javascript:|https?:\/\//);
	}
});

it('300 drafts are made into a page in no time', () => {
	const target = resolveModel('final', new Date('2026-11-20T09:00:00.000Z'), CATALOGUE);
	const prompt = 'A mug on a table. '.repeat(100);
	const build = (): string =>
		pageOf(
			{},
			{
				drafts: Array.from({ length: 300 }, (_, index) =>
					shownDraft(imageItem(0.0022, { prompt, input: { sku: index } }), index, target, 'high'),
				),
			},
		);
	build();
	const from = process.cpuUsage();
	const page = build();

	expect(page.match(/<li data-i=/g)).toHaveLength(300);
	expect(page.length).toBeLessThan(200_000);
	expect(process.cpuUsage(from).user / 1000).toBeLessThan(250);
});
