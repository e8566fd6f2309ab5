import type { ChosenModel } from '../../core/catalogue/resolve';
import type { ProviderPages } from '../../core/catalogue/types';
import type { Failure, FailureKind } from '../../core/failures/failure';
import { findProvider } from '../../core/providers/find';
import {
	at,
	atStart,
	blockedWhere,
	changeWhat,
	limitMeant,
	sentence,
	whatInstead,
	where,
} from './explanationWords';

/** A failure for people: what happened, and what they can do. */
export interface Explanation {
	message: string;
	remedy: string;
}

interface FailureDetails {
	/** The API's own, or ours where it gave none. */
	words: string;
	/** The same, as who says it: "OpenAI says: …" */
	quote: string;
	failure: Failure;
	model: ChosenModel;
	now: Date;
	/** The provider in a sentence, and at its beginning. */
	provider: string;
	Provider: string;
	pages: ProviderPages;
}

const nothingSent = ({ words }: FailureDetails): Explanation => ({
	message: words,
	remedy: 'Nothing was sent.',
});

const EXPLANATIONS: Record<FailureKind, (told: FailureDetails) => Explanation> = {
	invalidKey: ({ words, pages }) => ({
		message: `The API key was refused: ${words}`,
		remedy: `Open this node's credential and enter a valid 'API Key'.${where('See', pages.keys)} Nothing was billed.`,
	}),
	organizationNotVerified: ({ quote, model, pages }) => ({
		message: `Your organization must be verified to use ${model.id}`,
		remedy: `Verify it${at(pages.verification)} and wait up to 15 minutes, or choose another model. Nothing was billed. ${quote}`,
	}),
	permissionDenied: ({ words, pages }) => ({
		message: `Access was denied: ${words}`,
		remedy: `Check what the key and its account may do${at(pages.keys)}. Nothing was billed.`,
	}),
	insufficientQuota: ({ words, provider, pages }) => ({
		message: `No credit is left: ${words}`,
		remedy: `Add credit to your account with ${provider}${at(pages.billing)}, then run again. Nothing was billed for this request.`,
	}),
	billingLimit: ({ words, failure, pages }) => ({
		message: `The billing limit is reached: ${words}`,
		remedy: `Raise ${limitMeant(failure)}${at(pages.limits ?? pages.billing)}, then run again. Nothing was billed for this request.`,
	}),
	rateLimit: ({ words }) => ({
		message: `The rate limit was reached: ${words}`,
		remedy: 'Run again later, or run fewer items at once. Nothing was billed for this request.',
	}),
	limitIsZero: ({ words, provider, pages }) => ({
		message: words,
		remedy: `Your account with ${provider} can't make any images with this model yet, so waiting does not help. Add a payment method or credit${at(pages.billing)}, or choose another model.`,
	}),
	tooLarge: ({ words, pages }) => ({
		message: `The request is larger than the rate limit lets through at once: ${words}`,
		remedy: `Shorten the prompt, use fewer or smaller input images, ask for fewer images at once, or have the limit raised${at(pages.limits)}.`,
	}),
	waitedTooLong: ({ words, provider }) => ({
		message: words,
		remedy: `Raise 'Max Wait (Minutes)' under 'Run Settings', run fewer items at once, or ask ${provider} for a higher limit. Nothing was sent for this item.`,
	}),
	overBudget: nothingSent,
	priceUnknown: ({ words }) => ({
		message: words,
		remedy: "Choose a model whose price is known, or remove 'Budget (USD)'. Nothing was sent.",
	}),
	moderation: ({ quote, failure }) => ({
		message: `The request was blocked by moderation${blockedWhere(failure)}`,
		remedy: `Change the prompt or the images; the same request would be blocked again. What it cost is not known. ${quote}`,
	}),
	modelGone: ({ quote, model, now }) => ({
		message: `The model ${model.id} is not available`,
		remedy: `${whatInstead(model, now)} Nothing was billed. ${quote}`,
	}),
	modelNotAllowed: ({ quote, model, provider, pages }) => ({
		message: `The key isn't allowed to use the model ${model.id}`,
		remedy: `${provider === 'OpenAI' ? `Open the key's project${at(pages.models)}, then 'Limits', and add it under 'Allowed models'` : `Allow it for the key or its account${at(pages.keys)}`}, or choose another model. Nothing was billed. ${quote}`,
	}),
	invalidRequest: ({ words }) => ({
		message: `The API refused the request: ${words}`,
		remedy: `${changeWhat(words)} Nothing was made or billed.`,
	}),
	unsupportedFile: ({ words }) => ({
		message: `The API does not accept this file: ${words}`,
		remedy: 'Use PNG, JPEG or WebP images. Nothing was billed.',
	}),
	redirected: ({ failure }) => ({
		message: `The address answered with a redirect (status ${failure.status}), which is not followed, because the key must not be sent to another address`,
		remedy: "Enter the final address as 'Base URL' in the credential. Nothing was billed.",
	}),
	serverError: ({ words, failure, pages }) => ({
		message: `The API could not process the request (status ${failure.status}): ${words}`,
		remedy: `Run again later.${where('Current incidents are listed at', pages.status)}`,
	}),
	gatewayTimeout: ({ words, failure, Provider, pages }) => ({
		message: `A gateway gave up waiting for the API (status ${failure.status}): ${words}`,
		remedy: `Run again later, or choose a lower quality or smaller size. ${Provider} may have billed the attempt.${where('Current incidents are listed at', pages.status)}`,
	}),
	conflict: ({ words, Provider }) => ({
		message: `The API reports a conflict with another request (status 409): ${words}`,
		remedy: `Run again. ${Provider} may have billed the attempt.`,
	}),
	timeout: ({ words, Provider }) => ({
		message: words,
		remedy: `Raise 'Timeout (Seconds)' under 'Run Settings', or choose a lower quality or smaller size. ${Provider} may have billed the attempt.`,
	}),
	notSent: ({ words }) => ({
		message: words,
		remedy: "Check 'Base URL' in the credential and this server's connection. Nothing was billed.",
	}),
	notReachable: ({ words }) => ({
		message: words,
		remedy:
			"Check 'Base URL' in the credential, and ask whoever runs n8n whether its network settings (SSRF protection, proxy, certificates) allow this address. Nothing was billed.",
	}),
	connectionLost: ({ words, Provider }) => ({
		message: words,
		remedy: `Run again. ${Provider} may have billed the attempt.`,
	}),
	malformedResponse: ({ words, Provider }) => ({
		message: words,
		remedy: `${Provider} may have billed it. If this happens again, check that 'Base URL' in the credential leads to the API.`,
	}),
	notStored: ({ words }) => ({
		message: words,
		remedy:
			"The image was made and billed, but n8n could not store it. Check n8n's storage for binary data.",
	}),
	batchUnfinished: ({ words, Provider }) => ({
		message: words,
		remedy: `Wait, or set 'When Unfinished' to 'Return Its Status'. ${Provider} takes up to 24 hours.`,
	}),
	batchEnded: ({ words }) => ({
		message: words,
		remedy: 'It was not processed, so nothing was billed for it. Submit it again.',
	}),
	invalidInput: nothingSent,
	cancelled: ({ words, Provider }) => ({
		message: words,
		remedy: `${Provider} may have billed the requests that were already in flight.`,
	}),
	unexpected: ({ words, Provider }) => ({
		message: words,
		remedy: `Run again. If this happens again, please report it with this message. ${Provider} may have billed the attempt.`,
	}),
	stopped: nothingSent,
};

/** Says what a failure means and what to do about it, in the name of the model's provider. The API's own words stay in it. */
export function explainFailure(failure: Failure, model: ChosenModel, now: Date): Explanation {
	const { name: provider, pages } = model.catalogue.provider ?? findProvider('openai');
	const Provider = atStart(provider);
	const words = failure.message;
	const explanation = EXPLANATIONS[failure.kind]({
		words,
		quote: `${Provider} says: ${words}`,
		failure,
		model,
		now,
		provider,
		Provider,
		pages,
	});
	return {
		...explanation,
		remedy: [
			sentence(explanation.remedy),
			...(failure.fallback === undefined ? [] : [sentence(failure.fallback)]),
		].join(' '),
	};
}
