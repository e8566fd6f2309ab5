/** The paid requests: small pictures at low quality, each for several facts. */
import sharp from 'sharp';
import type { ModelEntry } from '../../nodes/core/catalogue/types.ts';
import type { Knowledge, Pixels } from './knowledge.mts';
import { NotTold, tell } from './fact.mts';
import type { Context } from './fact.mts';
import { record } from './target.mts';
import type { Question } from './target.mts';

export interface Call {
	name: string;
	model: ModelEntry;
	endpoint: '/images/generations' | '/images/edits';
	images: number;
	size: string;
	format: 'png' | 'jpeg' | 'webp';
	inputs: readonly Pixels[];
	question(context: Context): Promise<Question>;
}

export const PROMPT = 'A plain blue circle on white';
const INPUT: Pixels = { width: 512, height: 512 };

export function picture(alpha: number, format: 'png' | 'jpeg' = 'png'): Promise<Buffer> {
	const background = { r: 30, g: 90, b: 160, alpha };
	return sharp({ create: { ...INPUT, channels: 4, background } })
		.toFormat(format)
		.toBuffer();
}

export function formOf(
	parts: Readonly<Record<string, string | Buffer>>,
	type = 'image/png',
): FormData {
	const form = new FormData();
	for (const [name, value] of Object.entries(parts)) {
		if (typeof value === 'string') form.append(name, value);
		else form.append(name, new Blob([new Uint8Array(value)], { type }), 'input.png');
	}
	return form;
}

/** An upload that is deleted at the end. @returns what the API says of the file; null: it was refused */
export async function upload(
	context: Context,
	purpose: string,
	content: Buffer,
	name: string,
): Promise<Record<string, unknown> | null> {
	const form = new FormData();
	form.append('purpose', purpose);
	form.append('file', new Blob([new Uint8Array(content)]), name);
	const { status, body } = tell(await context.ask('/files', { form }), [200]);
	const file = record(body);
	if (status !== 200 || typeof file['id'] !== 'string') return null;
	context.afterwards(
		'a file',
		async () => await context.ask(`/files/${String(file['id'])}`, { method: 'DELETE' }),
	);
	return file;
}

/** For what needs the file. @throws NotTold */
export async function uploadedId(
	context: Context,
	purpose: string,
	content: Buffer,
	name: string,
): Promise<string> {
	const file = await upload(context, purpose, content, name);
	if (file === null)
		throw new NotTold(`it takes a file of the purpose ${purpose}, which was refused`);
	return String(file['id']);
}

type Extra = Readonly<Record<string, string | number>>;

function generation(
	name: string,
	model: ModelEntry,
	size: string,
	format: Call['format'],
	images: number,
	extra: Extra,
): Call {
	const asked = {
		prompt: PROMPT,
		quality: 'low',
		n: images,
		size,
		output_format: format,
		...extra,
	};
	return {
		name,
		model,
		endpoint: '/images/generations',
		images,
		size,
		format,
		inputs: [],
		question: async ({ modelName }) => ({ json: { model: modelName(model.id), ...asked } }),
	};
}

function formEdit(name: string, model: ModelEntry, size: string, withMask: boolean): Call {
	const question = async ({ modelName }: Context): Promise<Question> => {
		const files = { image: await picture(1), ...(withMask && { mask: await picture(0) }) };
		return {
			form: formOf({ model: modelName(model.id), prompt: PROMPT, quality: 'low', size, ...files }),
		};
	};
	return {
		name,
		model,
		endpoint: '/images/edits',
		images: 1,
		size,
		format: 'png',
		inputs: [INPUT],
		question,
	};
}

function jsonEdit(name: string, model: ModelEntry, size: string): Call {
	const question = async (context: Context): Promise<Question> => {
		const id = await uploadedId(context, 'vision', await picture(1), 'input.png');
		const asked = {
			prompt: PROMPT,
			quality: 'low',
			size,
			background: 'transparent',
			output_format: 'webp',
		};
		return { json: { model: context.modelName(model.id), ...asked, images: [{ file_id: id }] } };
	};
	return {
		name,
		model,
		endpoint: '/images/edits',
		images: 1,
		size,
		format: 'webp',
		inputs: [INPUT],
		question,
	};
}

/** What the facts are asked with; a model that has ended is left out. */
export interface Calls {
	/** The cheapest model at its cheapest. */
	two: Call;
	jsonEdit: Call;
	plain: Call;
	maskEdit: Call;
	/** Edits of gpt-image-1.5, whose answers hold text; null: it is gone. */
	textEdit: Call | null;
	/** One image of each other model that has token counts of its own. */
	others: readonly Call[];
	all: readonly Call[];
}

export function callsFor(knowledge: Knowledge, now: Date): Calls {
	const live = knowledge.catalogue.models.filter((model) => !knowledge.isGone(model, now));
	const find = (id: string): ModelEntry[] => live.filter((model) => model.id === id);
	const [cheapest] = knowledge.catalogue.roles.draft.flatMap(find);
	const [main] = find('gpt-image-2');
	if (cheapest === undefined || main === undefined)
		throw new Error('The catalogue has no live model to ask.');
	const cheapSize = cheapest.outputTokens?.kind === 'table' ? '1024x1024' : '1024x1536';
	const two = generation(`two images of ${cheapest.id}`, cheapest, cheapSize, 'jpeg', 2, {
		output_compression: 50,
	});
	const plain = generation('one image of gpt-image-2', main, '1024x1536', 'png', 1, {});
	const [text] = find('gpt-image-1.5');
	const textEdit =
		text === undefined ? null : formEdit('an edit with gpt-image-1.5', text, '1024x1024', false);
	const sizes: ReadonlyArray<[string, string]> = [
		['gpt-image-2.5-flare', '1024x1536'],
		['gpt-image-2.5-sunburst', '1024x1536'],
		['gpt-image-2.6-flare', '1536x1024'],
	];
	const others = sizes.flatMap(([id, size]) =>
		find(id)
			.filter((model) => model !== cheapest)
			.map((model) => generation(`one image of ${id}`, model, size, 'png', 1, {})),
	);
	const calls = {
		two,
		plain,
		textEdit,
		others,
		jsonEdit: jsonEdit(`an edit of a stored file with ${cheapest.id}`, cheapest, cheapSize),
		maskEdit: formEdit('an edit with a mask with gpt-image-2', main, '1024x1536', true),
	};
	const all = [
		two,
		calls.jsonEdit,
		plain,
		calls.maskEdit,
		...(textEdit === null ? [] : [textEdit]),
		...others,
	];
	return { ...calls, all };
}

/** The most that a call may cost, in 10^-12 USD; null: its price is not known. */
export function mostCost(
	knowledge: Knowledge,
	{ model, images, size, inputs }: Call,
): bigint | null {
	return knowledge.mostCost(model, { prompt: PROMPT, quality: 'low', size }, images, inputs);
}
