import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CATALOGUE } from '../../nodes/core/catalogue/catalogue';
import { API_KEY, openWorkshop, type Run, type Workshop } from './workshop.mts';

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const MINI = CATALOGUE.models.find(({ id }) => id === 'gpt-image-1-mini')!;

describe('a catalogue at an address of the user', () => {
	let workshop: Workshop;
	let server: Server;
	let answer: (response: ServerResponse) => void = () => undefined;
	let asked: Array<Record<string, unknown>> = [];
	let served = 0;
	beforeAll(async () => {
		workshop = await openWorkshop();
		server = createServer((request, response) => {
			asked.push(request.headers);
			answer(response);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	});
	beforeEach(() => {
		workshop.simulator.reset();
		asked = [];
	});
	afterAll(async () => {
		server.closeAllConnections();
		server.close();
		await workshop.close();
	});

	/** A run with a credential that names an address of its own, so that nothing is remembered. */
	async function run(
		answerWith: (response: ServerResponse) => void,
		model = byId('gpt-image-1-mini'),
	): Promise<Run> {
		answer = answerWith;
		const catalogueUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${(served += 1)}.json`;
		const id = await workshop.n8n.createCredential({
			provider: 'openai',
			apiKey: API_KEY,
			baseUrl: workshop.simulator.baseUrl,
			catalogueUrl,
		});
		return await workshop.run(
			[{}],
			{ prompt: 'x', model },
			{ credentials: { gptImageApi: { id, name: 'mine' } } },
		);
	}
	const json = (value: unknown) => (response: ServerResponse) =>
		void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
	const warnings = ({ output }: Run): string[] =>
		output.hints.filter(({ type }) => type === 'warning').map(({ message }) => message);

	it('brings newer prices, is fetched without the key and once for hours', async () => {
		const models = [
			{
				...MINI,
				lifecycle: { ...MINI.lifecycle, shutdown: null },
				prices: { ...MINI.prices!, imageOutput: '16' },
			},
		];
		const first = await run(json({ ...CATALOGUE, pricesAsOf: '2026-11-30', models }));

		expect(first.json[0]).toMatchObject({
			cost: { breakdown: { imageOutput: '0.004352' }, pricesAsOf: '2026-11-30' },
		});
		expect(asked).toHaveLength(1);
		expect(JSON.stringify(asked)).not.toContain(API_KEY);
	});

	it('serves an estimate as well, which needs no credential', async () => {
		const models = [{ ...MINI, prices: { ...MINI.prices!, imageOutput: '16' } }];
		answer = json({ ...CATALOGUE, pricesAsOf: '2026-11-30', models });
		const catalogueUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/estimate.json`;
		const { json: items } = await workshop.run([{}], {
			resource: 'cost',
			operation: 'estimate',
			prompt: 'x',
			options: { catalogueUrl },
		});

		expect(items[0]).toMatchObject({ estimate: { usd: 0.004366, tokens: { imageOutput: 272 } } });
	});

	it('brings the price of a model that this version does not know', async () => {
		const models = [{ ...MINI, id: 'gpt-image-2', aliases: [] }];
		const priced = await run(
			json({ ...CATALOGUE, pricesAsOf: '2026-11-30', models }),
			byId('gpt-image-2'),
		);

		expect(priced.json[0]).toMatchObject({
			model: 'gpt-image-2',
			cost: { basis: 'usage', breakdown: { imageOutput: '0.001568' } },
		});
	});

	it.each<[string, (response: ServerResponse) => void, RegExp]>([
		['broken', (response) => void response.end('{"pricesAsOf":'), /is not used: it: /],
		[
			'hostile',
			json({ ...CATALOGUE, pricesAsOf: '2026-11-30', baseUrl: 'https://evil.example/v1' }),
			/is not used: it: .*baseUrl/,
		],
		[
			'not there',
			(response) => void response.writeHead(404).end('no'),
			/is not used: no catalogue of at most 512 kB was found there/,
		],
		[
			'elsewhere',
			(response) =>
				void response.writeHead(302, { location: 'http://127.0.0.1:1/evil.json' }).end(),
			/is not used: no catalogue/,
		],
		[
			'without end',
			(response) => {
				const piece = 'x'.repeat(64 * 1024);
				const more = (): void => {
					while (!response.destroyed && response.write(piece));
					response.once('drain', more);
				};
				more();
			},
			/is not used: no catalogue of at most 512 kB was found there/,
		],
	])('one that is %s changes nothing and says why', async (_, answerWith, warning) => {
		const result = await run(answerWith);

		expect(result.json[0]).toMatchObject({
			model: 'gpt-image-1-mini',
			cost: { pricesAsOf: CATALOGUE.pricesAsOf, breakdown: { imageOutput: '0.002176' } },
		});
		expect(warnings(result)).toContainEqual(expect.stringMatching(warning));
		expect(workshop.simulator.requests.map(({ status }) => status)).toEqual([200]);
	});
});
