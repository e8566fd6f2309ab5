/** The account that the tests sign in with. It exists on 127.0.0.1 only, for the length of a run. */
export const OWNER = {
	email: 'owner@example.com',
	password: 'Only-for-tests-1',
	firstName: 'Test',
	lastName: 'Owner',
};

/** An answer of n8n's REST API other than 2xx. */
export class RestError extends Error {
	readonly status: number;

	constructor(method: string, path: string, status: number, body: string) {
		super(`${method} ${path} answered ${status}: ${body}`);
		this.status = status;
	}
}

export interface Rest {
	/** sign-in cookie, for a browser or a websocket */
	readonly cookie: string;
	/** the `data` of n8n's answer, which the caller knows the shape of */
	request<T>(
		method: string,
		path: string,
		body?: unknown,
		headers?: Record<string, string>,
	): Promise<T>;
	/** the answer's bytes, as they are */
	download(path: string): Promise<{ body: Buffer; headers: Headers }>;
}

/**
 * n8n closes a connection that nobody has used for 5 s. A test that was busy for longer has not yet heard of that, and sends
 * its next request into it: that is sent once more.
 */
async function fetchAgain(url: string, init: RequestInit): Promise<Response> {
	return await fetch(url, init).catch(async (error: unknown) => {
		const { code } = ((error as Error).cause ?? {}) as { code?: string };
		if (code !== 'ECONNRESET' && code !== 'UND_ERR_SOCKET') throw error;
		return await fetch(url, init);
	});
}

async function send(
	url: string,
	cookie: string,
	method: string,
	path: string,
	body: unknown,
	headers: Record<string, string>,
): Promise<Response> {
	const response = await fetchAgain(`${url}${path}`, {
		method,
		headers: {
			cookie,
			...(body === undefined ? {} : { 'content-type': 'application/json' }),
			...headers,
		},
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	if (!response.ok) throw new RestError(method, path, response.status, await response.text());
	return response;
}

function createRest(url: string, cookie: string): Rest {
	return {
		cookie,
		async request<T>(method: string, path: string, body?: unknown, headers = {}) {
			const response = await send(url, cookie, method, path, body, headers);
			return ((await response.json()) as { data: T }).data;
		},
		async download(path) {
			const response = await send(url, cookie, 'GET', path, undefined, {});
			return { body: Buffer.from(await response.arrayBuffer()), headers: response.headers };
		},
	};
}

function cookieOf(response: Response): string {
	const cookie = response.headers.getSetCookie().find((line) => line.startsWith('n8n-auth='));
	if (cookie === undefined) throw new Error('n8n set no sign-in cookie');
	return cookie.split(';')[0] ?? '';
}

/** Makes the owner of a new n8n and signs in as them. */
export async function createOwner(url: string, owner: typeof OWNER = OWNER): Promise<Rest> {
	return createRest(url, cookieOf(await send(url, '', 'POST', '/rest/owner/setup', owner, {})));
}

/** Signs in as the owner of an n8n that has one. */
export async function signIn(
	url: string,
	{ email, password }: typeof OWNER = OWNER,
): Promise<Rest> {
	return createRest(
		url,
		cookieOf(
			await send(url, '', 'POST', '/rest/login', { emailOrLdapLoginId: email, password }, {}),
		),
	);
}

/** Goes on with a sign-in that another process made. */
export function resumeRest(url: string, cookie: string): Rest {
	return createRest(url, cookie);
}
