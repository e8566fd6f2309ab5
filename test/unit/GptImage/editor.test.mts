import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { endOfLifeHints } from '../../../nodes/GptImage/fields/hints';
import { GptImage } from '../../../nodes/GptImage/GptImage.node';
import { searchBatches } from '../../../nodes/GptImage/methods/searchBatches';
import { searchFallbackModels, searchModels } from '../../../nodes/GptImage/methods/searchModels';
import { fakeN8n, type FakeSetup, jsonAnswer } from '../fixtures/fakeN8n.mts';

async function search(
	filter: string | undefined,
	answer: NonNullable<FakeSetup['answer']>,
	credential: Record<string, string> = {},
): Promise<string[]> {
	const { context } = fakeN8n({ answer, credential, listsModels: true });
	const { results } = await searchModels.call(context as unknown as ILoadOptionsFunctions, filter);
	return results.map(({ value }) => String(value));
}

const live = () =>
	jsonAnswer({
		object: 'list',
		data: ['gpt-image-2', 'gpt-image-9', 'gpt-5'].map((id) => ({ id })),
	});

describe('the model list in the editor', () => {
	it('holds the roles and what the key may use', async () => {
		expect(await search(undefined, live)).toEqual(['draft', 'final', 'gpt-image-2', 'gpt-image-9']);
	});

	it.each([
		// Both roles mean the only model that this key may use.
		['IMAGE-2', ['draft', 'final', 'gpt-image-2']],
		['  draft ', ['draft']],
		['nothing of the kind', []],
	])('is filtered by %j, whatever its case', async (filter, found) => {
		expect(await search(filter, live)).toEqual(found);
	});

	it('holds what the catalogue knows when the API refuses, is not there, or makes no sense', async () => {
		const refused = await search(undefined, () => jsonAnswer({ error: { message: 'no' } }, 401));
		const offline = await search(undefined, () =>
			Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })),
		);
		const badAddress = await search(undefined, live, { baseUrl: 'nonsense' });

		for (const values of [refused, offline, badAddress]) {
			expect(values.slice(0, 2)).toEqual(['draft', 'final']);
			expect(values).toEqual(
				expect.arrayContaining(['gpt-image-2', 'gpt-image-2.5-flare', 'gpt-image-2.6-sunburst']),
			);
			expect(values).not.toContain('gpt-image-9');
		}
	});
});

describe('the list of batches', () => {
	const batch = (id: string, endpoint = '/v1/images/generations') => ({
		id,
		object: 'batch',
		status: 'completed',
		endpoint,
		input_file_id: 'i',
		created_at: 1,
		request_counts: { total: 1, completed: 1, failed: 0 },
	});
	const chats = (from: number) =>
		Array.from({ length: 3 }, (_, index) => batch(`chat_${from + index}`, '/v1/chat/completions'));
	const pages = [
		chats(0),
		chats(3),
		[...chats(6), batch('batch_1'), batch('batch_2', '/v1/images/edits')],
		[batch('batch_3')],
	];

	/** Pages in their order, however often the last one is asked for. */
	const server = (hasMore?: boolean) => {
		const asked: string[] = [];
		const answer: NonNullable<FakeSetup['answer']> = ({ url }) => {
			const after = new URL(url).searchParams.get('after');
			asked.push(after ?? '');
			const index =
				after === null
					? 0
					: Math.min(pages.findIndex((page) => page.at(-1)?.id === after) + 1, pages.length - 1);
			return jsonAnswer({
				object: 'list',
				data: pages[index],
				has_more: hasMore ?? index < pages.length - 1,
			});
		};
		return { asked, answer };
	};

	it('in the editor holds those of images, and looks on where a page has none', async () => {
		const { asked, answer } = server();
		const { context } = fakeN8n({ answer });
		const first = await searchBatches.call(context as unknown as ILoadOptionsFunctions);
		const second = await searchBatches.call(
			context as unknown as ILoadOptionsFunctions,
			'',
			first.paginationToken as string,
		);

		expect(first.results.map(({ value }) => value)).toEqual(['batch_1', 'batch_2']);
		expect(second).toMatchObject({ results: [{ value: 'batch_3' }] });
		expect(second.paginationToken).toBeUndefined();
		expect(asked).toEqual(['', 'chat_2', 'chat_5', 'batch_2']);
	});

	it('in the editor tells batches without a label apart, by what they hold and by the end of their ID', async () => {
		const metadata = {
			created_by: 'n8n-nodes-gpt-image',
			model: 'gpt-image-2',
			request_count: '3',
			image_count: '12',
		};
		const twins = ['batch_aaaa111111', 'batch_aaaa222222'].map((id) => ({
			...batch(id),
			created_at: 1_763_629_200,
			metadata,
		}));
		const labelled = {
			...batch('batch_3'),
			created_at: 1_763_629_260,
			metadata: { ...metadata, label: 'nightly', image_count: '1' },
		};
		const { context } = fakeN8n({
			answer: () => jsonAnswer({ object: 'list', data: [...twins, labelled], has_more: false }),
		});

		expect(
			(await searchBatches.call(context as unknown as ILoadOptionsFunctions)).results.map(
				({ name }) => name,
			),
		).toEqual([
			'2025-11-20 09:00:00, 12 images, gpt-image-2, completed (…111111)',
			'2025-11-20 09:00:00, 12 images, gpt-image-2, completed (…222222)',
			'nightly, 2025-11-20 09:01:00, 1 image, gpt-image-2, completed (…atch_3)',
		]);
	});

	it('in the editor ends where a server says for ever that there is more', async () => {
		const { context } = fakeN8n({ answer: server(true).answer });

		expect(
			await searchBatches.call(context as unknown as ILoadOptionsFunctions, 'nothing of the kind'),
		).toEqual({ results: [] });
	});

	it('of Get Many holds those of images, unless all are wanted', async () => {
		const many = async (filters: object, hasMore?: boolean) => {
			const { context } = fakeN8n({
				answer: server(hasMore).answer,
				parameters: { resource: 'batch', operation: 'getAll', returnAll: true, filters, run: {} },
			});
			const [items = []] = await new GptImage().execute.call(context);
			return items.map(({ json }) => json['batchId']);
		};

		expect(await many({})).toEqual(['batch_1', 'batch_2', 'batch_3']);
		expect(await many({ allEndpoints: true })).toHaveLength(12);
		await expect(many({}, true)).rejects.toThrow('the same ones again');
	});
});

