import { createHash } from 'node:crypto';
import type { INode, INodeExecutionData } from 'n8n-workflow';
import { connectedExample, createKeys, type Keys } from './connectedExample.mts';
import { nodeOutput, until, type Execution, type WorkflowJson } from './harness/index.mts';
import { PHOTO, startServices, type Sent, type Services } from './services.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The examples for places where content lives. n8n's own nodes run, the services are stand-ins. */
describe('the examples for other services', () => {
	let workshop: Workshop;
	let services: Services;
	let keys: Keys;
	beforeAll(async () => {
		services = await startServices();
		workshop = await openWorkshop({ engine: 'vm', env: services.env });
		keys = await createKeys(workshop.n8n, services);
	});
	beforeEach(() => {
		workshop.simulator.reset();
		services.sent.length = services.mails.length = services.rows.length = 0;
	});
	afterAll(async () => {
		await workshop.close();
		await services.close();
	});

	const connected = (file: string, change?: (node: INode) => void): WorkflowJson =>
		connectedExample(
			file,
			{ credentialId: workshop.credentialId, folder: '/', services, keys },
			change,
		);
	const run = async (file: string, change?: (node: INode) => void): Promise<Execution> =>
		await workshop.n8n.waitForExecution(
			await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(connected(file, change))),
		);
	const to = (pattern: RegExp): Sent[] =>
		services.sent.filter(({ method, host, path }) => pattern.test(`${method} ${host}${path}`));
	const hashes = async (items: INodeExecutionData[]): Promise<string[]> =>
		await Promise.all(items.map(async (item) => sha256(await workshop.bytesOf(item))));
	/** Picks the second draft on the page whose address a message has. */
	const answered = async (id: string, message: string, title: string): Promise<Execution> => {
		const { n8n } = workshop;
		const { pathname, search } = new URL(/https?:\S+/.exec(message)![0]);
		const page = await (await fetch(new URL(pathname + search, n8n.url))).text();
		expect(page).toContain(title);
		const review = /review=([\w-]{22})/.exec(page)![1];
		await fetch(new URL(`${pathname}${search}&review=${review}`, n8n.url), {
			method: 'POST',
			body: new URLSearchParams({ answer: JSON.stringify([{ index: 1 }]) }),
		});
		return await until('it has ended', async () => {
			const now = await n8n.getExecution(id);
			return now.status === 'waiting' || now.status === 'running' ? undefined : now;
		});
	};
	/** The text of a mail without attachments, its soft line breaks taken out. */
	const plainText = (mail: string): string =>
		mail
			.slice(mail.indexOf('\n\n') + 2)
			.replaceAll('=\n', '')
			.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	/** The name of the file that a mail brings, long ones being divided, and the hash of its bytes. */
	const attachmentOf = (mail: string): unknown[] => {
		const [head, base64] = /Content-Disposition:[^]*?\n\n([A-Za-z0-9+/=\n]+)\n/.exec(mail)!;
		const name = [...head.matchAll(/filename(?:\*\d+)?="?([^";\n]+)/g)]
			.map(([, part]) => part)
			.join('');
		return [name, sha256(Buffer.from(base64!, 'base64'))];
	};
	const messageOf = ({ data }: Execution): string =>
		String((data.resultData.error as Error | undefined)?.message);

	describe('google-sheets-to-drive', () => {
		it('puts each row’s image into Drive under its id, and its link and cost into the sheet', async () => {
			services.rows.push(
				{ id: 'mug', prompt: 'a mug', status: 'todo' },
				{ id: 'old', prompt: 'made before', status: 'done' },
				{ id: 'pot', prompt: 'a pot', status: 'todo' },
			);
			const execution = await run('google-sheets-to-drive.json');

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

		it('a second run pays for nothing that is done, and says that nothing is to do', async () => {
			services.rows.push(
				{ id: 'mug', prompt: 'a mug', status: 'todo' },
				{ id: 'pot', prompt: 'a pot', status: 'todo' },
			);
			await run('google-sheets-to-drive.json');
			const again = await run('google-sheets-to-drive.json');

			expect(services.rows.map(({ status, usd }) => [status, Number(usd) > 0])).toEqual([
				['done', true],
				['done', true],
			]);
			expect(messageOf(again)).toMatch(/^No row of the sheet has 'todo'/);
			expect(workshop.simulator.billed).toHaveLength(2);
		});

		it('a row that is blocked and one without a prompt have the reason, the others are delivered, and the run does not end green', async () => {
			services.rows.push(
				{ id: 'bad', prompt: 'poster [blocked]', status: 'todo' },
				{ id: 'none', prompt: '', status: 'todo' },
				{ id: 'pot', prompt: 'a pot', status: 'todo' },
			);
			const execution = await run('google-sheets-to-drive.json');

			expect(execution.status).toBe('error');
			expect(messageOf(execution)).toMatch(
				/^2 of 3 rows brought no image\. The reason is in their column 'note'\. The first: The request was blocked by moderation/,
			);
			expect(services.rows).toMatchObject([
				{ status: 'failed', note: expect.stringMatching(/moderation/) },
				{ status: 'failed', note: expect.stringMatching(/^'Prompt' is empty/) },
				{ status: 'done' },
			]);
			expect(to(/^PUT /)).toHaveLength(1);
		});

		it('two rows with the same id have a file each', async () => {
			services.rows.push(
				{ id: 'mug', prompt: 'a mug', status: 'todo' },
				{ id: 'mug', prompt: 'a mug', status: 'todo' },
			);
			await run('google-sheets-to-drive.json');

			expect(
				to(/^POST www.googleapis.com\/upload/).map(
					({ body }) => (JSON.parse(String(body)) as { name: string }).name,
				),
			).toEqual(['mug.jpg', 'mug-2.jpg']);
			expect(services.rows.map(({ status }) => status)).toEqual(['done', 'done']);
		});

		it('a row that the budget had no room for stays to do, and the run does not end green', async () => {
			services.rows.push(
				{ id: 'mug', prompt: 'a mug', status: 'todo' },
				{ id: 'pot', prompt: 'a pot', status: 'todo' },
			);
			const execution = await run('google-sheets-to-drive.json', (node) => {
				if (node.name === 'GPT Image') node.parameters['run'] = { budgetUsd: 0.004 };
			});

			expect(messageOf(execution)).toBe(
				"1 of 2 rows brought no image. The reason is in their column 'note'. The first: The budget had no room for it.",
			);
			expect(services.rows.map(({ status }) => status).sort()).toEqual(['done', 'todo']);
		});

		it('without a row to do it says so', async () => {
			const execution = await run('google-sheets-to-drive.json');

			expect([execution.status, messageOf(execution)]).toEqual([
				'error',
				expect.stringContaining("No row of the sheet has 'todo' in its column 'status'."),
			]);
		});
	});

	describe('sheet-of-links', () => {
		it('edits the photo of each link; link and cost go into the row, and a dead link says so before anything is paid for it', async () => {
			const photo = `${services.url}/photos/mug.png`;
			services.rows.push(
				{ id: 'mug', photo, prompt: 'on a beach', status: 'todo' },
				{ id: 'pot', photo, prompt: 'in the snow', status: 'todo' },
				{ id: 'gone', photo: `${services.url}/gone.png`, prompt: 'on a beach', status: 'todo' },
			);
			const execution = await run('sheet-of-links.json');
			const images = nodeOutput(execution, 'GPT Image').items;

			expect(to(/^GET [^/]+\/photos\/mug/)).toHaveLength(1);
			expect(workshop.simulator.requests.map(({ files }) => files[0]!.bytes)).toEqual([
				PHOTO.length,
				PHOTO.length,
			]);
			expect(services.rows).toMatchObject([
				...images.slice(0, 2).map(({ json }) => ({
					status: 'done',
					link: json['url'] ?? '',
					usd: json['costUsd'],
				})),
				{ status: 'failed', note: expect.stringMatching(/^'URLs': the image at http/) },
			]);
			expect(messageOf(execution)).toMatch(/^1 of 3 rows brought no image/);
		});
	});

	describe('airtable-attachments', () => {
		it('attaches each record’s image to it, and writes what it cost', async () => {
			services.rows.push(
				...['Mug', 'Pot'].map((Name, index) => ({
					id: `rec${index}`,
					createdTime: '2026-11-20',
					fields: { Name, Prompt: `a ${Name}`, Status: 'Todo' },
				})),
			);
			const execution = await run('airtable-attachments.json');

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

		it('a second run pays for nothing that is done; a record that failed has the reason', async () => {
			const prompts = { Mug: 'a mug', Bad: 'poster [blocked]', None: '' };
			services.rows.push(
				...Object.entries(prompts).map(([Name, Prompt], index) => ({
					id: `rec${index}`,
					createdTime: '2026-11-20',
					fields: { Name, Prompt, Status: 'Todo' },
				})),
			);
			const first = await run('airtable-attachments.json');
			const second = await run('airtable-attachments.json');

			expect(messageOf(first)).toMatch(
				/^2 of 3 records brought no image\. The reason is in their field 'Note'\. The first: The request was blocked/,
			);
			expect(services.rows.map(({ fields }) => fields)).toMatchObject([
				{ Status: 'Done' },
				{ Status: 'Failed', Note: expect.stringMatching(/moderation/) },
				{ Status: 'Failed', Note: expect.stringMatching(/^'Prompt' is empty/) },
			]);
			expect(messageOf(second)).toMatch(/^No record of the table/);
			expect(workshop.simulator.billed).toHaveLength(1);
		});

		it('without a record to do it says so', async () => {
			const execution = await run('airtable-attachments.json');

			expect([execution.status, messageOf(execution)]).toEqual([
				'error',
				expect.stringContaining("No record of the table has 'Todo' as its Status."),
			]);
		});
	});

	describe('wordpress-featured-images', () => {
		it('gives drafts without a featured image one', async () => {
			services.rows.push(
				...[0, 5, 0].map((featured_media, index) => ({
					id: index + 1,
					title: { rendered: `Post ${index}` },
					featured_media,
				})),
			);
			const execution = await run('wordpress-featured-images.json');

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

		it('a second run pays for nothing: it says that each of the latest drafts has one', async () => {
			services.rows.push({ id: 1, title: { rendered: 'Post' }, featured_media: 0 });
			await run('wordpress-featured-images.json');
			const execution = await run('wordpress-featured-images.json');

			expect([execution.status, messageOf(execution)]).toEqual([
				'error',
				"None of the 10 latest drafts of the site is without a featured image. Raise 'Limit' in 'Drafts' to look at more.",
			]);
			expect(workshop.simulator.billed).toHaveLength(1);
		});

		it('a post whose image is blocked leaves the others alone, and the run does not end green', async () => {
			services.rows.push(
				...['[blocked]', 'Mugs'].map((rendered, index) => ({
					id: index + 1,
					title: { rendered },
					featured_media: 0,
				})),
			);
			const execution = await run('wordpress-featured-images.json');

			expect(messageOf(execution)).toMatch(
				/^1 of 2 posts got no image\. The first: The request was blocked/,
			);
			expect(services.rows.map(({ featured_media }) => featured_media)).toEqual([0, 77]);
		});
	});

	describe('woocommerce-product-scenes', () => {
		const product = (id: number, name: string, ...files: string[]) => ({
			id,
			name,
			images: files.map((file, index) => ({
				id: id * 10 + index,
				src: `${services.url}/photos/${file}`,
			})),
		});

		it('products with one photo get a second image, made from it, and a second run leaves them alone', async () => {
			services.rows.push(
				product(1, 'Mug', 'mug.png'),
				product(2, 'Pot'),
				product(3, 'Cup', 'cup.png', 'cup-2.png'),
			);
			const execution = await run('woocommerce-product-scenes.json');
			const again = await run('woocommerce-product-scenes.json');

			expect(messageOf(execution)).toBe('undefined');
			const images = nodeOutput(execution, 'Scene').items;
			expect(
				workshop.simulator.requests.map(({ files, parameters }) => [
					files.map(({ bytes }) => bytes),
					String(parameters['prompt']).includes('(Mug)'),
				]),
			).toEqual([[[PHOTO.length], true]]);
			expect(
				to(/^POST .*media/).map(({ body, headers }) => [
					sha256(body),
					headers['content-disposition'],
				]),
			).toEqual([[(await hashes(images))[0], 'attachment; filename="product-1-scene.jpg"']]);
			expect(
				services.rows.map(({ images: now }) => (now as Array<{ id: number }>).map(({ id }) => id)),
			).toEqual([[10, 77], [], [30, 31]]);
			expect(messageOf(again)).toBe(
				"None of the 10 latest products of the shop has exactly one photo. Raise 'Limit' in 'Products' to look at more.",
			);
		});

		it('a photo that is gone and one that is blocked cost the others nothing, and the run does not end green', async () => {
			services.rows.push(
				product(1, 'Mug', 'mug.png'),
				product(2, 'Pot', 'gone.gif'),
				product(3, '[blocked]', 'cup.png'),
			);
			const execution = await run('woocommerce-product-scenes.json');

			expect(messageOf(execution)).toMatch(
				/^2 of 3 products got no new image\. The first: The request was blocked/,
			);
			expect(services.rows.map(({ images: now }) => (now as unknown[]).length)).toEqual([2, 1, 1]);
		});
	});

	it('review-link-by-slack: the link in the message is the review page, and what is picked there is made', async () => {
		const { n8n } = workshop;
		const id = await n8n.runWorkflow(
			await n8n.createWorkflow(connected('review-link-by-slack.json')),
		);
		await n8n.waitForExecution(id);
		const texts = () =>
			to(/chat.postMessage/).map(({ body }) => (JSON.parse(String(body)) as { text: string }).text);
		const [start, message] = texts();
		expect(start).toMatch(/^Drafts are on their way: "Key visual/);
		expect(message).toMatch(/^4 drafts of "Key visual/);
		const execution = await answered(id, message!, 'Which key visual should we make?');

		expect(messageOf(execution)).toBe('undefined');
		const [final] = nodeOutput(execution, 'Promote').items;
		expect(texts()).toHaveLength(3);
		expect(texts()[2]).toContain(String(final!.json['fileName']));
		expect(texts()[2]).toMatch(/^1 final is made, for \$0\.\d{4} /);
	});

	it('review-link-by-mail: the link in the mail is the review page, and what is picked there comes by mail', async () => {
		const { n8n } = workshop;
		const id = await n8n.runWorkflow(
			await n8n.createWorkflow(connected('review-link-by-mail.json')),
		);
		await n8n.waitForExecution(id);
		const [start, link] = services.mails.map(plainText);
		expect(start).toMatch(/^Drafts are on their way: "Cover for a podcast/);
		expect(link).toMatch(/^4 drafts of "Cover for a podcast/);
		const execution = await answered(id, link!, 'Which cover should we make?');

		expect(messageOf(execution)).toBe('undefined');
		const [final] = nodeOutput(execution, 'Promote').items;
		const [, , mail] = services.mails;
		expect(services.mails.map((one) => /^To: (.*)$/m.exec(one)![1])).toEqual(
			Array(3).fill('ann@example.com'),
		);
		expect(attachmentOf(mail!)).toEqual([
			String(final!.json['fileName']),
			(await hashes([final!]))[0],
		]);
		expect(mail).toMatch(/It cost \$0\.\d{4} with its draft\./);
	});

	describe('form-photo-edit-by-mail', () => {
		const submit = async (wish: string, change?: (node: INode) => void): Promise<Execution> => {
			const { n8n } = workshop;
			const workflow = connected('form-photo-edit-by-mail.json', change);
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
			form.set('field-1', wish);
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
			expect(mail).toMatch(/^To: ann@example.com$/m);
			expect(image!.binary!['data']!.fileName).toMatch(/^IMG_7-on-white\.\w+$/);
			expect(attachmentOf(mail!)).toEqual([
				image!.binary!['data']!.fileName,
				(await hashes([image!]))[0],
			]);
		});

		it('mails the reason where there is none, and does not end green', async () => {
			const execution = await submit('poster [blocked]');

			expect(execution.status).toBe('error');
			expect(messageOf(execution)).toMatch(/moderation/);
			expect(services.mails).toEqual([
				expect.stringMatching(/^Subject: Your photo could not be edited$/m),
			]);
		});

		it('mails that the budget has no room for it', async () => {
			const execution = await submit('on white', (node) => {
				if (node.name === 'Edit Photo') node.parameters['run'] = { budgetUsd: 0 };
			});

			expect(messageOf(execution)).toBe('The budget had no room for this photo.');
			expect(services.mails.map(plainText)).toEqual([
				expect.stringContaining('The budget had no room for this photo.'),
			]);
			expect(workshop.simulator.billed).toEqual([]);
		});
	});
});
