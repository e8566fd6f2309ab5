import OpenAI, {
	APIConnectionError,
	AuthenticationError,
	BadRequestError,
	InternalServerError,
	PermissionDeniedError,
	RateLimitError,
} from 'openai';
import type { Simulator } from '../simulator/index.mts';
import { clientOf, rejection, start } from './support.mts';

let simulator: Simulator;
let client: OpenAI;

beforeAll(async () => {
	simulator = await start();
	client = clientOf(simulator);
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

describe('errors come as the classes of the client, with the request id', () => {
	const generate = (): Promise<unknown> =>
		client.images.generate({ model: 'gpt-image-2', prompt: 'x', quality: 'low' });

	test('a wrong key, never echoed whole', async () => {
		const wrong = ['sk-proj', '0123456789abcdefghij'].join('-');
		const error = await rejection(clientOf(simulator, { apiKey: wrong }).models.list());
		expect(error).toBeInstanceOf(AuthenticationError);
		expect(error).toMatchObject({
			status: 401,
			code: 'invalid_api_key',
			type: 'invalid_request_error',
		});
		expect(String(error)).toContain('Incorrect API key provided: sk-proj-****************ghij.');
		expect(String(error)).not.toContain(wrong);
		const short = await rejection(clientOf(simulator, { apiKey: 'sk-short' }).models.list());
		expect(String(short)).toContain('provided: ********.');
	});

	test.each([
		['serverError', InternalServerError, { status: 500, type: 'server_error' }],
		['overloaded', InternalServerError, { status: 503 }],
		['rateLimit', RateLimitError, { status: 429, code: 'rate_limit_exceeded' }],
		['htmlError', InternalServerError, { status: 502 }],
		[
			'nullMessage',
			BadRequestError,
			{ status: 400, type: 'image_generation_user_error', code: null },
		],
	] as const)('%s', async (fault, errorClass, fields) => {
		simulator.failNext(fault);
		const error = await rejection(generate());
		expect(error).toBeInstanceOf(errorClass);
		expect(error).toMatchObject({ ...fields, requestID: simulator.requests.at(-1)?.requestId });
		expect(simulator.billed).toEqual([]);
		await generate();
		expect(simulator.billed).toHaveLength(1);
	});

	test('a dropped connection', async () => {
		simulator.failNext('dropBeforeWork');
		expect(await rejection(generate())).toBeInstanceOf(APIConnectionError);
		expect(simulator.billed).toHaveLength(0);
		simulator.failNext('dropBeforeAnswer');
		expect(await rejection(generate())).toBeInstanceOf(APIConnectionError);
		expect(simulator.billed).toHaveLength(1);
		expect(simulator.requests.map(({ status, aborted }) => ({ status, aborted }))).toEqual([
			{ status: null, aborted: false },
			{ status: null, aborted: false },
		]);
	});

	test("the client's own retries pay twice for a lost answer", async () => {
		simulator.failNext('dropBeforeAnswer');
		await clientOf(simulator, { maxRetries: 1 }).images.generate({
			model: 'gpt-image-2',
			prompt: 'x',
			quality: 'low',
		});
		expect(simulator.requests).toHaveLength(2);
		expect(simulator.billed).toHaveLength(2);
	});

	test('an unverified organization, no credit, a hard limit', async () => {
		try {
			simulator.configure({ organizationVerified: false });
			expect(await rejection(generate())).toBeInstanceOf(PermissionDeniedError);
			simulator.configure({ organizationVerified: true, quotaExceeded: true });
			expect(await rejection(generate())).toMatchObject({
				status: 429,
				code: 'insufficient_quota',
				type: 'insufficient_quota',
			});
			simulator.configure({ quotaExceeded: false, billingHardLimit: true });
			expect(await rejection(generate())).toMatchObject({
				status: 400,
				code: 'billing_hard_limit_reached',
			});
		} finally {
			simulator.configure({
				organizationVerified: true,
				quotaExceeded: false,
				billingHardLimit: false,
			});
		}
	});
});
