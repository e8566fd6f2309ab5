import type { Context, Fact } from '../fact.mts';
import { NotTold, tell } from '../fact.mts';
import type { Knowledge } from '../knowledge.mts';
import { list, record } from '../target.mts';

const CATALOGUE = 'nodes/core/catalogue';

interface Listed {
	id: string;
	shutdown: string | null;
}

const listed = (context: Context): Promise<Listed[]> =>
	context.once('list of models', async () => {
		const { status, body } = tell(await context.ask('/models'), [200]);
		const entries = list(record(body)['data']).map(record);
		if (status !== 200 || entries.length === 0)
			throw new NotTold(`no list of models: status ${status}`);
		return entries.map(({ id, shutdown_date: date }) => ({
			id: String(id),
			shutdown: date === undefined || date === null ? null : String(date),
		}));
	});

const endOf = (shutdown: string | null): string =>
	shutdown === null ? 'listed, without an end' : `listed, ends ${shutdown}`;

const isGptImage = (id: string): boolean => /(?:^|\/)(?:gpt-image|chatgpt-image)/.test(id);

export function modelFacts({ catalogue, isGone }: Knowledge, now: Date): Fact[] {
	const live = catalogue.models.filter((model) => !isGone(model, now));
	const each = catalogue.models.map((model): Fact => ({
		name: `${model.id}: whether it is listed, and its end`,
		area: 'models',
		expected: isGone(model, now) ? 'not listed' : endOf(model.lifecycle.shutdown),
		writtenIn: { file: CATALOGUE, what: `${model.id}: lifecycle.shutdown` },
		needs: 'models',
		probe: async (context) => {
			const found = (await listed(context)).find(({ id }) => id === context.modelName(model.id));
			return found === undefined ? 'not listed' : endOf(found.shutdown);
		},
	}));
	const aliases = live.flatMap((model) => model.aliases).sort();
	const known = catalogue.models.flatMap((model) => [model.id, ...model.aliases]);
	return [
		...each,
		{
			name: 'Dated names of models that are listed',
			area: 'models',
			expected: aliases,
			writtenIn: { file: CATALOGUE, what: 'aliases' },
			needs: 'models',
			probe: async (context) => {
				const ids = (await listed(context)).map(({ id }) => id);
				return aliases.filter((alias) => ids.includes(context.modelName(alias)));
			},
		},
		{
			name: 'GPT Image models that are listed and not in the catalogue',
			area: 'models',
			expected: [],
			writtenIn: { file: `${CATALOGUE}/catalogue.ts`, what: 'models' },
			needs: 'models',
			probe: async (context) => {
				const names = new Set(known.map((id) => context.modelName(id)));
				return (await listed(context))
					.map(({ id }) => id)
					.filter((id) => isGptImage(id) && !names.has(id))
					.sort();
			},
		},
		{
			name: 'Fields of a listed model',
			area: 'models',
			expected: ['created', 'id', 'object', 'owned_by', 'shutdown_date'],
			writtenIn: { file: 'test/simulator/models/catalogue.mts', what: 'ListedModel' },
			needs: 'models',
			probe: async (context) =>
				Object.keys(
					record(
						tell(await context.ask(`/models/${context.modelName('gpt-image-2')}`), [200]).body,
					),
				).sort(),
		},
	];
}
