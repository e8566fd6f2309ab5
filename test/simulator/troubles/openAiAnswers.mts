/** Refusals as OpenAI words them. */
import type { ScriptedAnswer } from './types.mts';

const ORGANIZATION = 'org-simulator';
const MORE = 'Visit https://platform.openai.com/account/rate-limits to learn more.';

function refusal(
	status: number,
	message: string,
	type: string,
	code: string | null,
	param: string | null = null,
): ScriptedAnswer {
	return { status, body: { error: { message, type, param, code } } };
}

export const OPENAI_ANSWERS = {
	/** The sentence: vanna-ai/vanna-flask#11, gptscript-ai/gptscript#393, DrShushen/climb#13 (type `tokens`); seen with gpt-image-1 for edits with many input images, these numbers and both kinds of headers. */
	tokensTooLarge: {
		...refusal(
			429,
			`Request too large for {model} in organization ${ORGANIZATION} on tokens per min (TPM): Limit 30000, Requested 36055. The input or output tokens must be reduced in order to run successfully. ${MORE}`,
			'tokens',
			'rate_limit_exceeded',
		),
		headers: {
			'x-ratelimit-limit-tokens': '30000',
			'x-ratelimit-remaining-tokens': '30000',
			'x-ratelimit-reset-tokens': '0s',
			'x-ratelimit-limit-input-images': '5',
			'x-ratelimit-remaining-input-images': '5',
			'x-ratelimit-reset-input-images': '0s',
		},
	},
	/** Public test fixtures with "Request too large for gpt-image-2 (for limit gpt-image) … Limit 0, Requested 1". */
	limitOfZero: refusal(
		429,
		`Request too large for {model} (for limit gpt-image) in organization ${ORGANIZATION} on input-images per min: Limit 0, Requested 1. You can increase your rate limit by adding a payment method to your account.`,
		'input-images',
		'rate_limit_exceeded',
	),
	/** The older form, which relays still pass on: a comment in a public script for image generation. */
	limitOfZeroPerMinute: refusal(
		429,
		`Rate limit exceeded for images per minute in organization ${ORGANIZATION}. Limit: 0/1min. Current: 1/1min. Please visit https://platform.openai.com/docs/guides/rate-limits to learn how to increase your rate limit.`,
		'requests',
		'rate_limit_exceeded',
	),
	/** openai-node and openai-python obey the header `x-should-retry` ("shouldRetry" in their sources). */
	shouldNotRetry: {
		...refusal(
			429,
			`Rate limit reached for {model} (for limit gpt-image) in organization ${ORGANIZATION} on input-images per min: Limit 5, Used 5, Requested 1. Please try again in 12s. ${MORE}`,
			'input-images',
			'rate_limit_exceeded',
		),
		headers: { 'x-should-retry': 'false', 'retry-after': '12' },
	},
	/** Bodies in many public logs from August 2026 on; type `insufficient_quota`. */
	creditExhausted: refusal(
		429,
		'You have no credits remaining. Add credits to continue using the API at https://platform.openai.com/settings/organization/billing/.',
		'insufficient_quota',
		'credit_balance_exhausted',
	),
	/** "Error codes" guide for the code; the sentence as in public test fixtures ("Project spend limit reached"). */
	projectSpendLimit: refusal(
		429,
		'Project spend limit reached',
		'insufficient_quota',
		'project_spend_limit_exceeded',
	),
	/** NousResearch/hermes-agent#60748. The list of models still shows the model. */
	modelForbidden: refusal(
		403,
		'Project `proj_simulator` does not have access to model `{model}`',
		'invalid_request_error',
		'model_not_found',
	),
	/** router-for-me/CLIProxyAPI#3687, 2 June 2026: an outage, while the model was listed. */
	modelMissing: refusal(
		400,
		"The model '{model}' does not exist.",
		'image_generation_user_error',
		'model_not_found',
		'model',
	),
	/** noahgsolomon/brainrot.js#32 for the sentence, which other endpoints have. */
	modelMissing404: refusal(
		404,
		'The model `{model}` does not exist or you do not have access to it.',
		'invalid_request_error',
		'model_not_found',
	),
	/** continuedev/continue#8209 and #9948: status 400 in place of the usual 403. */
	organizationNotVerified: refusal(
		400,
		'Your organization must be verified to use the model `{model}`. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.',
		'invalid_request_error',
		null,
	),
} satisfies Record<string, ScriptedAnswer>;
