import { randomBytes } from 'crypto';
import type { IBinaryData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { messagePage, type PageLink } from '../../core/review/pageFrame';
import { asRecord } from '../../core/util/json';

/** The answer is written; the execution goes on waiting. */
const STILL_WAITING: IWebhookResponseData = { noWebhookResponse: true };

export const newNonce = (): string => randomBytes(16).toString('base64');

/**
 * The page may run its own script only, load images and send its form to this n8n only, and is no part of n8n's
 * own origin: whatever got into it could not act as the person who is logged in.
 */
function pageHeaders(nonce: string): Record<string, string> {
	return {
		'Content-Type': 'text/html; charset=utf-8',
		'Content-Security-Policy': [
			"default-src 'none'",
			"img-src 'self'",
			"connect-src 'self'",
			"form-action 'self'",
			"base-uri 'none'",
			"frame-ancestors 'none'",
			`style-src 'nonce-${nonce}'`,
			`script-src 'nonce-${nonce}'`,
			'sandbox allow-scripts allow-forms',
		].join('; '),
		...COMMON_HEADERS,
		'Cache-Control': 'no-store',
	};
}

const COMMON_HEADERS = {
	'X-Content-Type-Options': 'nosniff',
	// The address holds the token.
	'Referrer-Policy': 'no-referrer',
	'X-Robots-Tag': 'noindex',
};

function setPageHeaders(context: IWebhookFunctions, status: number, nonce: string): void {
	const response = context.getResponseObject();
	response.status(status);
	for (const [name, value] of Object.entries(pageHeaders(nonce))) response.setHeader(name, value);
}

export function sendPage(
	context: IWebhookFunctions,
	status: number,
	page: string,
	nonce: string,
): IWebhookResponseData {
	setPageHeaders(context, status, nonce);
	context.getResponseObject().end(page);
	return STILL_WAITING;
}

/** The page's script asks for JSON; a browser that opens or sends something itself does not. */
export const wantsJson = (context: IWebhookFunctions): boolean =>
	/\bapplication\/json\b/i.test(String(asRecord(context.getHeaderData()).accept ?? ''));

function setJsonHeaders(context: IWebhookFunctions, status: number): void {
	setPageHeaders(context, status, newNonce());
	context.getResponseObject().setHeader('Content-Type', 'application/json; charset=utf-8');
}

function sendJson(
	context: IWebhookFunctions,
	status: number,
	body: Record<string, unknown>,
): IWebhookResponseData {
	setJsonHeaders(context, status);
	context.getResponseObject().end(JSON.stringify(body));
	return STILL_WAITING;
}

/** After these nothing can be sent any more. */
const OVER = [409, 410];

/** A page that says why not, or for the page's script `{ "title": "…", "error": "…", "over": false }`. */
export function sendRefusal(
	context: IWebhookFunctions,
	status: number,
	title: string,
	text: string,
	link: PageLink | null = null,
): IWebhookResponseData {
	context.getResponseObject().end(pageResponse(context, status, title, text, link));
	return STILL_WAITING;
}

/** The same, or thanks, for n8n to send once the execution is its own. */
export function pageResponse(
	context: IWebhookFunctions,
	status: number,
	title: string,
	text: string,
	link: PageLink | null = null,
): string {
	if (wantsJson(context)) {
		setJsonHeaders(context, status);
		const said = status === 200 ? { text } : { error: text, over: OVER.includes(status) };
		return JSON.stringify({ title, ...said, ...(link !== null && { href: link.href }) });
	}
	const nonce = newNonce();
	setPageHeaders(context, status, nonce);
	return messagePage(title, text, link, nonce);
}

/** @param address relative to the one that was called */
export function sendElsewhere(context: IWebhookFunctions, address: string): IWebhookResponseData {
	if (wantsJson(context)) return sendJson(context, 200, { href: address });
	setPageHeaders(context, 303, newNonce());
	context.getResponseObject().setHeader('Location', address).end();
	return STILL_WAITING;
}

export function sendText(context: IWebhookFunctions, text: string): IWebhookResponseData {
	const response = context.getResponseObject();
	response.setHeader('Content-Type', 'text/plain; charset=utf-8');
	for (const [name, value] of Object.entries({ ...COMMON_HEADERS, 'Cache-Control': 'no-store' }))
		response.setHeader(name, value);
	response.end(text);
	return STILL_WAITING;
}

/**
 * As a stream, so that memory holds a piece of it only. Somebody may open the address itself, where an SVG is a document: it
 * can run and load nothing there, and is no part of n8n's own origin.
 */
export async function sendImage(
	context: IWebhookFunctions,
	file: IBinaryData,
): Promise<IWebhookResponseData> {
	const response = context.getResponseObject();
	const stream = file.id ? await context.helpers.getBinaryStream(file.id) : null;
	response.setHeader('Content-Type', file.mimeType);
	response.setHeader(
		'Content-Security-Policy',
		"sandbox; default-src 'none'; style-src 'unsafe-inline'",
	);
	response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
	for (const [name, value] of Object.entries({
		...COMMON_HEADERS,
		'Cache-Control': 'private, max-age=3600, immutable',
	}))
		response.setHeader(name, value);
	if (stream === null) {
		response.end(Buffer.from(file.data, 'base64'));
	} else {
		stream.on('error', () => response.destroy());
		response.on('close', () => stream.destroy());
		stream.pipe(response);
	}
	return STILL_WAITING;
}
