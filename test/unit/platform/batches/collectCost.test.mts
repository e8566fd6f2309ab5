import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import { localFailure } from '../../../../nodes/core/failures/failure';
import { apiServerOf, catalogueAt } from '../../../../nodes/core/providers/connection';
import { collectBatch } from '../../../../nodes/platform/batches/collectBatch';
import type { Collector } from '../../../../nodes/platform/batches/collectTypes';
import { NameBook } from '../../../../nodes/platform/n8n/nameBook';
import { batchOf } from '../../fixtures/batchOnServer.mts';

const BATCH = batchOf({ errorFileId: null, counts: { total: 1, completed: 1, failed: 0 } });

const USAGE = {
	input_tokens: 10,
	output_tokens: 272,
	input_tokens_details: { text_tokens: 10, image_tokens: 0 },
	output_tokens_details: { text_tokens: 0, image_tokens: 272 },
};

/** What the one line of a batch cost at this provider. */
async function costAt(provider: string, usage: object) {
	const line = Buffer.from(
		JSON.stringify({
			id: '1',
			custom_id: 'a',
			response: {
				status_code: 200,
				request_id: 'r',
				body: { data: [{ b64_json: 'eA==' }], usage },
			},
		}),
	);
	const open = async (fileId: string) =>
		fileId === 'output'
			? {
					ok: true as const,
					value: {
						startsAt: 0,
						length: line.length,
						chunks: (async function* () {
							yield line;
						})(),
					},
				}
			: {
					ok: false as const,
					failure: { ...localFailure('invalidRequest', 'not_found', 'gone'), status: 404 },
				};
	const collector = {
		api: { withoutKey: <T,>(read: T): T => read, open },
		options: { maxAttempts: 1 },
		runtime: { cancelled: () => false },
		results: 'failed',
		now: new Date(),
		names: new NameBook({}),
		catalogue: catalogueAt(CATALOGUE, apiServerOf({ provider }), 'https://x.example/v1'),
		progress: () => undefined,
	} as unknown as Collector;
	const { lines } = await collectBatch(collector, BATCH);
	const outcome = lines[0]?.outcome;
	return outcome?.ok === true ? outcome.price : outcome;
}

describe('the cost of an image of a batch', () => {
	it('is half at OpenAI, whatever else the line holds', async () => {
		expect(await costAt('openai', { ...USAGE, cost: 5 })).toMatchObject({
			total: 1_098_000_000n,
			basis: 'usage',
			batchDiscount: true,
		});
	});

	it('is what a compatible server states', async () => {
		expect(await costAt('compatible', { ...USAGE, cost: 0.0021 })).toMatchObject({
			total: 2_100_000_000n,
			basis: 'provider',
			batchDiscount: false,
		});
	});

	it('is unknown where it states nothing, because no discount is known of', async () => {
		expect(await costAt('compatible', USAGE)).toMatchObject({
			total: null,
			basis: 'unknown',
			batchDiscount: false,
		});
	});
});
