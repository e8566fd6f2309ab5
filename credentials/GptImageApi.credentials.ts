import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { checkServerUrl, findProvider, PROVIDERS } from '../nodes/core/providers/find';
import { NO_REDIRECTS, whyNotSigned } from '../nodes/core/providers/keyGuard';
import type { Provider } from '../nodes/core/providers/provider';
import { keyPages, rareFields } from './fields';

/** Facts of a provider, for an expression that n8n works out when a credential is tested. */
const byProvider = (fact: (provider: Provider) => string | boolean): string =>
	`(${JSON.stringify(Object.fromEntries(PROVIDERS.map((provider) => [provider.id, fact(provider)])))})[$credentials.provider]`;

/** Fields that only one provider has: none where a build leaves it out. */
const onlyWith = (id: string, fields: INodeProperties[]): INodeProperties[] =>
	PROVIDERS.some((provider) => provider.id === id) ? fields : [];

/** Answers of a provider without a list of models that speak of the key, or of nothing at all. */
const REFUSALS = [401, 403, 407, 429, 500, 502, 503, 504];

const ONLY_REFUSALS = byProvider(({ keyCheck }) => keyCheck.onlyRefusals === true);

/** "<" */
const PAGE_BEGINS = 60;

const CHECK_URL = "Check 'Base URL'; it usually ends in /v1.";

const refused = (value: number, message: string) => ({
	type: 'responseCode' as const,
	properties: { value, message },
});

export class GptImageApi implements ICredentialType {
	name = 'gptImageApi';

	displayName = 'GPT Image API';

	icon = { light: 'file:gptImage.svg', dark: 'file:gptImage.dark.svg' } as const;

	documentationUrl =
		'https://github.com/n8n-nodes-gpt-image/n8n-nodes-gpt-image/blob/main/docs/reference.md#credential';

	properties: INodeProperties[] = [
		{
			displayName: 'Provider',
			name: 'provider',
			type: 'options',
			options: PROVIDERS.map(({ id, name }) => ({ name, value: id })),
			default: 'openai',
			description: 'The service that runs the models',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'Must be allowed to create images and to list models',
		},
		...keyPages,
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.openai.com/v1',
			description:
				"Change it to use a proxy or a compatible gateway. The key is only sent to this address. Leave the default to use the selected provider's address; some providers give each customer their own. If the test reports ENOTFOUND, EAI_AGAIN, ECONNREFUSED, ECONNABORTED or ETIMEDOUT, nothing answers at this address. EPROTO: it has no https. A code with CERT: n8n doesn't trust its certificate.",
		},
		...onlyWith('azure', [
			{
				displayName: 'API Version',
				name: 'apiVersion',
				type: 'string',
				default: '',
				placeholder: 'e.g. 2025-04-01-preview',
				description:
					'Only for addresses that contain deployments. Leave empty if the Base URL ends in /openai/v1.',
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
					'The model behind each deployment, one per line, so that prices are known and Draft and Final can use it',
				displayOptions: { show: { provider: ['azure'] } },
			},
		]),
		{
			displayName: 'Show Advanced Fields',
			name: 'showAdvanced',
			type: 'boolean',
			default: false,
			description:
				'Whether to show fields that are rarely needed. Fields with a value are always shown.',
		},
		...rareFields,
	];

	/** Signs a request, and refuses to when the key could get anywhere but to its own address. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const provider = findProvider(credentials.provider);
		const base = checkServerUrl(credentials);
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
				`={{ ${ONLY_REFUSALS} ? ${JSON.stringify({ ignore: true, except: REFUSALS })} : false }}` as unknown as boolean,
			// As bytes, so that a rule can look at the first; as text, none fits.
			encoding: `={{ ${ONLY_REFUSALS} ? "text" : "arraybuffer" }}` as 'text',
		},
		rules: [
			refused(401, "The key is not valid. Check 'API Key'."),
			refused(
				403,
				"The key is not allowed to list models. Give it the permission 'Models: Read', or check 'Organization ID' and 'Project ID'.",
			),
			refused(404, `No list of models was found at this address. ${CHECK_URL}`),
			...[301, 302, 303, 307, 308].map((status) =>
				refused(
					status,
					"This address redirects to another one, to which the key is not sent. Enter the final address as 'Base URL'.",
				),
			),
			{
				type: 'responseSuccessBody',
				properties: {
					key: '0',
					value: PAGE_BEGINS,
					message: `A web page is at this address, not the API. ${CHECK_URL}`,
				},
			},
		] as NonNullable<ICredentialTestRequest['rules']>,
	};
}

function optionalHeader(name: string, value: unknown): Record<string, string> {
	const text = String(value ?? '').trim();
	return text === '' ? {} : { [name]: text };
}
