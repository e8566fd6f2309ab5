import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { describeInput, openUpload } from '../../../../nodes/platform/n8n/inputBinary';
import { createImageApi } from '../../../../nodes/platform/api/client';
import { jsonWithFiles } from '../../../../nodes/platform/providers/dataUrl';
import { sendPlan } from '../../../../nodes/platform/images/send';
import type { ImagePlan } from '../../../../nodes/platform/images/types';
import { LazyFile } from '../../../../nodes/platform/n8n/lazyFile';
import { fakeN8n, type FakeN8n, jsonAnswer } from '../../fixtures/fakeN8n.mts';

const bytesOf = (length: number): Buffer =>
	Buffer.from(Array.from({ length }, (_, index) => (index * 31) % 251));
const inMemory = (base64: string): FakeN8n =>
	fakeN8n({
		input: [{ json: {}, binary: { data: { data: base64, mimeType: 'image/png' } } }],
		answer: () => jsonAnswer({ data: [{ b64_json: 'eA==' }] }),
	});
const inStore = (bytes: Buffer, stated: number): FakeN8n =>
	fakeN8n({
		input: [
			{
				json: {},
				binary: {
					data: {
						data: 'filesystem-v2',
						id: 'filesystem-v2:1',
						mimeType: 'image/png',
						bytes: stated,
					},
				},
			},
		],
		files: { 'filesystem-v2:1': bytes },
		keepsFiles: true,
		answer: () => jsonAnswer({ data: [{ b64_json: 'eA==' }] }),
	});

const read = async (file: File): Promise<Buffer> => {
	const chunks: Uint8Array[] = [];
	for await (const chunk of file.stream() as unknown as AsyncIterable<Uint8Array>)
		chunks.push(chunk);
	return Buffer.concat(chunks);
};

describe('a file that is sent', () => {
	const whole = bytesOf(300_001);

	it.each([
		['n8n’s store, whatever size the item states', () => inStore(whole, 17)],
		['the item', () => inMemory(whole.toString('base64'))],
		['the item, in lines', () => inMemory(whole.toString('base64').replace(/.{76}/g, '$&\r\n'))],
	])('from %s has its size and its bytes, as often as it is read', async (_title, n8nOf) => {
		const n8n = n8nOf();
		const file = await openUpload(
			n8n.context,
			await describeInput(n8n.context, 0, 'data'),
			'image-1',
		);

		expect([file.name, file.size]).toEqual(['image-1.bin', whole.length]);
		expect((await read(file)).equals(whole)).toBe(true);
		expect((await read(file)).equals(whole)).toBe(true);
	});

	it('is read no further than it is sent', async () => {
		const n8n = inStore(bytesOf(5_000_000), 5_000_000);
		const input = await describeInput(n8n.context, 0, 'data');
		n8n.read.bytes = 0;
		const file = await openUpload(n8n.context, input, 'image-1');
		const reader = file.stream().getReader();
		await reader.read();
		await reader.cancel();

		expect(n8n.read.bytes).toBeLessThan(500_000);
	});

	it.each([
		['shorter', -1],
		['longer', 1],
	])('and turns out %s than n8n says ends the request', async (_title, difference) => {
		const file = new LazyFile('x', 'image/png', 1000, async function* () {
			yield bytesOf(1000 + difference);
		});

		await expect(read(file)).rejects.toThrow(
			`it has ${difference < 0 ? 'fewer' : 'more'} bytes than n8n reported`,
		);
		expect(file.failure).not.toBeNull();
	});

	it.each([
		['is gone', new Map<string, number>(), /^The input could not be read: ENOENT/],
		[
			'is shorter than n8n says',
			new Map([['filesystem-v2:1', 400_000]]),
			/^The input could not be read: it has fewer bytes/,
		],
	])(
		'and %s is an input that can’t be read, not a lost connection',
		async (_title, sizes, message) => {
			const n8n = inStore(whole, whole.length);
			const file = await describeInput(n8n.context, 0, 'data');
			const plan = {
				endpoint: 'edit',
				request: { model: 'gpt-image-2', prompt: 'x' },
				files: { images: [file], mask: null },
			} as unknown as ImagePlan;
			const helpers = n8n.context.helpers as unknown as Record<string, unknown>;
			helpers['getBinaryMetadata'] = async (id: string) => ({
				fileSize: sizes.get(id) ?? whole.length,
			});
			if (sizes.size === 0)
				helpers['getBinaryStream'] = async () =>
					await Promise.reject(new Error('ENOENT: no such file'));
			const api = await createImageApi(n8n.context, 1000, CATALOGUE);
			const sent = await sendPlan(n8n.context, api, plan, { count: 1, idempotencyKey: 'key' });

			expect(sent).toMatchObject({
				ok: false,
				failure: {
					kind: 'invalidInput',
					code: 'unreadable_input',
					message: expect.stringMatching(message) as string,
				},
			});
		},
	);
});

describe('a body in JSON with files in it', () => {
	it.each([0, 1, 2, 3, 16_383, 16_384, 16_385, 100_000])(
		'holds one of %i bytes as a data: address, and knows its length',
		async (length) => {
			const file = new File([new Uint8Array(bytesOf(length))], 'x', { type: 'image/png' });
			const body = jsonWithFiles({ prompt: 'Ä "quoted"', images: [{ url: file }, file], n: 2 });
			const sent = await read(body);
			const url = `data:image/png;base64,${bytesOf(length).toString('base64')}`;

			expect(JSON.parse(sent.toString())).toEqual({
				prompt: 'Ä "quoted"',
				images: [{ url }, url],
				n: 2,
			});
			expect([body.size, body.type]).toEqual([sent.length, 'application/json']);
		},
	);
});
