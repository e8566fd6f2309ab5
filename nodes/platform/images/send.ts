import type { IExecuteFunctions } from 'n8n-workflow';
import type { SendResult } from '../../core/run/outcome';
import { readUpload } from '../binary';
import type { Answer, EditFiles, ImageApi, SendOptions } from '../client';
import { unreadableInput } from '../failures';
import type { ImagePlan } from './plan';

/** Sends a plan: the only way from a plan to the API. @param itemIndex whose files it works on */
export async function sendPlan(
	context: IExecuteFunctions,
	api: ImageApi,
	plan: ImagePlan,
	itemIndex: number,
	options: SendOptions,
): Promise<SendResult<Answer>> {
	if (plan.endpoint === 'generate') return await api.generate(plan.request, options);
	let files: EditFiles;
	try {
		files = await readFiles(context, itemIndex, plan);
	} catch (error) {
		return { ok: false, failure: unreadableInput(error) };
	}
	return await api.edit(plan.request, files, options);
}

async function readFiles(context: IExecuteFunctions, itemIndex: number, { files }: ImagePlan): Promise<EditFiles> {
	const images: File[] = [];
	for (const [index, image] of files.images.entries()) {
		images.push(await readUpload(context, itemIndex, image, `image-${index + 1}`));
	}
	return { images, mask: files.mask && (await readUpload(context, itemIndex, files.mask, 'mask')) };
}
