import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { readCredentials } from '../simulator/drawing/credentials.mts';
import { nodeOutput, ourNode, until, withCredential } from './harness/index.mts';
import { picodollars } from './money.mts';
import { filesNode, NODE, openWorkshop, type Run, type Workshop } from './workshop.mts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const LINKED: INodeParameters = { options: { addLink: true, outputFormat: 'png' } };

let workshop: Workshop;
beforeAll(async () => {
	// Drawn images, which are signed.
	workshop = await openWorkshop({ simulator: { imageBytes: undefined } });
});
beforeEach(() => workshop.simulator.reset());
afterAll(async () => await workshop.close());

const step = (name: string, parameters: INodeParameters) =>
	ourNode(name, 'gptImage', parameters, withCredential(workshop.credentialId));

/** Somebody without an account. */
const visit = async (url: unknown): Promise<{ response: Response; bytes: Buffer }> => {
	const response = await fetch(String(url));
	return { response, bytes: Buffer.from(await response.arrayBuffer()) };
};

/** Its file is what the API sent, bit for bit, in n8n and behind its link. */
const expectUntouched = async (item: INodeExecutionData): Promise<void> => {
	const image = item.json['image'] as Record<string, unknown>;
	const stored = await workshop.bytesOf(item);
	const { bytes } = await visit(image['url']);

	// The signature in it holds for the whole file.
	expect(readCredentials(stored)?.isWhole).toBe(true);
	expect([sha256(stored), sha256(bytes)]).toEqual([image['sha256'], image['sha256']]);
};

