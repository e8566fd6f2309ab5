import type { IExecuteFunctions } from 'n8n-workflow';
import { CustomIds, lineIds, madeCustomId } from '../../core/batch/customId';
import { writeManifestEntry } from '../../core/batch/manifest';
import { resolveBatchModel } from '../../core/batch/batchModel';
import { imagesPerLine, writeRequestLine } from '../../core/batch/requestLine';
import { UNKNOWN_MODEL } from '../../core/catalogue/resolve';
import type { Catalogue } from '../../core/catalogue/types';
import type { WantedName } from '../../core/images/uniqueNames';
import { mostPerRequest } from '../../core/requests/format';
import { divide, type Part } from '../../core/scheduler/parts';
import { estimatePlan } from '../images/estimatePlan';
import { identitiesOf, positionOf } from '../images/plan';
import { getInputsAhead, planByEndpoint } from '../images/planItem';
import type { ImagePlan, PlannedItem } from '../images/types';
import { digestOf } from '../n8n/digest';
import { problemsError } from '../n8n/errors';
import { forEachItem, type Worked } from '../n8n/forEachItem';
import { inputRow } from '../n8n/inputRow';
import { NameBook } from '../n8n/nameBook';
import { nodeMemory } from '../n8n/nodeContext';
import { nodeParameter } from '../n8n/nodeParameter';
import { readOutputOptions } from '../n8n/parameters';
import { aboutItem } from '../n8n/whichItem';
import { batchBound } from './batchBudget';
import { LineTemplates, type PreparedFacts, PreparedLine } from './preparedLine';
import { refusalOf, type RefusedInput } from './refusedItems';

export interface Prepared {
	lines: PreparedLine[];
	refused: RefusedInput[];
}

/** As long as the id of any file at OpenAI, which is not known before the upload. */
const SOME_FILE_ID = 'file-'.padEnd(48, 'x');

/** Of a line's key and of an image's name, which are made later, and of a file in the header. */
const KEY_BYTES = 12;
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
	await getInputsAhead(context, (itemIndex) =>
		nodeParameter(context, 'endpoint', itemIndex, 'generate'),
	);
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
			error:
				refused &&
				aboutItem(
					context,
					problemsError(context.getNode(), refused.problems, itemIndex),
					itemIndex,
					refused.item.prompt,
				),
		};
	});
	nameFiles(context, prepared.lines);
	return prepared;
}

/** Here, where all are known: what a row's images are called must not depend on which batch it gets into. */
function nameFiles(context: IExecuteFunctions, lines: readonly PreparedLine[]): void {
	const memory = nodeMemory(context);
	const { names } = new NameBook(memory.data).give(memory.run, wantedNamesOf(lines));
	for (const [index, line] of lines.entries()) line.fileNames = names[index] ?? [];
}

function* wantedNamesOf(lines: readonly PreparedLine[]): Generator<WantedName[]> {
	for (const line of lines) yield line.wantedNames;
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
	const capabilities = item.model.entry?.capabilities ?? UNKNOWN_MODEL;
	const most = Math.min(mostPerRequest(plan.request, capabilities), imagesPerLine(plan.request));
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
	shared: Pick<PreparedFacts, 'lineId' | 'customId' | 'position' | 'fileName' | 'fields'>,
): PreparedLine {
	const { index: offset, count } = positionOf(item.origin, plan.count, part.offset);
	const expected = estimatePlan(item.model, plan, part.images)?.amount ?? null;
	const { lineId, customId, position, fileName, fields } = shared;
	// Named one by one: see plainObject.
	const own: PreparedFacts = {
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
		bound: batchBound(item.model, plan, part.images),
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
	const some = { file_id: SOME_FILE_ID };
	return {
		images: files.images.map(({ reference }) => reference ?? some),
		mask: files.mask && SOME_FILE_ID,
	};
}

/** The same for the same request at the same position. */
function fingerprintOf(itemIndex: number, { request, files, count }: ImagePlan): string {
	return digestOf(JSON.stringify([itemIndex, request, identitiesOf(files), count]));
}
