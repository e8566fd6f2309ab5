import type { INodeParameters } from 'n8n-workflow';
import { toldBy } from './account.mts';
import { picodollars } from './money.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `picture ${index}` }));
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const usd = (amount: number): bigint => picodollars(amount.toFixed(12));
/** No run of these may take longer, in ms. */
const SOON = 30_000;

describe('a model that is gone, with a budget', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	beforeEach(() => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 20 });
	});
	afterAll(async () => await workshop.close());

	/** @param requests after which the model is gone; 0 = from the start */
	const removeAfter = (model: string, requests: number): void => {
		const { simulator } = workshop;
		if (requests === 0) simulator.removeModel(model);
		let seen = 0;
		simulator.answerWhen(() => {
			seen += 1;
			if (seen === requests) simulator.removeModel(model);
			return null;
		});
	};

	interface Case {
		title: string;
		model: string;
		parameters: INodeParameters;
		budgetUsd: number;
	}

	const CASES: Case[] = [
		{
			title: 'a role, whose next model is dearer',
			model: 'gpt-image-1-mini',
			parameters: {},
			budgetUsd: 0.06,
		},
		{
			title: 'a fixed model with a dearer successor',
			model: 'gpt-image-1-mini',
			parameters: { model: byId('gpt-image-1-mini'), quality: 'low' },
			budgetUsd: 0.06,
		},
		{
			title: 'a fixed model with a cheaper successor',
			model: 'gpt-image-1.5',
			parameters: { model: byId('gpt-image-1.5'), quality: 'high' },
			budgetUsd: 3,
		},
		{
			title: 'a fixed model with a successor of another price at low',
			model: 'gpt-image-1.5',
			parameters: { model: byId('gpt-image-1.5'), quality: 'low' },
			budgetUsd: 0.2,
		},
		{
			title: 'the role final',
			model: 'gpt-image-2.5-sunburst',
			parameters: { model: byId('final'), quality: 'low' },
			budgetUsd: 0.5,
		},
	];
	const TIMES = [0, 10].map((after) => ({
		after,
		when: after === 0 ? 'from the start' : 'in mid-run',
	}));

	it.each(CASES.flatMap((one) => TIMES.map((time) => ({ ...one, ...time }))))(
		'$title, gone $when: the run ends within the budget, and what was billed was delivered',
		async ({ model, parameters, budgetUsd, after }) => {
			removeAfter(model, after);
			const run = await workshop.run(prompts(40), {
				...FROM_ITEM,
				...parameters,
				run: { budgetUsd },
			});

			const told = toldBy(run);
			const billed = workshop.simulator.billedPicodollars();
			expect(run.execution.status).toBe('success');
			expect(run.output.executionTime).toBeLessThan(SOON);
			expect(told.delivered).toBe(billed);
			expect(billed <= usd(budgetUsd)).toBe(true);
			expect(told).toMatchObject({
				unknown: 0,
				failed: 0,
				maybeBilled: 0,
				images: workshop.simulator.billed.length,
			});
			expect(told.images + told.skipped).toBe(40);
			expect(told.skipped).toBeGreaterThan(0);
			expect(told.images).toBeGreaterThan(after === 0 ? 0 : after - 1);
			expect(workshop.simulator.billed.some((bill) => bill.model !== model)).toBe(true);
		},
	);

	it.each(TIMES)(
		'a fixed model that shall fail, gone $when, Continue: what is left fails, and what was billed was delivered',
		async ({ after }) => {
			removeAfter('gpt-image-1-mini', after);
			const run = await workshop.run(
				prompts(40),
				{
					...FROM_ITEM,
					model: byId('gpt-image-1-mini'),
					quality: 'low',
					whenModelIsGone: 'fail',
					run: { budgetUsd: 0.05 },
				},
				CONTINUE,
			);

			const told = toldBy(run);
			expect(run.output.executionTime).toBeLessThan(SOON);
			expect(told.delivered).toBe(workshop.simulator.billedPicodollars());
			expect(told).toMatchObject({
				images: workshop.simulator.billed.length,
				failed: 40 - workshop.simulator.billed.length,
				skipped: 0,
				maybeBilled: 0,
			});
			expect(run.json.filter(({ error }) => error !== undefined).map(({ code }) => code)).toEqual(
				Array(told.failed).fill('model_not_found'),
			);
		},
	);

	it.each(TIMES)(
		'a fixed model that shall fail, gone $when, Stop: the run ends and says what it had made',
		async ({ after }) => {
			removeAfter('gpt-image-1-mini', after);
			const run = await workshop.run(prompts(40), {
				...FROM_ITEM,
				model: byId('gpt-image-1-mini'),
				quality: 'low',
				whenModelIsGone: 'fail',
				run: { budgetUsd: 0.05 },
			});

			const made = workshop.simulator.billed.length;
			expect(run.execution.status).toBe('error');
			expect(run.output.executionTime).toBeLessThan(SOON);
			expect(run.output.error?.message).toBe('The model gpt-image-1-mini is not available');
			if (made > 0) expect(run.output.error?.description).toContain(`${made} images for`);
		},
	);

	it.each([
		{ model: 'gpt-image-1.5', budgetUsd: 0.1 },
		{ model: 'gpt-image-1-mini', budgetUsd: 0.05 },
	])(
		'60 images of $model, gone after ten, with $ $budgetUsd: the run ends within it',
		async ({ model, budgetUsd }) => {
			removeAfter(model, 10);
			const run = await workshop.run(prompts(60), {
				...FROM_ITEM,
				model: byId(model),
				quality: 'low',
				run: { budgetUsd },
			});

			const told = toldBy(run);
			expect(run.execution.status).toBe('success');
			expect(run.output.executionTime).toBeLessThan(SOON);
			expect(told.delivered).toBe(workshop.simulator.billedPicodollars());
			expect(told.delivered <= usd(budgetUsd)).toBe(true);
			expect(told.images + told.skipped).toBe(60);
		},
	);
});
