import {
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type INodeParameters,
} from 'n8n-workflow';
import { GptImageApi } from '../../../credentials/GptImageApi.credentials';
import { PROVIDERS } from '../../../nodes/core/providers/find';

const KEY = 'sk-test-0123456789';
const OPENAI = {
	provider: 'openai',
	apiKey: KEY,
	organizationId: '',
	projectId: '',
	baseUrl: 'https://api.openai.com/v1',
	webhookSecret: '',
};

const sign = async (
	options: IHttpRequestOptions,
	credential: Record<string, string> = {},
): Promise<IHttpRequestOptions> =>
	await new GptImageApi().authenticate({ ...OPENAI, ...credential }, options);

async function refusal(
	options: IHttpRequestOptions,
	credential: Record<string, string> = {},
): Promise<string> {
	try {
		await sign(options, credential);
	} catch (error) {
		return `${(error as Error).message} ${JSON.stringify(error)} ${(error as Error).stack}`;
	}
	throw new Error('The request was signed.');
}

describe('a request of the credential', () => {
	it('is signed and follows no redirect; the rest of it stays as it was', async () => {
		const options: IHttpRequestOptions = {
			url: 'https://api.openai.com/v1/images/generations',
			method: 'POST',
			body: { prompt: 'x' },
			headers: { accept: 'application/json' },
			timeout: 5,
		};

		expect(await sign(options)).toEqual({
			...options,
			headers: { accept: 'application/json', Authorization: `Bearer ${KEY}` },
			disableFollowRedirect: true,
			followRedirect: false,
			followAllRedirects: false,
			maxRedirects: 0,
		});
	});

	it('names organization and project where they are given', async () => {
		const { headers } = await sign(
			{ url: 'https://api.openai.com/v1/models' },
			{ organizationId: ' org-1 ', projectId: '\tproj_1\n' },
		);

		expect(headers).toEqual({
			Authorization: `Bearer ${KEY}`,
			'OpenAI-Organization': 'org-1',
			'OpenAI-Project': 'proj_1',
		});
	});

	it('carries the key without the blanks that were pasted along', async () => {
		const { headers } = await sign(
			{ url: 'https://api.openai.com/v1/models' },
			{ apiKey: `  ${KEY}\n` },
		);

		expect(headers).toEqual({ Authorization: `Bearer ${KEY}` });
	});

	it.each([
		['no base URL', ''],
		['one with a slash and blanks', ' https://api.openai.com/v1/ '],
	])('goes to OpenAI when the credential has %s', async (_title, baseUrl) => {
		expect(
			(await sign({ url: 'https://api.openai.com/v1/models' }, { baseUrl })).headers,
		).toHaveProperty('Authorization');
	});

	it('goes to the base URL of the credential, and to no other', async () => {
		const credential = { baseUrl: 'https://gateway.example/openai/v1' };

		expect(
			(await sign({ url: 'https://gateway.example/openai/v1/models' }, credential)).headers,
		).toHaveProperty('Authorization');
		await expect(
			refusal({ url: 'https://api.openai.com/v1/models' }, credential),
		).resolves.toContain('is not sent anywhere else');
	});
});

describe('a provider that this package does not have', () => {
	it('is refused by name, at whatever address', async () => {
		for (const baseUrl of ['', 'https://api.openai.com/v1', 'https://gateway.example/v1']) {
			await expect(
				refusal(
					{ url: `${baseUrl || 'https://api.openai.com/v1'}/models` },
					{ provider: 'bedrock', baseUrl },
				),
			).resolves.toContain(
				"'Provider' is 'bedrock', which this package does not support. Choose one of: OpenAI, ",
			);
		}
	});
});

