import { openWorkshop, type Workshop } from './workshop.mts';
import { seeded } from '../unit/fixtures/random.mts';

describe('many items, much that goes wrong', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop();
	});
	afterAll(async () => await workshop.close());

	it('exactly the blocked items fail, and every billed image is delivered or counted as maybe billed', async () => {
		const chance = seeded(7);
		const serve = () => {
			const draw = chance.next();
			if (draw < 0.05) workshop.simulator.failNext('rateLimit');
			else if (draw < 0.1) workshop.simulator.failNext('serverError');
			else if (draw < 0.13) workshop.simulator.failNext('dropBeforeAnswer');
			return 0;
		};
		workshop.simulator.configure({ latencyMs: serve, imageBytes: 20_000 });
		const items = Array.from({ length: 200 }, (_, index) => ({
			prompt: `picture ${index}${index % 33 === 7 ? ' [blocked]' : ''}`,
		}));
		const { json } = await workshop.run(
			items,
			{ prompt: '={{ $json.prompt }}', run: { maxAttempts: 8 } },
			{ onError: 'continueRegularOutput' },
		);

		const failed = json.filter(({ error }) => error !== undefined);
		const delivered = json.filter(({ image }) => image !== undefined);
		const maybeBilled = json.reduce((sum, { request }) => sum + request.maybeBilledAttempts, 0);
		expect(failed.map(({ prompt }) => prompt)).toEqual(
			items.map(({ prompt }) => prompt).filter((prompt) => prompt.includes('[blocked]')),
		);
		expect(delivered).toHaveLength(items.length - failed.length);
		expect(maybeBilled).toBeGreaterThan(0);
		expect(workshop.simulator.billed).toHaveLength(delivered.length + maybeBilled);
	}, 240_000);
});
