import type { INodeParameters } from 'n8n-workflow';
import { toldBy } from './account.mts';
import { openWorkshop, type Run, type Workshop } from './workshop.mts';

const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `picture ${index}` }));
const MODEL = 'gpt-image-1-mini';
const FIXED: INodeParameters = {
	prompt: '={{ $json.prompt }}',
	model: { __rl: true, mode: 'id', value: MODEL },
	quality: 'low',
};
const ROLE: INodeParameters = { prompt: '={{ $json.prompt }}' };
const CONTINUE = { onError: 'continueRegularOutput' } as const;

describe('a server says that a model does not exist', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	const models = (): Set<string> => new Set(workshop.simulator.ledger().map(({ model }) => model));
	const expectAllDelivered = (run: Run, images: number): void => {
		expect(toldBy(run)).toMatchObject({
			images,
			unknown: 0,
			failed: 0,
			skipped: 0,
			delivered: workshop.simulator.billedPicodollars(),
		});
		expect(workshop.simulator.billed).toHaveLength(images);
	};

	it.each([
		{ title: 'a fixed model', parameters: FIXED },
		{ title: 'a role', parameters: ROLE },
	])(
		'while its list still shows it ($title): the request is tried again until the outage is over, and no other model is asked',
		async ({ parameters }) => {
			workshop.simulator.outage(MODEL, 1500);
			const run = await workshop.run(prompts(12), parameters);

			expectAllDelivered(run, 12);
			expect(models()).toEqual(new Set([MODEL]));
			expect(
				run.json.every(({ model, replaced }) => model === MODEL && replaced === undefined),
			).toBe(true);
			expect(workshop.simulator.ledger().length).toBeGreaterThan(12);
		},
	);

	it('while its list still shows it, for longer than is tried: the items fail, and no other model is asked', async () => {
		workshop.simulator.outage(MODEL);
		const run = await workshop.run(prompts(4), { ...FIXED, run: { maxAttempts: 2 } }, CONTINUE);

		expect(toldBy(run)).toMatchObject({ images: 0, failed: 4, maybeBilled: 0 });
		expect(models()).toEqual(new Set([MODEL]));
		expect(workshop.simulator.ledger()).toHaveLength(8);
		expect(run.json.map(({ code }) => code)).toEqual(Array(4).fill('model_not_found'));
	});

	it('an outage that begins in mid-run costs no image and no money', async () => {
		let seen = 0;
		workshop.simulator.answerWhen(() => {
			seen += 1;
			if (seen === 8) workshop.simulator.outage(MODEL, 1200);
			return null;
		});
		const run = await workshop.run(prompts(24), { ...FIXED, run: { budgetUsd: 1 } });

		expectAllDelivered(run, 24);
		expect(models()).toEqual(new Set([MODEL]));
	});

	it.each([
		{ title: 'a fixed model', parameters: FIXED },
		{ title: 'a role', parameters: ROLE },
	])(
		'403 ($title): no other model is asked, and no request is tried again',
		async ({ parameters }) => {
			workshop.simulator.denyModel(MODEL);
			const run = await workshop.run(prompts(40), parameters, CONTINUE);

			expect(toldBy(run)).toMatchObject({ images: 0, failed: 40 });
			expect(models()).toEqual(new Set([MODEL]));
			const asked = workshop.simulator.ledger().map(({ prompt }) => prompt);
			expect(new Set(asked).size).toBe(asked.length);
			expect(workshop.simulator.billed).toEqual([]);
			expect(run.json[0]).toMatchObject({ code: 'model_not_found', httpStatus: 403 });
			expect(run.json[0]).not.toHaveProperty('replaced');
		},
	);

	it.each([
		{ title: 'a fixed model', parameters: FIXED },
		{ title: 'a role', parameters: ROLE },
	])(
		'and its list agrees ($title): the next model makes what is left, each image once',
		async ({ parameters }) => {
			let seen = 0;
			workshop.simulator.answerWhen(() => {
				seen += 1;
				if (seen === 8) workshop.simulator.removeModel(MODEL);
				return null;
			});
			const run = await workshop.run(prompts(24), parameters);

			expectAllDelivered(run, 24);
			expect(models()).toEqual(new Set([MODEL, 'gpt-image-2.5-flare']));
			expect(new Set(run.json.map(({ prompt }) => prompt)).size).toBe(24);
			expect(
				run.json
					.filter(({ model }) => model !== MODEL)
					.every(({ replaced }) => replaced.model === MODEL),
			).toBe(true);
		},
	);
});
