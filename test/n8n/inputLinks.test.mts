import {
	createServer,
	type IncomingHttpHeaders,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { node, ourNode, withCredential } from './harness/index.mts';
import { API_KEY, openWorkshop, pngs, type Workshop } from './workshop.mts';

const MB = 1024 * 1024;

/** What lies at a path of the server that anybody can reach. */
type Page = (response: ServerResponse) => void;

const picture = (color: string) =>
	sharp({ create: { width: 64, height: 48, channels: 3, background: color } });

async function pagesOf(ports: { open: number; closed: number }): Promise<Record<string, Page>> {
	const png = await picture('#7aa').png().toBuffer();
	const gif = await picture('#7aa').gif().toBuffer();
	const gives =
		(bytes: Buffer | string, headers: Record<string, string | number> = {}): Page =>
		(response) =>
			void response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(bytes);
	const status =
		(code: number): Page =>
		(response) =>
			void response.writeHead(code).end('no');
	const leadsTo =
		(location: string): Page =>
		(response) =>
			void response.writeHead(302, { location }).end();
	return {
		'/image.png': gives(png),
		'/moved': leadsTo('/image.png'),
		'/no-answer': () => undefined,
		'/stalls': (response) => void response.writeHead(200).write(png.subarray(0, 50)),
		'/drips': (response) => {
			response.writeHead(200);
			const drops = setInterval(() => response.write('.'), 100);
			response.on('close', () => clearInterval(drops));
		},
		'/breaks-off': (response) => {
			response.writeHead(200, { 'content-length': png.length }).write(png.subarray(0, 50));
			setTimeout(() => response.destroy(), 50);
		},
		'/huge': (response) => {
			response.writeHead(200);
			const more = (): void => {
				while (!response.destroyed && response.write(Buffer.alloc(MB, png)));
			};
			response.on('drain', more);
			more();
		},
		'/huge-as-stated': gives(png, { 'content-length': 50 * MB + 1 }),
		'/gzip-bomb': gives(gzipSync(Buffer.alloc(60 * MB)), { 'content-encoding': 'gzip' }),
		'/page': gives('<!doctype html><title>Sign in</title>'),
		'/pdf': gives('%PDF-1.7'),
		'/svg': gives('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
		'/gif': gives(gif),
		'/empty': gives(''),
		'/401': status(401),
		'/403': status(403),
		'/404': status(404),
		'/410': status(410),
		'/500': status(500),
		'/204': status(204),
		'/loop': leadsTo('/loop'),
		'/to-own-network': leadsTo(`http://127.0.0.1:${ports.open}/image.png`),
		'/to-closed-name': leadsTo(`http://closed.example.com:${ports.closed}/image.png`),
		'/to-closed-address': leadsTo(`http://127.0.0.2:${ports.closed}/image.png`),
		'/to-metadata': leadsTo('http://169.254.169.254/latest/meta-data/'),
		'/to-file': leadsTo('file:///etc/passwd'),
		'/to-data': leadsTo('data:image/png;base64,iVBORw0KGgo='),
		'/to-user': leadsTo(`http://me:pw@open.example.com:${ports.open}/image.png`),
		'/to-nowhere': (response) => void response.writeHead(302).end(),
	};
}

/** Links, and what becomes of each; `null` = it is taken. */
function linksTo({
	open,
	closed,
}: {
	open: number;
	closed: number;
}): Array<[string, RegExp | null]> {
	const host = `http://open.example.com:${open}`;
	const blocked =
		/is blocked by n8n's settings: The request was blocked because it resolves to a restricted IP address/;
	const [scheme, metadata, hidden] = [
		/does not start with https:\/\//,
		/metadata service/,
		/an IPv4 address inside/,
	];
	return [
		[`${host}/image.png?signature=s3cr3t`, null],
		[`${host}/moved`, null],
		// A network that whoever runs n8n has allowed.
		[`http://127.0.0.1:${open}/image.png`, null],
		[`${host}/no-answer`, /could not be downloaded: its server sent nothing in time/],
		[`${host}/stalls`, /could not be downloaded: its server sent nothing in time/],
		[`${host}/drips`, /could not be downloaded: its server sent nothing in time/],
		[`${host}/breaks-off`, /could not be downloaded/],
		[`${host}/huge`, /is larger than 50 MB/],
		[`${host}/huge-as-stated`, /is larger than 50 MB/],
		[`${host}/gzip-bomb`, /is larger than 50 MB/],
		[`${host}/page`, /is not an image\. Use PNG, JPEG or WebP/],
		[`${host}/pdf`, /is not an image/],
		[`${host}/svg`, /is image\/svg\+xml\. Use PNG, JPEG or WebP/],
		[`${host}/gif`, /is image\/gif/],
		[`${host}/empty`, /is not an image/],
		[`${host}/401`, /status 401: it is not public/],
		[`${host}/403`, /status 403: it is not public, or has expired/],
		[`${host}/404`, /status 404: nothing is there/],
		[`${host}/410`, /status 410/],
		[`${host}/500`, /status 500/],
		[`${host}/204`, /status 204/],
		[`${host}/loop`, /redirects more than 5 times/],
		[`${host}/to-own-network`, /redirects from the internet into a private network/],
		[`${host}/to-closed-name`, blocked],
		[`${host}/to-closed-address`, /redirects from the internet into a private network/],
		[`${host}/to-metadata`, metadata],
		[`${host}/to-file`, scheme],
		[`${host}/to-data`, scheme],
		[`${host}/to-user`, /user name or password/],
		[`${host}/to-nowhere`, /answered with status 302/],
		[`http://closed.example.com:${closed}/image.png`, blocked],
		[`http://127.0.0.2:${closed}/image.png`, blocked],
		[`http://[::1]:${open}/image.png`, blocked],
		[`http://10.0.0.1/image.png`, blocked],
		[`http://2130706434:${closed}/image.png`, /which means 127\.0\.0\.2/],
		[`http://0x7f000002:${closed}/image.png`, /which means 127\.0\.0\.2/],
		[`http://0177.0.0.2:${closed}/image.png`, /which means 127\.0\.0\.2/],
		[`http://127.2:${closed}/image.png`, /which means 127\.0\.0\.2/],
		[`http://[::ffff:127.0.0.2]:${closed}/image.png`, hidden],
		[`http://[64:ff9b::7f00:2]:${closed}/image.png`, hidden],
		[`http://0.0.0.0:${open}/image.png`, /not the address of a server/],
		['http://169.254.169.254/latest/meta-data/', metadata],
		['http://metadata.google.internal/computeMetadata/v1/', metadata],
		['http://[fd00:ec2::254]/latest/meta-data/', metadata],
		['http://100.100.100.200/latest/meta-data/', metadata],
		['file:///etc/passwd', scheme],
		['ftp://open.example.com/image.png', scheme],
		['gopher://open.example.com/1image.png', scheme],
		['javascript:alert(1)', scheme],
		['data:image/png;base64,iVBORw0KGgo=', scheme],
		[`http://me:pw@open.example.com:${open}/image.png`, /user name or password/],
		[`http://open.example.com:${open}\\@closed.example.com/`, /backslashes/],
		['https://nowhere.invalid/image.png', /no server has this name|could not be looked up/],
		['http://open.example.com:1/image.png', /nothing listens at this address/],
		[`https://open.example.com:${open}/image.png`, /No secure connection could be|certificate/],
		['image.png', /not a complete URL/],
	];
}

describe('input images by link and by file ID', () => {
	let workshop: Workshop;
	let open: Server;
	let closed: Server;
	let ports = { open: 0, closed: 0 };
	let asked: Array<{ url: string; headers: IncomingHttpHeaders }> = [];
	let connections = 0;
	const listen = async (server: Server, address: string): Promise<number> => {
		await new Promise<void>((resolve) => server.listen(0, address, resolve));
		return (server.address() as AddressInfo).port;
	};
	beforeAll(async () => {
		let pages: Record<string, Page> = {};
		open = createServer((request, response) => {
			asked.push({ url: request.url ?? '', headers: request.headers });
			(pages[(request.url ?? '').replace(/\?.*/, '')] ?? ((response) => response.end()))(response);
		});
		closed = createServer((_request, response) => void response.end('never'));
		closed.on('connection', () => (connections += 1));
		ports = { open: await listen(open, '127.0.0.1'), closed: await listen(closed, '127.0.0.2') };
		pages = await pagesOf(ports);
		workshop = await openWorkshop({
			env: {
				N8N_SSRF_PROTECTION_ENABLED: 'true',
				// The simulator is here as well.
				N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32',
				NODE_OPTIONS: `--require "${join(import.meta.dirname, 'harness', 'names.cjs')}"`,
				GPT_IMAGE_NAMES: JSON.stringify({
					'open.example.com': '127.0.0.1',
					'closed.example.com': '127.0.0.2',
				}),
			},
		});
	});
	beforeEach(() => {
		workshop.simulator.reset();
		asked = [];
	});
	afterAll(async () => {
		for (const server of [open, closed]) {
			server.closeAllConnections();
			server.close();
		}
		await workshop.close();
	});

	const EDIT = {
		operation: 'edit',
		prompt: '={{ $json.prompt ?? "put it on a beach" }}',
		inputFrom: 'url',
		inputUrls: '={{ $json.link }}',
		run: { timeoutSeconds: 5 },
	};

	it('of fifty hostile links none is followed where it must not, each says why, and those that are right become images', async () => {
		const links = linksTo(ports);
		const { json } = await workshop.run(
			links.map(([link]) => ({ link })),
			EDIT,
			{ onError: 'continueRegularOutput' },
		);

		for (const [index, [link, problem]] of links.entries()) {
			const { status, error } = json[index]!;
			expect([link, status, error ?? null]).toEqual(
				problem === null ? [link, 'made', null] : [link, 'failed', expect.stringMatching(problem)],
			);
		}
		expect(links.length).toBeGreaterThan(50);
		expect(JSON.stringify(json.map(({ input: _, ...ours }) => ours))).not.toMatch(/s3cr3t|me:pw/);
		// Nothing was paid but for what was made, nothing was reached that must not be, and nobody was told anything.
		expect(workshop.simulator.requests).toHaveLength(3);
		expect(connections).toBe(0);
		expect(JSON.stringify(asked)).not.toContain(API_KEY);
		expect([...new Set(asked.flatMap(({ headers }) => Object.keys(headers)))].sort()).toEqual([
			'accept',
			'accept-encoding',
			'connection',
			'host',
			'user-agent',
		]);
	});

	it('stops before anything is paid where one of many is dead', async () => {
		const host = `http://open.example.com:${ports.open}`;
		const { output } = await workshop.run(
			[{ link: `${host}/image.png` }, { link: `${host}/404` }],
			EDIT,
		);

		expect(output.error?.message).toBe(
			`'URLs': the image at ${host}/404 answered with status 404: nothing is there`,
		);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('a batch of edits uploads what is at one link once', async () => {
		const link = `http://open.example.com:${ports.open}/image.png`;
		const { json } = await workshop.run(
			Array.from({ length: 50 }, (_, index) => ({ link, prompt: `scene ${index}` })),
			{
				...EDIT,
				resource: 'batch',
				operation: 'submit',
				endpoint: 'edit',
				model: { __rl: true, mode: 'id', value: 'gpt-image-2' },
			},
		);
		const uploads = workshop.simulator.requests.filter(({ path }) => path === '/v1/files');

		expect(json).toMatchObject([{ requestCount: 50 }]);
		expect(asked).toHaveLength(1);
		expect(uploads.map(({ parameters }) => parameters['purpose'])).toEqual([
			'vision',
			'batch',
			'batch',
		]);
	});

	it('a thousand rows with three references upload three files, and each row has its exact cost', async () => {
		// What is asked for is checked as always, but a thousand pictures are not drawn.
		const tokens = { input: 3000, output: 272 };
		const usage = {
			input_tokens: tokens.input,
			input_tokens_details: { text_tokens: 0, image_tokens: tokens.input },
			output_tokens: tokens.output,
			total_tokens: tokens.input + tokens.output,
		};
		const b64_json = (await picture('#aaa').jpeg().toBuffer()).toString('base64');
		workshop.simulator.answerWhen(
			() => ({ body: { created: 1, data: [{ b64_json }], usage } }),
			'/v1/images/edits',
		);
		const references = await Promise.all(
			['#a33', '#3a3', '#33a', '#a33'].map(async (color) => ({
				data: (await picture(color).png().toBuffer()).toString('base64'),
			})),
		);
		const upload = ourNode(
			'Upload',
			'gptImage',
			{ resource: 'reference', operation: 'upload', options: { expiresAfterDays: 1 } },
			withCredential(workshop.credentialId),
		);
		const rows = node(
			'Rows',
			'n8n-nodes-base.code',
			{
				jsCode:
					'return Array.from({ length: 1000 }, (_, row) => ({ json: { prompt: `scene ${row}` } }));',
			},
			{ typeVersion: 2 },
		);
		const { json } = await workshop.run(
			references,
			{
				...EDIT,
				inputFrom: 'fileId',
				inputFileIds: '={{ $("Upload").all().map((item) => item.json.fileId) }}',
				simplify: false,
				run: {},
			},
			{},
			pngs('data'),
			upload,
			rows,
		);
		workshop.simulator.answerWhen(null);
		const { requests } = workshop.simulator;
		const edits = requests.filter(({ path }) => path === '/v1/images/edits');
		const ids = [...new Set(edits.map(({ parameters }) => JSON.stringify(parameters['images'])))];

		expect(
			requests.filter(({ path, method }) => path === '/v1/files' && method === 'POST'),
		).toHaveLength(3);
		expect(edits).toHaveLength(1000);
		expect(ids).toHaveLength(1);
		expect(JSON.parse(ids[0]!)).toEqual(
			Array.from({ length: 4 }, () => ({ file_id: expect.stringMatching(/^file-/) as string })),
		);
		expect(json).toHaveLength(1000);
		expect(new Set(json.map(({ cost }) => `${cost.exact} ${cost.tokens.imageInput}`))).toEqual(
			// $2.50 and $8 per million.
			new Set([`0.009676 ${tokens.input}`]),
		);
	});
});
