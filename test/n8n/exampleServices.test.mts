import { createHash } from 'node:crypto';
import type { INode, INodeExecutionData } from 'n8n-workflow';
import { exampleFor } from './exampleFor.mts';
import { nodeOutput, until, type Execution, type WorkflowJson } from './harness/index.mts';
import { startServices, type Sent, type Services } from './services.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const OAUTH = {
	clientId: 'x',
	clientSecret: 'x',
	oauthTokenData: { access_token: 'token', token_type: 'Bearer' },
};

/** The examples for places where content lives. n8n's own nodes run, the services are stand-ins. */
describe('the examples for other services', () => {
	let workshop: Workshop;
	let services: Services;
	/** By the type of credential. */
	const keys = new Map<string, string>();
	beforeAll(async () => {
		services = await startServices();
		workshop = await openWorkshop({ env: services.env });
		const data: Record<string, object> = {
			googleSheetsOAuth2Api: OAUTH,
			googleDriveOAuth2Api: OAUTH,
			airtableTokenApi: { accessToken: 'pat-x' },
			slackApi: { accessToken: 'xoxb-x' },
			wordpressApi: { username: 'me', password: 'x', url: services.url },
			smtp: { host: '127.0.0.1', port: services.smtpPort, secure: false, disableStartTls: true },
		};
		for (const [type, values] of Object.entries(data))
			keys.set(type, await workshop.n8n.createCredential(values as Record<string, unknown>, type));
	});
	beforeEach(() => {
		workshop.simulator.reset();
		services.sent.length = services.mails.length = services.rows.length = 0;
	});
	afterAll(async () => {
		await workshop.close();
		await services.close();
	});

	const CREDENTIALS: Record<string, string> = {
		'n8n-nodes-base.googleSheets': 'googleSheetsOAuth2Api',
		'n8n-nodes-base.googleDrive': 'googleDriveOAuth2Api',
		'n8n-nodes-base.airtable': 'airtableTokenApi',
		'n8n-nodes-base.slack': 'slackApi',
		'n8n-nodes-base.wordpress': 'wordpressApi',
		'n8n-nodes-base.emailSend': 'smtp',
	};
	/** The example after its own note's steps. */
	const connected = (file: string, choose: (node: INode) => void): WorkflowJson => {
		const workflow = exampleFor(file, workshop.credentialId, '/');
		for (const node of workflow.nodes) {
			const type = CREDENTIALS[node.type] ?? node.parameters['nodeCredentialType'];
			if (typeof type === 'string')
				node.credentials = { [type]: { id: keys.get(type)!, name: type } };
			// Seconds of waiting between tries are of no use here.
			if (node.retryOnFail) node.retryOnFail = false;
			choose(node);
		}
		return workflow;
	};
	const run = async (file: string, choose: (node: INode) => void): Promise<Execution> =>
		await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(connected(file, choose))),
		);
	const to = (pattern: RegExp): Sent[] =>
		services.sent.filter(({ method, host, path }) => pattern.test(`${method} ${host}${path}`));
	const hashes = async (items: INodeExecutionData[]): Promise<string[]> =>
		await Promise.all(items.map(async (item) => sha256(await workshop.bytesOf(item))));
	const messageOf = ({ data }: Execution): string =>
		String((data.resultData.error as Error | undefined)?.message);

	describe('google-sheets-to-drive', () => {
		const choose = (node: INode): void => {
			if (node.type === 'n8n-nodes-base.googleSheets')
				Object.assign(node.parameters, {
					documentId: { __rl: true, mode: 'id', value: 'doc' },
					sheetName: { __rl: true, mode: 'id', value: '0' },
				});
		};

		it('puts each row’s image into Drive under its id, and its link and cost into the sheet', async () => {
			services.rows.push(
				{ id: 'mug', prompt: 'a mug', status: 'todo' },
				{ id: 'old', prompt: 'made before', status: 'done' },
				{ id: 'pot', prompt: 'a pot', status: 'todo' },
			);
			const execution = await run('google-sheets-to-drive.json', choose);

			expect(messageOf(execution)).toBe('undefined');
			const images = nodeOutput(execution, 'GPT Image').items;
			expect(images.map(({ json }) => json['prompt'])).toEqual(['a mug', 'a pot']);
			expect(to(/^PUT /).map(({ body }) => sha256(body))).toEqual(await hashes(images));
			expect(
				to(/^POST www.googleapis.com\/upload/).map(
					({ body }) => (JSON.parse(String(body)) as { name: string }).name,
				),
			).toEqual(['mug.jpg', 'pot.jpg']);
			const written = to(/batchUpdate/)
				.map(({ body }) => String(body))
				.join();
			expect(written).toContain('https://drive.example.com/file-1');
			expect(written).toContain('"done"');
			expect(written).toMatch(/!C2/);
			expect(written).toMatch(/!C4/);
		});

		it('a row that is blocked is marked with the reason, and the run does not end green', async () => {
			services.rows.push(
				{ id: 'bad', prompt: 'poster [blocked]', status: 'todo' },
				{ id: 'pot', prompt: 'a pot', status: 'todo' },
			);
			const execution = await run('google-sheets-to-drive.json', choose);

			expect(execution.status).toBe('error');
			expect(messageOf(execution)).toBe(
				"1 of 2 rows brought no image. Why stands in their column 'note'.",
			);
			expect(to(/^PUT /)).toHaveLength(1);
			expect(
				to(/batchUpdate/)
					.map(({ body }) => String(body))
					.join(),
			).toMatch(/moderation/);
		});

		it('without a row to do it says so', async () => {
			const execution = await run('google-sheets-to-drive.json', choose);

			expect([execution.status, messageOf(execution)]).toEqual([
				'error',
				expect.stringContaining("No row of the sheet has 'todo' in its column 'status'."),
			]);
		});
	});

	describe('airtable-attachments', () => {
		const choose = (node: INode): void => {
			if (node.type === 'n8n-nodes-base.airtable')
				Object.assign(node.parameters, {
					base: { __rl: true, mode: 'id', value: 'base' },
					table: { __rl: true, mode: 'id', value: 'table' },
				});
		};

		it('attaches each record’s image to it, and writes what it cost', async () => {
			services.rows.push(
				...['Mug', 'Pot'].map((Name, index) => ({
					id: `rec${index}`,
					createdTime: '2026-11-20',
					fields: { Name, Prompt: `a ${Name}`, Status: 'Todo' },
				})),
			);
			const execution = await run('airtable-attachments.json', choose);

			expect(messageOf(execution)).toBe('undefined');
			const images = nodeOutput(execution, 'GPT Image').items;
			const attached = to(/^POST content/);
			const files = attached.map(
				({ body }) =>
					JSON.parse(String(body)) as { contentType: string; file: string; filename: string },
			);
			expect(attached.map(({ path }) => path).sort()).toEqual([
				'/v0/base/rec0/Image/uploadAttachment',
				'/v0/base/rec1/Image/uploadAttachment',
			]);
			expect(files.map(({ filename, contentType }) => [filename, contentType]).sort()).toEqual([
				['Mug.jpg', 'image/jpeg'],
				['Pot.jpg', 'image/jpeg'],
			]);
			expect(files.map(({ file }) => sha256(Buffer.from(file, 'base64'))).sort()).toEqual(
				(await hashes(images)).sort(),
			);
			const updates = to(/^PATCH api/)
				.map(
					({ body }) =>
						(
							JSON.parse(String(body)) as {
								records: Array<{ id: string; fields: Record<string, unknown> }>;
							}
						).records,
				)
				.flat();
			expect(
				updates.map(({ id, fields }) => [id, fields['Status'], Number(fields['USD']) > 0]).sort(),
			).toEqual([
				['rec0', 'Done', true],
				['rec1', 'Done', true],
			]);
		});

		it('without a record to do it says so', async () => {
			const execution = await run('airtable-attachments.json', choose);

			expect([execution.status, messageOf(execution)]).toEqual([
				'error',
				expect.stringContaining("No record of the table has 'Todo' as its Status."),
			]);
		});
	});

	describe('wordpress-featured-images', () => {
		const choose = (node: INode): void => {
			if (node.name === 'Site')
				node.parameters = JSON.parse(
					JSON.stringify(node.parameters).replace('https://blog.example.com', services.url),
				) as INode['parameters'];
		};

		it('gives drafts without a featured image one', async () => {
			services.rows.push(
				...[0, 5, 0].map((featured_media, index) => ({
					id: index + 1,
					title: { rendered: `Post ${index}` },
					featured_media,
				})),
			);
			const execution = await run('wordpress-featured-images.json', choose);

			expect(messageOf(execution)).toBe('undefined');
			const images = nodeOutput(execution, 'GPT Image').items;
			const media = to(/^POST .*media/);
			expect(media.map(({ body }) => sha256(body)).sort()).toEqual((await hashes(images)).sort());
			expect(
				media
					.map(({ headers }) => [headers['content-disposition'], headers['content-type']])
					.sort(),
			).toEqual([
				['attachment; filename="post-1.jpg"', 'image/jpeg'],
				['attachment; filename="post-3.jpg"', 'image/jpeg'],
			]);
			expect(
				to(/^POST .*posts\/\d/)
					.map(({ path, body }) => [path, JSON.parse(String(body))])
					.sort(),
			).toEqual([
				['/wp-json/wp/v2/posts/1', { featured_media: 77 }],
				['/wp-json/wp/v2/posts/3', { featured_media: 77 }],
			]);
		});

		it('where every draft has one it says so', async () => {
			services.rows.push({ id: 1, title: { rendered: 'Post' }, featured_media: 5 });
			const execution = await run('wordpress-featured-images.json', choose);

			expect([execution.status, messageOf(execution)]).toEqual([
				'error',
				"None of the site's drafts is without a featured image.",
			]);
		});
	});

	it('review-link-by-slack: the link in the message is the review page, and what is picked there is made', async () => {
		const { n8n } = workshop;
		const id = await n8n.runWorkflow(
			await n8n.createWorkflow(connected('review-link-by-slack.json', () => {})),
		);
		await n8n.waitForExecution(id);
		const texts = () =>
			to(/chat.postMessage/).map(({ body }) => (JSON.parse(String(body)) as { text: string }).text);
		const [start, message] = texts();
		expect(start).toMatch(/^Drafts are on their way: "Key visual/);
		expect(message).toMatch(/^4 drafts of "Key visual/);
		const { pathname, search } = new URL(/https?:\S+/.exec(message!)![0]);
		const page = await (await fetch(new URL(pathname + search, n8n.url))).text();
		expect(page).toContain('Which key visual shall we make?');
		const review = /review=([\w-]{22})/.exec(page)![1];
		await fetch(new URL(`${pathname}${search}&review=${review}`, n8n.url), {
			method: 'POST',
			body: new URLSearchParams({ answer: JSON.stringify([{ index: 1 }]) }),
		});
		const execution = await until('it has ended', async () => {
			const now = await n8n.getExecution(id);
			return now.status === 'waiting' || now.status === 'running' ? undefined : now;
		});

		expect(messageOf(execution)).toBe('undefined');
		const [final] = nodeOutput(execution, 'Promote').items;
		expect(texts()).toHaveLength(3);
		expect(texts()[2]).toContain(String((final!.json['image'] as { fileName: string }).fileName));
		expect(texts()[2]).toMatch(/^1 finals are made, for \$0\.\d{4} /);
	});

	describe('form-photo-edit-by-mail', () => {
		const submit = async (change: string): Promise<Execution> => {
			const { n8n } = workshop;
			const workflow = connected('form-photo-edit-by-mail.json', () => {});
			const trigger = workflow.nodes.find(({ name }) => name === 'Photo Form')!;
			trigger.webhookId = `form-${Math.random()}`;
			const id = await n8n.createWorkflow(workflow);
			await n8n.activateWorkflow(id);
			const photo = await (
				await import('sharp')
			)
				.default({ create: { width: 640, height: 400, channels: 3, background: 'teal' } })
				.jpeg()
				.toBuffer();
			const form = new FormData();
			form.set('field-0', new File([new Uint8Array(photo)], 'IMG_7.jpg', { type: 'image/jpeg' }));
			form.set('field-1', change);
			form.set('field-2', 'ann@example.com');
			const post = async () =>
				(await fetch(`${n8n.url}/form/${trigger.webhookId}`, { method: 'POST', body: form })).ok
					? true
					: undefined;
			await until('the form is there', post, { timeoutMs: 20_000 });
			const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
			type List = { results: Array<{ id: string; stoppedAt?: string | null }> };
			const started = await until(
				'it has ended',
				async () =>
					(await n8n.request<List>('GET', `/rest/executions?filter=${filter}`)).results.find(
						({ stoppedAt }) => stoppedAt,
					)?.id,
				{ timeoutMs: 30_000 },
			);
			await n8n.deactivateWorkflow(id);
			return await n8n.getExecution(started);
		};

		it('mails the edited photo', async () => {
			const execution = await submit('on white');

			expect(messageOf(execution)).toBe('undefined');
			const [image] = nodeOutput(execution, 'Edit Photo').items;
			const [mail] = services.mails;
			const attachment = /filename="?(IMG_7-on-white\.\w+)"?[^]*?\n\n([A-Za-z0-9+/=\n]+)\n/.exec(
				mail!,
			)!;
			expect(mail).toMatch(/^To: ann@example.com$/m);
			expect(attachment[1]).toBe(image!.binary!['data']!.fileName);
			expect(sha256(Buffer.from(attachment[2]!, 'base64'))).toBe(
				sha256(await workshop.bytesOf(image!)),
			);
		});

		it('mails the reason where there is none, and does not end green', async () => {
			const execution = await submit('poster [blocked]');

			expect(execution.status).toBe('error');
			expect(messageOf(execution)).toMatch(/moderation/);
			expect(services.mails).toEqual([
				expect.stringMatching(/^Subject: Your photo could not be edited$/m),
			]);
		});
	});
});
