import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { readFallback } from '../../../nodes/platform/images/downFallback';
import { fakeN8n, jsonAnswer, type FakeAnswer, type FakeSetup } from '../fixtures/fakeN8n.mts';
import { canvas } from '../fixtures/pictures.mts';

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const PARAMETERS = {
	resource: 'image',
	operation: 'generate',
	model: byId('gpt-image-2.5-flare'),
	prompt: 'a red balloon',
	quality: 'medium',
	size: '1024x1024',
	count: 1,
	options: {},
	run: {
		maxAttempts: 1,
		maxConcurrency: 1,
		fallbackModel: byId('gpt-image-2'),
		fallbackPriceCapUsd: 1,
	},
};
const USAGE = {
	input_tokens: 14,
	input_tokens_details: { text_tokens: 14, image_tokens: 0 },
	output_tokens: 196,
	output_tokens_details: { image_tokens: 196, text_tokens: 0 },
};
const DOWN = jsonAnswer(
	{ error: { message: 'The engine is overloaded.', type: 'server_error', code: null } },
	503,
);

let picture: string;
let made: FakeAnswer;
beforeAll(async () => {
	picture = (await canvas(false).jpeg().toBuffer()).toString('base64');
	made = jsonAnswer({ data: [{ b64_json: picture }], usage: USAGE });
});

/** The run settings are added to those of all. */
const merged = (...all: Array<Record<string, unknown>>): Record<string, unknown> =>
	all.reduce<Record<string, unknown>>(
		(sum, one) => ({
			...sum,
			...one,
			run: { ...(sum['run'] as object), ...(one['run'] as object) },
		}),
		PARAMETERS,
	);

interface Sent {
	model: string;
	quality: string;
	key: string;
}

async function run(
	answer: (model: string) => FakeAnswer,
	{
		parameters = {},
		each = () => ({}),
		items = 1,
		...setup
	}: {
		parameters?: Record<string, unknown>;
		each?: (itemIndex: number) => Record<string, unknown>;
		items?: number;
	} & Omit<FakeSetup, 'parameters'> = {},
) {
	const sent: Sent[] = [];
	const n8n = fakeN8n({
		input: Array.from({ length: items }, () => ({ json: {} })),
		parameters: (itemIndex) => merged(parameters, each(itemIndex)),
		editorParameters: {
			...merged(parameters),
			run: { ...PARAMETERS.run, fallbackModel: '={{ $json.f }}' },
			model: byId('={{ $json.m }}'),
		} as never,
		continueOnFail: true,
		answer: ({ body, headers }: IHttpRequestOptions) => {
			const { model, quality } = (
				body instanceof FormData ? Object.fromEntries(body) : JSON.parse(String(body))
			) as IDataObject;
			sent.push({
				model: String(model),
				quality: String(quality),
				key: String((headers as IDataObject)['idempotency-key']),
			});
			return answer(String(model));
		},
		...setup,
	});
	const [output = []] = await new GptImage().execute.call(n8n.context);
	return {
		sent,
		output,
		json: output.map(({ json }) => json),
		hints: n8n.hints.map(({ message }) => message),
	};
}

const down =
	(...models: string[]) =>
	(model: string): FakeAnswer =>
		models.includes(model) ? DOWN : made;
const FIRST = down('gpt-image-2.5-flare');

