import { escapeHtml } from '../escapeHtml';
import { toReadableUsd, type Picodollars } from '../pricing/money';
import type { ShownDraft } from './drafts';
import { REVIEW_SCRIPT } from './pageScript';
import { REVIEW_STYLE } from './pageStyle';
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
const PROMPT_CHARACTERS = 30_000;
const SHORTEST_CLIP = 60;
/** Images that are loaded at once; the others when they come into view. */
const EAGER = 6;

/** The gallery: one page with its own style and script, and nothing from anywhere else. */
export function reviewPage(view: ReviewView): string {
	const { settings, drafts, withoutImage } = view;
	const clip = Math.max(SHORTEST_CLIP, Math.floor(PROMPT_CHARACTERS / Math.max(1, drafts.length)));
	const left = view.msLeft === null ? '' : ` data-left="${view.msLeft}"`;
	return document(
		view,
		settings.title,
		[
			`<header><h1>${escapeHtml(settings.title)}</h1>${settings.message === '' ? '' : `<p class="message">${escapeHtml(settings.message)}</p>`}`,
			`<p class="rule">${escapeHtml(ruleOf(settings, drafts.length))}${withoutImage > 0 ? ` ${withoutImage} more without an image can not be picked.` : ''}</p></header>`,
			`<form method="post" action="?${escapeHtml(view.token)}" data-min="${settings.minPicks}" data-max="${settings.maxPicks}" data-edit="${settings.allowPromptEdit ? 1 : 0}" data-token="${escapeHtml(view.token)}"${left}>`,
			'<input type="hidden" name="answer" value="">',
			`<ul class="grid">${drafts.map((draft, position) => card(draft, position, clip, view.token)).join('\n')}</ul>`,
			bar(view),
			'</form>',
			ZOOM_SYMBOL,
			DETAILS_TEMPLATE,
			ZOOM_DIALOG,
			`<script nonce="${view.nonce}">${REVIEW_SCRIPT}</script>`,
		].join('\n'),
	);
}

function ruleOf({ minPicks, maxPicks }: ReviewSettings, drafts: number): string {
	const number = drafts === 1 ? '1 draft' : `${drafts} drafts`;
	if (maxPicks > 0 && maxPicks === minPicks) return `${number}: pick ${minPicks}.`;
	const most = maxPicks > 0 ? `, at most ${maxPicks}` : '';
	return `${number}: pick ${minPicks > 0 ? `at least ${minPicks}` : 'any number'}${most}.`;
}

function card(
	{ index, prompt, facts, width, height, promoted }: ShownDraft,
	position: number,
	clip: number,
	token: string,
): string {
	const number = position + 1;
	const shown = prompt.length > clip ? `${prompt.slice(0, clip)}…` : prompt;
	const size = width !== null && height !== null ? ` width="${width}" height="${height}"` : '';
	const loading = position < EAGER ? '' : ' loading="lazy"';
	const more = prompt.length > clip ? ' data-more' : '';
	return [
		`<li data-i="${index}"${promoted === null ? '' : ` data-c="${promoted}"`}>`,
		`<label><input type="checkbox" name="pick" value="${index}"><img src="?image=${index}&amp;${escapeHtml(token)}" alt="Draft ${number}"${size}${loading} decoding="async"><b aria-hidden="true">${number}</b></label>`,
		`<button type="button" class="zoom" aria-label="Enlarge draft ${number}"><svg><use href="#z"/></svg></button>`,
		`<p${more}>${escapeHtml(shown)}</p><small>${escapeHtml(facts)}</small></li>`,
	].join('');
}

function bar({ targetModel, settings, drafts }: ReviewView): string {
	const all = drafts.flatMap(({ promoted }) => promoted ?? []);
	const each = all.length === 0 ? '' : `, ${rangeOf(all)} each`;
	return [
		'<div class="bar"><div>',
		'<p id="count" role="status">None picked</p>',
		`<p class="price">Making the picked ones with <b>${escapeHtml(targetModel)}</b> in <b>${escapeHtml(settings.targetQuality)}</b> quality: <output id="sum">$0</output><span>${escapeHtml(each)}</span></p>`,
		'<p id="left" hidden></p></div>',
		'<button type="submit" id="send">Continue the workflow</button></div>',
	].join('');
}

function rangeOf(amounts: readonly Picodollars[]): string {
	const sorted = [...amounts].sort((a, b) => (a < b ? -1 : 1));
	const [least, most] = [sorted[0] as Picodollars, sorted.at(-1) as Picodollars];
	const [from, to] = [toReadableUsd(least), toReadableUsd(most)];
	return from === to ? `about ${from}` : `about ${from} to ${to}`;
}

const ZOOM_SYMBOL =
	'<svg hidden><symbol id="z" viewBox="0 0 24 24"><path d="M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7" fill="none" stroke="currentColor" stroke-width="2"/></symbol></svg>';

const DETAILS_TEMPLATE =
	'<template id="details"><details><summary>Note or prompt</summary><label>Note<textarea class="note" rows="2" maxlength="4000"></textarea></label><label class="edit">Prompt<textarea class="prompt" rows="5" maxlength="32000"></textarea></label></details></template>';

const ZOOM_DIALOG =
	'<dialog id="large" aria-label="Draft, enlarged"><img alt=""><p></p><div><button type="button" id="back" aria-label="Previous draft">‹</button><button type="button" id="pick" aria-pressed="false">Pick</button><button type="button" id="next" aria-label="Next draft">›</button><button type="button" id="close">Close</button></div></dialog>';

/** A way on from a page that says one thing. */
export interface PageLink {
	text: string;
	href: string;
}

export function messagePage(
	title: string,
	text: string,
	link: PageLink | null,
	nonce: string,
): string {
	const way =
		link === null ? '' : `<p><a href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a></p>`;
	return document(
		{ nonce },
		title,
		`<header class="alone"><h1>${escapeHtml(title)}</h1><p class="message">${escapeHtml(text)}</p>${way}</header>`,
	);
}

/** A page that asks for the access code and shows nothing else. @param token query of the address that the code is sent to */
export function codePage(token: string, isWrong: boolean, nonce: string): string {
	const body = [
		'<header class="alone"><h1>Review</h1>',
		isWrong
			? '<p class="message" role="alert">This is not the access code.</p>'
			: '<p class="message">This review needs an access code.</p>',
		`<form class="code" method="post" action="?${escapeHtml(token)}"><label>Access code<input type="password" name="code" required autofocus autocomplete="current-password"></label>`,
		'<button type="submit">Open</button></form></header>',
	];
	return document({ nonce }, 'Review', body.join(''));
}

function document({ nonce }: { nonce: string }, title: string, body: string): string {
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
		'<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">',
		`<title>${escapeHtml(title)}</title><style nonce="${nonce}">${REVIEW_STYLE}</style></head><body><main>`,
		body,
		'</main></body></html>',
	].join('\n');
}
