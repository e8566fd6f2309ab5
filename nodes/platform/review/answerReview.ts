import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { CATALOGUE } from '../../core/catalogue/catalogue';
import { resolveModel } from '../../core/catalogue/resolve';
import { readAnswer } from '../../core/review/answer';
import { shownDraft } from '../../core/review/drafts';
import { reviewPage } from '../../core/review/page';
import { codePage, WRONG_CODE } from '../../core/review/pageFrame';
import { asRecord } from '../../core/util/json';
import { accessOf, isSame } from './access';
import {
	newNonce,
	pageResponse,
	sendElsewhere,
	sendImage,
	sendPage,
	sendRefusal,
	sendText,
	wantsJson,
} from './respond';
import { isReviewable, reviewable } from './reviewable';
import { type LostReview, waitingReview, type WaitingReview } from './waiting';

/**
 * A call of the review's address, whose token n8n has checked. Looking changes nothing; with a valid answer n8n
 * runs the node again, which then decides.
 *
 * All reviews of an execution have that address, so what belongs to one of them carries its id: an answer, an image,
 * a prompt. Without any the page of the present review is shown.
 */
export async function answerReview(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const review = waitingReview(context);
	if (review === null)
		return sendRefusal(
			context,
			409,
			'Nothing to review',
			'No review is waiting for an answer here.',
		);
	const query = asRecord(context.getQueryData());
	if (review.id === null) return beginAnew(context, review, tokenOf(query));
	const { method } = context.getRequestObject();
	const isLook = method !== 'POST' && query['image'] === undefined && query['prompt'] === undefined;
	if (query['review'] === undefined ? !isLook : query['review'] !== review.id) {
		return sendRefusal(context, 409, 'Another review', STALE, {
			text: 'Open the current review',
			href: `?${tokenOf(query)}`,
		});
	}
	if (review.access !== null && !isSame(query['access'], review.access))
		return askForCode(context, review, tokenOf(query), review.access);
	if (method === 'POST') return submit(context, review, addressOf(query, review));
	if (query['image'] !== undefined) return await image(context, review, query['image']);
	if (query['prompt'] !== undefined) return prompt(context, review, query['prompt']);
	const nonce = newNonce();
	return sendPage(context, 200, pageOf(review, addressOf(query, review), nonce), nonce);
}

/** Whatever was called: nobody can answer a review of which nothing is known, and with n8n's time limit its drafts would be lost. */
function beginAnew(
	context: IWebhookFunctions,
	{ items, begin }: LostReview,
	token: string,
): IWebhookResponseData {
	begin();
	const text =
		'What n8n kept of this review can’t be read, perhaps because a new version of the package was installed, so the review begins anew. Nothing was picked. Open it again in a moment.';
	const link = { text: 'Open the review', href: `?${token}` };
	return {
		webhookResponse: pageResponse(context, 409, 'The review begins anew', text, link),
		workflowData: [items],
	};
}

const STALE =
	'This page belongs to a review that has ended; another one is open now. Nothing was changed.';

/** What n8n wants to see with each call. */
function tokenOf({ signature }: Record<string, unknown>): string {
	return typeof signature === 'string' ? `signature=${encodeURIComponent(signature)}` : '';
}

/** What we want to see with each call, beside n8n's. */
function addressOf(query: Record<string, unknown>, { id, access }: WaitingReview): string {
	return `${tokenOf(query)}&review=${id}${access === null ? '' : `&access=${access}`}`;
}

function askForCode(
	context: IWebhookFunctions,
	{ id }: WaitingReview,
	token: string,
	access: string,
): IWebhookResponseData {
	const isPost = context.getRequestObject().method === 'POST';
	const { code } = asRecord(context.getBodyData());
	const isRight = isPost && typeof code === 'string' && isSame(accessOf(code.trim(), id), access);
	if (isRight) return sendElsewhere(context, `?${token}&review=${id}&access=${access}`);
	if (wantsJson(context))
		return sendRefusal(
			context,
			401,
			'Review',
			code === undefined ? 'This review needs an access code.' : WRONG_CODE,
		);
	const nonce = newNonce();
	return sendPage(
		context,
		401,
		codePage(`${token}&review=${id}`, code !== undefined, nonce),
		nonce,
	);
}

function pageOf({ settings, items }: WaitingReview, token: string, nonce: string): string {
	const target = resolveModel(settings.targetModel, new Date(), CATALOGUE);
	const shown = items.flatMap((item, index) =>
		!isReviewable(item) ? [] : [shownDraft(item.json, index, target, settings.targetQuality)],
	);
	const msLeft =
		settings.until === null ? null : Math.max(0, Date.parse(settings.until) - Date.now());
	return reviewPage({
		settings,
		msLeft,
		drafts: shown,
		withoutImage: items.length - shown.length,
		targetModel: target.id,
		token,
		nonce,
	});
}

const NOT_FOUND = 'This review has no such image.';

/** An item that the page shows. */
function shownAt({ items }: WaitingReview, value: unknown): INodeExecutionData | null {
	const item =
		typeof value === 'string' && /^\d{1,7}$/.test(value) ? items[Number(value)] : undefined;
	return item !== undefined && isReviewable(item) ? item : null;
}

async function image(
	context: IWebhookFunctions,
	review: WaitingReview,
	value: unknown,
): Promise<IWebhookResponseData> {
	const item = shownAt(review, value);
	const file = item && reviewable(item);
	if (file === null) return sendRefusal(context, 404, 'Not found', NOT_FOUND);
	return await sendImage(context, file);
}

function prompt(
	context: IWebhookFunctions,
	review: WaitingReview,
	value: unknown,
): IWebhookResponseData {
	const item = shownAt(review, value);
	if (item === null) return sendRefusal(context, 404, 'Not found', NOT_FOUND);
	return sendText(context, typeof item.json.prompt === 'string' ? item.json.prompt : '');
}

function submit(
	context: IWebhookFunctions,
	review: WaitingReview,
	token: string,
): IWebhookResponseData {
	const { settings, items } = review;
	const now = new Date().toISOString();
	if (settings.until !== null && now >= settings.until) {
		return sendRefusal(
			context,
			410,
			'The time is up',
			`This review ended at ${settings.until.slice(0, 16).replace('T', ' ')} UTC. Nothing was changed.`,
		);
	}
	const pickable = items.flatMap((item, index) => (isReviewable(item) ? [index] : []));
	const answer = readAnswer(context.getBodyData(), pickable, settings);
	if (!answer.ok)
		return sendRefusal(context, 422, 'Not sent', `${answer.problem} Nothing was changed.`, {
			text: 'Back to the review',
			href: `?${token}`,
		});
	const { picks, notes, comment } = answer;
	review.answer({ picks, notes, comment, at: now });
	const thanks = thanksFor(picks.length, pickable.length);
	return {
		webhookResponse: pageResponse(context, 200, 'Thank you', thanks),
		workflowData: [items],
	};
}

function thanksFor(picked: number, drafts: number): string {
	return `Your answer was sent: ${picked === 0 ? 'none' : picked} of ${drafts} picked. You can close this page; it can't be opened again.`;
}
