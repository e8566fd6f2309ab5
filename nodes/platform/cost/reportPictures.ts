import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { inspectImage } from '../../core/images/inspect';
import type { ImageRecord } from '../../core/report/imageRecord';
import {
	bySelection,
	MOST_PICTURES,
	type Picture,
	PICTURE_BYTES,
} from '../../core/report/pictures';
import { fieldOfDraft } from '../n8n/inputRow';

/** Files that are looked at, so that thousands of large ones don't hold up the report. */
const MOST_TRIED = 300;

/**
 * The images that come with their files, as far as there is room for them on the page. They are shown small but not made
 * smaller, because that needs an image library.
 */
export async function readPictures(
	context: IExecuteFunctions,
	images: readonly ImageRecord[],
): Promise<Picture[]> {
	const pictures: Picture[] = [];
	let room = PICTURE_BYTES;
	for (const image of bySelection(images.filter(({ file }) => file !== null)).slice(
		0,
		MOST_TRIED,
	)) {
		if (pictures.length === MOST_PICTURES) break;
		const bytes = await readUpTo(context, image.file ?? 0, room);
		const facts = bytes === null ? null : inspectImage(bytes);
		if (bytes === null || facts === null) continue;
		room -= bytes.length;
		pictures.push({ image, mimeType: facts.mimeType, base64: bytes.toString('base64') });
	}
	return pictures;
}

/** @returns `null` = it is larger, or n8n has it no more: a report does without */
async function readUpTo(
	context: IExecuteFunctions,
	itemIndex: number,
	most: number,
): Promise<Buffer | null> {
	const field = fieldOfDraft(context, itemIndex, []);
	if (field === null) return null;
	try {
		if ((await sizeOf(context, context.helpers.assertBinaryData(itemIndex, field))) > most)
			return null;
		return await context.helpers.getBinaryDataBuffer(itemIndex, field);
	} catch {
		return null;
	}
}

/** What stands in the item may be another file's size. */
async function sizeOf(context: IExecuteFunctions, { id, data }: IBinaryData): Promise<number> {
	return id ? (await context.helpers.getBinaryMetadata(id)).fileSize : (data.length * 3) / 4;
}
