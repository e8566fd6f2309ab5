import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { resolveModel } from '../../core/models/resolve';
import { readAnswer } from '../../core/review/answer';
import { shownDraft } from '../../core/review/drafts';
import { messagePage, reviewPage } from '../../core/review/page';
import { newNonce, sendImage, sendPage, sendText, setPageHeaders } from './respond';
import { isReviewable, reviewable } from './reviewable';
import { waitingReview, type WaitingReview } from './waiting';

/**
 * A call of the review's address, whose token n8n has checked. Looking changes nothing; with a valid answer n8n
 * runs the node again, which then decides.
 */
export async function answerReview(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const nonce = newNonce();
	const review = waitingReview(context);
	if (review === null) return sendPage(context, 409, messagePage('Nothing to review', 'This workflow does not wait for a review any more.', null, nonce), nonce);
	const { method, query } = context.getRequestObject();
	if (method === 'POST') return submit(context, review, nonce);
	const token = tokenOf(query);
	if (query['image'] !== undefined) return await image(context, review, query['image'], nonce);
	if (query['prompt'] !== undefined) return prompt(context, review, query['prompt'], nonce);
	return sendPage(context, 200, pageOf(review, token, nonce), nonce);
}

/** What n8n wants to see with each call. */
function tokenOf({ signature }: Record<string, unknown>): string {
	return typeof signature === 'string' ? `signature=${encodeURIComponent(signature)}` : '';
}

function pageOf({ settings, items }: WaitingReview, token: string, nonce: string): string {
	const target = resolveModel(settings.targetModel, new Date());
	const shown = items.flatMap((item, index) => (!isReviewable(item) ? [] : [shownDraft(item.json, index, target, settings.targetQuality)]));
	const msLeft = settings.until === null ? null : Math.max(0, Date.parse(settings.until) - Date.now());
	return reviewPage({ settings, msLeft, drafts: shown, withoutImage: items.length - shown.length, targetModel: target.id, token, nonce });
}

const NOT_FOUND = 'This review has no such image.';

function itemAt({ items }: WaitingReview, value: unknown): INodeExecutionData | null {
	return typeof value === 'string' && /^\d{1,7}$/.test(value) ? (items[Number(value)] ?? null) : null;
}

async function image(context: IWebhookFunctions, review: WaitingReview, value: unknown, nonce: string): Promise<IWebhookResponseData> {
	const item = itemAt(review, value);
	const file = item && reviewable(item);
	if (file === null) return sendPage(context, 404, messagePage('Not found', NOT_FOUND, null, nonce), nonce);
	return await sendImage(context, file);
}

function prompt(context: IWebhookFunctions, review: WaitingReview, value: unknown, nonce: string): IWebhookResponseData {
	const item = itemAt(review, value);
	if (item === null) return sendPage(context, 404, messagePage('Not found', NOT_FOUND, null, nonce), nonce);
	return sendText(context, typeof item.json.prompt === 'string' ? item.json.prompt : '');
}

function submit(context: IWebhookFunctions, review: WaitingReview, nonce: string): IWebhookResponseData {
	const { settings, items } = review;
	const token = tokenOf(context.getRequestObject().query);
	const now = new Date().toISOString();
	if (settings.until !== null && now >= settings.until) {
		return sendPage(context, 410, messagePage('The time is up', `This review ended at ${settings.until.slice(0, 16).replace('T', ' ')} UTC. Nothing was changed.`, null, nonce), nonce);
	}
	const pickable = items.flatMap((item, index) => (isReviewable(item) ? [index] : []));
	const answer = readAnswer(context.getBodyData(), pickable, settings);
	if (!answer.ok) return sendPage(context, 422, messagePage('Not sent', `${answer.problem} The workflow still waits.`, token, nonce), nonce);
	review.answer({ picks: answer.picks, at: now });
	setPageHeaders(context, 200, nonce);
	const picked = answer.picks.length;
	const text = `${picked} of ${pickable.length} picked. The workflow goes on, and this page can be closed.`;
	return { webhookResponse: messagePage('Thank you', text, null, nonce), workflowData: [items] };
}
