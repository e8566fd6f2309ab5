/** What the API refuses because of the key, the organization or its money, not because of the request. */
import { ApiError } from './errors.mts';
import type { SimulatorOptions } from './types.mts';

export const ORGANIZATION = 'org-simulator';

/** Masks a key the way OpenAI's 401 does; short keys are masked whole. */
export function maskKey(key: string): string {
	if (key.length < 16) return '*'.repeat(key.length);
	return key.slice(0, 8) + '*'.repeat(key.length - 12) + key.slice(-4);
}

/** Throws 401 unless the header is `Bearer` and the expected key. */
export function checkKey(authorization: string | undefined, expected: string): void {
	const key = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]?.trim();
	if (key === expected) return;
	const missing =
		"You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
		'(i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from https://platform.openai.com/account/api-keys.';
	throw new ApiError(401, {
		message:
			key === undefined
				? missing
				: `Incorrect API key provided: ${maskKey(key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
		type: 'invalid_request_error',
		param: null,
		code: key === undefined ? null : 'invalid_api_key',
	});
}

/** Throws what an unverified organization or one without money gets on the image endpoints. */
export function checkAccount(options: SimulatorOptions, model: string): void {
	if (options.organizationVerified === false) {
		throw new ApiError(403, {
			message:
				`Your organization must be verified to use the model \`${model}\`. Please go to: ` +
				'https://platform.openai.com/settings/organization/general and click on Verify Organization. ' +
				'If you just verified, it can take up to 15 minutes for access to propagate.',
			type: 'invalid_request_error',
			param: null,
			code: null,
		});
	}
	if (options.quotaExceeded === true) {
		throw new ApiError(429, {
			message:
				'You exceeded your current quota, please check your plan and billing details. For more information on this ' +
				'error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
			type: 'insufficient_quota',
			param: null,
			code: 'insufficient_quota',
		});
	}
	if (options.billingHardLimit === true) {
		throw new ApiError(400, {
			message: 'Billing hard limit has been reached',
			type: 'image_generation_user_error',
			param: null,
			code: 'billing_hard_limit_reached',
		});
	}
}
