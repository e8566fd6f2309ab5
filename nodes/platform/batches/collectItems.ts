import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import type { Batch } from '../../core/batch/batch';
import { readMetadata } from '../../core/batch/metadata';
import { batchModelAdvice, isModelRefusal } from '../../core/batch/batchModel';
import { isRoomRefusal, ROOM_ADVICE } from '../../core/batch/queueRoom';
import { type ChosenModel, findModel } from '../../core/catalogue/resolve';
import type { Catalogue } from '../../core/catalogue/types';
import { secretForms, withoutSecretsIn } from '../../core/failures/secrets';
import { NO_ORIGIN } from '../../core/lineage/origin';
import { sameRequestKey } from '../images/call';
import { failedItem } from '../n8n/errorItems';
import { explainFailure, type Explanation, toNodeError } from '../n8n/errors';
import { imageItem, NEVER_SENT } from '../n8n/items';
import type { Links } from '../n8n/links';
import type { Collected, CollectedLine, WantedResults } from './collectTypes';
import { takenBackWords } from './takenBack';

/** Batches say nothing of attempts and time. */
const SPENT = { attempts: 1, durationMs: null, maybeBilledAttempts: 0, reused: false };

type DeliveredOutcome = Extract<CollectedLine['outcome'], { ok: true }>;
type FailedOutcome = Exclude<CollectedLine['outcome'], DeliveredOutcome>;

interface CollectOutput {
	getNode: () => INode;
	results: WantedResults;
	/** Binary field that receives the image. */
	field: string;
	/** Absent = none are wanted. */
	links?: Links;
	linkHours?: unknown;
	itemIndex: number;
	now: Date;
	catalogue: Catalogue;
}

/** An item for each image and each failed line, in the order of the submission. */
export function collectedItems(
	{ lines, batch }: Collected,
	output: CollectOutput,
): INodeExecutionData[] {
	return lines.flatMap((line) => {
		if (line.outcome.ok)
			return output.results === 'failed' ? [] : imageItems(line, line.outcome, batch, output);
		return output.results === 'images'
			? []
			: [failedLine(line, withoutQueries(line.outcome), batch, output)];
	});
}

function imageItems(
	line: CollectedLine,
	{ images, response, price }: DeliveredOutcome,
	batch: Batch,
	output: CollectOutput,
): INodeExecutionData[] {
	const { entry } = line;
	return images.map((stored, imageIndex) =>
		imageItem({
			operation: 'batch',
			model: modelOf(line, batch, output.catalogue),
			origin: entry?.origin ?? NO_ORIGIN,
			request: {
				prompt: entry?.prompt ?? null,
				quality: entry?.quality ?? null,
				size: entry?.size ?? null,
				background: entry?.background ?? null,
			},
			response,
			name: { key: keyOf(line, batch), id: line.requestId },
			price,
			imageIndex,
			index: (entry?.offset ?? 0) + imageIndex,
			count: entry?.count ?? images.length,
			stored,
			link: output.links?.of(stored.binary, output.linkHours),
			spent: SPENT,
			binaryField: output.field,
			input: fieldsOf(line),
			extra: {
				customId: entry?.customId ?? line.lineId,
				batchId: batch.id,
				endpoint: batch.endpoint,
			},
			itemIndex: output.itemIndex,
		}),
	);
}

function failedLine(
	line: CollectedLine,
	outcome: FailedOutcome,
	batch: Batch,
	output: CollectOutput,
): INodeExecutionData {
	const { entry } = line;
	const { failure, price, billed, isUntouched } = outcome;
	// An amount that is known counts as such; one that may have been billed is counted as an attempt.
	const maybeBilledAttempts = billed !== 'no' && (price?.total ?? null) === null ? 1 : 0;
	const model = modelOf(line, batch, output.catalogue);
	return failedItem(output, {
		operation: 'batch',
		prompt: entry?.prompt ?? null,
		model,
		origin: entry?.origin ?? NO_ORIGIN,
		code: failure.code,
		failure,
		cost: price?.total ?? null,
		key: keyOf(line, batch),
		spent: isUntouched ? NEVER_SENT : { ...SPENT, maybeBilledAttempts },
		error: toNodeError(
			output.getNode(),
			failure,
			explainLine(line, outcome, batch, model, output.now),
			output.itemIndex,
		),
		input: fieldsOf(line),
		extra: {
			customId: entry?.customId ?? line.lineId,
			batchId: batch.id,
			endpoint: batch.endpoint,
			quality: entry?.quality ?? null,
			size: entry?.size ?? null,
			count: entry?.images ?? null,
		},
		itemIndex: output.itemIndex,
	});
}

/** A link's query may hold a signature, and what the line has sent is not known here. */
function withoutQueries(outcome: FailedOutcome): FailedOutcome {
	const { failure } = outcome;
	const queries = [...failure.message.matchAll(/https?:\/\/[^\s?"'<>]+(\?[^\s"'<>]+)/g)];
	const forms = secretForms(...queries.map(([, query]) => query));
	return { ...outcome, failure: withoutSecretsIn(failure, forms) };
}

function explainLine(
	{ lineId }: CollectedLine,
	{ failure, billed, price }: FailedOutcome,
	batch: Batch,
	model: ChosenModel,
	now: Date,
): Explanation {
	const explained = explainFailure(failure, model, now);
	if (price !== null && price.total !== null)
		return {
			...explained,
			remedy: 'It was made and billed, but no image arrived. Submit it again if you want it.',
		};
	if (failure.code === 'no_result')
		return {
			...explained,
			remedy:
				'It may have been made and billed. Collect the batch again before you submit it again.',
		};
	if (failure.kind !== 'batchEnded') return explained;
	if (billed !== 'no') return { ...explained, remedy: 'It is not known whether it was billed.' };
	if (batch.status !== 'failed') return explained;
	if (isRoomRefusal(failure) && lineId === null && readMetadata(batch.metadata).submission)
		return {
			...explained,
			remedy: `Nothing was made and nothing was billed. ${takenBackWords(batch)} Submit failed requests again from the output of Submit, not from this output.`,
		};
	const remedy = isRoomRefusal(failure)
		? ROOM_ADVICE
		: isModelRefusal(failure.message)
			? batchModelAdvice(now, model.catalogue)
			: 'Correct what the message names, then submit it again.';
	return { ...explained, remedy: `Nothing was made and nothing was billed. ${remedy}` };
}

const fieldsOf = ({ entry }: CollectedLine): IDataObject | null =>
	(entry?.fields ?? null) as IDataObject | null;

const keyOf = ({ lineId }: CollectedLine, { id }: Batch): string => sameRequestKey([id, lineId]);

function modelOf({ entry }: CollectedLine, batch: Batch, catalogue: Catalogue): ChosenModel {
	const id = entry?.model || (batch.model ?? '');
	return {
		requested: entry?.requestedModel || id,
		id,
		role: null,
		entry: findModel(id, catalogue),
		catalogue,
	};
}