describe('a request that is another one each time it is looked at', () => {
	/** What an expression of a node can give: n8n asks for its text again when it sends. */
	const fickle = (first: string, later: string, times: number): string => {
		let asked = 0;
		return { toString: () => (asked++ < times ? first : later) } as unknown as string;
	};
	const good = 'https://api.openai.com/v1/models';

	it.each([1, 2, 3, 4, 5, 6])('is not signed (%d times the right address)', async (times) => {
		const url = fickle(good, 'https://evil.test/', times);
		for (const options of [{ url }, { url, uri: url }, { uri: url }, { url: '', baseURL: url }]) {
			await expect(refusal(options as IHttpRequestOptions)).resolves.toContain(
				'is not sent anywhere else',
			);
		}
	});

	it('is sent as it was looked at', async () => {
		let asked = 0;
		const options = {
			get url() {
				return asked++ === 0 ? good : 'https://evil.test/';
			},
		};

		expect((await sign(options)).url).toBe(good);
	});
});

describe('a relative address', () => {
	it.each([
		['/models', 'https://api.openai.com/v1'],
		['models', 'https://api.openai.com/v1'],
		['/models', 'https://api.openai.com/v1/'],
		['v1/models', 'https://api.openai.com'],
		['/v1/models', 'https://api.openai.com/'],
		['', 'https://api.openai.com/v1'],
	])('%j with base %j is signed', async (url, baseURL) => {
		const options: IHttpRequestOptions = { url, ...(baseURL !== undefined && { baseURL }) };

		expect((await sign(options)).headers).toEqual({ Authorization: `Bearer ${KEY}` });
	});

	it.each([
		['/models', 'https://evil.test/v1'],
		['/v1/models', 'https://api.openai.com.evil.test'],
		['.evil.test/v1/models', 'https://api.openai.com'],
		['@evil.test/v1/models', 'https://api.openai.com'],
		['evil', 'https://api.openai.com/v'],
		['/../admin', 'https://api.openai.com/v1'],
		['//evil.test/v1/models', 'https://api.openai.com/v1'],
		['//evil.test/v1/models', undefined],
		['ftp://evil.test/v1/models', 'https://api.openai.com/v1'],
		['/models', ''],
		['/models', undefined],
		[' https://evil.test/v1/models', undefined],
		['ht\ttps://evil.test/v1/models', undefined],
		['https:evil.test/v1/models', undefined],
		['\\\\evil.test/v1/models', undefined],
	])('%j with base %j is refused', async (url, baseURL) => {
		const options: IHttpRequestOptions = { url, ...(baseURL !== undefined && { baseURL }) };

		expect(await refusal(options)).toContain('is not sent anywhere else');
	});
});

describe("a request of n8n's HTTP Request node, which names the address uri", () => {
	const httpRequest = (uri: string): IHttpRequestOptions =>
		({ uri, method: 'GET', followRedirect: true }) as unknown as IHttpRequestOptions;

	it('is signed when it stays below the base URL, and follows no redirect', async () => {
		expect(await sign(httpRequest('https://api.openai.com/v1/models'))).toMatchObject({
			headers: { Authorization: `Bearer ${KEY}` },
			followRedirect: false,
		});
	});

	it('is refused when it goes elsewhere', async () => {
		expect(await refusal(httpRequest('https://evil.test/v1/models'))).toContain(
			'is not sent anywhere else',
		);
	});
});

describe('a refusal', () => {
	it.each([
		'https://evil.test/v1/models',
		'https://api.openai.com.evil.test/v1/models',
		'https://api.openai.com/v1evil',
		'https://api.openai.com/v1/../x',
		'http://api.openai.com/v1/models',
		'https://api.openai.com:444/v1/models',
	])('of %j names the address that the key is for, never the key', async (url) => {
		const words = await refusal({ url, headers: { 'x-own': 'secret-header' } });

		expect(words).toContain('https://api.openai.com/v1');
		expect(words).not.toContain(KEY);
		expect(words).not.toContain('secret-header');
	});

	it('of a base URL that holds a password does not show it', async () => {
		const words = await refusal(
			{ url: 'https://api.openai.com/v1/models' },
			{ baseUrl: `https://me:${KEY}@api.openai.com/v1` },
		);

		expect(words).toContain("The credential's 'Base URL'");
		expect(words).not.toContain(KEY);
	});
});

