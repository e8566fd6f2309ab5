import type { IExecuteFunctions } from 'n8n-workflow';
import { CustomIds, customIdProblem, lineIds, madeCustomId } from '../../core/batch/customId';
import { isTooLarge, MAX_BATCH_BYTES } from '../../core/batch/grouping';
import { imagesPerLine } from '../../core/batch/imagesPerLine';
import { writeManifestEntry } from '../../core/batch/manifest';
import { labelProblem } from '../../core/batch/metadata';
import { batchModelProblem, resolveBatchModel } from '../../core/batch/model';
import { writeRequestLine } from '../../core/batch/requestLine';
import { UNKNOWN_MODEL } from '../../core/models/unknownModel';
import type { Catalogue } from '../../core/models/types';
import type { Problem } from '../../core/requests/parameters';
import { divide, type Part } from '../../core/run/parts';
import { digestOf } from '../digest';
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

/** Of a line's key and of an image's name, which are made later, and of a file in the header. */
const KEY_BYTES = 16;
const NAME_BYTES = 103;
const FILE_BYTES = SOME_FILE_ID.length + 3;

/**
 * Reads and checks every input item like a live request, before anything is uploaded.
 * @throws NodeOperationError for the first that can't be served, unless the node continues on errors
 */
export async function prepareItems(
	context: IExecuteFunctions,
	now: Date,
	catalogue: Catalogue,
): Promise<Prepared> {
	const customIds = new CustomIds();
	const templates = new LineTemplates();
	const prepared: Prepared = { lines: [], refused: [] };
	await forEachItem(context, async (itemIndex): Promise<Worked<void>> => {
		const items = await planByEndpoint(context, itemIndex, (requested, whenGone) =>
			resolveBatchModel(requested, now, whenGone, catalogue),
		);
		const lines = linesOf(context, items, templates);
		const refused = refusalOf(items, lines, customIds, now);
		if (refused === null) for (const line of lines) prepared.lines.push(line);
		else prepared.refused.push(refused);
		return {
			value: undefined,
			error: refused && problemsError(context.getNode(), refused.problems, itemIndex),
		};
	});
	nameFiles(context, prepared.lines);
	return prepared;
}

/** Here, where all are known: what a row's images are called must not depend on which batch it gets into. */
function nameFiles(context: IExecuteFunctions, lines: readonly PreparedLine[]): void {
	const memory = nodeMemory(context);
	const { names } = new NameBook(memory.data).give(
		memory.run,
		lines.map(({ wantedNames }) => wantedNames),
	);
	for (const [index, line] of lines.entries()) line.fileNames = names[index] ?? [];
}

/** All of an input item or nothing of it. @returns `null` = nothing stands against it */
function refusalOf(
	items: readonly PlannedItem[],
	lines: readonly PreparedLine[],
	customIds: CustomIds,
	now: Date,
): RefusedItem | null {
	const item = items.find(({ plan }) => !plan.ok) ?? items[0];
	if (item === undefined) return null;
	const modelProblem = batchModelProblem(item.model, now);
	const idProblem =
		customIdProblem(lines[0]?.facts.customId ?? '') ??
		customIds.claim(
			lines[0]?.facts.customId ?? '',
			lines.map(({ request }) => request.customId),
			item.itemIndex,
		);
	const others = [modelProblem, idProblem, labelProblem(lines[0]?.label ?? ''), rowProblem(lines)];
	const problems = [
		...(item.plan.ok ? [] : item.plan.problems),
		...others.flatMap((problem) => problem ?? []),
	];
	return problems.length === 0 ? null : { item, problems };
}

/** A row that no file of a batch has room for; `null` = it has. */
function rowProblem(lines: readonly PreparedLine[]): Problem | null {
	const line = lines.find((one) => isTooLarge(one));
	if (line === undefined) return null;
	const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
	const size = Math.max(line.bytes, line.manifestBytes);
	const message = `The item takes ${mb(size)} MB in a file of the batch; OpenAI takes ${mb(MAX_BATCH_BYTES)} MB. Leave out large fields before this node, or switch off 'Include Input Fields' and give Collect the rows in 'Rows'.`;
	return { field: 'includeInputFields', message };
}

/** The lines of an input item, in the order of its images. */
function linesOf(
	context: IExecuteFunctions,
	items: readonly PlannedItem[],
	templates: LineTemplates,
): PreparedLine[] {
	const pieces = items.flatMap((item) => (item.plan.ok ? piecesOf(item, item.plan.value) : []));
	const [first] = pieces;
	if (first === undefined) return [];
	const { itemIndex } = first.item;
	const given = String(nodeParameter(context, 'customId', itemIndex, '') ?? '').trim();
	const customId =
		given === '' ? madeCustomId(itemIndex, fingerprintOf(itemIndex, first.plan)) : given;
	const ids = lineIds(customId, pieces.length);
	const output = readOutputOptions(context, itemIndex);
	const fields = inputRow(context, itemIndex, output.includeInputFields);
	const label = String(nodeParameter(context, 'label', itemIndex, '') ?? '').trim();
	return pieces.map((piece, index) =>
		lineOf(piece, templates, label, {
			lineId: ids[index] ?? customId,
			customId,
			position: itemIndex,
			fileName: output.fileName,
			fields,
		}),
	);
}

interface Piece {
	item: PlannedItem;
	plan: ImagePlan;
	part: Part;
}

function piecesOf(item: PlannedItem, plan: ImagePlan): Piece[] {
	const { maxImagesPerRequest } = item.model.entry?.capabilities ?? UNKNOWN_MODEL;
	const most = Math.min(maxImagesPerRequest, imagesPerLine(plan.request));
	return divide({ job: item.itemIndex, offset: 0, images: plan.count }, most).map((part) => ({
		item,
		plan,
		part,
	}));
}

function lineOf(
	{ item, plan, part }: Piece,
	templates: LineTemplates,
	label: string,
	shared: Pick<LineFacts, 'lineId' | 'customId' | 'position' | 'fileName' | 'fields'>,
): PreparedLine {
	const { index: offset, count } = positionOf(item.origin, plan.count, part.offset);
	const expected = estimatePlan(item.model, plan, part.images)?.amount ?? null;
	const { lineId, customId, position, fileName, fields } = shared;
	// Named one by one: see plainObject.
	const own: LineFacts = {
		lineId,
		customId,
		position,
		fileName,
		fields,
		offset,
		count,
		prompt: plan.request.prompt,
		images: part.images,
		expected,
	};
	const line = new PreparedLine(templates.of(item, plan, label), own);
	line.bytes = Buffer.byteLength(writeRequestLine(line.request, placeholders(plan)), 'utf8');
	const madeLater =
		KEY_BYTES + NAME_BYTES * part.images + FILE_BYTES * (plan.files.images.length + 1);
	line.manifestBytes =
		Buffer.byteLength(writeManifestEntry(line.request, line.facts), 'utf8') + madeLater;
	return line;
}

function placeholders({ files }: ImagePlan) {
	if (files.images.length === 0) return null;
	return { images: files.images.map(() => SOME_FILE_ID), mask: files.mask && SOME_FILE_ID };
}

/** The same for the same request at the same position. */
function fingerprintOf(itemIndex: number, { request, files, count }: ImagePlan): string {
	return digestOf(JSON.stringify([itemIndex, request, identitiesOf(files), count]));
}
