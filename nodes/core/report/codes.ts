/** What became of a request, in words for whoever pays. A code that is not listed is shown as it is. */
export const wordsOfCode = (code: string): string => WORDS.get(code) ?? code;

const CODES: Readonly<Record<string, readonly string[]>> = {
	'Blocked by moderation': [
		'moderation_blocked',
		'content_policy_violation',
		'content_filter',
		'contentFilter',
		'ResponsibleAIPolicyViolation',
	],
	'Rate limit reached': ['rate_limit_exceeded', 'rate_limit_wait_exceeded'],
	'No credit left': [
		'insufficient_quota',
		'credit_balance_exhausted',
		'insufficient_credits',
		'insufficient_balance',
		'insufficient_user_quota',
		'pre_consume_token_quota_failed',
	],
	'Spending limit reached': [
		...[
			'billing_hard_limit_reached',
			'project_spend_limit_exceeded',
			'organization_spend_limit_exceeded',
			'organization_usage_limit_exceeded',
		],
		'budget_exceeded',
	],
	'Billing not active': ['billing_not_active'],
	'Price unknown, so not sent under a budget': ['price_unknown'],
	'API key refused': ['invalid_api_key'],
	'Organization not verified': ['organization_not_verified'],
	'Model not available': ['model_not_found'],
	'Input refused before it was sent': ['invalid_input', 'unreadable_input'],
	'File type not supported': ['unsupported_file_mimetype'],
	'No answer in time': ['timeout', 'request_timeout'],
	'API could not be reached': ['connection_failed', 'not_reachable', 'blocked_by_n8n'],
	'Connection lost': ['connection_lost', 'no_answer', 'download_cut', 'download_ended_early'],
	'API overloaded or unavailable': [
		'server_is_overloaded',
		'server_error',
		'http_500',
		'http_502',
		'http_503',
		'http_504',
	],
	'Answer without an image': [
		'malformed_response',
		'answer_too_large',
		'line_too_long',
		'no_result',
		'request_lost',
		'result_not_fetched',
	],
	'Made, but not stored': ['not_stored'],
	'Not started': ['not_started'],
	'Execution cancelled': ['cancelled'],
	'Batch expired before it was processed': ['batch_expired'],
	'Batch cancelled before it was processed': ['batch_cancelled'],
	'No reason given': ['unknown'],
};

const WORDS: ReadonlyMap<string, string> = new Map(
	Object.entries(CODES).flatMap(([words, codes]) => codes.map((code) => [code, words] as const)),
);
