import { escapeHtml } from '../util/text';
import { REVIEW_STYLE } from './pageStyle';
import { CODE_SCRIPT } from './script/code';

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
	return framed(
		title,
		`<header class="alone"><h1>${escapeHtml(title)}</h1><p class="message">${escapeHtml(text)}</p>${way}</header>`,
		nonce,
	);
}

/**
 * A page that asks for the access code and shows nothing else.
 * @param token query of the address that the code is sent to
 */
export function codePage(token: string, isWrong: boolean, nonce: string): string {
	const body = [
		'<header class="alone"><h1>Review</h1>',
		`<p class="message" role="status" id="say">${isWrong ? WRONG_CODE : 'This review needs an access code.'}</p>`,
		`<form class="code" method="post" action="?${escapeHtml(token)}"><label>Access code<input type="password" name="code" required autofocus autocomplete="current-password"></label>`,
		`<button type="submit">Open</button></form></header><script nonce="${nonce}">${CODE_SCRIPT}</script>`,
	];
	return framed('Review', body.join(''), nonce);
}

export const WRONG_CODE = 'This access code is not correct.';

/** @param nonce for the page's own style and script */
export function framed(title: string, body: string, nonce: string): string {
	return [
		'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
		'<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">',
		`<title>${escapeHtml(title)}</title><style nonce="${nonce}">${REVIEW_STYLE}</style></head><body><main>`,
		body,
		'</main></body></html>',
	].join('\n');
}
