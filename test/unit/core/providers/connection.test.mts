import { CATALOGUE } from '../../../../nodes/core/catalogue/catalogue';
import {
	catalogueAt,
	apiServerOf,
	providerProblems,
	nameAt,
} from '../../../../nodes/core/providers/connection';
import { dataResidencyNotice } from '../../../../nodes/core/providers/dataResidency';
import { findEntry, findModel, resolveModel } from '../../../../nodes/core/catalogue/resolve';
import { chooseModel, moveOn } from '../../../../nodes/core/modelChoice/successor';
import { resolveBatchModel } from '../../../../nodes/core/batch/batchModel';
import type { ImageRequest } from '../../../../nodes/core/requests/imageRequest';
import { modelNamed, TODAY } from '../../fixtures/models.mts';

const MINI = 'gpt-image-1-mini';
const TWO = 'gpt-image-2';
const FLARE = 'gpt-image-2.5-flare';

/** Through Azure with these deployments: what is sent, and what it is priced as. */
function through(deployments: string) {
	const provider = apiServerOf({ provider: 'azure', deployments });
	const catalogue = catalogueAt(CATALOGUE, provider, 'https://mine.openai.azure.com/openai/v1');
	const sent = (requested: string) => {
		const { id, entry } = resolveModel(requested, TODAY, catalogue);
		return [nameAt(id, provider, catalogue), entry?.id ?? null];
	};
	return { provider, catalogue, sent };
}

describe('a deployment', () => {
	it.each<[string, string, string, string | null]>([
		['my-drafts = gpt-image-1-mini', 'my-drafts', 'my-drafts', MINI],
		['my-drafts = gpt-image-1-mini', MINI, 'my-drafts', MINI],
		['gpt-image-1-mini = gpt-image-2', MINI, MINI, TWO],
		['gpt-image-1-mini = gpt-image-2', TWO, MINI, TWO],
		['gpt-image-2 = gpt-image-1-mini', TWO, TWO, MINI],
		['gpt-image-2 = gpt-image-1-mini', MINI, TWO, MINI],
		[
			'gpt-image-2-2026-04-21 = gpt-image-1-mini',
			'gpt-image-2-2026-04-21',
			'gpt-image-2-2026-04-21',
			MINI,
		],
		['x = gpt-image-2-2026-04-21', TWO, 'x', TWO],
		['gpt-image-2 = gpt-image-2', TWO, TWO, TWO],
		['gpt-image-2 = gpt-image-9', TWO, TWO, null],
		['x = gpt-image-9', 'x', 'x', null],
		['x = gpt-image-2, y = x', 'y', 'y', null],
		['', TWO, TWO, TWO],
		['a = gpt-image-2', 'b', 'b', null],
		['a = gpt-image-2', 'constructor', 'constructor', null],
	])('of %j, asked for %j: %j is sent and priced as %j', (deployments, requested, name, id) => {
		expect(through(deployments).sent(requested)).toEqual([name, id]);
	});

	it.each([
		'gpt-image-1-mini = gpt-image-2, gpt-image-2 = gpt-image-1-mini',
		'gpt-image-2 = gpt-image-1-mini\ngpt-image-1-mini = gpt-image-2',
	])('of a swapped pair is what it is mapped to, in either order (%j)', (deployments) => {
		const { sent } = through(deployments);

		expect([sent(MINI), sent(TWO)]).toEqual([
			[MINI, TWO],
			[TWO, MINI],
		]);
		expect([sent('draft'), sent('final')]).toEqual([
			[TWO, MINI],
			[MINI, TWO],
		]);
	});

	it('of any three models under any of their names is sent and priced as the same, for roles too', () => {
		const names = [MINI, TWO, FLARE, 'mine'];
		for (const a of names) {
			for (const b of names) {
				if (a === b) continue;
				for (const first of [MINI, TWO, FLARE, 'gpt-image-9']) {
					for (const second of [MINI, TWO, FLARE]) {
						const mapped = new Map([
							[a, first],
							[b, second],
						]);
						const { sent } = through(`${a} = ${first}\n${b} = ${second}`);
						for (const requested of [...names, 'draft', 'final']) {
							const [name, id] = sent(requested) as [string, string | null];
							// What is no deployment is sent as it is; Azure says no.
							if (mapped.has(name))
								expect(id).toBe(findEntry(mapped.get(name) ?? '', CATALOGUE)?.id ?? null);
						}
					}
				}
			}
		}
	});

	it('is also what a successor and a batch mean by it', () => {
		const { catalogue, provider } = through(
			'gpt-image-2.5-flare = gpt-image-2.5-sunburst\ngpt-image-2.5-sunburst = gpt-image-2.5-flare',
		);
		const after = new Date('2026-12-02');
		const moved = chooseModel(MINI, after, 'successor', catalogue);

		expect([nameAt(moved.id, provider, catalogue), moved.entry?.id]).toEqual([
			'gpt-image-2.5-sunburst',
			FLARE,
		]);
		expect(findModel(moved.id, catalogue)).toBe(moved.entry);
		const role = moveOn(resolveModel('draft', TODAY, catalogue), TODAY, 'fail');
		expect(role === null || findModel(role.id, catalogue) === role.entry).toBe(true);
		const batch = resolveBatchModel('draft', after, 'fail', catalogue);
		expect(findModel(batch.id, catalogue)).toBe(batch.entry);
	});

	it('leaves the models’ own names as they are, and JSON loses nothing of it', () => {
		const { catalogue } = through('my-drafts = gpt-image-1-mini');

		expect(catalogue.models.map(({ aliases }) => aliases)).toEqual(
			CATALOGUE.models.map(({ aliases }) => aliases),
		);
		expect(JSON.parse(JSON.stringify(catalogue))).toStrictEqual(catalogue);
	});
});

