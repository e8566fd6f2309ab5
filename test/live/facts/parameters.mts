/** Parameters of which sources say different things: asked for with a value that is refused, which costs nothing and tells whether the name is known. */
import { formOf, picture, PROMPT } from '../calls.mts';
import type { Context, Fact, Seen } from '../fact.mts';
import { NotTold, tell } from '../fact.mts';
import type { Knowledge } from '../knowledge.mts';
import type { Answer, Question } from '../target.mts';
import { record } from '../target.mts';

const FILE = 'test/simulator/images/parameters.mts';

/** What is wrong on purpose in these requests beside the parameter. */
const LATER = ['size', 'background', 'output_format'];

/** What a refusal says of one parameter. */
function verdict({ status, body }: Answer, name: string): Seen {
	if (status < 400) return 'taken';
	const { code, param } = record(record(body)['error']);
	// What else is wrong is looked at after this parameter.
	if (LATER.includes(String(param))) return 'taken';
	if (param !== name)
		throw new NotTold(
			`it was refused for something else: ${String(code)}${typeof param === 'string' ? ` of ${param}` : ''}`,
		);
	return code === 'unknown_parameter' || code === 'unsupported_parameter'
		? 'not known'
		: `refused: ${String(code)}`;
}

interface Disputed {
	name: string;
	parameter: string;
	expected: Seen;
	model: string;
	path: '/images/generations' | '/images/edits';
	question(model: string): Promise<Question>;
}

/** Always refused in the end, so that nothing is spent: no model takes this size. */
const REFUSED_SIZE = '16x16';

const json =
	(change: Record<string, unknown>) =>
	async (model: string): Promise<Question> => ({
		json: { model, prompt: PROMPT, quality: 'low', size: REFUSED_SIZE, ...change },
	});

const form =
	(change: Record<string, string>) =>
	async (model: string): Promise<Question> => ({
		form: formOf({
			model,
			prompt: PROMPT,
			quality: 'low',
			size: REFUSED_SIZE,
			image: await picture(1),
			...change,
		}),
	});

const jsonEdit =
	(change: Record<string, unknown>) =>
	async (model: string): Promise<Question> => {
		const image_url = `data:image/png;base64,${(await picture(1)).toString('base64')}`;
		return await json({ images: [{ image_url }], ...change })(model);
	};

function disputes(has: (id: string) => boolean): Disputed[] {
	const generate = '/images/generations' as const;
	const edit = '/images/edits' as const;
	const known = 'refused: invalid_value';
	const all: Disputed[] = [
		{
			name: 'moderation with an edit as a form',
			parameter: 'moderation',
			expected: known,
			model: 'gpt-image-2',
			path: edit,
			question: form({ moderation: 'none' }),
		},
		{
			name: 'moderation with an edit as JSON',
			parameter: 'moderation',
			expected: known,
			model: 'gpt-image-2',
			path: edit,
			question: jsonEdit({ moderation: 'none' }),
		},
		{
			name: 'a safety_identifier of 128 characters',
			parameter: 'safety_identifier',
			expected: 'taken',
			model: 'gpt-image-2',
			path: generate,
			question: json({ safety_identifier: 's'.repeat(128) }),
		},
		{
			name: 'a safety_identifier of 129 characters',
			parameter: 'safety_identifier',
			expected: 'refused: string_above_max_length',
			model: 'gpt-image-2',
			path: generate,
			question: json({ safety_identifier: 's'.repeat(129) }),
		},
		{
			name: 'the quality xhigh with gpt-image-2',
			parameter: 'quality',
			expected: known,
			model: 'gpt-image-2',
			path: generate,
			question: json({ quality: 'xhigh' }),
		},
		{
			name: 'the quality max with gpt-image-2.5',
			parameter: 'quality',
			expected: 'taken',
			model: 'gpt-image-2.5-flare',
			path: generate,
			question: json({ quality: 'max' }),
		},
		{
			name: 'complexity with gpt-image-2.6',
			parameter: 'complexity',
			expected: known,
			model: 'gpt-image-2.6-flare',
			path: generate,
			question: json({
				complexity: 'none',
				size: '1536x1024',
				background: 'transparent',
				output_format: 'jpeg',
			}),
		},
		{
			name: 'input_fidelity low with gpt-image-1.5',
			parameter: 'input_fidelity',
			expected: 'taken',
			model: 'gpt-image-1.5',
			path: edit,
			question: form({ input_fidelity: 'low' }),
		},
	];
	return all.filter(({ model }) => has(model));
}

export function parameterFacts({ catalogue, isGone }: Knowledge, now: Date): Fact[] {
	const has = (id: string): boolean =>
		catalogue.models.some((model) => model.id === id && !isGone(model, now));
	return disputes(has).map(({ name, parameter, expected, model, path, question }): Fact => ({
		name: `Whether it takes ${name}`,
		area: 'parameters',
		expected,
		writtenIn: { file: FILE, what: `'${parameter}'` },
		probe: async (context: Context) =>
			verdict(
				tell(
					await context.askRefused(path, await question(context.modelName(model)), model, true),
					[400],
				),
				parameter,
			),
	}));
}
