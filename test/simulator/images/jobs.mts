/** From the JSON body of an image request to what is to be done: the same for a live request and a line of a batch. */
import { invalidRequest } from '../errors.mts';
import type { UploadedFile } from '../http/multipart.mts';
import type { State } from '../state.mts';
import type { InputFile, Inputs } from './inputs.mts';
import { checkDeclared, openInputs } from './inputs.mts';
import type { RawParameters } from './parameters.mts';
import { parseHead, parseOptions } from './parameters.mts';
import { readReference, readReferences } from './references.mts';
import type { Job } from './work.mts';

export function generationJob(state: State, values: Record<string, unknown>): Job {
	const raw: RawParameters = { endpoint: 'generations', values, textual: false };
	const head = parseHead(raw, state);
	return {
		endpoint: 'generations',
		head,
		options: parseOptions(raw, head.model, state),
		inputs: { images: [], masked: false },
	};
}

/** @param look at a file that the request refers to */
export async function editJob(
	state: State,
	values: Record<string, unknown>,
	look: (file: UploadedFile) => Promise<InputFile>,
): Promise<Job> {
	const raw: RawParameters = { endpoint: 'edits', values, textual: false };
	const head = parseHead(raw, state);
	const wrong = ['image', 'image[]'].find((name) => name in values);
	if (wrong !== undefined) {
		throw invalidRequest(
			`Unknown parameter: '${wrong}'. For application/json on /v1/images/edits, use 'images' (array).`,
			wrong,
			'invalid_value',
		);
	}
	const overlay = async (name: 'mask' | 'markup'): Promise<InputFile | undefined> =>
		values[name] === undefined || values[name] === null
			? undefined
			: look(await readReference(state, values[name], name));
	const images: InputFile[] = [];
	for (const file of await readReferences(state, values.images)) images.push(await look(file));
	const inputs: Inputs = { images, mask: await overlay('mask'), markup: await overlay('markup') };
	checkDeclared(inputs, 'images', false);
	const options = parseOptions(raw, head.model, state);
	return {
		endpoint: 'edits',
		head,
		options,
		inputs: await openInputs(inputs, head.model, options.format),
	};
}