describe('what a provider says of its bills', () => {
	const limits = (provider: string) =>
		catalogueAt(CATALOGUE, apiServerOf({ provider }), 'https://x.example').provider;

	it('is known where a request is bounded and a batch is priced', () => {
		expect(limits('openai')).toBeUndefined();
		expect(limits('fal')).toMatchObject({
			priceList: { textInput: '2', imageInput: null },
			statesCost: false,
			batchDiscount: false,
			dataResidency: false,
		});
		expect(limits('compatible')).toMatchObject({ statesCost: true, batchDiscount: false });
		expect(limits('azure')).not.toHaveProperty('priceList');
	});

	it('is said of costs in a region, of the models that it may concern', () => {
		const { models } = catalogueAt(CATALOGUE, apiServerOf({}), 'https://eu.api.openai.com/v1');
		const notice = (id: string) =>
			dataResidencyNotice(models.find((model) => model.id === id) ?? null);

		expect(notice(TWO)).toMatch(
			/^'Base URL' is one of OpenAI's regional addresses, where OpenAI charges 10% more for some models\. OpenAI does not publish whether gpt-image-2 is one/,
		);
		expect([
			notice('gpt-image-1.5'),
			dataResidencyNotice(modelNamed(TWO)),
			dataResidencyNotice(null),
		]).toEqual([null, null, null]);
	});
});

describe('OpenRouter', () => {
	const asked = (fields: Partial<ImageRequest>) => {
		const model = resolveModel(
			TWO,
			TODAY,
			catalogueAt(
				CATALOGUE,
				apiServerOf({ provider: 'openrouter' }),
				'https://openrouter.ai/api/v1',
			),
		);
		return providerProblems(
			{
				model: TWO,
				prompt: 'x',
				quality: 'low',
				size: '1024x1024',
				output_format: 'jpeg',
				...fields,
			},
			{ mask: false, markup: false },
			model,
		).map(({ field }) => field);
	};

	it('is not known to make GIFs and SVGs', () => {
		expect([asked({ output_format: 'gif' }), asked({ output_format: 'svg' })]).toEqual([
			['outputFormat'],
			['outputFormat'],
		]);
	});

	it('takes an output compression, and no moderation', () => {
		expect([asked({ output_compression: 50 }), asked({ moderation: 'low' })]).toEqual([
			[],
			['moderation'],
		]);
	});
});
