import { createHash } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import { CustomIds, customIdProblem, lineIds, madeCustomId } from '../../core/batch/customId';
import { batchModelProblem, resolveBatchModel } from '../../core/batch/model';
import { writeRequestLine } from '../../core/batch/requestLine';
import { UNKNOWN_MODEL } from '../../core/models/unknownModel';
import type { Catalogue } from '../../core/models/types';
import type { Problem } from '../../core/requests/parameters';
import { divide, type Part } from '../../core/run/parts';
import { problemsError } from '../errors';
import { estimatePlan } from '../estimatePlan';
import { forEachItem, type Worked } from '../forEachItem';
import { NameBook } from '../nameBook';
import { nodeMemory } from '../nodeContext';
import { nodeParameter } from '../nodeParameter';
import { readOutputOptions } from '../parameters';
import { identitiesOf, positionOf, type ImagePlan, type PlannedItem } from '../images/plan';
import { planByEndpoint } from '../images/planItem';
import { inputRow } from '../inputRow';
import { LineTemplates, PreparedLine, type LineFacts } from './preparedLine';

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
	const templates = new LineTemplates();
	const prepared: Prepared = { lines: [], refused: [] };
	await forEachItem(context, async (itemIndex): Promise<Worked<void>> => {
		const items = await planByEndpoint(context, itemIndex, (requested, whenGone) => resolveBatchModel(requested, now, whenGone, catalogue));
		const lines = linesOf(context, items, templates);
		const refused = refusalOf(items, lines, customIds, now);
		if (refused === null) for (const line of lines) prepared.lines.push(line);
		else prepared.refused.push(refused);
		return { value: undefined, error: refused && problemsError(context.getNode(), refused.problems, itemIndex) };
	});
	nameFiles(context, prepared.lines);
	return prepared;
}

/** Here, where all are known: what a row's images are called must not depend on which batch it gets into. */
function nameFiles(context: IExecuteFunctions, lines: readonly PreparedLine[]): void {
	const memory = nodeMemory(context);
	const { names } = new NameBook(memory.data).give(memory.run, lines.map(({ wantedNames }) => wantedNames));
	for (const [index, line] of lines.entries()) line.fileNames = names[index] ?? [];
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
function linesOf(context: IExecuteFunctions, items: readonly PlannedItem[], templates: LineTemplates): PreparedLine[] {
	const pieces = items.flatMap((item) => (item.plan.ok ? piecesOf(item, item.plan.value) : []));
	const [first] = pieces;
	if (first === undefined) return [];
	const { itemIndex } = first.item;
	const given = String(nodeParameter(context, 'customId', itemIndex, '') ?? '').trim();
	const customId = given === '' ? madeCustomId(itemIndex, fingerprintOf(itemIndex, first.plan)) : given;
	const ids = lineIds(customId, pieces.length);
	const output = readOutputOptions(context, itemIndex);
	const fields = inputRow(context, itemIndex, output.includeInputFields);
	return pieces.map((piece, index) => lineOf(piece, templates, { lineId: ids[index] ?? customId, customId, position: itemIndex, fileName: output.fileName, fields }));
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
	templates: LineTemplates,
	shared: Pick<LineFacts, 'lineId' | 'customId' | 'position' | 'fileName' | 'fields'>,
): PreparedLine {
	const { index: offset, count } = positionOf(item.origin, plan.count, part.offset);
	const expected = estimatePlan(item.model, plan, part.images)?.amount ?? null;
	const { lineId, customId, position, fileName, fields } = shared;
	// Named one by one: see plainObject.
	const own: LineFacts = { lineId, customId, position, fileName, fields, offset, count, prompt: plan.request.prompt, images: part.images, expected };
	const line = new PreparedLine(templates.of(item, plan), own);
	line.bytes = Buffer.byteLength(writeRequestLine(line.request, placeholders(plan)), 'utf8');
	return line;
}

function placeholders({ files }: ImagePlan) {
	if (files.images.length === 0) return null;
	return { images: files.images.map(() => SOME_FILE_ID), mask: files.mask && SOME_FILE_ID };
}

/** The same for the same request at the same position. */
function fingerprintOf(itemIndex: number, { request, files, count }: ImagePlan): string {
	return createHash('sha256').update(JSON.stringify([itemIndex, request, identitiesOf(files), count])).digest('hex');
}
