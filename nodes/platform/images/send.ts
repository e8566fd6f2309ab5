import type { IExecuteFunctions } from 'n8n-workflow';
import type { SendResult } from '../../core/run/outcome';
import { openUpload } from '../binary';
import type { Answer, ImageApi, SendOptions } from '../client';
import { unreadableInput } from '../failures';
import type { LazyFile } from '../lazyFile';
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
	let files: { images: LazyFile[]; mask: LazyFile | null };
	try {
		files = await openFiles(context, itemIndex, plan);
	} catch (error) {
		return { ok: false, failure: unreadableInput(error) };
	}
	const sent = await api.edit(plan.request, files, options);
	if (sent.ok) return sent;
	// They are read while they are sent, which ends when one can't be read any further.
	const unreadable =
		[...files.images, files.mask].find((file) => file !== null && file.failure !== null)?.failure ??
		null;
	return unreadable === null ? sent : { ok: false, failure: unreadableInput(unreadable.error) };
}

async function openFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	{ files }: ImagePlan,
): Promise<{ images: LazyFile[]; mask: LazyFile | null }> {
	const images: LazyFile[] = [];
	for (const [index, image] of files.images.entries()) {
		images.push(await openUpload(context, itemIndex, image, `image-${index + 1}`));
	}
	return { images, mask: files.mask && (await openUpload(context, itemIndex, files.mask, 'mask')) };
}
