import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { CustomIds, customIdProblem, lineIds, madeCustomId } from '../../core/batch/customId';
import type { GroupedLine } from '../../core/batch/grouping';
import type { ManifestFacts } from '../../core/batch/manifest';
import { batchModelProblem, resolveBatchModel } from '../../core/batch/model';
import { writeRequestLine, type RequestLine } from '../../core/batch/requestLine';
import { UNKNOWN_MODEL } from '../../core/models/unknownModel';
import type { Catalogue } from '../../core/models/types';
import type { Picodollars } from '../../core/pricing/money';
import type { Problem } from '../../core/requests/parameters';
import { divide, type Part } from '../../core/run/parts';
import { problemsError } from '../errors';
import { estimatePlan } from '../estimatePlan';
import { forEachItem, type Worked } from '../forEachItem';
import { nodeParameter } from '../nodeParameter';
import { readOutputOptions } from '../parameters';
import { identitiesOf, positionOf, type ImagePlan, type PlannedItem } from '../images/plan';
import { planByEndpoint } from '../images/planItem';
import { inputRow } from '../inputRow';

/** One request of a batch, and what is needed to write its lines. */
export interface PreparedLine extends GroupedLine {
	item: PlannedItem;
	plan: ImagePlan;
	request: RequestLine;
	facts: ManifestFacts;
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
export async function prepareItems(context: IExecuteFunctions, now: Date, catalogue: Catalogue): Promise<Prepared> {
	const customIds = new CustomIds();
	const worked = await forEachItem(context, async (itemIndex): Promise<Worked<Prepared>> => {
		const items = await planByEndpoint(context, itemIndex, (requested, whenGone) => resolveBatchModel(requested, now, whenGone, catalogue));
		const lines = linesOf(context, items);
		const refused = refusalOf(items, lines, customIds, now);
		if (refused === null) return { value: { lines, refused: [] }, error: null };
		return { value: { lines: [], refused: [refused] }, error: problemsError(context.getNode(), refused.problems, itemIndex) };
	});
	return { lines: worked.flatMap(({ lines }) => lines), refused: worked.flatMap(({ refused }) => refused) };
}

/** All of an input item or nothing of it. @returns `null` = nothing stands against it */
function refusalOf(items: readonly PlannedItem[], lines: readonly PreparedLine[], customIds: CustomIds, now: Date): RefusedItem | null {
	const item = items.find(({ plan }) => !plan.ok) ?? items[0];
	if (item === undefined) return null;
	const modelProblem = batchModelProblem(item.model, now);
	const idProblem =
		customIdProblem(lines[0]?.facts.customId ?? '') ??
		customIds.claim(lines.map(({ request }) => request.customId), item.itemIndex);
	const problems = [...(item.plan.ok ? [] : item.plan.problems), ...[modelProblem, idProblem].flatMap((problem) => problem ?? [])];
	return problems.length === 0 ? null : { item, problems };
}

/** The lines of an input item, in the order of its images. */
function linesOf(context: IExecuteFunctions, items: readonly PlannedItem[]): PreparedLine[] {
	const pieces = items.flatMap((item) => (item.plan.ok ? piecesOf(item, item.plan.value) : []));
	const [first] = pieces;
	if (first === undefined) return [];
	const { itemIndex } = first.item;
	const given = String(nodeParameter(context, 'customId', itemIndex, '') ?? '').trim();
	const customId = given === '' ? madeCustomId(itemIndex, fingerprintOf(itemIndex, first.plan)) : given;
	const ids = lineIds(customId, pieces.length);
	const output = readOutputOptions(context, itemIndex);
	const fields = inputRow(context, itemIndex, output.includeInputFields);
	const shared = { customId, position: itemIndex, fileName: output.fileName, fields };
	return pieces.map((piece, index) => lineOf(piece, ids[index] ?? customId, shared));
}

interface Piece {
	item: PlannedItem;
	plan: ImagePlan;
	part: Part;
}

function piecesOf(item: PlannedItem, plan: ImagePlan): Piece[] {
	const most = (item.model.entry?.capabilities ?? UNKNOWN_MODEL).maxImagesPerRequest;
	return divide({ job: item.itemIndex, offset: 0, images: plan.count }, most).map((part) => ({ item, plan, part }));
}

function lineOf(
	{ item, plan, part }: Piece,
	lineId: string,
	shared: Pick<ManifestFacts, 'customId' | 'position' | 'fileName' | 'fields'>,
): PreparedLine {
	const { model, origin } = item;
	const { endpoint } = plan;
	const request: RequestLine = { customId: lineId, endpoint, request: plan.request, images: part.images };
	const { index: offset, count } = positionOf(origin, plan.count, part.offset);
	return {
		item,
		plan,
		request,
		facts: { ...shared, offset, count, requestedModel: model.requested, origin },
		expected: estimatePlan(model, plan, part.images)?.amount ?? null,
		kind: `${endpoint} ${model.id}`,
		bytes: Buffer.byteLength(writeRequestLine(request, placeholders(plan)), 'utf8'),
	};
}

function placeholders({ files }: ImagePlan) {
	if (files.images.length === 0) return null;
	return { images: files.images.map(() => SOME_FILE_ID), mask: files.mask && SOME_FILE_ID };
}

/** The same for the same request at the same position. */
function fingerprintOf(itemIndex: number, { request, files, count }: ImagePlan): string {
	return createHash('sha256').update(JSON.stringify([itemIndex, request, identitiesOf(files), count])).digest('hex');
}