describe('a fallback', () => {
	it.each([
		['draft', ['next', 'final', 'gpt-image-2']],
		['gpt-image-2', ['next', 'draft', 'final']],
	])('for %s is offered among the other models', async (model, offered) => {
		const { context } = fakeN8n({
			answer: () => Promise.reject(Object.assign(new Error('x'), { code: 'ECONNREFUSED' })),
			listsModels: true,
		});
		const asked = {
			...context,
			getCurrentNodeParameter: () => model,
		} as unknown as ILoadOptionsFunctions;
		const values = (await searchFallbackModels.call(asked)).results.map(({ value }) => value);

		expect(values).toEqual(expect.arrayContaining(offered));
		expect(values).not.toContain(model);
		expect(values.includes('gpt-image-1-mini')).toBe(model !== 'draft');
	});

	it('is offered where images are made now, and not in batches, which wait', () => {
		const { properties } = new GptImage().description;
		const shown = properties.filter(
			({ name, options = [] }) =>
				name === 'run' &&
				['fallbackModel', 'fallbackPriceCapUsd'].every((one) =>
					options.some((option) => option.name === one),
				),
		);
		expect(shown.map(({ displayOptions }) => displayOptions?.show?.['resource'])).toEqual([
			['image'],
			['image'],
			['image'],
		]);
		expect(
			shown.flatMap(({ displayOptions }) => displayOptions?.show?.['operation']).sort(),
		).toEqual(['edit', 'generate', 'promote']);
	});
});

describe('the hints on models that end', () => {
	/** Evaluates a hint's condition as n8n's expressions do: with the parameters and a clock. */
	function shown(model: unknown, now: string): string[] {
		return endOfLifeHints()
			.filter(({ displayCondition }) => {
				const code = (displayCondition ?? '').replace(/^=\{\{(.*)\}\}$/s, '$1');
				return new Function('$parameter', 'Date', `return ${code}`)(
					{ model },
					{ now: () => new Date(now).getTime() },
				) as boolean;
			})
			.map(({ message }) => message);
	}

	it.each([
		['2026-10-31T23:59:59.999Z', []],
		[
			'2026-11-01T00:00:00.000Z',
			[expect.stringContaining('gpt-image-1-mini shuts down on 2026-12-01')],
		],
		[
			'2026-11-30T23:59:59.999Z',
			[expect.stringContaining('gpt-image-1-mini shuts down on 2026-12-01')],
		],
		[
			'2026-12-01T00:00:00.000Z',
			[expect.stringContaining('gpt-image-1-mini was shut down on 2026-12-01')],
		],
		[
			'2027-06-01T00:00:00.000Z',
			[expect.stringContaining('gpt-image-1-mini was shut down on 2026-12-01')],
		],
	])('at %s are %j', (now, messages) => {
		expect(shown({ mode: 'list', value: 'gpt-image-1-mini' }, now)).toEqual(messages);
		expect(shown('gpt-image-1-mini', now)).toEqual(messages);
	});

	it('are given for a dated snapshot, and not for a role, a live model or none', () => {
		expect(shown({ value: 'gpt-image-1.5-2025-12-16' }, '2026-11-20T00:00:00Z')).toHaveLength(1);
		for (const model of [{ value: 'draft' }, { value: 'gpt-image-2' }, { value: '' }, undefined])
			expect(shown(model, '2026-12-02T00:00:00Z')).toEqual([]);
	});
});

describe('an operation that is not known', () => {
	it.each([
		['image', 'paint'],
		['video', 'generate'],
	])('(%s, %s) is refused with a way on', async (resource, operation) => {
		const { context } = fakeN8n({ parameters: { resource, operation } });

		await expect(new GptImage().execute.call(context)).rejects.toMatchObject({
			message: `The resource '${resource}' has no operation '${operation}'`,
			description: expect.stringContaining('update the package'),
		});
	});
});
