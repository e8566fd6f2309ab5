import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { NO_REDIRECTS, whyNotSigned } from '../nodes/core/models/keyGuard';
import type { Provider } from '../nodes/core/models/provider';
import { checkDoorUrl, findProvider, PROVIDERS } from '../nodes/core/models/providers';

/** Facts of a provider, for an expression that n8n works out when a credential is tested. */
const byProvider = (fact: (provider: Provider) => string | boolean): string =>
	`(${JSON.stringify(Object.fromEntries(PROVIDERS.map((provider) => [provider.id, fact(provider)])))})[$credentials.provider]`;

/** Fields that only one provider has: none where a build leaves it out. */
const onlyWith = (id: string, fields: INodeProperties[]): INodeProperties[] =>
	PROVIDERS.some((provider) => provider.id === id) ? fields : [];

/** Answers of a provider without a list of models that speak of the key, or of nothing at all. */
const REFUSALS = [401, 403, 407, 429, 500, 502, 503, 504];

export class GptImageApi implements ICredentialType {
	name = 'gptImageApi';

	displayName = 'GPT Image API';

	icon = { light: 'file:gptImage.svg', dark: 'file:gptImage.dark.svg' } as const;

	documentationUrl = 'https://github.com/n8n-nodes-gpt-image/n8n-nodes-gpt-image#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Provider',
			name: 'provider',
			type: 'options',
			options: PROVIDERS.map(({ id, name }) => ({ name, value: id })),
			default: 'openai',
			description: 'Through whom the models are reached',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Needs permission for images and for the list of models',
		},
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			placeholder: 'e.g. org-…',
			description: 'Only if the key belongs to several organizations',
			displayOptions: { show: { provider: ['openai', 'compatible'] } },
		},
		{
			displayName: 'Project ID',
			name: 'projectId',
			type: 'string',
			default: '',
			placeholder: 'e.g. proj_…',
			description: 'Only if usage is to be counted for a certain project',
			displayOptions: { show: { provider: ['openai', 'compatible'] } },
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.openai.com/v1',
			description:
				"Change it to go through a proxy or a compatible gateway. The key is sent to this address only. OpenAI's own address stands for the provider's, where another one is chosen; some have one for each customer.",
		},
		...onlyWith('azure', [
			{
				displayName: 'API Version',
				name: 'apiVersion',
				type: 'string',
				default: '',
				placeholder: 'e.g. 2025-04-01-preview',
				description:
					'Only for addresses with deployments in them. Leave it empty if the Base URL ends in /openai/v1.',
				displayOptions: { show: { provider: ['azure'] } },
			},
			{
				displayName: 'Deployments',
				name: 'deployments',
				type: 'string',
				typeOptions: { rows: 3 },
				default: '',
				placeholder: 'e.g. my-drafts = gpt-image-1-mini',
				description:
					'Which model each of your deployments is, one a line, so that prices are known and Draft and Final find them',
				displayOptions: { show: { provider: ['azure'] } },
			},
		]),
		{
			displayName: 'Catalogue URL',
			name: 'catalogueUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://example.com/gpt-image-catalogue.json',
			description:
				'Prices and models newer than this package, as JSON. Fetched without the key; it can not change where requests go. Whoever writes it decides what a budget counts; use an address you trust.',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. whsec_…',
			description:
				'Checks that webhooks come from OpenAI. Only for webhooks that you set up yourself.',
			displayOptions: { show: { provider: ['openai'] } },
		},
	];

	/** Signs a request, and refuses to when the key could get anywhere but to its own address. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const provider = findProvider(credentials.provider);
		const base = checkDoorUrl(credentials);
		if (!base.ok) throw new Error(base.problem);
		// What is looked at is what is sent.
		const request = { ...requestOptions, headers: { ...requestOptions.headers } };
		const problem = whyNotSigned(request, base.url);
		if (problem !== null) throw new Error(problem);
		return {
			...request,
			headers: {
				...request.headers,
				...provider.authHeader(String(credentials.apiKey ?? '').trim()),
				...optionalHeader('OpenAI-Organization', credentials.organizationId),
				...optionalHeader('OpenAI-Project', credentials.projectId),
			},
			...NO_REDIRECTS,
		};
	}

	test: ICredentialTestRequest = {
		request: {
			// Each provider's own address where OpenAI's stands, as doorUrl has it.
			baseURL: `={{ (($credentials.baseUrl || "").trim().replace(/\\/+$/, "").replace(/^https:\\/\\/api\\.openai\\.com\\/v1$/, "")) || ${byProvider(({ baseUrl }) => baseUrl ?? '')} || "" }}`,
			url: `={{ ${byProvider(({ hasDeployments }) => hasDeployments)} && $credentials.apiVersion ? "/openai/models?api-version=" + encodeURIComponent($credentials.apiVersion.trim()) : ${byProvider(({ keyCheck }) => keyCheck.path)} || "/models" }}`,
			// Expressions are worked out in every setting of a request, whatever its type.
			ignoreHttpStatusErrors:
				`={{ ${byProvider(({ keyCheck }) => keyCheck.onlyRefusals === true)} ? ${JSON.stringify({ ignore: true, except: REFUSALS })} : false }}` as unknown as boolean,
		},
		rules: [
			{
				type: 'responseCode',
				properties: { value: 401, message: "The key is not valid. Check 'API Key'." },
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						"The key may not list models. Give it the permission 'Models: Read', or check 'Organization ID' and 'Project ID'.",
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message:
						"There is no list of models at this address. Check 'Base URL'; it usually ends in /v1.",
				},
			},
		],
	};
}

function optionalHeader(name: string, value: unknown): Record<string, string> {
	const text = String(value ?? '').trim();
	return text === '' ? {} : { [name]: text };
}
