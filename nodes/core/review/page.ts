import { type Picodollars, toReadableUsd } from '../util/money';
import { escapeHtml } from '../util/text';
import type { PromotedPrices, ShownDraft } from './drafts';
import { PAGE_DIALOGS } from './pageDialogs';
import { framed } from './pageFrame';
import { REVIEW_SCRIPT } from './pageScript';
import type { ReviewSettings } from './settings';

export interface ReviewView {
	settings: ReviewSettings;
	drafts: readonly ShownDraft[];
	/** Items without an image, which can't be picked. */
	withoutImage: number;
	/** The model's id, as the role means today. */
	targetModel: string;
	/** Until the time is up, so that a wrong clock of the reader does no harm; `null` = there is no limit. */
	msLeft: number | null;
	/** Query that has to go with each request, without the question mark: n8n's token, the review's id. */
	token: string;
	/** For the page's own style and script. */
	nonce: string;
}

/** Of all prompts of a page together; what does not fit is fetched when somebody wants to read it. */
const PROMPT_CHARACTERS = 24_000;
const SHORTEST_CLIP = 60;
/** Images that are loaded at once; the others when they come into view. */
const EAGER = 6;

/** The gallery: one page with its own style and script, and nothing from anywhere else. */
export function reviewPage(view: ReviewView): string {
	const { settings, drafts, withoutImage } = view;
	const { title, message, minPicks, maxPicks, allowPromptEdit, targetMode } = settings;
	const clip = Math.max(SHORTEST_CLIP, Math.floor(PROMPT_CHARACTERS / Math.max(1, drafts.length)));
	const left = view.msLeft === null ? '' : ` data-left="${view.msLeft}"`;
	const body = [
		`<header><h1>${escapeHtml(title)}</h1>${message === '' ? '' : `<p class="message">${escapeHtml(message)}</p>`}`,
		`<p class="rule">${escapeHtml(ruleOf(settings, drafts.length))}${withoutImage > 0 ? ` ${withoutImage} more without an image cannot be picked.` : ''}</p></header>`,
		nextStep(view),
		`<form method="post" action="?${escapeHtml(view.token)}" autocomplete="off" data-min="${Math.max(1, minPicks)}" data-max="${maxPicks}" data-edit="${allowPromptEdit ? 1 : 0}" data-mode="${targetMode}" data-token="${escapeHtml(view.token)}"${left}>`,
		'<input type="hidden" name="answer" value="">',
		`<ul class="grid">${drafts.map((draft, position) => card(draft, position, clip, view)).join('\n')}</ul>`,
		BAR,
		'</form>',
		PAGE_DIALOGS,
		`<script nonce="${view.nonce}">${REVIEW_SCRIPT}</script>`,
	];
	return framed(title, body.join('\n'), view.nonce);
}

function ruleOf({ minPicks, maxPicks }: ReviewSettings, drafts: number): string {
	const number = drafts === 1 ? '1 draft' : `${drafts} drafts`;
	if (maxPicks > 0 && maxPicks === minPicks)
		return `${number}: pick ${minPicks}, or none of these.`;
	const most = maxPicks > 0 ? `, at most ${maxPicks}` : '';
	return `${number}: pick ${minPicks > 0 ? `at least ${minPicks}` : 'any number'}${most}, or none of these.`;
}

function card(
	{ index, name, prompt, facts, width, height, promoted }: ShownDraft,
	position: number,
	clip: number,
	{ token, settings }: ReviewView,
): string {
	const number = position + 1;
	const shown = prompt.length > clip ? `${prompt.slice(0, clip)}…` : prompt;
	const size = width !== null && height !== null ? ` width="${width}" height="${height}"` : '';
	const loading = position < EAGER ? '' : ' loading="lazy"';
	const more = prompt.length > clip ? ' data-more' : '';
	const price = settings.targetMode === 'none' ? null : promoted[settings.targetMode];
	const title = `Draft ${number}${name === null ? '' : `, ${name}`}`;
	return [
		`<li data-i="${index}"${price === null ? '' : ` data-c="${price}"`}>`,
		`<label><input type="checkbox" name="pick" value="${index}"><img src="?image=${index}&amp;${escapeHtml(token)}" alt="${escapeHtml(title)}"${size}${loading} decoding="async"><b aria-hidden="true">${number}</b></label>`,
		`<button type="button" class="zoom" aria-label="Enlarge draft ${number}"><svg><use href="#z"/></svg></button>`,
		name === null ? '' : `<h2>${escapeHtml(name)}</h2>`,
		`<p${more}>${escapeHtml(shown)}</p><small>${escapeHtml(facts)}</small></li>`,
	].join('');
}

const MODES = {
	refine: [
		'Refine the draft',
		'The same picture in better quality. The composition stays the same.',
	],
	regenerate: ['New picture', 'Made from the same prompt, so it will look different.'],
} as const;

/** What becomes of the picked ones, with the other way beside it, so that nobody takes one for the other. */
function nextStep({
	settings: { targetMode, targetQuality },
	targetModel,
	drafts,
}: ReviewView): string {
	if (targetMode === 'none') return '<p class="rule">Your picks are used as they are.</p>';
	const way = (mode: keyof PromotedPrices): string => {
		const [name, words] = MODES[mode];
		const [tag, mark] =
			mode === targetMode ? ['planned', ' class="planned"'] : ['for comparison', ''];
		return `<li${mark}><b>${name}</b> <em>${tag}</em><p>${words}</p><p class="each">${escapeHtml(eachCosts(drafts.map(({ promoted }) => promoted[mode])))}</p></li>`;
	};
	return [
		`<section class="next" aria-labelledby="next-title"><h2 id="next-title">What happens to your picks, with ${escapeHtml(targetModel)} in ${escapeHtml(targetQuality)} quality</h2>`,
		`<ul>${way(targetMode)}${way(targetMode === 'refine' ? 'regenerate' : 'refine')}</ul></section>`,
	].join('');
}

function eachCosts(prices: ReadonlyArray<Picodollars | null>): string {
	const known = prices.flatMap((price) => price ?? []).sort((a, b) => (a < b ? -1 : 1));
	const [least, most] = [known[0], known.at(-1)];
	if (least === undefined || most === undefined) return 'Price not known';
	const [from, to] = [toReadableUsd(least), toReadableUsd(most)];
	return `About ${from === to ? from : `${from} to ${to}`} ${prices.length === 1 ? '' : 'each'}`.trimEnd();
}

const BAR = [
	'<div class="bar"><div><p id="count" role="status"></p><p id="price" hidden></p><p id="left" hidden></p></div>',
	'<noscript><label><input type="checkbox" name="none" value="1"> None of these</label></noscript>',
	'<button type="button" id="reject-all" class="quiet" hidden>None of these</button><button type="submit" id="send">Send my picks</button></div>',
].join('');