describe('while a model is down', () => {
	it('the chosen one makes the image, with the quality that means the same, is what is billed, and the item says why', async () => {
		const { sent, json } = await run(FIRST);
		const alone = await run(() => made, {
			parameters: { model: byId('gpt-image-2'), quality: 'low', run: { fallbackModel: '' } },
		});

		expect(sent.map(({ model, quality }) => [model, quality])).toEqual([
			['gpt-image-2.5-flare', 'medium'],
			['gpt-image-2', 'low'],
		]);
		expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
		expect(json[0]).toMatchObject({
			model: 'gpt-image-2',
			requestedModel: 'gpt-image-2.5-flare',
			quality: 'low',
			replaced: {
				model: 'gpt-image-2.5-flare',
				quality: 'medium',
				shutdown: null,
				reason: 'down',
				message: 'The engine is overloaded.',
			},
			request: { attempts: 2, maybeBilledAttempts: 0 },
		});
		expect(json[0]?.['cost']).toEqual(alone.json[0]?.['cost']);
	});

	it('nothing else is asked unless it is wished for', async () => {
		const { sent, json } = await run(FIRST, { parameters: { run: { fallbackModel: '' } } });

		expect(sent).toHaveLength(1);
		expect(json[0]).toMatchObject({ error: expect.stringContaining('The engine is overloaded.') });
		expect(json[0]?.['description']).not.toContain('allback');
	});

	it.each([
		null,
		{},
		{ fallbackModel: null },
		{ fallbackModel: 5 },
		{ fallbackModel: { __rl: true, mode: 'list' } },
	])('nothing is wished for by the run settings %j, such as an expression brings', (settings) => {
		expect(readFallback(fakeN8n({ parameters: { run: settings } }).context, 0)).toEqual({
			kind: 'none',
		});
	});

	it('the next ones go to the fallback at once, a request that fell back is no failure, and a hint counts them', async () => {
		const { sent, json, hints } = await run(FIRST, { items: 6, continueOnFail: false });

		expect(sent.map(({ model }) => model)).toEqual([
			'gpt-image-2.5-flare',
			...Array(6).fill('gpt-image-2'),
		]);
		expect(json.map(({ model }) => model)).toEqual(Array(6).fill('gpt-image-2'));
		expect(hints).toContain(
			'6 images were made by gpt-image-2, because gpt-image-2.5-flare was down: The engine is overloaded.',
		);
		// What is down has not been shut down.
		expect(hints.filter((message) => /shut down|successor/.test(message))).toEqual([]);
	});

	it('the next model of the provider is the first that can make the image within the cap', async () => {
		const cheap = await run(FIRST, {
			parameters: { run: { fallbackModel: 'next', fallbackPriceCapUsd: 0.02 } },
		});
		expect(cheap.json[0]?.['replaced']).toMatchObject({ model: 'gpt-image-2.5-flare' });
		expect(cheap.sent).toHaveLength(2);

		const large = await run(down('gpt-image-2'), {
			parameters: {
				model: byId('gpt-image-2'),
				size: 'custom',
				width: 2048,
				height: 1152,
				run: { fallbackModel: 'next', fallbackPriceCapUsd: 1 },
			},
		});
		expect(large.json[0]).toMatchObject({ replaced: { model: 'gpt-image-2' } });
		expect(large.json[0]?.['model']).not.toMatch(/gpt-image-1/);
	});

	it.each<[string, Record<string, unknown>, RegExp]>([
		[
			'dearer than the cap',
			{ run: { fallbackPriceCapUsd: 0.001 } },
			/^No fallback was used: gpt-image-2 may cost \$0\.0\d+ an image, more than the \$0\.0010 of 'Fallback Price Cap \(USD\)'\.$/,
		],
		[
			'dearer than the model, where no cap is set',
			{ model: byId('gpt-image-1-mini'), quality: 'low', run: { fallbackPriceCapUsd: 0 } },
			/^No fallback was used: gpt-image-2 may cost \$0\.0\d+ an image, more than gpt-image-1-mini \(\$0\.0\d+\)\. To allow it, set 'Fallback Price Cap \(USD\)'\.$/,
		],
		[
			'of unknown price',
			{ run: { fallbackModel: byId('gpt-image-9') } },
			/the price of gpt-image-9 is not known\.$/,
		],
		[
			'the same model',
			{ run: { fallbackModel: byId('gpt-image-2.5-flare') } },
			/'Fallback Model' is the same model\.$/,
		],
		[
			'not able to make it',
			{ size: 'custom', width: 2048, height: 1152, run: { fallbackModel: byId('gpt-image-1.5') } },
			/gpt-image-1\.5 can't make it\. 'Size' is '2048x1152', which gpt-image-1\.5 can't make/,
		],
		[
			'under an odd cap',
			{ run: { fallbackPriceCapUsd: 'cheap' } },
			/'Fallback Price Cap \(USD\)' is 'cheap', which is not an amount above 0\.$/,
		],
		[
			'under a negative cap',
			{ run: { fallbackPriceCapUsd: -1 } },
			/'Fallback Price Cap \(USD\)' is '-1', which is not an amount above 0\.$/,
		],
	])(
		'a fallback that is %s is not used, and the item says so',
		async (_what, parameters, words) => {
			const { sent, json } = await run(() => DOWN, { parameters });

			expect(sent).toHaveLength(1);
			const [, said = ''] =
				/(No fallback was used: .*?)(?: \[status|$)/.exec(String(json[0]?.['description'])) ?? [];
			expect(said.trim()).toMatch(words);
		},
	);

	it('an empty cap is no cap but what the model itself costs', async () => {
		const { json } = await run(down('gpt-image-2'), {
			parameters: {
				model: byId('gpt-image-2'),
				quality: 'low',
				run: { fallbackModel: byId('gpt-image-2.5-flare'), fallbackPriceCapUsd: '' },
			},
		});

		expect(json[0]).toMatchObject({ model: 'gpt-image-2.5-flare' });
	});

	it('a fallback that is down too leaves the error of the first, which says both', async () => {
		const { sent, json } = await run(() => DOWN, { items: 2 });

		expect(sent.map(({ model }) => model)).toEqual([
			'gpt-image-2.5-flare',
			'gpt-image-2',
			'gpt-image-2.5-flare',
		]);
		for (const item of json) {
			expect(item).toMatchObject({
				model: 'gpt-image-2.5-flare',
				error: expect.stringContaining('The engine is overloaded.'),
			});
			expect(item['description']).toContain(
				'Its fallback, gpt-image-2, could not be used: The engine is overloaded.',
			);
			expect(item).not.toHaveProperty('replaced');
		}
	});

	it('another try of the run finds what a fallback has made, though the model is back', async () => {
		const nodeContext: IDataObject = {};
		const files: Record<string, Buffer> = {};
		let blocked = true;
		const answer = (): FakeAnswer =>
			blocked ? jsonAnswer({ error: { message: 'no', code: 'insufficient_quota' } }, 429) : made;
		let asked = 0;
		await expect(
			run((model) => ((asked += 1) > 2 && model === 'gpt-image-2' ? answer() : FIRST(model)), {
				items: 2,
				continueOnFail: false,
				nodeContext,
				files,
				executionId: '1',
			}),
		).rejects.toThrow('No credit is left');
		blocked = false;
		const { sent, json } = await run(() => made, {
			items: 2,
			continueOnFail: false,
			nodeContext,
			files,
			executionId: '1',
		});

		expect(sent.map(({ model }) => model)).toEqual(['gpt-image-2.5-flare']);
		const [kept, fresh] = [true, false].map((reused) =>
			json.find(({ request }) => (request as IDataObject)['reused'] === reused),
		);
		expect(kept).toMatchObject({
			model: 'gpt-image-2',
			quality: 'low',
			replaced: {
				model: 'gpt-image-2.5-flare',
				reason: 'down',
				message: 'The engine is overloaded.',
			},
		});
		expect(fresh).toMatchObject({ model: 'gpt-image-2.5-flare', quality: 'medium' });
		expect(fresh).not.toHaveProperty('replaced');
	});

	it('what is wished for may differ from item to item, by expression', async () => {
		const each = (itemIndex: number) => ({
			run: { fallbackModel: ['', 'gpt-image-2', 5, byId('gpt-image-2')][itemIndex] },
			...(itemIndex === 3 && { model: byId('gpt-image-1.5') }),
		});
		const { json } = await run(down('gpt-image-2.5-flare', 'gpt-image-1.5'), { items: 4, each });

		expect(
			json.map(({ model, error, replaced }) => [
				model,
				error === undefined,
				(replaced as IDataObject | undefined)?.['model'],
			]),
		).toEqual([
			['gpt-image-2.5-flare', false, undefined],
			['gpt-image-2', true, 'gpt-image-2.5-flare'],
			['gpt-image-2.5-flare', false, undefined],
			['gpt-image-2', true, 'gpt-image-1.5'],
		]);
	});

	describe('the images of an edit', () => {
		const input = () => [
			{ json: {}, binary: { data: { data: picture, mimeType: 'image/jpeg', fileName: 'a.jpg' } } },
		];
		const parameters = {
			operation: 'edit',
			model: byId('gpt-image-1.5'),
			quality: 'high',
			inputBinaryFields: 'data',
		};

		it('are given to the fallback as well, and their tokens count for the cap', async () => {
			const { sent, json } = await run(down('gpt-image-1.5'), { input: input(), parameters });
			expect(sent.map(({ model }) => model)).toEqual(['gpt-image-1.5', 'gpt-image-2']);
			expect(json[0]).toMatchObject({
				operation: 'edit',
				model: 'gpt-image-2',
				replaced: { model: 'gpt-image-1.5', reason: 'down' },
			});

			const dear = await run(down('gpt-image-2.5-flare'), {
				input: input(),
				parameters: {
					...parameters,
					model: byId('gpt-image-2.5-flare'),
					quality: 'low',
					run: { fallbackPriceCapUsd: 0.0062 },
				},
			});
			expect(dear.sent).toHaveLength(1);
			expect(dear.json[0]?.['description']).toMatch(/gpt-image-2 may cost \$0\.0[1-9]\d+ an image/);
		});

		it('that it can not take are refused before anything is sent to it', async () => {
			const { sent, json } = await run(down('gpt-image-1.5'), {
				input: input(),
				parameters: {
					...parameters,
					options: { inputFidelity: 'high' },
					run: { fallbackModel: byId('gpt-image-1-mini') },
				},
			});

			expect(sent).toHaveLength(1);
			expect(json[0]?.['description']).toContain(
				"No fallback was used: gpt-image-1-mini can't make it. 'Input Fidelity' is 'high'",
			);
		});
	});

	it('a variation is made by the fallback with its own words', async () => {
		const variations = { axes: [{ name: 'colour', words: 'red, blue' }] };
		const { json } = await run(FIRST, { parameters: { prompt: 'a {colour} balloon', variations } });

		expect(
			json.map(({ prompt, model, variation }) => [
				prompt,
				model,
				(variation as IDataObject)['words'],
			]),
		).toEqual([
			['a red balloon', 'gpt-image-2', { colour: 'red' }],
			['a blue balloon', 'gpt-image-2', { colour: 'blue' }],
		]);
	});

	it('a budget holds for the fallback: what it has no room for is not made by it', async () => {
		const { sent, json } = await run(FIRST, {
			parameters: {
				model: byId('gpt-image-2.5-flare'),
				quality: 'low',
				run: {
					fallbackModel: byId('gpt-image-2.6-flare'),
					maxAttempts: 1,
					maxConcurrency: 1,
					budgetUsd: 0.01,
				},
			},
		});

		expect(sent.map(({ model }) => model)).toEqual(['gpt-image-2.5-flare']);
		expect(json[0]?.['description']).toContain(
			'Its fallback, gpt-image-2.6-flare, could not be used: Not started because the budget was reached.',
		);
	});

	it('a session pays what the fallback charged, in all its runs, and its budget stops the next', async () => {
		const setup = {
			staticData: {},
			workflowId: 'session with a fallback',
			parameters: { quality: 'low', run: { budgetUsd: 0.02, budgetSession: 'chat' } },
		};
		const runs = [
			await run(FIRST, setup),
			await run(FIRST, setup),
			await run(FIRST, setup),
			await run(FIRST, setup),
		];
		const all = runs.map(({ json }) => json[0]!);
		const costs = all.map(({ cost }) => (cost as IDataObject | undefined) ?? {});

		expect(all.map(({ status, model }) => [status, model])).toEqual([
			['made', 'gpt-image-2'],
			['made', 'gpt-image-2'],
			['made', 'gpt-image-2'],
			['skipped', 'gpt-image-2.5-flare'],
		]);
		expect(costs.slice(0, 3).map(({ sessionUsd }) => sessionUsd)).toEqual(
			[1, 2, 3].map((count) => Number((count * Number(costs[0]!['usd'])).toFixed(12))),
		);
		expect(runs.at(-1)!.sent).toEqual([]);
	});

	it.each(['openrouter', 'vercel'])(
		'at another provider (%s), by the names that it has',
		async (provider) => {
			const { sent, json } = await run((model) => (model.includes('2.5-flare') ? DOWN : made), {
				credential: { provider },
			});

			expect(sent.map(({ model }) => model)).toEqual([
				'openai/gpt-image-2.5-flare',
				'openai/gpt-image-2',
			]);
			expect(json[0]).toMatchObject({
				model: 'gpt-image-2',
				replaced: { model: 'gpt-image-2.5-flare', reason: 'down' },
			});
		},
	);
});
