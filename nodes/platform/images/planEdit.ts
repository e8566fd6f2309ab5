import type { IExecuteFunctions } from 'n8n-workflow';
import { UNKNOWN_MODEL } from '../../core/models/unknownModel';
import { checkImageRequest } from '../../core/requests/imageRequest';
import { checkInputImages, type InputFile } from '../../core/requests/inputImages';
import { FIELD_LABELS, type FieldName, type Problem } from '../../core/requests/parameters';
import { wordsOf } from '../../core/run/errorBody';
import { describeInput } from '../binary';
import { plannedItem, type Ask, type PlannedItem } from './plan';

export interface EditFields {
	/** Binary fields of the images, the first being the one that the mask applies to. */
	imageFields: string[];
	maskField: string | null;
}

/** Checks an edit by its files' first bytes; the files themselves are read when it is sent. */
export async function planEdit(
	context: IExecuteFunctions,
	ask: Ask,
	fields: EditFields,
): Promise<PlannedItem> {
	const { itemIndex, model } = ask;
	const images = await describeAll(context, itemIndex, fields.imageFields, 'inputBinaryFields');
	const masks = await describeAll(
		context,
		itemIndex,
		fields.maskField === null ? [] : [fields.maskField],
		'maskBinaryField',
	);
	const files = { images: images.files, mask: masks.files[0] ?? null };
	const missing = [...images.problems, ...masks.problems];
	const capabilities = model.entry?.capabilities ?? UNKNOWN_MODEL;
	const problems =
		missing.length > 0 ? missing : checkInputImages(files.images, files.mask, capabilities);
	return plannedItem(ask, { checked: checkImageRequest(ask.asked, model), problems, files });
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
				message: `'${FIELD_LABELS[parameter]}' names '${field}', ${whyUnreadable(context, itemIndex, field, error)}`,
			});
		}
	}
	return { files, problems };
}

function whyUnreadable(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
	error: unknown,
): string {
	const there = Object.keys(context.getInputData()[itemIndex]?.binary ?? {});
	if (there.includes(field)) return `which can't be read: ${wordsOf(error)}`;
	const has =
		there.length === 0
			? 'has no file at all: put a node that brings one before this node'
			: `has ${there.map((name) => `'${name}'`).join(', ')}`;
	return `which the input item does not have. It ${has}.`;
}
