import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { UNKNOWN_MODEL } from '../../core/catalogue/resolve';
import type { Failure } from '../../core/failures/failure';
import { baseFromUser } from '../../core/images/fileName';
import { shownLink } from '../../core/images/link';
import { checkInputImages, countProblem } from '../../core/requests/inputImages';
import { type Problem, refusalCode, showValue } from '../../core/requests/parameters';
import { isoFromUnix } from '../../core/util/time';
import type { FileApi } from '../api/fileApi';
import { forgetDownloads } from '../images/downloads';
import { InputImages, notFound } from '../images/inputImages';
import { problemsError } from '../n8n/errors';
import type { BinaryInput } from '../n8n/inputBinary';
import { isTriedAgain, nodeMemory } from '../n8n/nodeContext';
import { nodeParameter } from '../n8n/nodeParameter';
import { readInputImages } from '../n8n/parameters';
import { failedReference, forEachReference, isReference, type ReferenceResult } from './references';
import { type Uploaded, Uploads } from './uploads';

const DAY_SECONDS = 24 * 3600;
const SHORTEST_SECONDS = 3600;
const LONGEST_DAYS = 30;

/**
 * Uploads the images of each input item to be used by their IDs. The same bytes are uploaded once in an execution,
 * also by other runs of this node.
 * @throws NodeApiError or NodeOperationError for the first item that fails, unless the node continues on errors
 */
export async function uploadReferences(
	context: IExecuteFunctions,
): Promise<INodeExecutionData[][]> {
	await InputImages.of(context).getAhead(() => true);
	const uploads = new Uploads(context);
	const items = await forEachReference(
		context,
		async (api, itemIndex) => await uploadItem(context, api, itemIndex, uploads),
	);
	const memory = nodeMemory(context);
	if (!isTriedAgain(context, memory, items[0] ?? [])) forgetDownloads(memory);
	return items;
}

async function uploadItem(
	context: IExecuteFunctions,
	api: FileApi,
	itemIndex: number,
	uploads: Uploads,
): Promise<ReferenceResult> {
	const { images, problems } = await imagesOf(context, itemIndex);
	const options = (nodeParameter(context, 'options', itemIndex, {}) ?? {}) as IDataObject;
	const expiresAfter = readExpiry(options.expiresAfterDays, problems);
	if (problems.length > 0)
		return {
			error: problemsError(context.getNode(), problems, itemIndex),
			code: refusalCode(problems),
		};
	const json: IDataObject[] = [];
	const fail = (failure: Failure): ReferenceResult => ({
		...failedReference(context, api, failure, itemIndex),
		done: json,
	});
	for (const image of images) {
		const sha256 = await uploads.digestOf(image);
		if (!sha256.ok) return fail(sha256.failure);
		const wanted = { image, sha256: sha256.value, name: nameOf(image, options), expiresAfter };
		const uploaded = await uploads.upload(api, wanted);
		if (!uploaded.ok) return fail(uploaded.failure);
		json.push(itemOf(image, sha256.value, uploaded.value));
	}
	return { json };
}

async function imagesOf(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<{ images: BinaryInput[]; problems: Problem[] }> {
	const { field, sources, problems } = readInputImages(context, itemIndex);
	const images: BinaryInput[] = [];
	if (problems.length === 0)
		problems.push(...countProblem(sources.length, UNKNOWN_MODEL.maxInputImages, field));
	if (problems.length > 0) return { images, problems };
	for (const source of sources) {
		const found = await InputImages.of(context).find(itemIndex, source, false);
		const name = source.kind === 'url' ? `: the image at ${shownLink(source.url)}` : '';
		const named = source.kind === 'field' ? ` names '${source.name}',` : name;
		if ('input' in found) images.push(found.input);
		else problems.push(notFound(field, `${named} ${found.problem}`, found));
	}
	if (problems.length === 0) problems.push(...checkInputImages(images, null, UNKNOWN_MODEL, field));
	return { images, problems };
}

/** @returns seconds; `null` = it stays until it is deleted */
function readExpiry(value: unknown, problems: Problem[]): number | null {
	if (value === undefined || value === null || value === '') return null;
	const seconds = Math.round(Number(value) * DAY_SECONDS);
	if (seconds >= SHORTEST_SECONDS && seconds <= LONGEST_DAYS * DAY_SECONDS) return seconds;
	const message = `'Expires After (Days)' is ${showValue(value)}. It must be a number from 0.05 (about an hour) to ${LONGEST_DAYS}. To keep the image until you delete it, remove this option.`;
	problems.push({ field: 'expiresAfterDays', message });
	return null;
}

/** The user's own, that of the file, or the end of its link; none that only files of batches have. */
function nameOf({ fileName, field, isField }: BinaryInput, options: IDataObject): string {
	const given = String(options.fileName ?? '').trim();
	const end = field.replace(/\?.*$/s, '').split('/').at(-1) ?? '';
	const name = baseFromUser(given || fileName || (isField ? 'reference' : end));
	return isReference({ fileName: `${name}.` }) ? name : `reference-${name}`;
}

function itemOf(image: BinaryInput, sha256: string, { file, isReused }: Uploaded): IDataObject {
	return {
		fileId: file.id,
		fileName: file.fileName,
		bytes: image.bytes,
		mimeType: image.facts?.mimeType ?? null,
		width: image.facts?.width ?? null,
		height: image.facts?.height ?? null,
		sha256,
		createdAt: isoFromUnix(file.createdAt),
		expiresAt: isoFromUnix(file.expiresAt),
		reused: isReused,
	};
}
