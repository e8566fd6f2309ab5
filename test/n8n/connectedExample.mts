import type { INode } from 'n8n-workflow';
import { exampleFor } from './exampleFor.mts';
import type { N8n, WorkflowJson } from './harness/index.mts';
import type { Services } from './services.mts';

/** IDs of credentials for the stand-ins, by their type. */
export type Keys = ReadonlyMap<string, string>;

const OAUTH = {
	clientId: 'x',
	clientSecret: 'x',
	oauthTokenData: { access_token: 'token', token_type: 'Bearer' },
};

export async function createKeys(n8n: N8n, services: Services): Promise<Keys> {
	const data: Record<string, Record<string, unknown>> = {
		googleSheetsOAuth2Api: OAUTH,
		googleDriveOAuth2Api: OAUTH,
		airtableTokenApi: { accessToken: 'pat-x' },
		slackApi: { accessToken: 'xoxb-x' },
		wooCommerceApi: {
			consumerKey: 'ck_x',
			consumerSecret: 'cs_x',
			url: services.url,
			includeCredentialsInQuery: false,
		},
		wordpressApi: { username: 'me', password: 'x', url: services.url },
		smtp: { host: '127.0.0.1', port: services.smtpPort, secure: false, disableStartTls: true },
	};
	const keys = new Map<string, string>();
	for (const [type, values] of Object.entries(data))
		keys.set(type, await n8n.createCredential(values, type));
	return keys;
}

const CREDENTIALS: Readonly<Record<string, string>> = {
	'n8n-nodes-base.googleSheets': 'googleSheetsOAuth2Api',
	'n8n-nodes-base.googleDrive': 'googleDriveOAuth2Api',
	'n8n-nodes-base.airtable': 'airtableTokenApi',
	'n8n-nodes-base.slack': 'slackApi',
	'n8n-nodes-base.wooCommerce': 'wooCommerceApi',
	'n8n-nodes-base.wordpress': 'wordpressApi',
	'n8n-nodes-base.emailSend': 'smtp',
};

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** What a user chooses in a node after an import: the sheet, the table, the site. */
function choose({ url }: Services, node: INode): void {
	if (node.type === 'n8n-nodes-base.googleSheets')
		Object.assign(node.parameters, { documentId: byId('doc'), sheetName: byId('0') });
	if (node.type === 'n8n-nodes-base.airtable')
		Object.assign(node.parameters, { base: byId('base'), table: byId('table') });
	if (node.name === 'Site')
		node.parameters = JSON.parse(
			JSON.stringify(node.parameters).replace(/https:\/\/\w+\.example\.com/, url),
		) as INode['parameters'];
}

export interface Connections {
	credentialId: string;
	/** Where n8n may read and write files. */
	folder: string;
	services: Services;
	keys: Keys;
}

/** An example after all steps of its own note, with the stand-ins' credentials. */
export function connectedExample(
	file: string,
	{ credentialId, folder, services, keys }: Connections,
	change: (node: INode) => void = () => {},
): WorkflowJson {
	const workflow = exampleFor(file, credentialId, folder);
	for (const node of workflow.nodes) {
		const type = CREDENTIALS[node.type] ?? node.parameters['nodeCredentialType'];
		if (typeof type === 'string')
			node.credentials = { [type]: { id: keys.get(type)!, name: type } };
		// Seconds of waiting between tries are of no use here.
		if (node.retryOnFail) node.retryOnFail = false;
		choose(services, node);
		change(node);
	}
	return workflow;
}
