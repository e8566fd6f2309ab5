import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { API_KEY, openWorkshop, type Workshop } from './workshop.mts';

const TYPE = 'n8n-nodes-gpt-image.gptImage';

describe('models and credential', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	const search = async (filter = '', credentialId = workshop.credentialId) =>
		(
			await workshop.n8n.listSearch({
				nodeType: TYPE,
				methodName: 'searchModels',
				filter,
				credentials: { gptImageApi: { id: credentialId, name: 'gpt' } },
			})
		).results as Array<{ name: string; value: string; description?: string }>;

	it('the list shows the roles and the models that the key may use, with price and end', async () => {
		const list = await search();

		expect(list.slice(0, 3).map(({ name }) => name)).toEqual([
			'Draft (now gpt-image-1-mini): $0.0022–$0.0333 each',
			'Final (now gpt-image-2.5-sunburst): $0.0059–$0.2107 each',
			'gpt-image-1-mini: ends 2026-12-01, $0.0022–$0.0333 each',
		]);
		expect(list.find(({ value }) => value === 'gpt-image-1-mini')!.description).toMatch(
			/^\$0\.0022 low, .*Shuts down on 2026-12-01\.$/,
		);
		expect(list.map(({ value }) => value)).not.toContain('gpt-image-1');
		expect(list.map(({ value }) => value)).not.toContain('gpt-5-mini');
		expect((await search('flare')).every(({ value }) => value.includes('flare'))).toBe(true);
	});

	it('without an answer from the API the list is the catalogue', async () => {
		const wrongKey = await workshop.n8n.createCredential({
			provider: 'openai',
			apiKey: 'sk-wrong',
			baseUrl: workshop.simulator.baseUrl,
		});
		const list = await search('', wrongKey);

		expect(list.map(({ value }) => value)).toEqual([
			'draft',
			'final',
			'gpt-image-1-mini',
			'gpt-image-2.5-flare',
			'gpt-image-2.5-sunburst',
			'gpt-image-2.6-flare',
			'gpt-image-2.6-sunburst',
			'gpt-image-2',
			'gpt-image-1.5',
			'chatgpt-image-latest',
		]);
	});

	it('a model near its end gives a hint with date and replacement; a role says what it becomes', async () => {
		const chosen = await workshop.run([{}], {
			prompt: 'a',
			model: { __rl: true, mode: 'id', value: 'gpt-image-1.5' },
		});
		const role = await workshop.run([{}], { prompt: 'a' });

		expect(chosen.output.hints[0]!.message).toBe(
			"The model gpt-image-1.5 shuts down on 2026-12-01. Choose gpt-image-2.5-sunburst or gpt-image-2.5-flare instead, or 'Draft' or 'Final', which always use an available model.",
		);
		expect(role.output.hints[0]!.message).toMatch(
			/^'Draft' is gpt-image-1-mini until it shuts down on 2026-12-01, then gpt-image-2\.5-flare\. The switch is automatic/,
		);
	});

	it.each<[string, Record<string, unknown>, 'OK' | 'Error', RegExp]>([
		['a good key', {}, 'OK', /./],
		['a bad key', { apiKey: 'sk-wrong' }, 'Error', /^The key is not valid/],
		[
			'an unencrypted public address',
			{ baseUrl: 'http://api.example.com/v1' },
			'Error',
			/unencrypted/,
		],
		[
			'an address with a key in it',
			{ baseUrl: 'https://me:secret-word@api.example.com/v1' },
			'Error',
			/user name or password/,
		],
		['an address that is none', { baseUrl: 'api.openai.com' }, 'Error', /Base URL/],
	])('credential test with %s', async (_, change, status, message) => {
		const result = await workshop.n8n.testCredential({
			provider: 'openai',
			apiKey: API_KEY,
			baseUrl: workshop.simulator.baseUrl,
			...change,
		});

		expect(result).toEqual({ status, message: expect.stringMatching(message) });
		expect(result.message).not.toContain('secret-word');
	});

	const HTML = { 'content-type': 'text/html' };
	it.each<[string, RequestListener, Record<string, string>, RegExp]>([
		[
			'a web page',
			(_, answer) => answer.writeHead(200, HTML).end('<!doctype html><title>Sign in</title>'),
			{},
			/^A web page is at this address, not the API\. Check 'Base URL'/,
		],
		[
			'a redirect',
			(_, answer) => answer.writeHead(308, { location: 'https://elsewhere.invalid/' }).end(),
			{},
			/^This address redirects to another one, to which the key is not sent\. Enter the final/,
		],
		[
			'an empty list',
			(_, answer) => answer.writeHead(200, { 'content-type': 'application/json' }).end('[]'),
			{},
			/successful/,
		],
		[
			'a page that says nothing of the key, at a provider that is only asked whether it refuses it',
			(_, answer) => answer.writeHead(404, HTML).end('<!doctype html><title>Not found</title>'),
			{ provider: 'lumenfall' },
			/successful/,
		],
	])('credential test with an address that answers with %s', async (_, answer, change, message) => {
		const server = createServer((request, response) => void answer(request, response));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
		const data = { provider: 'compatible', apiKey: API_KEY, baseUrl, ...change };

		expect((await workshop.n8n.testCredential(data)).message).toMatch(message);
		server.close();
	});

	it('organization and project go with each request', async () => {
		const data = {
			provider: 'openai',
			apiKey: API_KEY,
			baseUrl: workshop.simulator.baseUrl,
			organizationId: 'org-7',
			projectId: 'proj_9',
		};

		expect((await workshop.n8n.testCredential(data)).status).toBe('OK');
		expect(workshop.simulator.modelLists.at(-1)!.headers).toMatchObject({
			'openai-organization': 'org-7',
			'openai-project': 'proj_9',
		});
	});
});
