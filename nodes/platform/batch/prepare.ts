import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { CustomIds, customIdProblem, lineIds, madeCustomId } from '../../core/batch/customId';
import type { GroupedLine } from '../../core/batch/grouping';
import type { ManifestFacts } from '../../core/batch/manifest';
import { batchModelProblem, resolveBatchModel } from '../../core/batch/model';
import { BATCH_ENDPOINTS, writeRequestLine, type BatchEndpoint, type RequestLine } from '../../core/batch/requestLine';
import { UNKNOWN_MODEL } from '../../core/models/unknownModel';
import { expectedCost } from '../../core/pricing/expectedCost';
import type { Picodollars } from '../../core/pricing/money';
import { orList, showValue, type Problem } from '../../core/requests/parameters';
import { divide } from '../../core/run/parts';
import { planEdit } from '../editPlan';
import { problemsError } from '../errors';
import { planGenerate } from '../generatePlan';
import { nodeParameter } from '../nodeParameter';
import { readAskedParameters, readModel, readNames, readOutputOptions } from '../parameters';
import type { ImagePlan, PlannedItem } from '../plan';

/** One request of a batch, and what is needed to write its lines. */
export interface PreparedLine extends GroupedLine {
	item: PlannedItem;
	plan: ImagePlan;
	request: RequestLine;
	facts: ManifestFacts;
	/** The same for the same request at the same position. */
	fingerprint: string;
	/** At standard price; `null` = not known. */
	expected: Picodollars | null;
}

/** An input item that can't go into a batch, and why. */
export interface RefusedItem {
	item: PlannedItem;
	problems: Problem[];
}

export interface Prepared {
	lines: PreparedLine[];
	refused: RefusedItem[];
}

/** As long as the id of any file at OpenAI, which is not known before the upload. */
const SOME_FILE_ID = 'file-'.padEnd(48, 'x');

/**
 * Reads and checks every input item like a live request, before anything is uploaded.
 * @throws NodeOperationError for the first that can't be served, unless the node continues on errors
 */
export async function prepareItems(context: IExecuteFunctions, now: Date): Promise<Prepared> {
	const prepared: Prepared = { lines: [], refused: [] };
	const customIds = new CustomIds();
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const { item, endpoint } = await planItem(context, itemIndex, now);
		const lines = item.plan.ok ? linesOf(context, item, item.plan.value, endpoint) : [];
		const problems = problemsOf(item, lines, customIds, now);
		if (problems.length === 0) for (const line of lines) prepared.lines.push(line);
		else if (context.continueOnFail()) prepared.refused.push({ item, problems });
		else throw problemsError(context.getNode(), problems, itemIndex);
	}
	return prepared;
}

async function planItem(
	context: IExecuteFunctions,
	itemIndex: number,
	now: Date,
): Promise<{ item: PlannedItem; endpoint: BatchEndpoint }> {
	const endpoint = nodeParameter(context, 'endpoint', itemIndex, 'generate') as BatchEndpoint;
	const model = resolveBatchModel(readModel(context, itemIndex), now);
	const asked = readAskedParameters(context, itemIndex);
	if (!(endpoint in BATCH_ENDPOINTS)) {
		const message = `'Make Images By' is ${showValue(endpoint)}. Choose ${orList(Object.keys(BATCH_ENDPOINTS))}.`;
		return { endpoint, item: { itemIndex, model, prompt: asked.prompt, plan: { ok: false, problems: [{ field: 'endpoint', message }] } } };
	}
	if (endpoint === 'generate') return { endpoint, item: planGenerate({ itemIndex, model, asked }) };
	const [mask] = readNames(nodeParameter(context, 'maskBinaryField', itemIndex, ''));
	const imageFields = readNames(nodeParameter(context, 'inputBinaryFields', itemIndex));
	return { endpoint, item: await planEdit(context, { itemIndex, model, asked, imageFields, maskField: mask ?? null }) };
}

function problemsOf(item: PlannedItem, lines: readonly PreparedLine[], customIds: CustomIds, now: Date): Problem[] {
	const problems = item.plan.ok ? [] : [...item.plan.problems];
	const modelProblem = batchModelProblem(item.model, now);
	const idProblem =
		customIdProblem(lines[0]?.facts.customId ?? '') ??
		customIds.claim(lines.map(({ request }) => request.customId), item.itemIndex);
	return [...problems, ...(modelProblem === null ? [] : [modelProblem]), ...(idProblem === null ? [] : [idProblem])];
}

function linesOf(
	context: IExecuteFunctions,
	item: PlannedItem,
	plan: ImagePlan,
	endpoint: BatchEndpoint,
): PreparedLine[] {
	const { itemIndex, model } = item;
	const output = readOutputOptions(context, itemIndex);
	const fingerprint = fingerprintOf(itemIndex, plan);
	const given = String(nodeParameter(context, 'customId', itemIndex, '') ?? '').trim();
	const customId = given === '' ? madeCustomId(itemIndex, fingerprint) : given;
	const most = (model.entry?.capabilities ?? UNKNOWN_MODEL).maxImagesPerRequest;
	const parts = divide({ job: itemIndex, offset: 0, images: plan.count }, most);
	const ids = lineIds(customId, parts.length);
	const fields = output.includeInputFields ? withoutFailure(context.getInputData()[itemIndex]?.json ?? {}) : null;
	return parts.map(({ offset, images }, index) => {
		const request: RequestLine = { customId: ids[index] ?? customId, endpoint, request: plan.request, images };
		const { fileName } = output;
		return {
			item,
			plan,
			request,
			facts: { customId, position: itemIndex, offset, count: plan.count, requestedModel: model.requested, fileName, fields },
			fingerprint,
			expected: model.entry && expectedCost(model.entry, plan.request, images, plan.inputImages.length),
			kind: `${endpoint} ${model.id}`,
			bytes: Buffer.byteLength(writeRequestLine(request, placeholders(plan)), 'utf8'),
		};
	});
}

/** What Collect said of a failure does not belong to the request that is submitted again. */
function withoutFailure(json: IDataObject): IDataObject {
	if (json['status'] !== 'failed' || json['batchId'] === undefined) return json;
	return Object.fromEntries(Object.entries(json).filter(([name]) => !FAILURE_FIELDS.includes(name)));
}

const FAILURE_FIELDS = ['batchId', 'code', 'cost', 'description', 'error', 'httpStatus', 'moderation', 'request', 'status'];

function placeholders({ files }: ImagePlan) {
	if (files.images.length === 0) return null;
	return { images: files.images.map(() => SOME_FILE_ID), mask: files.mask && SOME_FILE_ID };
}

function fingerprintOf(itemIndex: number, { request, inputImages, count }: ImagePlan): string {
	return createHash('sha256').update(JSON.stringify([itemIndex, request, inputImages, count])).digest('hex').slice(0, 32);
}
