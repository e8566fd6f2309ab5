import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server,
	type Socket,
} from 'node:net';
import { join } from 'node:path';
import { projectRoot } from './harness/environment.mts';

/** What a service was sent. */
export interface Sent {
	/** As n8n's node addressed it; ours where it was given an address of its own. */
	host: string;
	method: string;
	/** With its query. */
	path: string;
	headers: IncomingMessage['headers'];
	body: Buffer;
}

type Reply = { json?: unknown; bytes?: Buffer; headers?: Record<string, string> } | null;

/** Stand-ins for services that images come from and go to: as much of each as n8n's own nodes ask for. What is written there is read there. */
export interface Services {
	/** Environment of an n8n whose nodes reach them. */
	env: Record<string, string>;
	url: string;
	smtpPort: number;
	sent: Sent[];
	/** Mails as they were sent, headers and all. */
	mails: string[];
	/** Rows of the sheet, records of the table, posts of the site, products of the shop. */
	rows: Array<Record<string, unknown>>;
	close(): Promise<void>;
}

/** What the photos of products show. */
export const PHOTO = readFileSync(join(projectRoot, 'examples', 'data', 'product-photo.png'));

const COLUMNS = ['id', 'prompt', 'status', 'link', 'usd', 'note', 'photo'];

type Row = Record<string, unknown>;

const parsed = ({ body }: Sent): Row => JSON.parse(String(body)) as Row;

/** Cells such as `Sheet1!C2`, row 1 being the columns' names. */
function writeCells(rows: Row[], sent: Sent): void {
	for (const { range, values } of parsed(sent)['data'] as Array<{
		range: string;
		values: unknown[][];
	}>) {
		const [, letter, number] = /!([A-Z])(\d+)/.exec(range)!;
		rows[Number(number) - 2]![COLUMNS[letter!.charCodeAt(0) - 65]!] = values[0]![0];
	}
}

/** Records that a formula of the kind `{Status} = 'Todo'` lets through. */
function found(rows: Row[], { path }: Sent): Row[] {
	const [, field, value] = /\{(\w+)\} = '(\w+)'/.exec(path.replaceAll('+', ' '))!;
	return rows.filter(({ fields }) => (fields as Row)[field!] === value);
}

/** @returns the records as they are now */
const writeRecords = (rows: Row[], sent: Sent): Row[] =>
	(parsed(sent)['records'] as Array<{ id: string; fields: Row }>).map(({ id, fields }) => {
		const record = rows.find((row) => row['id'] === id)!;
		Object.assign(record['fields'] as Row, fields);
		return record;
	});

/** The post or product whose ID ends the path. */
const ofPath = (rows: Row[], { path }: Sent): Row =>
	rows.find(({ id }) => path.endsWith(`/${String(id)}`))!;

/** How many a request asks for. */
const page = (rows: Row[], { path }: Sent): Row[] =>
	rows.slice(0, Number(/per_page=(\d+)/.exec(path)![1]));

