import { Workflow, type INodeParameters, type INodeTypes } from 'n8n-workflow';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { CATALOGUE } from '../../../nodes/core/catalogue/catalogue';
import { resolveBatchModel } from '../../../nodes/core/batch/batchModel';
import { modelForRole } from '../../../nodes/core/catalogue/resolve';
import { roleSpans } from '../../../nodes/core/catalogue/roleSpans';
import { estimateImagePrice } from '../../../nodes/core/pricing/outputTokens';
import { toReadableUsd } from '../../../nodes/core/util/money';
import { varyPrompt } from '../../../nodes/core/requests/variations';

const type = new GptImage();
const nodeTypes: INodeTypes = {
	getByName: () => type,
	getByNameAndVersion: () => type,
	getKnownTypes: () => ({}),
};

/** A workflow of n8n's own with our node in it, which fills in what the parameters leave out. */
const workflowOf = (parameters: INodeParameters) => {
	const node = {
		id: '1',
		name: 'GPT Image',
		type: 'gptImage',
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters,
	};
	return {
		node,
		workflow: new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes }),
	};
};

/** What n8n's editor shows before a run, worked out as it does, with n8n's own expressions. */
function hintsOf(
	parameters: INodeParameters,
	now = '2026-11-20T09:00:00Z',
	json: object = {},
): string[] {
	jest.useFakeTimers({ now: new Date(now), doNotFake: ['performance'] });
	const { workflow } = workflowOf(parameters);
	const shown = (type.description.hints ?? []).filter(({ displayCondition = '' }) => {
		const value: unknown = workflow.expression.getParameterValue(
			displayCondition,
			null,
			0,
			0,
			'GPT Image',
			[{ json: json as never }],
			'manual',
			{},
		);
		expect(typeof value).toBe('boolean');
		return value;
	});
	jest.useRealTimers();
	return shown.map(({ message }) => message);
}

const subtitleOf = (parameters: INodeParameters): unknown => {
	const { node, workflow } = workflowOf(parameters);
	return workflow.expression.getSimpleParameterValue(
		workflow.getNode(node.name)!,
		type.description.subtitle ?? '',
		'internal',
		{},
	);
};

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const axes = (...words: string[]) => ({
	axes: words.map((word, index) => ({ name: `a${index}`, words: word })),
});
const costs = (parameters: INodeParameters, now?: string, json?: object): string[] =>
	hintsOf({ prompt: 'x', ...parameters }, now, json).filter((message) =>
		message.includes('costs about'),
	);

