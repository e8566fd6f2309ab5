import type { IExecuteFunctions } from 'n8n-workflow';
import { secretForms, withoutSecretsIn } from '../../core/failures/secrets';
import type { ImageReference } from '../../core/requests/inputImages';
import type { SendResult } from '../../core/scheduler/outcome';
import { unreadableInput } from '../http/failures';
import { type BinaryInput, openUpload } from '../n8n/inputBinary';
import { LazyFile } from '../n8n/lazyFile';
import type { Answer, ImageApi, SendOptions } from '../providers/imageApi';
import type { ImagePlan } from './types';

/** Sends a plan: the only way from a plan to the API. */
export async function sendPlan(
	context: IExecuteFunctions,
	api: ImageApi,
	plan: ImagePlan,
	options: SendOptions,
): Promise<SendResult<Answer>> {
	if (plan.endpoint === 'generate') return await api.generate(plan.request, options);
	let files: OpenFiles;
	try {
		files = await openFiles(context, plan);
	} catch (error) {
		return { ok: false, failure: unreadableInput(error) };
	}
	const sent = withoutQueries(await api.edit(plan.request, files, options), plan);
	if (sent.ok) return sent;
	// They are read while they are sent, which ends when one can't be read any further.
	const unreadable =
		[...files.images, files.mask, files.markup]
			.flatMap((file) => (file instanceof LazyFile ? file : []))
			.find(({ failure }) => failure !== null)?.failure ?? null;
	return unreadable === null ? sent : { ok: false, failure: unreadableInput(unreadable.error) };
}

/** A link's query may hold a signature, and servers quote the link that they could not open. */
function withoutQueries<T>(sent: SendResult<T>, { files }: ImagePlan): SendResult<T> {
	if (sent.ok) return sent;
	const secrets = files.images.flatMap(({ reference }) =>
		reference !== null && 'image_url' in reference ? queriesOf(reference.image_url) : [],
	);
	return { ...sent, failure: withoutSecretsIn(sent.failure, secretForms(...secrets)) };
}

/** As a whole, and what of it is too long for a word. */
function queriesOf(link: string): string[] {
	const { search, searchParams } = new URL(link);
	return [search, ...[...searchParams.values()].filter(({ length }) => length >= 16)];
}

interface OpenFiles {
	images: Array<LazyFile | ImageReference>;
	mask: LazyFile | null;
	markup: LazyFile | null;
}

async function openFiles(context: IExecuteFunctions, { files }: ImagePlan): Promise<OpenFiles> {
	const images: OpenFiles['images'] = [];
	for (const [index, image] of files.images.entries()) {
		images.push(image.reference ?? (await openUpload(context, image, `image-${index + 1}`)));
	}
	const overlay = async (file: BinaryInput | null, name: string): Promise<LazyFile | null> =>
		file && (await openUpload(context, file, name));
	return {
		images,
		mask: await overlay(files.mask, 'mask'),
		markup: await overlay(files.markup ?? null, 'markup'),
	};
}
