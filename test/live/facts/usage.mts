/** What the answers to the paid requests say of their tokens, and what they hold. */
import sharp from 'sharp';
import type { Call, Calls } from '../calls.mts';
import type { Context, Fact, Seen } from '../fact.mts';
import { NotTold, tell } from '../fact.mts';
import type { Knowledge } from '../knowledge.mts';
import { list, record } from '../target.mts';
import type { Answer } from '../target.mts';

const CATALOGUE = 'nodes/core/catalogue';
const TOKENS = 'test/simulator/models/tokens.mts';

async function succeeded(context: Context, call: Call): Promise<Answer> {
	const answer = tell(await context.call(call), [200]);
	if (answer.status !== 200)
		throw new NotTold(`${call.name}: status ${answer.status}: ${answer.text.slice(0, 200)}`);
	return answer;
}

const made = async (context: Context, call: Call): Promise<Record<string, unknown>> =>
	record((await succeeded(context, call)).body);

/** A refusal has not all of them. */
const headersOf = async (context: Context, call: Call): Promise<Headers> =>
	(await succeeded(context, call)).headers;

/** A number in the usage, by its path. */
async function tokens(context: Context, call: Call, ...path: string[]): Promise<Seen> {
	const { usage } = await made(context, call);
	const value = path.reduce<unknown>((part, name) => record(part)[name], usage);
	return typeof value === 'number' ? value : null;
}

/** "input_tokens", "input_tokens_details.text_tokens" … */
function paths(value: unknown, prefix = ''): string[] {
	return Object.entries(record(value)).flatMap(([name, entry]) =>
		typeof entry === 'object' && entry !== null
			? paths(entry, `${prefix}${name}.`)
			: [`${prefix}${name}`],
	);
}

function outputFacts(knowledge: Knowledge, { all }: Calls): Fact[] {
	return all.map((call) => ({
		name: `Image output tokens of ${call.name}, low, ${call.size}`,
		area: 'usage',
		expected: (knowledge.outputTokens(call.model, 'low', call.size) ?? 0) * call.images,
		writtenIn: { file: CATALOGUE, what: `${call.model.id}: outputTokens, low, ${call.size}` },
		calls: [call],
		probe: async (context) => {
			const seen = await tokens(context, call, 'output_tokens_details', 'image_tokens');
			return seen ?? (await tokens(context, call, 'output_tokens'));
		},
	}));
}

function inputFacts(knowledge: Knowledge, { all }: Calls): Fact[] {
	return all.flatMap((call): Fact[] => {
		const [size] = call.inputs;
		if (size === undefined) return [];
		return [
			{
				name: `Image input tokens of ${call.name}, ${size.width}x${size.height}`,
				area: 'usage',
				expected: knowledge.inputImageTokens(call.model, size),
				writtenIn: { file: CATALOGUE, what: `${call.model.id}: capabilities.inputImageTokens` },
				calls: [call],
				probe: async (context) =>
					await tokens(context, call, 'input_tokens_details', 'image_tokens'),
			},
		];
	});
}

const USAGE = [
	'input_tokens',
	'input_tokens_details.image_tokens',
	'input_tokens_details.text_tokens',
	'output_tokens',
	'output_tokens_details.image_tokens',
	'output_tokens_details.text_tokens',
	'total_tokens',
];

function shapeFacts({ two, jsonEdit, plain, maskEdit, textEdit }: Calls): Fact[] {
	const shapes = [two, plain, maskEdit, jsonEdit].map((call): Fact => ({
		name: `Fields in the usage of ${call.name}`,
		area: 'usage',
		expected: USAGE,
		writtenIn: { file: 'test/simulator/models/billing.mts', what: 'makeUsage' },
		calls: [call],
		probe: async (context) => paths((await made(context, call))['usage']).sort(),
	}));
	const text: Fact[] =
		textEdit === null
			? []
			: [
					{
						name: 'Whether an edit with gpt-image-1.5 puts out text',
						area: 'usage',
						expected: true,
						writtenIn: { file: TOKENS, what: 'TEXT_OF_EDITS' },
						calls: [textEdit],
						probe: async (context) =>
							Number(await tokens(context, textEdit, 'output_tokens_details', 'text_tokens')) > 0,
					},
				];
	return [
		...shapes,
		...text,
		{
			name: 'Text output tokens of gpt-image-2',
			area: 'usage',
			expected: 0,
			writtenIn: { file: `${CATALOGUE}/gptImage2.ts`, what: 'prices.textOutput' },
			calls: [plain],
			probe: async (context) =>
				await tokens(context, plain, 'output_tokens_details', 'text_tokens'),
		},
		{
			name: 'Whether total_tokens is the sum',
			area: 'usage',
			expected: true,
			writtenIn: { file: 'test/simulator/models/billing.mts', what: 'makeUsage' },
			calls: [maskEdit],
			probe: async (context) =>
				Number(await tokens(context, maskEdit, 'total_tokens')) ===
				Number(await tokens(context, maskEdit, 'input_tokens')) +
					Number(await tokens(context, maskEdit, 'output_tokens')),
		},
	];
}

