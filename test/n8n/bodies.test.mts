import type { INodeParameters } from 'n8n-workflow';
import { until } from './harness/index.mts';
import { openWorkshop, type Workshop } from './workshop.mts';

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const FROM_ITEM: INodeParameters = { prompt: '={{ $json.prompt }}' };
const items = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `picture ${index}` }));

describe('the body of an answer', () => {
	let workshop: Workshop;
	beforeAll(async () => {
		workshop = await openWorkshop({ simulator: { imageBytes: 1_000_000 } });
	});
	beforeEach(() => workshop.simulator.reset());
	afterAll(async () => await workshop.close());

	it.each([
		['stallInBody', 'comes to a halt', 'timeout'],
		['cutInBody', 'is cut', 'connection_lost'],
	] as const)(
		'%s: one that %s half-way is asked for again, and counts as perhaps billed',
		async (fault, _title, code) => {
			workshop.simulator.failNext(fault);
			const again = await workshop.run([{}], { prompt: 'a', run: { timeoutSeconds: 2 } });

			expect(again.json[0]).toMatchObject({ request: { attempts: 2, maybeBilledAttempts: 1 } });
			expect((await workshop.bytesOf(again.output.items[0]!)).length).toBe(1_000_000);
			expect(workshop.simulator.billed).toHaveLength(2);

			workshop.simulator.failNext(fault);
			const { json } = await workshop.run(
				[{}],
				{ prompt: 'a', run: { timeoutSeconds: 2, maxAttempts: 1 } },
				CONTINUE,
			);

			expect(json[0]).toMatchObject({
				code,
				request: {
					attempts: 1,
					maybeBilledAttempts: 1,
					id: workshop.simulator.requests.at(-1)!.requestId,
				},
			});
		},
	);

	it('that comes to a halt holds nobody up, however many there are', async () => {
		workshop.simulator.failNext('stallInBody', 8);
		const { json } = await workshop.run(
			items(40),
			{ ...FROM_ITEM, run: { maxConcurrency: 40, maxAttempts: 1, timeoutSeconds: 15 } },
			CONTINUE,
		);

		expect(json.filter(({ image }) => image !== undefined)).toHaveLength(32);
		expect(json.filter(({ code }) => code === 'timeout')).toHaveLength(8);
	});

	it('is left when the execution is cancelled, whether it is read or waits for its turn', async () => {
		workshop.simulator.failNext('stallInBody', 12);
		const id = await workshop.start(items(12), { ...FROM_ITEM, run: { maxConcurrency: 12 } });
		await until('all are billed', () => workshop.simulator.billed.length === 12 || undefined);
		await workshop.n8n.cancelExecution(id);
		await until('all are left', () => workshop.simulator.inFlight === 0 || undefined);

		expect((await workshop.n8n.waitForExecution(id)).status).toBe('canceled');
		expect(workshop.simulator.requests).toHaveLength(12);
	});
});
