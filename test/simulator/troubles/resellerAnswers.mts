/** Refusals in the words of other providers and of relays. */
import type { ScriptedAnswer } from './types.mts';

export const RESELLER_ANSWERS = {
	/** OpenRouter: bodies in public logs and tests ("limit_source", "remedy_hint", `user_id`). */
	openRouterCredit: {
		status: 402,
		body: {
			error: {
				message:
					'This request requires more credits, or fewer max_tokens. You requested up to 16384 tokens, but can only afford 3324. To increase, visit https://openrouter.ai/settings/credits and add more credits',
				code: 402,
				metadata: { provider_name: null, limit_source: 'openrouter_credits' },
			},
			user_id: 'user_simulator',
		},
	},
	/** OpenRouter: a recorded body in a comment of a public Go client; the reason is JSON within a text. */
	openRouterProviderError: {
		status: 400,
		body: {
			error: {
				message: 'Provider returned error',
				code: 400,
				metadata: {
					raw: '{\n  "error": {\n    "message": "Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID req_simulator. safety_violations=[violence].",\n    "type": "image_generation_user_error",\n    "param": null,\n    "code": "moderation_blocked"\n  }\n}',
					provider_name: 'OpenAI',
				},
			},
			user_id: 'user_simulator',
		},
	},
	/** OpenRouter: logs of August to September 2026; here `raw` is a sentence. */
	openRouterUpstreamLimit: {
		status: 429,
		body: {
			error: {
				message: 'Provider returned error',
				code: 429,
				metadata: {
					raw: 'openai/{model} is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits: https://openrouter.ai/settings/integrations',
					provider_name: 'OpenAI',
					is_byok: false,
					limit_source: 'upstream_provider_shared_pool',
				},
			},
			user_id: 'user_simulator',
		},
	},
	/** fal-ai/fal#1147, #1112, #1163. */
	falExhausted: {
		status: 403,
		body: {
			detail:
				'User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.',
		},
	},
	/** FastAPI's form of a validation error, as fal.ai documents it ("Errors"). */
	fastApiDetail: {
		status: 422,
		body: {
			detail: [
				{
					loc: ['body', 'prompt'],
					msg: 'The content could not be processed because it contained material flagged by a content checker.',
					type: 'content_policy_violation',
					url: 'https://docs.fal.ai/errors#content_policy_violation',
				},
			],
		},
	},
	/** An object in `detail`, as services behind a gateway of FastAPI's were seen to send it (`error_type` in a public tool's comments); its sentence is made up. */
	fastApiDetailObject: {
		status: 403,
		body: { detail: { error_type: 'permission_denied', message: 'This key may not use {model}.' } },
	},
	/** arlanrakh/talk-to-girlfriend-ai#6 for the sentence; type and status in public notes of September 2026. */
	vercelVerification: {
		status: 403,
		body: {
			error: {
				message:
					'AI Gateway requires a valid credit card on file to service requests. Please visit https://vercel.com/d?to=%2F%5Bteam%5D%2F%7E%2Fai%3Fmodal%3Dadd-credit-card to add a card and unlock your free credits.',
				type: 'customer_verification_required',
			},
		},
	},
	/** pollinations/pollinations#9707, #9319, #12446: every prompt fails alike. */
	azureBlocked: {
		status: 403,
		body: {
			error: {
				code: 'Forbidden',
				message:
					'Your resource has been temporarily blocked because we detected behavior that may violate our content policy. For more details on Azure OpenAI service content policy, please visit https://aka.ms/aoaicodeofconduct',
			},
		},
	},
	/** openai/openai-node#1108 and public test fixtures of Azure's 429. */
	azureRetryAfter: {
		status: 429,
		body: {
			error: {
				code: '429',
				message:
					'Requests to the ImageGenerations_Create Operation under Azure OpenAI API version 2025-04-01-preview have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 26 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.',
			},
		},
	},
	/** The same with headers that say otherwise: a recorded answer with `retry-after: 1` and `retry-after-ms: 0`. */
	azureRetryAfterOtherwise: {
		status: 429,
		headers: { 'retry-after': '1', 'retry-after-ms': '0' },
		body: {
			error: {
				code: '429',
				message:
					'Requests to the ImageGenerations_Create Operation under Azure OpenAI API version 2025-04-01-preview have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 3 seconds.',
			},
		},
	},
	/** one-api and its kin, from the documentation of a relay ("insufficient_user_quota"). */
	relayQuota: {
		status: 403,
		body: {
			error: {
				message: 'user [25359] quota [50264897] preConsumedQuota [154753475] is not enough',
				localized_message: 'Insufficient user quota',
				type: 'shell_api_error',
				param: '',
				code: 'insufficient_user_quota',
			},
		},
	},
	/** The same dialect with nothing in its message: a comment in a public client ("observed"). */
	relayEmpty: {
		status: 502,
		body: {
			error: {
				message: '',
				localized_message: 'Unknown error',
				type: 'shell_api_error',
				param: '502',
				code: 'bad_response_status_code',
			},
		},
	},
	/** The same dialect with a number for a code, put together from public test fixtures of "numeric code dialects". */
	relayNumericCode: {
		status: 503,
		body: {
			error: {
				message: 'upstream overloaded',
				localized_message: 'Unknown error',
				type: 'shell_api_error',
				param: '',
				code: 503,
			},
		},
	},
	/** Relays that hide a refusal behind a 200: public notes on "a throttle disguised as a success". */
	errorIn200: {
		status: 200,
		body: {
			error: {
				message:
					'Image was not generated as expected. Please adjust the prompt and retry (traceid: 0672821c6951af18)',
				localized_message: 'Unknown error',
				type: 'invalid_request_error',
				param: '',
				code: null,
			},
		},
	},
} satisfies Record<string, ScriptedAnswer>;