/** Format and pixels of each image that came, read from its bytes. */
async function pictures(context: Context, call: Call): Promise<Seen> {
	const { data } = await made(context, call);
	const images = list(data).map((image) =>
		Buffer.from(String(record(image)['b64_json'] ?? ''), 'base64'),
	);
	const facts = images.map(async (bytes) => {
		const { format, width, height, hasAlpha } = await sharp(bytes).metadata();
		return `${format} ${width}x${height}${call.format === 'webp' && hasAlpha ? ', transparent' : ''}`;
	});
	return await Promise.all(facts);
}

const FIELDS = ['background', 'created', 'data', 'output_format', 'quality', 'size', 'usage'];

/** What is refused against all that is known must not hide behind the facts that need its answer. */
function madeFacts({ all }: Calls): Fact[] {
	return all.map((call) => ({
		name: `Whether the API makes ${call.name}`,
		area: 'answers',
		expected: 'yes',
		writtenIn: { file: 'nodes/core/catalogue', what: `${call.model.id}: capabilities` },
		calls: [call],
		probe: async (context) => {
			const { status, body } = tell(await context.call(call), [200]);
			const { code, message } = record(record(body)['error']);
			return status === 200 ? 'yes' : `refused: ${String(code ?? message)}`;
		},
	}));
}

function answerFacts({ two, jsonEdit, plain, maskEdit }: Calls): Fact[] {
	const images = [two, plain, maskEdit, jsonEdit].map((call): Fact => ({
		name: `What came of ${call.name}`,
		area: 'answers',
		expected: Array.from(
			{ length: call.images },
			() => `${call.format} ${call.size}${call.format === 'webp' ? ', transparent' : ''}`,
		),
		writtenIn: { file: 'test/simulator/images/respond.mts', what: 'data' },
		calls: [call],
		probe: async (context) => await pictures(context, call),
	}));
	return [
		...images,
		{
			name: 'Fields of an answer with images',
			area: 'answers',
			expected: FIELDS,
			writtenIn: { file: 'test/simulator/images/respond.mts', what: 'bodyOf' },
			calls: [plain],
			probe: async (context) => Object.keys(await made(context, plain)).sort(),
		},
		{
			name: 'What an answer says of its quality, size and format',
			area: 'answers',
			expected: { quality: 'low', size: plain.size, output_format: 'png', background: 'opaque' },
			writtenIn: { file: 'test/simulator/images/respond.mts', what: 'bodyOf' },
			calls: [plain],
			probe: async (context) => {
				const {
					quality = null,
					size = null,
					output_format = null,
					background = null,
				} = (await made(context, plain)) as Record<string, string | null>;
				return { quality, size, output_format, background };
			},
		},
	];
}

function headerFacts({ plain }: Calls): Fact[] {
	const header = (name: string, pattern: RegExp): Fact => ({
		name: `The header ${name}`,
		area: 'headers',
		expected: String(pattern),
		writtenIn: { file: 'test/simulator/http/server.mts', what: name },
		calls: [plain],
		probe: async (context) => {
			const value = (await headersOf(context, plain)).get(name);
			return value !== null && pattern.test(value) ? String(pattern) : value;
		},
	});
	return [
		header('x-request-id', /^req_\w+$/),
		header('openai-processing-ms', /^\d+$/),
		header('openai-version', /^2020-10-01$/),
		{
			name: 'What the headers x-ratelimit-limit-* count',
			area: 'headers',
			expected: ['input-images', 'requests'],
			writtenIn: { file: 'test/simulator/rateLimit.mts', what: 'headers' },
			calls: [plain],
			probe: async (context) =>
				[...(await headersOf(context, plain)).keys()]
					.flatMap((name) => /^x-ratelimit-limit-(.+)$/.exec(name)?.[1] ?? [])
					.sort(),
		},
	];
}

export function usageFacts(knowledge: Knowledge, calls: Calls): Fact[] {
	return [
		...outputFacts(knowledge, calls),
		...inputFacts(knowledge, calls),
		...shapeFacts(calls),
		...madeFacts(calls),
		...answerFacts(calls),
		...headerFacts(calls),
	];
}