describe('the fields of the credential', () => {
	it('hide what is secret', () => {
		const hidden = new GptImageApi().properties.filter(
			({ typeOptions }) => typeOptions?.password === true,
		);
		const all = new GptImageApi().properties.filter(({ name }) =>
			['apiKey', 'webhookSecret'].includes(name),
		);

		expect(hidden).toEqual(all);
		expect(new Set(hidden.map(({ name }) => name))).toEqual(new Set(['apiKey', 'webhookSecret']));
	});

	const RARE = {
		organizationId: 'org-1',
		projectId: 'proj_1',
		catalogueUrl: 'https://example.com/c.json',
		webhookSecret: 'whsec_1',
	};
	/** Names of the fields that n8n's dialog shows for what a credential holds. */
	const shown = (data: ICredentialDataDecryptedObject): string[] => {
		const { properties } = new GptImageApi();
		const all =
			NodeHelpers.getNodeParameters(properties, data as INodeParameters, true, true, null, null) ??
			{};
		return properties
			.filter(
				(field) =>
					field.type !== 'hidden' &&
					NodeHelpers.displayParameter({ ...all, ...data } as INodeParameters, field, null, null),
			)
			.map(({ name }) => name);
	};
	/** What a node is given of it, and what a save keeps. */
	const kept = (data: ICredentialDataDecryptedObject) =>
		NodeHelpers.getNodeParameters(
			new GptImageApi().properties,
			data as INodeParameters,
			true,
			false,
			null,
			null,
		);

	it('that few need are shown when they are asked for, and each that holds something in any case', () => {
		expect(shown({ ...OPENAI })).toEqual([
			'provider',
			'apiKey',
			'openaiKeyPage',
			'baseUrl',
			'showAdvanced',
		]);
		expect(shown({ ...OPENAI, showAdvanced: true }).slice(5)).toEqual(Object.keys(RARE));
		expect(shown({ ...OPENAI, catalogueUrl: RARE.catalogueUrl }).slice(5)).toEqual([
			'catalogueUrl',
		]);
		expect(shown({ ...OPENAI, ...RARE }).slice(5)).toEqual(Object.keys(RARE));
		expect(shown({ ...OPENAI, ...RARE, provider: 'fal' })).toEqual([
			'provider',
			'apiKey',
			'falKeyPage',
			'baseUrl',
			'showAdvanced',
			'catalogueUrl',
		]);
	});

	it.each([[{}], [{ showAdvanced: false }], [{ showAdvanced: true }]])(
		'that few need keep what they hold, whether they are shown or not (%j)',
		(asked) => {
			expect(kept({ ...OPENAI, ...RARE, ...asked })).toMatchObject(RARE);
			// Organization, project and secret belong to OpenAI: no other provider hears of them.
			expect(Object.keys(kept({ ...OPENAI, ...RARE, ...asked, provider: 'fal' }) ?? {})).toEqual(
				expect.not.arrayContaining(['organizationId', 'projectId', 'webhookSecret']),
			);
		},
	);

	it('say where a key is made, for each provider that has a page for it', () => {
		const { properties } = new GptImageApi();
		const notices = properties.filter(({ type }) => type === 'notice');

		expect(notices.map(({ displayOptions }) => displayOptions?.show?.['provider'])).toEqual(
			PROVIDERS.filter(({ pages }) => pages.keys !== null).map(({ id }) => [id]),
		);
		expect(notices.find(({ name }) => name === 'openaiKeyPage')?.displayName).toBe(
			'No key yet? Create one for OpenAI at <a href="https://platform.openai.com/api-keys" target="_blank">platform.openai.com</a>',
		);
	});

	it('are those of the interface, and only the key is required', () => {
		const { properties } = new GptImageApi();

		expect([
			...new Set(properties.filter(({ type }) => type !== 'notice').map(({ name }) => name)),
		]).toEqual([
			'provider',
			'apiKey',
			'baseUrl',
			'apiVersion',
			'deployments',
			'showAdvanced',
			'organizationId',
			'projectId',
			'catalogueUrl',
			'webhookSecret',
		]);
		expect(properties.filter(({ required }) => required).map(({ name }) => name)).toEqual([
			'apiKey',
		]);
	});
});
