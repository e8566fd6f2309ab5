import { isGone, replacementNames } from '../../core/catalogue/lifecycle';
import { type ChosenModel, modelForRole } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';

/** A provider's name at the beginning of a sentence. */
export const atStart = (name: string): string => name.replace(/^the /, 'The ');

export const at = (address: string | null): string => (address === null ? '' : ` at ${address}`);

export const where = (words: string, address: string | null): string =>
	address === null ? '' : ` ${words} ${address}.`;

export const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

export function limitMeant({ code }: Failure): string {
	if (code === 'project_spend_limit_exceeded')
		return "the project's spend limit (in its settings, under 'Limits')";
	return code === 'billing_not_active' ? 'it, or activate billing for the account' : 'the limit';
}

/** What to do about a request that the API refused, where its words say more than that. */
export function changeWhat(words: string): string {
	if (/\bno such file object\b/i.test(words))
		return "The reference has expired, was deleted or belongs to another project. Upload it again with the operation 'Upload' of the resource 'Reference', and use its new file ID.";
	if (/\berror while downloading\b/i.test(words))
		return "The provider could not open the link. Turn off 'Send URLs', so that n8n downloads the image.";
	if (/\bsvg\.model\b/i.test(words))
		return "Add 'SVG Model' under 'Options', and enter the ID of the text model that writes the SVG.";
	if (/\bsvg model selection is not enabled\b/i.test(words))
		return "Remove 'SVG Model' from 'Options'.";
	return 'Correct what the message names, then run again.';
}

export function blockedWhere({ moderation }: Failure): string {
	if (moderation === null) return '';
	const what =
		{ input: ' (prompt or input image)', output: ' (the image that was made)' }[moderation.stage] ??
		'';
	return `${what}${moderation.categories.length > 0 ? `: ${moderation.categories.join(', ')}` : ''}`;
}

export function whatInstead({ entry, role, catalogue }: ChosenModel, now: Date): string {
	const named =
		entry === null || entry.lifecycle.replacements.length === 0
			? `${modelForRole('draft', now, catalogue).id} or ${modelForRole('final', now, catalogue).id}`
			: replacementNames(entry);
	const end = entry?.lifecycle.shutdown
		? ` It ${isGone(entry, now) ? 'was shut' : 'shuts'} down on ${entry.lifecycle.shutdown}.`
		: '';
	const roles =
		role === null ? ", or 'Draft' or 'Final', which always use an available model" : ' by its ID';
	return `Choose ${named} instead${roles}.${end} (Models as of ${catalogue.pricesAsOf}.)`;
}
