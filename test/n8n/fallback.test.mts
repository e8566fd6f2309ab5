import type { INodeParameters } from 'n8n-workflow';
import { toldBy } from './account.mts';
import { openWorkshop, type Run, type Workshop } from './workshop.mts';

const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `picture ${index}` }));
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const [MODEL, OTHER] = ['gpt-image-1-mini', 'gpt-image-2.5-flare'];
const ASKED: INodeParameters = { prompt: '={{ $json.prompt }}', quality: 'low' };
const FALLBACK = { fallbackModel: byId(OTHER), fallbackPriceCapUsd: 0.01 };
const FIXED: INodeParameters = { ...ASKED, model: byId(MODEL) };
const CONTINUE = { onError: 'continueRegularOutput' } as const;

describe('a model that is down, with a fallback', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	const expectAllDelivered = (run: Run, images: number): void => {
		expect(toldBy(run)).toMatchObject({
			images,
			unknown: 0,
			failed: 0,
			skipped: 0,
			maybeBilled: 0,
			delivered: workshop.simulator.billedPicodollars(),
		});
		expect(workshop.simulator.billed).toHaveLength(images);
		expect(new Set(run.json.map(({ prompt }) => prompt)).size).toBe(images);
	};

	it.each([
		{ title: 'a fixed model, the fallback chosen', parameters: FIXED, fallback: FALLBACK },
		{
			title: 'a role, the fallback chosen',
			parameters: ASKED,
			fallback: { ...FALLBACK, fallbackModel: OTHER },
		},
		{
			title: 'a role, the next model',
			parameters: { prompt: '={{ $json.prompt }}' },
			fallback: {
				fallbackModel: { __rl: true, mode: 'list', value: 'next' },
				fallbackPriceCapUsd: 0.01,
			},
		},
	])(
		'$title: each image is made once, priced as what made it, and no item counts as failed',
		async ({ parameters, fallback }) => {
			workshop.simulator.outage(MODEL);
			const run = await workshop.run(prompts(24), {
				...parameters,
				run: { ...fallback, maxAttempts: 2, budgetUsd: 1 },
			});

			expect(run.execution.status).toBe('success');
			expectAllDelivered(run, 24);
			const said = {
				model: OTHER,
				replaced: {
					model: MODEL,
					quality: 'low',
					shutdown: null,
					reason: 'down',
					message: expect.stringContaining('does not exist'),
				},
			};
			expect(run.json).toEqual(Array(24).fill(expect.objectContaining(said)));
			expect(run.output.hints.map(({ message }) => message)).toContainEqual(
				expect.stringMatching(
					/^24 images were made by gpt-image-2\.5-flare, because gpt-image-1-mini was down: /,
				),
			);
		},
	);

	it('is not left while its retries bring the image', async () => {
		workshop.simulator.outage(MODEL, 700);
		const run = await workshop.run(prompts(6), { ...FIXED, run: FALLBACK });

		expectAllDelivered(run, 6);
		expect(run.json.every(({ model, replaced }) => model === MODEL && replaced === undefined)).toBe(
			true,
		);
	});

	it('a fallback dearer than what is allowed is not used, and the items say so', async () => {
		workshop.simulator.outage(MODEL);
		const run = await workshop.run(
			prompts(3),
			{ ...FIXED, run: { ...FALLBACK, fallbackPriceCapUsd: 0, maxAttempts: 1 } },
			CONTINUE,
		);

		expect(workshop.simulator.billed).toEqual([]);
		expect(run.json).toEqual(
			Array(3).fill(
				expect.objectContaining({
					code: 'model_not_found',
					description: expect.stringMatching(
						/No fallback was used: gpt-image-2\.5-flare may cost \$0\.0\d+ an image, more than gpt-image-1-mini/,
					),
				}),
			),
		);
	});

	it('a fallback that is down too: the items have the error of the first, which names both', async () => {
		workshop.simulator.outage(MODEL);
		workshop.simulator.outage(OTHER);
		const run = await workshop.run(
			prompts(3),
			{ ...FIXED, run: { ...FALLBACK, maxAttempts: 1 } },
			CONTINUE,
		);

		expect(toldBy(run)).toMatchObject({ images: 0, failed: 3, maybeBilled: 0 });
		expect(run.json).toEqual(
			Array(3).fill(
				expect.objectContaining({
					model: MODEL,
					description: expect.stringContaining(`Its fallback, ${OTHER}, could not be used`),
				}),
			),
		);
	});

	it('what may have been billed is not asked of the fallback', async () => {
		const lost = new Set<string>();
		workshop.simulator.answerWhen(({ parameters }) => {
			const prompt = String(parameters['prompt']);
			if (lost.has(prompt))
				return { status: 503, body: { error: { message: 'The engine is overloaded.' } } };
			lost.add(prompt);
			return 'cloudflare524';
		});
		const run = await workshop.run(
			prompts(3),
			{ ...FIXED, run: { ...FALLBACK, maxAttempts: 2 } },
			CONTINUE,
		);

		expect(new Set(workshop.simulator.ledger().map(({ model }) => model))).toEqual(
			new Set([MODEL]),
		);
		expect(toldBy(run)).toMatchObject({ images: 0, failed: 3, maybeBilled: 3 });
	});

	it('Retry On Fail finds what the fallback has made, though the model is back by then', async () => {
		const end = workshop.simulator.outage(MODEL);
		const parameters = { ...FIXED, run: { ...FALLBACK, maxAttempts: 1, maxConcurrency: 1 } };
		let asked = 0;
		workshop.simulator.answerWhen(({ parameters: { model } }) => {
			if (model !== OTHER || (asked += 1) !== 4) return null;
			end();
			return 'creditExhausted';
		});
		const run = await workshop.run(prompts(8), parameters, {
			retryOnFail: true,
			maxTries: 2,
			waitBetweenTries: 100,
		});

		expect(run.execution.status).toBe('success');
		expectAllDelivered(run, 8);
		expect(new Set(run.json.map(({ model }) => model))).toEqual(new Set([MODEL, OTHER]));
		expect(
			run.json
				.filter(({ model }) => model === OTHER)
				.every(({ replaced, request }) => replaced.reason === 'down' && request.reused),
		).toBe(true);
	});
});