describe('a link', () => {
	let run: Run;
	beforeAll(async () => {
		run = await workshop.run(
			[{ prompt: 'a signed poster' }],
			{ operation: 'promote', quality: 'low', ...LINKED },
			{},
			step('Drafts', { prompt: '={{ $json.prompt }}', ...LINKED }),
			step('Edits', { operation: 'edit', prompt: 'in blue', ...LINKED }),
		);
	});

	it('is on images of Generate, Edit and Promote, and leads to the very bytes of the API', async () => {
		for (const name of ['Drafts', 'Edits', NODE]) {
			const { items, hints } = nodeOutput(run.execution, name);
			await expectUntouched(items[0]!);
			expect(hints.map(({ message }) => message).join()).toContain('WEBHOOK_URL');
		}
	});

	it('is a download in a sandbox for anybody, whatever it holds, until it ends', async () => {
		const { image } = run.json[0]!;
		const { response } = await visit(image.url);

		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toBe('image/png');
		expect(response.headers.get('content-disposition')).toBe(
			`attachment; filename="${image.fileName}"`,
		);
		expect(response.headers.get('content-security-policy')).toMatch(/^sandbox(?!.*same-origin)/);
		const lastsMs = Date.parse(image.urlExpiresAt) - Date.parse(String(run.execution.stoppedAt));
		expect(Math.abs(lastsMs - 86_400_000)).toBeLessThan(120_000);
	});

	it('that was tampered with is refused', async () => {
		const { image } = run.json[0]!;
		const [head, payload, signature] = new URL(image.url).searchParams.get('token')!.split('.');
		const { exp, ...rest } = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as {
			exp: number;
		};
		const later = Buffer.from(JSON.stringify({ ...rest, exp: exp + 9999 })).toString('base64url');
		const unsigned = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
		const link = (token: string) => `${workshop.n8n.url}/rest/binary-data/signed?token=${token}`;

		for (const token of [
			[head, later, signature].join('.'),
			[unsigned, payload, 'x'].join('.'),
			[head, payload, signature!.slice(0, -2)].join('.'),
		])
			expect((await visit(link(token))).response.status).toBe(400);
	});

	it('ends when it was said to, and with the execution that made it', async () => {
		const { json, execution } = await workshop.run([{}, {}], {
			prompt: 'a',
			options: { addLink: true, linkExpires: '={{ $itemIndex === 0 ? 3 / 3600 : 24 }}' },
		});
		const [soon, later] = json.map(({ image }) => image.url);
		expect((await visit(later)).response.status).toBe(200);

		const ended = async () => (await visit(soon)).response.status === 400 || undefined;
		await until('the link has ended', ended, { timeoutMs: 20_000 });
		await workshop.n8n.request('POST', '/rest/executions/delete', { ids: [execution.id] });
		const gone = async () => {
			await sleep(200);
			return (await visit(later)).response.status === 404 || undefined;
		};
		await until('its file is gone', gone, { timeoutMs: 20_000 });
	});

	it('is one flat field of a simplified item, and none is made unless it is asked for', async () => {
		const { json } = await workshop.run([{}], { prompt: 'a', simplify: true, ...LINKED });
		const { json: without } = await workshop.run([{}], { prompt: 'a' });

		expect((await visit(json[0]!['url'])).response.status).toBe(200);
		expect(Object.keys(json[0]!)).toHaveLength(10);
		expect(without[0]!['image']).not.toHaveProperty('url');
	});

	it('with a time that can not be is refused before anything is sent', async () => {
		const { execution, output } = await workshop.run([{}], {
			prompt: 'a',
			options: { addLink: true, linkExpires: 0 },
		});

		expect(execution.status).toBe('error');
		expect(output.error?.message).toMatch(/^'Link Expires After \(Hours\)' is '0'\./);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('is on each image that comes out of a batch, whose bytes are as untouched', async () => {
		const submitted = await workshop.run([{ prompt: 'one' }, { prompt: 'two' }], {
			resource: 'batch',
			operation: 'submit',
			prompt: '={{ $json.prompt }}',
			count: 2,
			options: { outputFormat: 'webp' },
		});
		await workshop.simulator.settled();
		const { output } = await workshop.run([{ batchId: submitted.json[0]!['batchId'] }], {
			resource: 'batch',
			operation: 'collect',
			batchId: { __rl: true, mode: 'id', value: '={{ $json.batchId }}' },
			options: { addLink: true },
		});

		expect(output.items).toHaveLength(4);
		for (const item of output.items) await expectUntouched(item);
	});
});

describe('n8n’s own accounts', () => {
	it('are told what a run has used and cost, and a second try adds to it', async () => {
		let seen = 0;
		const error = { message: 'Not today.', type: 'invalid_request_error', code: null, param: null };
		workshop.simulator.answerWhen(() =>
			++seen === 2 ? { name: 'refused', status: 400, body: { error } } : null,
		);
		const { execution, output } = await workshop.run(
			[{}, {}, {}],
			{
				prompt: 'a',
				run: { maxConcurrency: 1, maxAttempts: 1 },
				options: { addLink: true },
			},
			{ retryOnFail: true, maxTries: 2, waitBetweenTries: 0 },
		);

		const { metadata } = execution.data.resultData.runData[NODE]!.at(-1)!;
		const { billed } = workshop.simulator;
		const sum = (of: (usage: (typeof billed)[number]['usage']) => number): number =>
			billed.reduce((total, { usage }) => total + of(usage), 0);
		expect(execution.status).toBe('success');
		expect(metadata?.tracing).toEqual({
			'gen_ai.usage.input_tokens': sum(({ input_tokens }) => input_tokens),
			'gen_ai.usage.output_tokens': sum(({ output_tokens }) => output_tokens),
			'gpt_image.images': 3,
			'gpt_image.images_of_unknown_cost': 0,
			'gpt_image.cost_usd': expect.any(Number),
		});
		expect(picodollars(String(metadata?.tracing?.['gpt_image.cost_usd']))).toBe(
			workshop.simulator.billedPicodollars(),
		);
		for (const item of output.items) await expectUntouched(item);
		expect(metadata?.tokenUsage).toEqual({
			inputTokens: sum(({ input_tokens }) => input_tokens),
			outputTokens: sum(({ output_tokens }) => output_tokens),
		});
	});
});

describe('Check Provenance', () => {
	const CHECK: INodeParameters = { operation: 'checkProvenance' };
	const FILE = { mimeType: 'image/png', fileName: 'poster.png' };

	it('finds the signature of an image that was made here, and says when it was changed since', async () => {
		const { json, output } = await workshop.run(
			[{ prompt: 'a signed poster' }],
			CHECK,
			{},
			step('Drafts', { prompt: '={{ $json.prompt }}', options: { outputFormat: 'png' } }),
		);
		const bytes = await workshop.bytesOf(output.items[0]!);
		const changed = Buffer.from(bytes);
		changed.writeUInt8(changed.readUInt8(2000) ^ 1, 2000);
		const unsigned = await filesOf([bytes, changed]);

		expect(json).toEqual([
			{
				fileName: 'a-signed-poster.png',
				detected: true,
				c2paDetected: true,
				c2paValidation: 'trusted',
				c2paIssuer: 'OpenAI (simulated)',
				c2paModel: 'gpt-image-1-mini',
				c2paGeneratedAt: null,
				synthIdDetected: true,
				synthIdModel: null,
				synthIdGeneratedAt: null,
			},
		]);
		expect(unsigned.json.map(({ detected, c2paValidation }) => [detected, c2paValidation])).toEqual(
			[
				[true, 'trusted'],
				[false, 'invalid'],
			],
		);
		// n8n opens the panel at the files, beside which what was found would not be seen.
		expect(
			[output, unsigned.output].map(({ hints }) => hints.map(({ message }) => message)),
		).toEqual([
			['Signs of OpenAI (C2PA or SynthID) were found in the image.'],
			[
				'Signs of OpenAI (C2PA or SynthID) were found in 1 of 2 images. Images without them may still be made by AI.',
			],
		]);
		// A Code node leaves its files inside the items.
		expect(unsigned.output.items[1]!.binary!['data']!.data).toBe(changed.toString('base64'));
	});

	const filesOf = async (files: Buffer[], parameters: INodeParameters = {}, extras = {}) =>
		await workshop.run(
			files.map((bytes) => ({ data: bytes.toString('base64') })),
			{ ...CHECK, ...parameters },
			extras,
			filesNode({ data: FILE }),
		);

	it('looks at all files before the first is sent', async () => {
		const { output } = await filesOf([await aPicture(), Buffer.from('no image')]);

		expect(output.error?.message).toBe(
			"'Input Binary Field': the file in 'data' is not an image that can be checked (declared as image/png). Only PNG, JPEG, WebP and GIF images can be checked.",
		);
		expect(workshop.simulator.requests).toEqual([]);
	});

	it('goes on without what fails, on either output', async () => {
		const files = [await aPicture(), Buffer.from('no image'), await aPicture()];
		const regular = await filesOf(files, {}, { onError: 'continueRegularOutput' });
		const split = await filesOf(files, {}, { onError: 'continueErrorOutput' });

		expect(regular.json.map(({ status, code }) => [status, code])).toEqual([
			[undefined, undefined],
			['failed', 'invalid_input'],
			[undefined, undefined],
		]);
		expect(split.output.outputs.map(({ length }) => length)).toEqual([2, 1]);
		expect(split.output.outputs[1]![0]!.json).toMatchObject({ status: 'failed' });
	});

	it('is tried again when the API fails, and says where an account has no access', async () => {
		workshop.simulator.answerNext(
			{ name: 'busy', status: 500, body: { error: { message: 'Busy.' } } },
			'/v1/content_provenance_checks',
		);
		const again = await filesOf([await aPicture()]);
		workshop.simulator.answerNext(
			{ name: 'no access', status: 404, body: { error: { message: 'Not found.' } } },
			'/v1/content_provenance_checks',
		);
		const refused = await filesOf([await aPicture()]);

		expect(again.json).toMatchObject([{ detected: false }]);
		expect(refused.output.error?.message).toBe('The account has no access to provenance checks');
	});

	it('is refused at a provider that has none', async () => {
		const elsewhere = await workshop.n8n.createCredential({
			provider: 'openrouter',
			apiKey: 'sk-or-x',
			baseUrl: workshop.simulator.baseUrl,
		});
		const { output } = await filesOf([await aPicture()], {}, withCredential(elsewhere));

		expect(output.error?.message).toBe('OpenRouter has no provenance checks');
		expect(workshop.simulator.requests).toEqual([]);
	});

	const aPicture = async (): Promise<Buffer> => {
		const { default: sharp } = await import('sharp');
		return await sharp({
			create: { width: 64, height: 64, channels: 3, background: '#123456' },
		})
			.png()
			.toBuffer();
	};
});
