/** The error bodies of the API: `{"error":{"message","type","param","code"}}` ("Error codes" guide). */

export interface ErrorBody {
	message: string | null;
	type: string | null;
	param: string | null;
	code: string | null;
	moderation_details?: { moderation_stage: 'input' | 'output'; categories: string[] };
}

/** A refusal that becomes an HTTP answer. */
export class ApiError extends Error {
	readonly status: number;
	readonly body: ErrorBody;
	readonly headers: Record<string, string>;

	constructor(status: number, body: ErrorBody, headers: Record<string, string> = {}) {
		super(body.message ?? '');
		this.status = status;
		this.body = body;
		this.headers = headers;
	}
}

/** 400 `invalid_request_error`. */
export function invalidRequest(
	message: string,
	param: string | null,
	code: string | null,
): ApiError {
	return new ApiError(400, { message, type: 'invalid_request_error', param, code });
}

/** 400 `image_generation_user_error`: what the image models themselves refuse. */
export function imageUserError(
	message: string,
	param: string | null,
	code: string | null,
): ApiError {
	return new ApiError(400, { message, type: 'image_generation_user_error', param, code });
}

/** 400 for what the real API can do and this stand-in can't; never sent by OpenAI. */
export function notSimulated(what: string, param: string): ApiError {
	return invalidRequest(`${what} is not simulated.`, param, 'not_simulated');
}

export function unknownParameter(name: string): ApiError {
	return invalidRequest(`Unknown parameter: '${name}'.`, name, 'unknown_parameter');
}

/** Fields of a form: only those that end in `[]` may come more than once. The sentence is public, its code was not seen. */
export function refuseDoubled(names: readonly string[]): void {
	const doubled = names.find(
		(name, index) => !name.endsWith('[]') && names.indexOf(name) !== index,
	);
	if (doubled === undefined) return;
	const message =
		`Duplicate parameter: '${doubled}'. You provided multiple values for this parameter, whereas only one is allowed. ` +
		`If you are trying to provide a list of values, use the array syntax instead e.g. '${doubled}[]=<value>'.`;
	throw invalidRequest(message, doubled, 'duplicate_parameter');
}

export function missingParameter(name: string): ApiError {
	return invalidRequest(
		`Missing required parameter: '${name}'.`,
		name,
		'missing_required_parameter',
	);
}

export function invalidType(name: string, expected: string, got: string): ApiError {
	return invalidRequest(
		`Invalid type for '${name}': expected ${expected}, but got ${got} instead.`,
		name,
		'invalid_type',
	);
}

export function stringTooLong(name: string, maximum: number, length: number): ApiError {
	return invalidRequest(
		`Invalid '${name}': string too long. Expected a string with maximum length ${maximum}, but got a string with length ${length} instead.`,
		name,
		'string_above_max_length',
	);
}

export function arrayTooLong(name: string, maximum: number, length: number): ApiError {
	return invalidRequest(
		`Invalid '${name}': array too long. Expected an array with maximum length ${maximum}, but got an array with length ${length} instead.`,
		name,
		'array_above_max_length',
	);
}

/** 404 of a path or method that doesn't exist. */
export function unknownUrl(method: string, path: string): ApiError {
	return new ApiError(404, {
		message: `Invalid URL (${method} ${path})`,
		type: 'invalid_request_error',
		param: null,
		code: null,
	});
}

/** 404 of the Files endpoints. */
export function noSuchFile(id: string): ApiError {
	return new ApiError(404, {
		message: `No such File object: ${id}`,
		type: 'invalid_request_error',
		param: 'id',
		code: null,
	});
}

/** 400 `moderation_blocked` with the safety text ("Image generation" guide, error handling). */
export function moderationBlocked(stage: 'input' | 'output', requestId: string): ApiError {
	const categories = ['violence'];
	const message =
		'Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com ' +
		`and include the request ID ${requestId}. safety_violations=[${categories.join(', ')}].`;
	return new ApiError(400, {
		message,
		type: 'image_generation_user_error',
		param: null,
		code: 'moderation_blocked',
		moderation_details: { moderation_stage: stage, categories },
	});
}
