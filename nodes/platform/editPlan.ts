import type { IExecuteFunctions } from 'n8n-workflow';
import { NO_ORIGIN } from '../core/lineage/origin';
import type { ChosenModel } from '../core/models/resolve';
import { UNKNOWN_MODEL } from '../core/models/unknownModel';
import { checkImageRequest } from '../core/requests/imageRequest';
import { checkInputImages, type InputFile } from '../core/requests/inputImages';
import type { AskedParameters, FieldName, Problem } from '../core/requests/parameters';
import { FIELD_LABELS } from '../core/requests/parameters';
import { wordsOf } from '../core/run/errorBody';
import { describeInput, readUpload } from './binary';
import type { EditFiles } from './client';
import type { PlannedItem } from './plan';

export interface AskedEdit {
	itemIndex: number;
	model: ChosenModel;
	asked: AskedParameters;
	/** Binary fields of the images, the first being the one that the mask applies to. */
	imageFields: string[];
	maskField: string | null;
}

/** Checks an edit by its files' first bytes; the files themselves are read when it is sent. */
export async function planEdit(context: IExecuteFunctions, edit: AskedEdit): Promise<PlannedItem> {
	const { itemIndex, model, asked } = edit;
	const images = await describeAll(context, itemIndex, edit.imageFields, 'inputBinaryFields');
	const masks = await describeAll(context, itemIndex, edit.maskField === null ? [] : [edit.maskField], 'maskBinaryField');
	const mask = masks.files[0] ?? null;
	const checked = checkImageRequest(asked, model);
	const missing = [...images.problems, ...masks.problems];
	const problems = [
		...(checked.ok ? [] : checked.problems),
		...(missing.length > 0 ? missing : checkInputImages(images.files, mask, model.entry?.capabilities ?? UNKNOWN_MODEL)),
	];
	if (!checked.ok || problems.length > 0) {
		return { itemIndex, model, origin: NO_ORIGIN, identity: null, prompt: asked.prompt, plan: { ok: false, problems } };
	}
	return {
		itemIndex,
		model,
		origin: NO_ORIGIN,
		identity: null,
		prompt: asked.prompt,
		plan: {
			ok: true,
			value: {
				...checked.value,
				files: { images: images.files, mask },
				inputImages: [...images.files, ...(mask ? [mask] : [])].map(({ identity }) => identity),
				send: async (api, options) =>
					await api.edit(
						checked.value.request,
						await readFiles(context, itemIndex, images.files, mask),
						options,
					),
			},
		},
	};
}

async function describeAll(
	context: IExecuteFunctions,
	itemIndex: number,
	fields: string[],
	parameter: FieldName,
): Promise<{ files: InputFile[]; problems: Problem[] }> {
	const files: InputFile[] = [];
	const problems: Problem[] = [];
	for (const field of fields) {
		try {
			files.push(await describeInput(context, itemIndex, field));
		} catch (error) {
			problems.push({
				field: parameter,
				message: `'${FIELD_LABELS[parameter]}' names '${field}', which can't be read: ${wordsOf(error)}`,
			});
		}
	}
	return { files, problems };
}

async function readFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	images: InputFile[],
	mask: InputFile | null,
): Promise<EditFiles> {
	const files: File[] = [];
	for (const [index, image] of images.entries()) {
		files.push(await readUpload(context, itemIndex, image, `image-${index + 1}`));
	}
	return { images: files, mask: mask && (await readUpload(context, itemIndex, mask, 'mask')) };
}