describe('before a run the panel says what an image costs', () => {
	it.each<[string, INodeParameters, string | RegExp]>([
		[
			'by default',
			{},
			'On gpt-image-1-mini, a 1024x1024 image costs about $0.0022 (low), $0.0084 (medium) or $0.0333 (high), and half as much in a batch. The prompt costs extra. Prices differ for other sizes and providers.',
		],
		[
			'of an edit, with its input images',
			{ operation: 'edit' },
			/^On gpt-image-1-mini, .* The prompt and the input images \(about \$0\.0\d+ each\) cost extra\./,
		],
		[
			'of a draft that is refined',
			{ operation: 'promote' },
			/^On gpt-image-2\.5-sunburst, .* The prompt and the input images \(about \$0\.0\d+ each\) cost extra\./,
		],
		[
			'of a new picture from its prompt',
			{ operation: 'promote', mode: 'regenerate' },
			/^On gpt-image-2\.5-sunburst, .* The prompt costs extra\./,
		],
		['of a snapshot by its ID', { model: byId('gpt-image-1.5-2025-12-16') }, 'On gpt-image-1.5, a'],
		[
			'whatever an expression says of quality and size',
			{ quality: '={{ $json.quality }}', size: '={{ $json.size }}' },
			'a 1024x1024 image costs about $0.0022 (low), ',
		],
	])('%s', (_, parameters, words) => {
		const [told = '', ...others] = costs(parameters);
		expect(others).toEqual([]);
		if (typeof words === 'string') expect(told).toContain(words);
		else expect(told).toMatch(words);
	});

	it('of each live model, by the catalogue, and of no other', () => {
		for (const model of CATALOGUE.models) {
			const [told = ''] = costs({ model: byId(model.id) });
			const isLive = model.lifecycle.shutdown === null || model.lifecycle.shutdown > '2026-11-20';
			const prices = model.capabilities.qualities.flatMap(
				(quality) => estimateImagePrice(model, quality, '1024x1024')?.amount ?? [],
			);
			expect(prices.length).toBeGreaterThan(0);
			expect(told.includes('half as much in a batch')).toBe(
				isLive && model.capabilities.batch !== 'no',
			);
			expect([...told.matchAll(/(\$\d+\.\d+) \(/g)].map(([, usd]) => usd)).toEqual(
				isLive ? prices.map(toReadableUsd) : [],
			);
		}
	});

	it('by what a role means on the day, live and in a batch', () => {
		for (const day of [
			'2026-11-20T00:00:00Z',
			'2026-11-30T00:00:01Z',
			'2026-12-01T00:00:00Z',
			'2027-06-01T00:00:00Z',
		]) {
			for (const role of ['draft', 'final'] as const) {
				const model = byId(role);
				const { id } = resolveBatchModel(role, new Date(day), 'successor', CATALOGUE);
				expect(costs({ resource: 'batch', operation: 'submit', model }, day)).toEqual([
					expect.stringContaining(`On ${id}, `),
				]);
				expect(costs({ model }, day)).toEqual([
					expect.stringContaining(`On ${modelForRole(role, new Date(day), CATALOGUE).id}, `),
				]);
			}
		}
	});

	it.each<[string, INodeParameters]>([
		['the model comes from an expression', { model: byId('={{ $json.model }}') }],
		['the model is none of the catalogue', { model: byId('my-deployment') }],
		['nothing is made', { resource: 'cost', operation: 'estimate' }],
		['what is there is collected', { resource: 'batch', operation: 'collect' }],
	])('and nothing where %s', (_, parameters) => {
		expect(costs(parameters, undefined, { model: 'gpt-image-2' })).toEqual([]);
	});
});

describe('before a run the panel says that the chosen model does not make the chosen format', () => {
	const refusals = (parameters: INodeParameters, now?: string): string[] =>
		hintsOf({ prompt: 'x', ...parameters }, now).filter((message) => message.includes('refused'));
	const rare = CATALOGUE.models.filter(({ capabilities }) =>
		capabilities.outputFormats.includes('gif'),
	);

	it.each(['gif', 'svg'])('for each live model and %s as a run would', (outputFormat) => {
		for (const { id, capabilities } of CATALOGUE.models) {
			const isMade = (capabilities.outputFormats as readonly string[]).includes(outputFormat);
			expect(refusals({ model: byId(id), size: 'auto', options: { outputFormat } })).toEqual(
				isMade
					? []
					: [
							expect.stringMatching(
								new RegExp(
									`doesn't make ${outputFormat.toUpperCase()}s, .* such as ${rare[0]!.id}`,
								),
							),
						],
			);
		}
	});

	it('and, where it does, that no size of the list fits a GIF', () => {
		const model = byId(rare[0]!.id);
		const options = { outputFormat: 'gif' };
		for (const size of ['1024x1024', '1024x1536', '1536x1024'])
			expect(refusals({ model, size, options })).toEqual([
				expect.stringContaining("Set 'Size' to 'Auto' or 'Custom'."),
			]);
		for (const size of ['auto', 'custom', '={{ $json.size }}'])
			expect(refusals({ model, size, options })).toEqual([]);
		expect(refusals({ model, options: { outputFormat: 'svg' } })).toEqual([]);
	});

	it('for a role by what it means', () => {
		const options = { outputFormat: 'gif' };
		expect(refusals({ options })).toEqual([expect.stringContaining("doesn't make GIFs")]);
		expect(refusals({ options, operation: 'edit', model: byId('draft') })).toHaveLength(1);
		expect(refusals({ model: byId('draft'), options: { outputFormat: 'png' } })).toEqual([]);
	});

	it('for a batch that no model makes it in', () => {
		const batch = { resource: 'batch', operation: 'submit', options: { outputFormat: 'gif' } };
		for (const model of [byId('draft'), byId(rare[0]!.id)])
			expect(refusals({ ...batch, model })).toEqual([
				expect.stringContaining("OpenAI doesn't accept models that make GIFs in batches"),
			]);
		expect(refusals({ ...batch, model: byId('my-deployment') })).toEqual([]);
	});

	it('and nothing where an expression decides', () => {
		expect(
			refusals({ model: byId('={{ $json.model }}'), options: { outputFormat: 'gif' } }),
		).toEqual([]);
		expect(refusals({ options: { outputFormat: '={{ $json.format }}' } })).toEqual([]);
	});
});

describe('the panel says that drafts would be promoted with the model for drafts', () => {
	const told = (parameters: INodeParameters): string[] =>
		hintsOf({ prompt: 'x', ...parameters }).filter((message) =>
			message.includes("Set 'Model' to 'Final'"),
		);

	// Who switches an existing node from Generate to Promote keeps its model.
	it.each<[INodeParameters, number]>([
		[{ operation: 'promote', model: byId('draft') }, 1],
		[{ operation: 'promote', model: byId('draft'), mode: 'regenerate' }, 1],
		[{ resource: 'batch', operation: 'submit', endpoint: 'promote', model: byId('draft') }, 1],
		[{ operation: 'promote' }, 0],
		[{ operation: 'promote', model: byId('gpt-image-1-mini') }, 0],
		[{ operation: 'promote', model: byId('={{ $json.model }}') }, 0],
		[{ operation: 'generate', model: byId('draft') }, 0],
		[{ operation: 'edit', model: byId('draft') }, 0],
	])('%j: %i', (parameters, count) => {
		expect(told(parameters)).toHaveLength(count);
	});
});

describe('the panel says that a placeholder of the prompt has no words', () => {
	const told = (parameters: INodeParameters, json = {}): string[] =>
		hintsOf(parameters, undefined, json).filter((message) =>
			message.includes("'Variations' is empty"),
		);

	it.each<[string, INodeParameters, number]>([
		['written', { prompt: 'a {colour} mug' }, 1],
		['in the first item', { prompt: '={{ $json.prompt }}' }, 1],
		['with its words', { prompt: 'a {colour} mug', variations: axes('red') }, 0],
		['that is JSON', { prompt: '{"scene": "a mug", "n": {}}' }, 0],
		['of an expression', { prompt: '={{ $json.none }}' }, 0],
		['of an edit, which has none', { operation: 'edit', prompt: 'a {colour} mug' }, 0],
	])('%s', (_, parameters, count) => {
		expect(told(parameters, { prompt: 'a {colour} mug' })).toHaveLength(count);
	});
});

describe('the spans of the roles', () => {
	it('follow one another, the last without an end', () => {
		const spans = roleSpans((role, now) => modelForRole(role, now, CATALOGUE).id, CATALOGUE).filter(
			({ role }) => role === 'draft',
		);
		expect(spans[0]!.from).toBe(0);
		expect(spans.at(-1)!.to).toBe(Infinity);
		expect(spans.slice(1).map(({ from }) => from)).toEqual(spans.slice(0, -1).map(({ to }) => to));
		expect(spans.map(({ means }) => means)).toEqual([...new Set(spans.map(({ means }) => means))]);
	});
});

describe('before a run the panel says how many images an input item makes', () => {
	const told = (parameters: INodeParameters) =>
		hintsOf({ prompt: 'x', ...parameters }).filter((message) =>
			message.startsWith('Each input item'),
		);

	it.each<[INodeParameters, number]>([
		[{ count: 2 }, 2],
		[{ variations: axes('a, b, c, d, e'), count: 4 }, 20],
		[{ variations: axes('a\nb, c', 'x,y , y,'), count: 3 }, 12],
		[{ variations: axes('a,b,c,d', 'a,b,c,d'), options: { variationSample: 5 } }, 5],
		[{ count: 100 }, 100],
		[{ variations: axes('a,b,c,d,e,f,g,h,i,j', 'a,b,c,d,e,f,g,h,i,j'), count: 2 }, 200],
		[{ resource: 'batch', operation: 'submit', count: 3 }, 3],
		[{ operation: 'edit', count: 3 }, 3],
	])('%j: %d', (parameters, images) => {
		expect(subtitleOf({ prompt: 'x', ...parameters })).toBe(
			`${String(parameters['operation'] ?? 'generate')}: ${images} images per item`,
		);
		const words = images > 100 ? 'more than 100' : images > 24 ? 'several' : String(images);
		expect(told(parameters)).toEqual([
			`Each input item makes ${words} images, and each one is billed: 'Number of Images' for every combination of 'Variations'.`,
		]);
	});

	it.each<[string, INodeParameters]>([
		['one', {}],
		['as many as an expression says', { count: '={{ $json.count }}' }],
		['variations of an expression', { count: 2, variations: axes('={{ $json.words }}') }],
		[
			'a sample of an expression',
			{ variations: axes('a,b,c'), options: { variationSample: '={{ $json.sample }}' } },
		],
		['a placeholder without words', { count: 2, variations: axes('') }],
	])('and nothing of %s', (_, parameters) => {
		expect(told(parameters)).toEqual([]);
		expect(subtitleOf({ prompt: 'x', ...parameters })).toBe('generate: image');
	});

	it('nor of what makes none', () => {
		expect(told({ resource: 'cost', operation: 'estimate', count: 5 })).toEqual([]);
		expect(subtitleOf({ resource: 'cost', operation: 'estimate', count: 5 })).toBe(
			'estimate: cost',
		);
		expect(subtitleOf({ resource: 'cost', operation: 'report' })).toBe('report: cost');
		expect(subtitleOf({ resource: 'batch', operation: 'collect' })).toBe('collect: batch');
	});

	it.each([['soft, neon'], [' a\n\n b \nb'], ['a,,b'], ['one'], ['a, b\n'], ['\n']])(
		'words %j are counted as a run counts them',
		(words) => {
			const varied = varyPrompt('x', { axes: [{ name: 'a', words }] });
			const count = varied.ok ? varied.prompts.length : 0;
			expect(subtitleOf({ prompt: 'x', variations: axes(words) })).toBe(
				count > 1 ? `generate: ${count} images per item` : 'generate: image',
			);
		},
	);
});

it('a person reads two hints at the most, or three where there is much to say', () => {
	const everything = {
		prompt: 'a poster with the headline "Spring Sale"',
		options: { background: 'transparent' },
	};
	expect(hintsOf({ prompt: 'x' })).toHaveLength(1);
	expect(hintsOf(everything)).toHaveLength(2);
	expect(hintsOf({ ...everything, count: 3 })).toHaveLength(3);
	expect(
		hintsOf({
			...everything,
			operation: 'edit',
			inputBinaryFields: 'a, b',
			options: { inputFidelity: 'high', background: 'transparent' },
		}),
	).toHaveLength(2);
});
