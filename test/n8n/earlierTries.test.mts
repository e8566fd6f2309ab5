import { NODE, openWorkshop, type Workshop } from './workshop.mts';

const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 } as const;

describe('several tries of a run', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	afterAll(async () => await workshop.close());

	it('the last try says what the first has made', async () => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 0 });
		const items = Array.from({ length: 6 }, (_, index) => ({
			prompt: `picture ${index}${index === 4 ? ' [blocked]' : ''}`,
		}));
		const { execution } = await workshop.run(
			items,
			{ prompt: '={{ $json.prompt }}', run: { maxConcurrency: 1 } },
			RETRY,
		);
		expect(execution.data.resultData.error).toMatchObject({
			description: expect.stringContaining('An earlier try made 4 images.'),
		});
		expect(workshop.simulator.requests).toHaveLength(5);
	});

	it('an expression that gives something else each time says so', async () => {
		workshop.simulator.reset();
		workshop.simulator.configure({ latencyMs: 0 });
		const items = Array.from({ length: 3 }, (_, index) => ({ n: index }));
		let seen = 0;
		workshop.simulator.configure({
			latencyMs: () => {
				seen += 1;
				if (seen === 2) workshop.simulator.failNext('nullMessage');
				return 0;
			},
		});
		const { execution, json } = await workshop.run(
			items,
			{
				prompt: '={{ $json.n + " " + Math.random() }}',
				run: { maxConcurrency: 1, maxAttempts: 1 },
			},
			RETRY,
		);

		expect(json).toHaveLength(3);
		expect(workshop.simulator.requests.filter(({ status }) => status === 200)).toHaveLength(5);
		expect(JSON.stringify(execution.data.resultData.runData[NODE])).toContain(
			"2 images from an earlier attempt were paid for but can't be used",
		);
	});
});
