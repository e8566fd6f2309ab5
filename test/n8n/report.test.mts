import { chain, itemsNode, node, nodeOutput, ourNode, withCredential } from './harness/index.mts';
import { picodollars } from './money.mts';
import { NODE, openWorkshop, type Workshop } from './workshop.mts';

const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** As they come, and again as they come out of other nodes. */
const EVERYTHING = `
	const made = $('Made').all().map(({ json }) => json);
	const edited = made.map(({ image, cost }) => ({ image: { id: image.id }, cost: JSON.stringify({ exact: cost.exact }) }));
	const marked = made.map((json) => ({ ...json, skipped: 'budget', error: 'mine', draft: { model: 'x', cost: { exact: '9' } } }));
	const rows = $input.all().map(({ json }) => ({ image_id: json.image.id, cost_usd: String(json.cost.usd), total_usd: json.cost.totalUsd, draft_id: json.draft.id }));
	const failed = $('Drafts').all().filter(({ json }) => json.error);
	return [...rows, ...edited, ...marked, { other: 1 }].map((json) => ({ json })).concat($('Drafts').all(), $input.all(), failed);
`;

let workshop: Workshop;
beforeAll(async () => {
	workshop = await openWorkshop();
});
beforeEach(() => workshop.simulator.reset());
afterAll(async () => await workshop.close());

describe('Cost: Report', () => {
	it('equals what was billed: drafts, a blocked one, a promotion of each, and images that come in again, edited and as rows', async () => {
		const credential = withCredential(workshop.credentialId);
		const nodes = [
			itemsNode(
				'Items',
				['a', 'b', '[blocked] c', 'd'].map((prompt, index) => ({
					prompt,
					campaign: index < 2 ? 'spring' : '-autumn',
				})),
			),
			ourNode(
				'Drafts',
				'gptImage',
				{ prompt: '={{ $json.prompt }}', count: 2, options: { includeInputFields: true } },
				{ ...credential, onError: 'continueRegularOutput' },
			),
			node(
				'Made',
				'n8n-nodes-base.code',
				{ jsCode: 'return $input.all().filter(({ json }) => json.image);' },
				{ typeVersion: 2 },
			),
			ourNode(
				'Promote',
				'gptImage',
				{
					operation: 'promote',
					model: byId('gpt-image-2'),
					quality: 'medium',
					options: { includeInputFields: true },
				},
				credential,
			),
			node('Everything', 'n8n-nodes-base.code', { jsCode: EVERYTHING }, { typeVersion: 2 }),
			ourNode(NODE, 'gptImage', {
				resource: 'cost',
				operation: 'report',
				title: 'Spring <catalogue>',
				groupBy: 'campaign',
			}),
			node('Table', 'n8n-nodes-base.extractFromFile', {
				operation: 'csv',
				binaryPropertyName: 'data_csv',
				options: {},
			}),
			ourNode('Again', 'gptImage', { resource: 'cost', operation: 'report', groupBy: 'campaign' }),
		];
		const { json, output, execution } = await workshop.result(
			await workshop.n8n.runWorkflow(await workshop.n8n.createWorkflow(chain(...nodes))),
		);

		const [report] = json;
		const [again] = nodeOutput(execution, 'Again').items;
		const made = nodeOutput(execution, 'Made').items;
		expect(made).toHaveLength(6);
		expect(picodollars(report!['total'].exact)).toBe(workshop.simulator.billedPicodollars());
		expect(report).toMatchObject({
			title: 'Spring <catalogue>',
			// What a blocked request costs is documented nowhere.
			total: { images: 12, unknownImages: 0, lostImages: 0, atLeast: true },
			byStage: [
				{ stage: 'draft', images: 6 },
				{ stage: 'final', images: 6 },
			],
			byDay: [{ day: '2026-11-20', images: 12 }],
			byGroup: [
				{ group: 'spring', images: 8, failedRequests: 0 },
				{ group: '-autumn', images: 4, failedRequests: 1, atLeast: true },
			],
			accepted: { by: 'promoted', images: 6, draftsPerWinner: 1 },
			failures: {
				count: 1,
				unknownCost: 1,
				billed: 0,
				byCode: [{ code: 'moderation_blocked', count: 1 }],
			},
			// Each made one, edited and with a field of the user's; each promoted one as a row.
			duplicates: 6 + 6 + 6 + 1,
			ignored: 1,
		});
		expect(report!['accepted'].usdPerImage).toBeCloseTo(report!['total'].usd / 6, 12);
		const [item] = output.items;
		expect(
			report!['byGroup'].reduce(
				(sum: bigint, { exact }: { exact: string }) => sum + picodollars(exact),
				0n,
			),
		).toBe(workshop.simulator.billedPicodollars());
		// The same from its own table, read by n8n: each image once, and nothing that a spreadsheet would take for a formula.
		const [spring, autumn] = report!['byGroup'];
		for (const name of [
			'total',
			'byModel',
			'byStage',
			'byQuality',
			'byDay',
			'byStatus',
			'accepted',
			'failures',
		])
			expect(again!.json[name]).toEqual(report![name]);
		expect(again!.json).toMatchObject({
			byGroup: [spring, { ...autumn, group: "'-autumn" }],
			duplicates: 0,
			ignored: 0,
		});
		const page = (await workshop.bytesOf(item!)).toString('utf8');
		expect(item!.binary!['data']).toMatchObject({
			mimeType: 'text/html',
			fileName: 'cost-report-2026-11-20.html',
			fileType: 'html',
		});
		expect(page).toContain('<h1>Spring &lt;catalogue&gt;</h1>');
		expect(page).toContain(`<td>$${Number(report!['byModel'][0].exact).toFixed(6)}</td>`);
	});

	it('says what a batch saved, and adds up what comes out of it', async () => {
		const submitted = await workshop.run([{}], {
			resource: 'batch',
			operation: 'submit',
			prompt: 'x',
			count: 3,
		});
		await workshop.simulator.settled();
		const collect = ourNode(
			'Collect',
			'gptImage',
			{
				resource: 'batch',
				operation: 'collect',
				batchId: byId(String(submitted.json[0]!['batchId'])),
			},
			withCredential(workshop.credentialId),
		);
		const { json } = await workshop.run(
			[{}],
			{ resource: 'cost', operation: 'report' },
			{},
			collect,
		);

		const billed = workshop.simulator.billedPicodollars();
		expect(picodollars(json[0]!['total'].exact)).toBe(billed);
		expect(json[0]).toMatchObject({ batch: { images: 3, savedUsd: json[0]!['total'].usd } });
	});
});