const ROUTES: Array<[string, (rows: Services['rows'], sent: Sent, url: string) => Reply]> = [
	[
		'GET sheets.googleapis.com/v4/spreadsheets/[^/]+/values/',
		(rows) => ({
			json: {
				values:
					rows.length === 0
						? [COLUMNS]
						: [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column] ?? ''))],
			},
		}),
	],
	[
		'GET sheets.googleapis.com/v4/spreadsheets/',
		() => ({ json: { sheets: [{ properties: { sheetId: 0, title: 'Sheet1' } }] } }),
	],
	[
		'POST sheets.googleapis.com/v4/spreadsheets/[^/]+/values:batchUpdate',
		(rows, sent) => (writeCells(rows, sent), { json: {} }),
	],
	[
		'POST www.googleapis.com/upload/drive/',
		(_rows, _sent, url) => ({
			json: { id: 'file-1' },
			headers: { location: `${url}/upload-session` },
		}),
	],
	['PUT [^/]+/upload-session', () => ({ json: { id: 'file-1' } })],
	[
		'PATCH www.googleapis.com/drive/v3/files/file-1',
		() => ({ json: { id: 'file-1', webViewLink: 'https://drive.example.com/file-1' } }),
	],
	[
		'GET api.airtable.com/v0/base/table',
		(rows, sent) => ({ json: { records: found(rows, sent) } }),
	],
	['PATCH api.airtable.com/v0/', (rows, sent) => ({ json: { records: writeRecords(rows, sent) } })],
	['POST content.airtable.com/v0/', () => ({ json: {} })],
	['POST slack.com/api/chat.postMessage', () => ({ json: { ok: true, ts: '1', message: {} } })],
	['GET [^/]+/wp-json/wp/v2/posts', (rows, sent) => ({ json: page(rows, sent) })],
	['POST [^/]+/wp-json/wp/v2/media', () => ({ json: { id: 77 } })],
	[
		'POST [^/]+/wp-json/wp/v2/posts/',
		(rows, sent) => ({ json: Object.assign(ofPath(rows, sent), parsed(sent)) }),
	],
	['GET [^/]+/wp-json/wc/v3/products', (rows, sent) => ({ json: page(rows, sent) })],
	[
		'PUT [^/]+/wp-json/wc/v3/products/',
		(rows, sent) => ({ json: Object.assign(ofPath(rows, sent), parsed(sent)) }),
	],
	[
		'GET [^/]+/photos/[^/]+\\.png',
		() => ({ bytes: PHOTO, headers: { 'content-type': 'image/png' } }),
	],
];

/** Takes mails and keeps them. */
function answerSmtp(socket: Socket, mails: string[]): void {
	let mail: string | null = null;
	let rest = '';
	socket.setEncoding('latin1').write('220 stand-in\r\n');
	const answer = (line: string): void => {
		if (mail === null) {
			if (line === 'DATA') mail = '';
			socket.write(
				line === 'DATA' ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n',
			);
		} else if (line === '.') {
			mails.push(mail);
			mail = null;
			socket.write('250 ok\r\n');
		} else mail += `${line}\n`;
	};
	socket.on('data', (text: string) => {
		const lines = (rest + text).split('\r\n');
		rest = lines.pop() ?? '';
		lines.forEach(answer);
	});
	socket.on('error', () => {});
}

const listen = async (server: Server): Promise<number> => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return (server.address() as AddressInfo).port;
};

export async function startServices(): Promise<Services> {
	const services = { sent: [] as Sent[], mails: [] as string[], rows: [] as Services['rows'] };
	let url = '';
	const server = createServer((request, response) => {
		void (async () => {
			const body = Buffer.concat(await request.toArray());
			const host = String(request.headers['x-stand-in-for'] ?? request.headers.host);
			const sent: Sent = {
				host,
				method: request.method ?? '',
				path: decodeURIComponent(request.url ?? ''),
				headers: request.headers,
				body,
			};
			services.sent.push(sent);
			const name = `${sent.method} ${host}${sent.path}`;
			const reply = ROUTES.find(([route]) => new RegExp(`^${route}`).test(name))?.[1](
				services.rows,
				sent,
				url,
			);
			response
				.writeHead(reply ? 200 : 404, { 'content-type': 'application/json', ...reply?.headers })
				.end(reply?.bytes ?? JSON.stringify(reply?.json ?? { error: `no ${name}` }));
		})();
	});
	const smtp = createTcpServer((socket) => answerSmtp(socket, services.mails));
	const [port, smtpPort] = [await listen(server), await listen(smtp)];
	url = `http://127.0.0.1:${port}`;
	return {
		...services,
		env: {
			GPT_IMAGE_SERVICES: String(port),
			NODE_OPTIONS: `--require "${join(import.meta.dirname, 'harness', 'services.cjs')}"`,
		},
		url,
		smtpPort,
		close: async () => {
			server.closeAllConnections();
			await Promise.all(
				[server, smtp].map(async (one) => await new Promise((resolve) => one.close(resolve))),
			);
		},
	};
}
